from __future__ import annotations

import io
import tomllib
import zipfile

import pytest

from resilienza_sim.classroom.cards import Drawn, deck, with_cards
from resilienza_sim.classroom.keeping import kept
from resilienza_sim.classroom.levers import Asked, changed
from resilienza_sim.classroom.live import LiveTown
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.compare import compare
from resilienza_sim.scenario import load_scenario
from resilienza_sim.simulation import simulate

ARMS = ("alluvial", "transformative")


@pytest.mark.parametrize("name", deck())
def test_every_card_makes_a_scenario_that_holds(name, scenario) -> None:
    found = with_cards(scenario, [Drawn(name=name, week=20)])
    new = found.shocks[len(scenario.shocks) :]
    assert len(new) == (deck()[name].shock is not None)
    assert all(shock.first_week(found.calendar) == 20 for shock in new)


def test_a_card_never_comes_before_the_decision_nor_after_the_end(scenario) -> None:
    early = with_cards(scenario, [Drawn(name="flood", week=0)])
    assert early.shocks[-1].first_week(early.calendar) == scenario.decision_weeks[0] + 1
    late = with_cards(scenario, [Drawn(name="flood", week=scenario.time.weeks)])
    assert late is scenario


def test_a_card_of_another_deck_is_told(scenario) -> None:
    with pytest.raises(ResilienzaError) as problem:
        with_cards(scenario, [Drawn(name="flod", week=9)])
    assert problem.value.key == "unknown_card"
    assert problem.value.values["nearest"] == "flood"


def test_what_was_watched_before_a_card_stays_as_it_was(scenario) -> None:
    live = LiveTown(scenario, scenario.arms(ARMS), pairs=0)

    def quality(asked: Asked) -> list[float]:
        found: list[float] = []
        for message in live.lives(asked):
            if message["kind"] == "weeks":
                found += message["arms"][0]["indicators"]["quality"]
        return found

    plain = quality(Asked())
    drawn = quality(Asked(cards=(Drawn(name="larger_flood", week=20),)))
    until = 20 - scenario.decision_weeks[0]
    assert drawn[:until] == plain[:until]
    assert drawn[until:] != plain[until:]


def test_a_game_that_is_kept_is_lived_again_to_the_bit(scenario, tmp_path) -> None:
    asked = Asked(
        peaks=(1.1,),
        purse=1.2,
        lines={"alluvial": {"argini": 0.5}},
        cards=(Drawn(name="blackout", week=18),),
    )
    arms = scenario.arms(ARMS)
    content = kept(scenario, arms, asked, 1, "it")
    assert kept(scenario, arms, asked, 1, "it") == content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
    town, moved = changed(scenario, arms, asked)
    again = load_scenario(tmp_path / "scenario.toml")
    assert again.shocks == town.shocks
    found = again.arms()
    assert [arm.name for arm in found] == ["alluvial_room", "transformative"]
    for arm, played in zip(found, moved, strict=True):
        one, other = (simulate(s, strategy=a, seed=1) for s, a in ((again, arm), (town, played)))
        assert all(
            one.values[name].tobytes() == other.values[name].tobytes() for name in one.values
        )
    assert "compare scenario.toml" in (tmp_path / "README.txt").read_text("utf-8")
    study = compare(again, pairs=1, out=tmp_path / "study")
    assert set(study.runs["strategy"]) == {"alluvial_room", "transformative"}


def test_a_kept_game_holds_no_value_that_is_none(scenario) -> None:
    content = kept(scenario, scenario.arms(ARMS), Asked(), 1, "en")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert names == ["scenario.toml", "alluvial.toml", "transformative.toml", "README.txt"]
        assert tomllib.loads(archive.read("scenario.toml").decode())["name"] == scenario.name
