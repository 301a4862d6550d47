"""What a loss costs: paired with the town as it is, the dearest first, made again to the bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.contribution.keystones import (
    INTACT,
    Keystones,
    Prepared,
    Request,
    keystones,
    make_keystones,
)
from resilienza_sim.experiments.plan import Plan, bench_of
from resilienza_sim.experiments.session import Running
from resilienza_sim.simulation import simulate
from resilienza_sim.statistics import MINIMUM_PAIRS
from tests.small import flood, town

METRIC = "loss_due_to_shocks"
SCENARIO = town(citizens=120, weeks=20, shocks=[flood(6)])
LOST = ("service:home_care", "group:1")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Keystones:
    out = tmp_path_factory.mktemp("keystones") / "s"
    return keystones(SCENARIO, "consolidated", 2, out=out, lost=LOST, workers=1)


def test_every_service_and_the_largest_group_of_each_quarter_are_tried() -> None:
    plan = make_keystones(SCENARIO)
    assert next(iter(plan.arms)) == INTACT
    assert {"service:home_care", "service:social_work", "group:1", "group:2"} < set(plan.arms)
    assert {arm.strategy.name for arm in plan.made.values()} == {SCENARIO.compared()[1].name}
    assert [plan.made[name].lost for name in (INTACT, "group:2")] == [(), ("group:2",)]


def test_the_town_that_loses_nothing_is_the_one_always_run(small: Keystones) -> None:
    alone = simulate(SCENARIO, strategy="consolidated", seed=1)
    assert small.runs.loc[(0, INTACT), METRIC] == alone.metrics[METRIC]


def test_a_loss_costs_the_mean_of_its_pairs_and_the_dearest_comes_first(small: Keystones) -> None:
    table = small.table(METRIC)
    values = small.runs[METRIC].unstack("strategy")
    assert set(table["name"]) == set(LOST)
    assert list(table["loss"]) == sorted(table["loss"], reverse=True)
    assert (table["loss"] != 0.0).any()
    for row in table.itertuples():
        gap = values[row.name] - values[INTACT]
        assert (row.loss, row.worse, row.n) == (gap.mean(), (gap > 0.0).sum(), 2)
        assert np.isnan([row.low, row.high]).all()  # two pairs have no interval


def test_where_more_is_better_a_loss_is_what_is_missing() -> None:
    index = pd.MultiIndex.from_product(
        [range(6), (INTACT, "group:1")], names=["replicate", "strategy"]
    )
    runs = pd.DataFrame({"robustness": [0.9, 0.7, 0.9, 0.6] * 3}, index=index)
    plan = make_keystones(SCENARIO, lost=("group:1",))
    (row,) = Keystones(Path(), plan, runs).table("robustness").itertuples()
    assert row.loss == pytest.approx(0.25)
    assert 0.15 < row.low < 0.25 < row.high < 0.35
    assert (row.worse, row.n) == (6, 6)


def test_what_is_done_is_not_done_again(small: Keystones) -> None:
    before = {path: path.stat().st_mtime_ns for path in small.folder.rglob("*.parquet")}
    again = Prepared(small.plan).run(small.folder, Running(workers=1))
    pd.testing.assert_frame_equal(again.table(METRIC), small.table(METRIC))
    assert {path: path.stat().st_mtime_ns for path in small.folder.rglob("*.parquet")} == before


def test_what_is_asked_by_name_is_in_the_plan() -> None:
    asked = Request(
        scenario="quartiere",
        citizens=120,
        parameters=("time.weeks=30",),
        seed=3,
        twin=False,
        lost=LOST,
    )
    plan = asked.prepared().plan
    scenario = bench_of(plan).only
    assert (scenario.town.citizens, scenario.time.weeks, scenario.study.twin) == (120, 30, False)
    assert (plan.seed, plan.pairs, list(plan.arms)) == (3, MINIMUM_PAIRS, [INTACT, *LOST])


def test_what_no_town_can_lose_is_refused_before_anything_is_run(tmp_path: Path) -> None:
    with pytest.raises(ResilienzaError) as caught:
        keystones(SCENARIO, out=tmp_path / "s", lost=["service:home_cares"])
    assert (caught.value.key, caught.value.values["nearest"]) == ("unknown_loss", LOST[0])
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize(
    "choices", [{"decision": "1999-01-01"}, {"strategy": "alluvionale"}, {"pairs": 0}]
)
def test_what_cannot_be_is_refused(choices: dict[str, object]) -> None:
    with pytest.raises(ResilienzaError):
        _plan(**choices)


def _plan(strategy: str = "consolidated", **choices: object) -> Plan:
    return make_keystones(SCENARIO, strategy, **choices)
