"""What Mesa promises of a model: it works here, or is refused in one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pytest

from resilienza_sim import simulate
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.scenario import Scenario
from tests.small import contents, flood, town

WEEKS = 10


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return town(citizens=120, weeks=WEEKS, shocks=[flood(5)])


class Diary(CommunityModel):
    """A model of a user's own, which keeps a diary."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.diary: list[int] = []

    def step(self) -> None:
        super().step()
        self.diary.append(self.week)
        self.datacollector.collect(self)


def test_the_model_runs_to_its_end_and_stops(scenario) -> None:
    model = CommunityModel(scenario, rng=1)
    assert model.running
    model.run_model()
    assert not model.running
    assert model.week == WEEKS
    assert model.steps == WEEKS + scenario.time.burn_in_weeks
    assert not model.fork("none").running


@pytest.mark.parametrize(
    "named", [{"rng": 7}, {"seed": 7}, {"rng": np.int64(7)}, {"rng": 7, "seed": None}]
)
def test_every_name_of_a_seed_is_the_same_town(scenario, named) -> None:
    first = contents(CommunityModel(scenario, rng=7).state)
    assert contents(CommunityModel(scenario, **named).state) == first


def test_without_a_seed_a_town_is_drawn_anew(scenario) -> None:
    one, other = (CommunityModel(scenario, seed=None).streams.seed for _ in range(2))
    assert one != other


@pytest.mark.parametrize("seed", [-3, 1.5, 1.0, True, "1", 2**63, np.float64(1.0), np.bool_(True)])
def test_what_is_no_seed_is_refused(scenario, seed) -> None:
    for made in (
        lambda: CommunityModel(scenario, rng=seed),
        lambda: CommunityModel(scenario, seed=seed),
        lambda: simulate(scenario, seed=seed),
    ):
        with pytest.raises(ResilienzaError) as caught:
            made()
        assert caught.value.key == "option_wrong"


def test_two_seeds_are_refused(scenario) -> None:
    with pytest.raises(ResilienzaError) as caught:
        CommunityModel(scenario, rng=1, seed=2)
    assert caught.value.key == "seed_twice"
    with pytest.raises(ResilienzaError) as caught:
        simulate(scenario, seed=None)
    assert caught.value.key == "option_wrong"


def test_what_is_no_scenario_is_refused() -> None:
    for given in ("faenza", ("name", "faenza"), None):
        with pytest.raises(ResilienzaError) as caught:
            CommunityModel(given)
        assert caught.value.key == "model_scenario"


def test_the_scenario_stays_what_it_is(scenario) -> None:
    model = CommunityModel(scenario, rng=1)
    assert model.scenario is scenario
    with pytest.raises(AttributeError):
        model.scenario = scenario


def test_agents_are_neither_added_nor_removed_by_hand(scenario) -> None:
    model = CommunityModel(scenario, rng=1)
    before = contents(model.state)
    for attempt in (
        model.citizens[0].remove,
        model.remove_all_agents,
        lambda: model.register_agent(model.citizens[0]),
    ):
        with pytest.raises(ResilienzaError) as caught:
            attempt()
        assert caught.value.key == "agents_are_rows"
    assert contents(model.state) == before


def test_a_fork_is_of_the_same_class_and_keeps_what_it_added(scenario) -> None:
    model = Diary(scenario, rng=1)
    for _ in range(3):
        model.step()
    fork = model.fork("none")
    assert type(fork) is Diary
    assert fork.diary == model.diary
    fork.step()
    assert (len(fork.diary), len(model.diary)) == (4, 3)


def test_a_subclass_goes_through_the_door(scenario) -> None:
    mine = simulate(scenario, strategy="none", seed=np.int64(1), model=Diary)
    assert mine.metrics == simulate(scenario, strategy="none", seed=1).metrics


def test_mesa_runs_it_in_batches(scenario) -> None:
    named: dict[str, Any] = {"scenario": [scenario], "strategy": ["none", "hybrid"]}
    newer = "rng" in mesa.batch_run.__code__.co_varnames[:8]
    seeds: dict[str, Any] = {"rng": [1, 2]} if newer else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Mesa's own
        for rows, period in ((4, -1), (4 * (WEEKS + scenario.time.burn_in_weeks), 1)):
            found = mesa.batch_run(
                Diary,
                named if newer else named | {"rng": [1, 2]},
                data_collection_period=period,
                display_progress=False,
                **seeds,
            )
            assert len(found) == rows
    ends = {(row["strategy"], row.get("seed", row.get("rng"))): row["suffering"] for row in found}
    model = CommunityModel(scenario, "hybrid", rng=2)
    model.run_model()
    assert ends["hybrid", 2] == model.recorder.series("suffering")[-1]


def test_a_model_that_is_not_compiled_says_so(root: Path) -> None:
    code = "from resilienza_sim import CommunityModel"
    env = {**os.environ, "PYTHONPATH": str(root / "src"), "NUMBA_DISABLE_JIT": "1"}
    told = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False
    )
    assert told.returncode == 1
    assert "NUMBA_DISABLE_JIT" in told.stderr.splitlines()[-1]
