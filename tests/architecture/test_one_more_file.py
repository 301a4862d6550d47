"""A shock, action, indicator or metric of one's own is a plain file: written here, and run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.small import day, town

PLUGINS = {
    "hailstorm.py": '''"""A hailstorm, for a test."""

import numpy as np

from resilienza_sim.model.contracts import Shock


class Hailstorm(Shock):
    """A hailstorm breaks the windows of every home."""

    source = "assumption: a test"
    hazard = "blackout"
    needs = {"housing": 0.9}

    def profile(self, age):
        return (age < 3).astype(float)

    def exposure(self, community, streams):
        return np.ones(community.people.age.size)
''',
    "festival.py": '''"""A festival, for a test."""

from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Action


class Festival(Action):
    """A festival makes everybody less tired."""

    source = "assumption: a test"
    ambit = "ties"

    unit_cost_eur: float = quantity(1.0, 0.1, 10.0, unit="EUR", source="assumption: a test")

    def need(self, model):
        return float(len(model.state.citizens))

    def apply(self, model, done):
        model.state.citizens.fatigue *= 0.5
''',
    "measures.py": '''"""The age of the oldest, and the worst week, for a test."""

from resilienza_sim.model.contracts import indicator, metric


@indicator(unit="years", source="assumption: a test", cadence_weeks=4)
def oldest(model):
    """Age of the oldest citizen, every fourth week."""
    return float(model.community.people.age.max())

@metric(unit="weeks", better="lower", source="assumption: a test", effect_of_interest=1.0)
def worst_week(record):
    """Week of the highest suffering after the decision."""
    return float(record.series("suffering").argmax())
''',
}
STRATEGY = """
name = "festive"
source = "a test"
title = {it = "Festa", en = "Festive"}
description = {it = "Festa", en = "Festive"}
[[normal]]
action = "festival"
share = 0.5
unit_cost_eur = 2.0
[[emergency]]
action = "festival"
share = 0.9
"""
RUN = """
import json, sys
from pathlib import Path

from resilienza_sim import Scenario, extend, extension_sources, simulate
from resilienza_sim.experiments.engine import loky_executor
from resilienza_sim.experiments.sources import sources
from resilienza_sim.simulation import simulate_arms

added = extend(sys.argv[1])
scenario = Scenario.model_validate_json(Path(sys.argv[1], "scenario.json").read_text("utf-8"))
arms = [f"{sys.argv[1]}/festive.toml", "none"]
festive, none = simulate_arms(scenario, arms, replicate=0, seed=1)
print(json.dumps({
    "spent": festive.ledger.frame().groupby("action")["eur"].sum().get("festival", 0.0),
    "fatigue": [float(each.values["fatigue"][-1]) for each in (festive, none)],
    "damage": festive.values["damage"].tolist(),
    "oldest": [None if x != x else x for x in festive.values["oldest"].tolist()],
    "worst_week": festive.metrics["worst_week"],
    "suffering": festive.series("suffering").tolist(),
    "added": added,
    "files": sorted(extension_sources()),
    "code": sources(),
    "code_of_a_worker": loky_executor(1).submit(sources).result(),
    "of_a_worker": loky_executor(1).submit(
        simulate, scenario, strategy=arms[0], seed=1
    ).result().metrics["worst_week"],
}))
"""


@pytest.fixture(scope="module")
def plugged(tmp_path_factory, root: Path) -> dict[str, Any]:
    """What a fresh interpreter tells of a run with one new file in each family."""
    folder = tmp_path_factory.mktemp("plugins")
    for name, text in PLUGINS.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "festive.toml").write_text(STRATEGY, encoding="utf-8")
    scenario = town(citizens=200, weeks=24).model_dump(mode="json")
    scenario["shocks"] = [{"kind": "hailstorm", "start": day(8), "peak": 0.9}]
    (folder / "scenario.json").write_text(json.dumps(scenario), encoding="utf-8")
    (folder / "_run.py").write_text(RUN, encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-W", "error", str(folder / "_run.py"), str(folder)],
        env={**os.environ, "PYTHONPATH": str(root / "src")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


def test_a_new_shock_is_one_file(plugged) -> None:
    hit = [week for week, damage in enumerate(plugged["damage"]) if damage > 0.0]
    assert hit == [8, 9, 10]


def test_a_new_action_is_one_file(plugged) -> None:
    assert plugged["spent"] > 0.0
    assert plugged["fatigue"][0] < 0.8 * plugged["fatigue"][1]


def test_a_new_indicator_is_one_file(plugged) -> None:
    seen = [week for week, value in enumerate(plugged["oldest"]) if value is not None]
    assert seen == list(range(0, 24, 4))
    assert plugged["oldest"][0] > 60


def test_what_was_added_is_named_and_kept(plugged) -> None:
    names = ["actions.festival", "shocks.hailstorm", "indicators.oldest", "metrics.worst_week"]
    assert plugged["added"] == names
    assert plugged["files"] == ["festival.py", "hailstorm.py", "measures.py"]


def test_a_worker_has_what_its_driver_has(plugged) -> None:
    assert plugged["of_a_worker"] == plugged["worst_week"]
    assert plugged["code_of_a_worker"] == plugged["code"]
    assert {"resilienza_sim", *plugged["added"]} == set(plugged["code"])


def test_a_new_metric_is_one_file(plugged) -> None:
    assert plugged["worst_week"] == float(np.argmax(plugged["suffering"]))
