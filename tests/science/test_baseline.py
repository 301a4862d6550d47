"""The reference case gives what it gave: no optimisation changes a result unnoticed."""

from __future__ import annotations

import json
from types import ModuleType

import pytest

from tests.script import load


@pytest.fixture(scope="module")
def baseline() -> ModuleType:
    """The script that stores the baselines."""
    return load("baseline")


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
