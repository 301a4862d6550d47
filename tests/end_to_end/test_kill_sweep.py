"""Sweeps killed at random, by the script that also does it hundreds of times."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KILLS = 16


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks for the workers in /proc")
def test_a_sweep_killed_at_random_ends_as_if_nothing_had_happened() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "kill_sweep.py"), "--kills", str(KILLS)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert int(re.match(r"\d+", done.stdout)[0]) >= KILLS
    assert "of a worker" in done.stdout
    assert "in merging" in done.stdout
    assert "byte for byte" in done.stdout
