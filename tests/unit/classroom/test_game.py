from __future__ import annotations

import io
import zipfile

import pytest

from resilienza_sim.classroom.game import TURN_WEEKS, menu, roles, strategy_of_room
from resilienza_sim.classroom.keeping import kept
from resilienza_sim.classroom.levers import Asked, asked_of, changed
from resilienza_sim.classroom.live import LiveTown
from resilienza_sim.classroom.making import lived
from resilienza_sim.discovery import family
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.compare import compare
from resilienza_sim.model.contracts import Action
from resilienza_sim.scenario import load_scenario
from resilienza_sim.simulation import simulate
from resilienza_sim.worlds import ranges_here, world
from tests.small import flood, town

ARMS = ("alluvial", "transformative")
FIRST = {"street_work": 0.5, "argini": 0.25}
SECOND = {"argini": 0.8}


@pytest.fixture(scope="module")
def scenario():
    return town(citizens=240, weeks=44, shocks=[flood(20)])


@pytest.fixture(scope="module")
def options(scenario):
    return menu(scenario.arms(ARMS))


def test_every_action_has_one_role_that_speaks_for_it() -> None:
    spoken = [action for role in roles() for action in role.actions]
    assert sorted(spoken) == sorted(family("actions", Action))


def test_the_menu_has_each_line_of_the_two_strategies_once(options) -> None:
    assert {"argini", "street_work", "service_staff:home_care", "outreach:target"} <= set(options)
    assert options["service_staff:home_care"]["service"] == "home_care"


def test_each_turn_holds_its_quarter_and_the_last_one_goes_on(scenario, options) -> None:
    room = strategy_of_room(scenario, options, [FIRST, SECOND])
    day = scenario.calendar.date_of
    decision = scenario.decision_weeks[0]

    def bought(week: int) -> dict[str, float]:
        return {line.action.kind(): line.share for line in room.lines(0, day(week))}

    assert bought(decision) == FIRST
    assert bought(decision + TURN_WEEKS - 1) == FIRST
    assert bought(decision + TURN_WEEKS) == SECOND
    assert bought(scenario.time.weeks - 1) == SECOND


def test_what_a_room_decides_later_does_not_change_what_it_has_seen(scenario) -> None:
    live = LiveTown(scenario, scenario.arms(ARMS), pairs=0)

    def quality(turns) -> list[float]:
        found: list[float] = []
        for message in live.lives(Asked(turns=turns)):
            if message["kind"] == "weeks":
                found += message["arms"][2]["indicators"]["quality"]
        return found

    one, two = quality((FIRST,)), quality((FIRST, SECOND))
    assert one[:TURN_WEEKS] == two[:TURN_WEEKS]
    assert one[TURN_WEEKS:] != two[TURN_WEEKS:]


def test_a_game_in_turns_is_kept_and_lived_again_to_the_bit(scenario, tmp_path) -> None:
    asked = Asked(turns=(FIRST, SECOND))
    arms = scenario.arms(ARMS)
    with zipfile.ZipFile(io.BytesIO(kept(scenario, arms, asked, 1, "en"))) as archive:
        archive.extractall(tmp_path)
    again = load_scenario(tmp_path / "scenario.toml")
    found = {arm.name: arm for arm in again.arms()}
    assert list(found) == ["alluvial", "transformative", "room"]
    played_town, played = changed(scenario, arms, asked)
    one = simulate(again, strategy=found["room"], seed=1)
    other = simulate(played_town, strategy=played[-1], seed=1)
    assert all(one.values[name].tobytes() == other.values[name].tobytes() for name in one.values)


def test_a_comparison_of_a_kept_game_finds_what_the_room_saw_in_the_other_towns(
    scenario, tmp_path
) -> None:
    asked = Asked(turns=(FIRST, SECOND))
    arms = scenario.arms(ARMS)
    with zipfile.ZipFile(io.BytesIO(kept(scenario, arms, asked, 1, "en"))) as archive:
        archive.extractall(tmp_path)
    study = compare(
        tmp_path / "scenario.toml", pairs=2, null=False, luck=False, out=tmp_path / "study"
    )
    runs = study.runs.reset_index()
    found = runs.set_index(["replicate", "strategy"])["loss_due_to_shocks"]
    town_of_room, its_arms = changed(scenario, arms, asked)
    for number in range(2):
        here = world(town_of_room, its_arms, ranges_here(town_of_room), 1, number)
        for name, loss in lived(here, 1).due_to_shocks.items():
            assert found[number, name] == pytest.approx(loss, abs=1e-3)


@pytest.mark.parametrize(
    ("turns", "key"),
    [
        ([{"argini": 0.7, "street_work": 0.6}], "lever_over_purse"),
        ([{"nothing": 0.1}], "unknown_option_of_room"),
        ([{"argini": -0.1}], "lever_wrong"),
        ([{"argini": 9}], "lever_wrong"),
    ],
)
def test_a_turn_that_does_not_hold_is_told(scenario, turns, key) -> None:
    with pytest.raises(ResilienzaError) as problem:
        changed(scenario, scenario.arms(ARMS), asked_of({"turns": turns}))
    assert problem.value.key == key
