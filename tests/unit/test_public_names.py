"""What `resilienza_sim` offers, and that it starts as a module."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import resilienza_sim


@pytest.mark.parametrize("name", resilienza_sim.__all__)
def test_every_public_name_is_there(name) -> None:
    thing = getattr(resilienza_sim, name)
    assert name == "__version__" or thing.__name__ == name
    assert name in dir(resilienza_sim)


def test_the_version_is_that_of_the_package() -> None:
    assert resilienza_sim.__version__ == version("resilienza-sim")


def test_what_is_not_there_is_no_name() -> None:
    with pytest.raises(AttributeError, match="nothing_of_that_name"):
        _ = resilienza_sim.nothing_of_that_name


def test_it_starts_as_a_module(root: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "resilienza_sim", "--version"],
        env={**os.environ, "PYTHONPATH": str(root / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0
    assert told.stdout.strip() == f"resilienza-sim {resilienza_sim.__version__}"
