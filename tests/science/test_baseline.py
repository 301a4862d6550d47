"""The reference case gives what it gave: no optimisation changes a result unnoticed."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "baseline.py"


@pytest.fixture(scope="module")
def baseline() -> ModuleType:
    """The script that stores the baselines."""
    spec = importlib.util.spec_from_file_location("baseline", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_case_gives_what_is_stored(baseline) -> None:
    """After a change meant to change results: scripts/baseline.py --write, and the changelog."""
    stored = json.loads(baseline.STORED.read_text(encoding="utf-8"))
    assert baseline.present() == stored


def test_another_seed_has_another_digest(baseline, monkeypatch) -> None:
    for name, value in (("CITIZENS", 400), ("WEEKS", 2), ("shipped_strategies", lambda: ("none",))):
        monkeypatch.setattr(baseline, name, value)
    once = baseline.present()
    assert baseline.present() == once
    monkeypatch.setattr(baseline, "SEED", 2)
    assert baseline.present()["none"]["digest"] != once["none"]["digest"]
