from __future__ import annotations

import json

import numpy as np
import pytest

from resilienza_sim.classroom.levers import Asked, asked_of, changed, levers_of
from resilienza_sim.classroom.live import LiveTown
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.simulation import simulate

ARMS = ("alluvial", "transformative")


@pytest.fixture(scope="module")
def live(scenario) -> LiveTown:
    return LiveTown(scenario, scenario.arms(ARMS), pairs=1)


def played(live: LiveTown, asked: Asked) -> tuple[dict, list[dict]]:
    """Return the recording that a page ends up with, and all it was told."""
    told = json.loads(json.dumps(list(live.lives(asked))))
    recording = told[0]["recording"]
    for message in told[1:]:
        if message["kind"] != "weeks":
            continue
        recording["ties"] += message["ties"]
        for arm, more in zip(recording["arms"], message["arms"], strict=True):
            assert len(arm["suffering"][0]) == message["first"]
            for name in ("suffering", "flags"):
                for row, new in zip(arm[name], more[name], strict=True):
                    row += new
            for name, row in more["indicators"].items():
                arm["indicators"][name] += row
            for k, row in enumerate(more["trust"]):
                if k < len(arm["trust"]):
                    arm["trust"][k] += row
                else:
                    arm["trust"].append(row)
    return recording, told


def test_a_life_watched_live_is_the_life_that_is_recorded(live, recording) -> None:
    found, told = played(live, Asked())
    whole = json.loads(recording.model_dump_json())
    assert found["people"] == whole["people"]
    for arm, other in zip(found["arms"], whole["arms"], strict=True):
        assert arm["suffering"] == other["suffering"]
        assert arm["flags"] == other["flags"]
        assert arm["indicators"].items() <= other["indicators"].items()
        trust = {
            (tie["a"], tie["b"]): row for tie, row in zip(found["ties"], arm["trust"], strict=True)
        }
        ends = [(tie["a"], tie["b"]) for tie in whole["ties"]]
        assert [trust[pair] for pair in ends] == other["trust"]
    assert told[-4]["pair"] == whole["watched"]
    assert told[-3]["pair"] == {**whole["pairs"][0], "spared": {}}
    assert told[-2]["pair"] == whole["pairs"][0]
    assert told[-1] == {"kind": "end"}


def test_levers_make_a_scenario_that_simulate_runs_the_same(live, scenario) -> None:
    asked = Asked(peaks=(1.2, 0.3), lines={"alluvial": {"argini": 0.0, "cash_support": 1.2}})
    found, _ = played(live, asked)
    town, arms = changed(scenario, live.given, asked)
    assert town.shocks[0].peak == 1.2
    for arm, strategy in zip(found["arms"], arms, strict=True):
        life = simulate(town, strategy=strategy, seed=1)
        quality = np.array(arm["indicators"]["quality"], dtype=float)
        np.testing.assert_allclose(quality, life.values["quality"], rtol=1e-4)
    assert "argini" not in found["arms"][0]["spent_eur"] or not any(
        found["arms"][0]["spent_eur"]["argini"][found["scene"]["decision"] :]
    )


def test_the_purse_changes_the_past_too_as_in_a_scenario(live, scenario) -> None:
    asked = Asked(purse=2.0)
    found, _ = played(live, asked)
    town, _ = changed(scenario, live.given, asked)
    life = simulate(town, strategy="alluvial", seed=1)
    np.testing.assert_allclose(
        np.array(found["arms"][0]["indicators"]["quality"], dtype=float),
        life.values["quality"],
        rtol=1e-4,
    )


def test_a_newer_request_ends_the_one_under_way(live) -> None:
    weeks = iter([False] * 5 + [True] * 100)
    told = list(live.lives(Asked(), lambda: next(weeks)))
    assert told[0]["kind"] == "begin"
    assert told[-1]["kind"] == "weeks"
    assert told[-1]["first"] < 12


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"peaks": ["high"]},
        {"purse": -1},
        {"purse": 1e9},
        {"purse": float("nan")},
        {"unknown": 1},
        {"lines": {"alluvial": 3}},
    ],
)
def test_what_is_no_position_of_the_levers_is_refused(data) -> None:
    with pytest.raises(ResilienzaError) as problem:
        asked_of(data)
    assert problem.value.key == "lever_wrong"


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        (Asked(peaks=(9.0,)), "lever_wrong"),
        (Asked(lines={"alluvial": {"argini": -1.0}}), "lever_wrong"),
        (Asked(lines={"alluvial": {"argini": 3.0, "service_staff": 3.0}}), "lever_over_purse"),
    ],
)
def test_a_lever_out_of_its_range_is_told(scenario, asked, key) -> None:
    with pytest.raises(ResilienzaError) as problem:
        changed(scenario, scenario.arms(ARMS), asked)
    assert problem.value.key == key


def test_the_sheet_tells_where_the_levers_stand(scenario) -> None:
    sheet = levers_of(scenario, scenario.arms(ARMS))
    assert [each["kind"] for each in sheet["peaks"]] == ["flood", "pandemic"]
    lines = {each["action"]: each["share"] for each in sheet["lines"]["alluvial"]}
    assert lines["argini"] == pytest.approx(0.15)
    assert lines["service_staff"] == pytest.approx(0.255 + 0.2125 + 0.085 + 0.0425)
