"""The scene of a concept is chosen before it is run: none of them changes unnoticed."""

from __future__ import annotations

import json
from types import ModuleType

import pytest

from tests.script import load

WHY = (
    "is not the scene frozen: write the reason in the concept's file, as a comment, and in "
    "CHANGELOG.md; then run scripts/freeze_scenes.py --write"
)


@pytest.fixture
def frozen() -> ModuleType:
    """The script that freezes the scenes."""
    return load("freeze_scenes")


def test_the_scenes_are_those_frozen(frozen) -> None:
    names = frozen.changed()
    assert not names, f"{', '.join(names)} {WHY}"


def test_every_concept_and_the_laboratory_are_frozen(frozen) -> None:
    assert len(json.loads(frozen.STORED.read_text(encoding="utf-8"))) == 43


@pytest.mark.parametrize(
    ("line", "seen"),
    [('strategy = "none"', True), ("# a remark", False)],
)
def test_a_changed_scene_is_seen_and_a_comment_is_not(frozen, monkeypatch, tmp_path, line, seen):
    scene = '[scene]\nshocks = "flood"\n'
    monkeypatch.setattr(frozen, "CONCEPTS", tmp_path)
    monkeypatch.setattr(frozen, "STORED", tmp_path / "frozen.json")
    file = tmp_path / "01_this.toml"
    file.write_text(scene, encoding="utf-8")
    frozen.STORED.write_text(json.dumps(frozen.present()), encoding="utf-8")
    file.write_text(f"{scene}{line}\n", encoding="utf-8")
    assert frozen.changed() == (["01_this"] if seen else [])
