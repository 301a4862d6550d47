"""A family is what its folder holds: one file more is one member more."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from resilienza_sim import discovery
from resilienza_sim.component import Component
from resilienza_sim.discovery import family, member
from resilienza_sim.errors import ResilienzaError

MEMBER = '''
from resilienza_sim.component import Component


class {name}(Component):
    """A toy."""

    source = "assumption"
    size: float = 1.0
'''


@pytest.fixture
def toys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A family called ``toys`` in a folder of its own: ball, kite and a private helper."""
    package = ModuleType("resilienza_sim.toys")
    package.__path__ = [str(tmp_path)]
    monkeypatch.setitem(sys.modules, package.__name__, package)
    for file, name in (("kite", "Kite"), ("ball", "Ball"), ("_helper", "Helper")):
        (tmp_path / f"{file}.py").write_text(MEMBER.format(name=name), encoding="utf-8")
    monkeypatch.setattr(discovery, "entry_points", lambda group: [])
    discovery._family.cache_clear()
    yield tmp_path
    discovery._family.cache_clear()
    for name in [name for name in sys.modules if name.startswith(f"{package.__name__}.")]:
        del sys.modules[name]


class EntryPoint:
    def __init__(self, thing: object) -> None:
        self.load = lambda: thing


def test_members_are_found_by_file_name_in_order(toys: Path) -> None:
    found = family("toys", Component)
    assert list(found) == ["ball", "kite"]
    assert found["ball"].__name__ == "Ball"


def test_a_new_file_is_a_new_member(toys: Path) -> None:
    (toys / "top.py").write_text(MEMBER.format(name="Top"), encoding="utf-8")
    assert list(family("toys", Component)) == ["ball", "kite", "top"]


def test_private_classes_and_imported_ones_are_not_members(toys: Path) -> None:
    (toys / "pair.py").write_text(
        "from resilienza_sim.toys.ball import Ball\n"
        + MEMBER.format(name="_Half")
        + "\n\nclass Pair(Ball):\n    '''Two balls.'''\n",
        encoding="utf-8",
    )
    found = family("toys", Component)
    assert {kind: cls.__name__ for kind, cls in found.items()} == {
        "ball": "Ball",
        "kite": "Kite",
        "pair": "Pair",
    }


def test_other_classes_are_not_members(toys: Path) -> None:
    (toys / "tool.py").write_text("class Tool:\n    pass\n", encoding="utf-8")
    assert "tool" not in family("toys", Component)


def test_third_parties_add_members(toys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Drum(Component):
        """A toy of somebody else."""

        @classmethod
        def kind(cls) -> str:
            return "drum"

    asked = []

    def points(group: str) -> list[EntryPoint]:
        asked.append(group)
        return [EntryPoint(Drum), EntryPoint(object), EntryPoint("not a class")]

    monkeypatch.setattr(discovery, "entry_points", points)
    assert family("toys", Component)["drum"] is Drum
    assert asked == ["resilienza_sim.toys"]


def test_member_is_one_of_the_family(toys: Path) -> None:
    assert member("toys", Component, "kite") is family("toys", Component)["kite"]


def test_unknown_member_is_told_with_the_nearest_name(toys: Path) -> None:
    with pytest.raises(ResilienzaError) as caught:
        member("toys", Component, "kitte")
    assert caught.value.values["nearest"] == "kite"
    assert "ball, kite" in str(caught.value)
    assert "“kite”?" in str(caught.value)
