"""Each arm at its best: what is planted is found, what luck adds is seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from resilienza_sim.experiments.contribution.best import (
    Best,
    Rung,
    held_out,
    rungs,
    search_of,
    winners,
)
from resilienza_sim.experiments.histories import Histories
from resilienza_sim.experiments.plan import Task
from tests.fake_arms import ARGINI, CAMPAIGN, CASH, OUTREACH, TRAINING, Town
from tests.small import plan, town

SCENARIO = town()
POOR = plan((TRAINING, 0.1), (CAMPAIGN, 0.9), name="poor")
GOOD = plan((CASH, 0.6), (OUTREACH, 0.4), name="good")
ONE = plan((ARGINI, 1.0), name="one")
METRIC = "loss_due_to_shocks"


def lived(seen: Town):
    """Return what runs a plan in a stand-in and gives its values back."""

    def run(at) -> pd.DataFrame:
        rows = []
        for task in at.tasks():
            for record in seen.run(at.bench, task):
                rows.append(
                    {"replicate": task.replicate, "strategy": record.strategy, **record.metrics}
                )
        return pd.DataFrame(rows).set_index(["replicate", "strategy"])

    return run


def sought(seen: Town, arms=(POOR, GOOD, ONE), *, pairs=20, seed=1, metric=METRIC, **tried):
    search = search_of(SCENARIO, list(arms), seed=seed, **tried)
    best, training = winners(search, metric, lived(seen))
    last = held_out(search, best, pairs=pairs, seed=seed)
    return Best(search, best, training, last, lived(seen)(last), metric)


def test_a_third_goes_on_to_three_times_the_histories() -> None:
    assert rungs(27, 4) == (Rung(27, 4), Rung(9, 12), Rung(3, 36))
    assert rungs(10, 2) == (Rung(10, 2), Rung(4, 6), Rung(2, 18))
    assert rungs(3, 5) == (Rung(3, 5),)


def test_what_is_planted_is_found_and_holds_on_other_histories() -> None:
    found = sought(Town({TRAINING: 10.0, CASH: 1.0}, noise=0.05))
    table = found.table().set_index("strategy")
    row = table.loc["poor"]
    assert row["verdict"] == "better"
    assert row["held_out_gain"] > 2.0
    assert row["low"] < row["held_out_gain"] < row["high"]
    shares = found.shares()
    mine = shares[(shares["strategy"] == "poor") & (shares["action"] == TRAINING)]
    assert (mine["share"] == 0.1).all()
    assert mine["share_at_best"].mean() > 0.3
    gained = 10 * (mine["share_at_best"].mean() - 0.1)
    assert row["held_out_gain"] == pytest.approx(gained, abs=0.2)
    assert (shares.groupby(["strategy", "phase"])["share_at_best"].sum() - 1.0).abs().max() < 1e-9


def test_an_arm_with_nothing_to_share_is_its_own_best() -> None:
    found = sought(Town({TRAINING: 10.0}))
    row = found.table().set_index("strategy").loc["one"]
    assert row["winner"] == ""
    assert row["held_out_gain"] == 0.0
    assert np.isnan(row["training_gain"])
    assert "one" not in found.best


def test_an_arm_that_nothing_beats_stays_as_it_is() -> None:
    # Whatever departs from its shares costs: the draws cannot do better.
    def bent(shares):
        return -10.0 * abs(shares.get(CASH, 0.0) - 0.6) if OUTREACH in shares else 0.0

    found = sought(Town({}, bent), [GOOD])
    assert found.best["good"].name == "good:0"
    row = found.table().iloc[0]
    assert row["training_gain"] == row["held_out_gain"] == 0.0
    assert row["verdict"] == "undecided"


def test_luck_looks_like_a_gain_in_training_and_not_after() -> None:
    gains = [
        sought(Town({}, noise=1.0), [GOOD], seed=seed, pairs=30, candidates=9, first_histories=2)
        .table()
        .iloc[0]
        for seed in range(12)
    ]
    training = np.array([row["training_gain"] for row in gains])
    held = np.array([row["held_out_gain"] for row in gains])
    assert (training >= 0.0).all()
    assert training.mean() > 0.2
    # Held out it is luck around zero: 12 means of 30 differences of spread sqrt(2).
    assert abs(held.mean()) < 4 * np.sqrt(2 / 30 / 12)
    assert sum(row["verdict"] == "undecided" for row in gains) >= 9


def test_the_order_turns_when_the_leader_had_less_to_gain() -> None:
    found = sought(Town({TRAINING: 10.0, CASH: 4.0, OUTREACH: 4.0}, noise=0.02))
    order = found.order().set_index(["one", "other"])
    assert order["before_verdict"]["poor", "good"] == "worse"
    table = found.table().set_index("strategy")
    assert table["rank"].to_dict() == {"good": 1, "poor": 2, "one": 3}
    wins = table["value_at_best"]["poor"] < table["value_at_best"]["good"]
    assert order["change"]["poor", "good"] == ("turns" if wins else "stays")
    assert wins
    assert table["rank_at_best"].to_dict() == {"poor": 1, "good": 2, "one": 3}
    assert order["change"]["good", "one"] == "stays"


def test_an_undecided_lead_is_no_change_of_places() -> None:
    order = sought(Town({}, noise=1.0), pairs=10).order()
    assert set(order["change"]) <= {"undecided", "stays"}
    assert (order["change"] == "undecided").any()


def test_training_and_judgement_share_no_people_and_no_history() -> None:
    search = search_of(SCENARIO, [POOR], seed=1)
    last = held_out(search, {"poor": search.candidates["poor"][1]}, pairs=3, seed=1)
    assert search.plan.seed != last.seed == 1
    assert last.bench.histories == search.plan.bench.histories
    assert last.bench.histories is not None
    assert set(last.arms) == {"poor:0", "poor:1"}


def test_each_rung_keeps_the_runs_of_the_one_before() -> None:
    search = search_of(SCENARIO, [POOR, GOOD], seed=1, candidates=9, first_histories=2)
    plans = []

    def run(at):
        plans.append(at)
        return lived(Town({TRAINING: 10.0}, noise=0.1))(at)

    winners(search, METRIC, run)
    assert [len(at.by_pair) for at in plans] == [2, 6]
    assert len(plans[0].arms) == 18
    assert len(plans[1].arms) <= 8
    names = [{run.run_id for run in at.runs()} for at in plans]
    both = 2 * len(set(plans[0].arms) & set(plans[1].arms))
    assert len(names[0] & names[1]) == both > 0
    assert plans[0].hash == plans[1].hash


def test_candidates_without_values_are_passed_over() -> None:
    everywhere = {(f"poor:{k}", r) for k in range(1, 27) for r in range(40)}
    found = sought(Town({TRAINING: 10.0}, undefined=everywhere), [POOR])
    assert found.best["poor"].name == "poor:0"


def test_same_input_same_winners_and_the_first_of_equals() -> None:
    one, other = (sought(Town({TRAINING: 5.0}, noise=0.3)) for _ in range(2))
    assert one.table().equals(other.table())
    flat = sought(Town({}), [GOOD])
    assert flat.best["good"].name == "good:0"


def test_each_replicate_has_a_history_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []

    def of(self, scenario, week, seed, replicate):
        asked.append((seed, replicate))
        raise RuntimeError("enough")

    monkeypatch.setattr(Histories, "of", of)
    search = search_of(SCENARIO, [POOR], seed=1, candidates=3, first_histories=2)
    for task in search.plan.tasks():
        assert isinstance(task, Task)
        with pytest.raises(RuntimeError, match="enough"):
            next(iter(search.plan.bench.run(task)))
    assert asked == [(search.plan.seed, 0), (search.plan.seed, 1)]
