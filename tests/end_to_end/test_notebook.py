"""The notebook of the documents runs as a reader would run it, and shows what it says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_every_cell_of_the_notebook_runs() -> None:
    ran = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "notebook.py")],
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.endswith("cells ran\n")


def test_what_is_kept_shows_results_and_nothing_of_the_machine() -> None:
    text = (ROOT / "docs" / "from_python.ipynb").read_text(encoding="utf-8")
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] for cell in cells[1:])
    kinds = {kind for cell in cells for out in cell["outputs"] for kind in out.get("data", {})}
    assert {"image/png", "text/html"} <= kinds
    assert not any(sign in text for sign in ("/tmp", "/home", "site-packages", "Traceback"))
