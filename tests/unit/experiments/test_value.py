"""What euros obtain, against values known in closed form."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import fake_model
import numpy as np
import pytest

from resilienza_sim.experiments.run import run_plan
from resilienza_sim.experiments.study import Study

ARMS = ("consolidated", "none", "transformative")
WEEKS_AFTER = 10


def told(losses: dict[str, float], euros: dict[str, float], chance: float, task: Any) -> Any:
    """Yield runs that lose and spend what is told; money spent before the decision counts not."""
    for run in task.runs:
        one = fake_model.trajectory("consolidated", task.replicate, task.seed, run.decision)
        own = chance * (task.replicate % 3 - 1) * (run.strategy == "transformative")
        spent = np.full(fake_model.WEEKS, euros[run.strategy] / WEEKS_AFTER)
        spent[:-WEEKS_AFTER] = 1e6
        hours = np.full(fake_model.WEEKS, 20.0 if run.strategy == "transformative" else 0.0)
        yield replace(
            one,
            strategy=run.strategy,
            metrics={"loss_due_to_shocks": losses[run.strategy] + own},
            values={"spent_eur": spent, "volunteer_hours": hours},
        )


def study(
    folder: Any, losses: tuple[float, ...], euros: tuple[float, ...], chance: float = 0.0
) -> Study:
    plan = fake_model.plan(
        9,
        strategy_texts={name: f'{{"name":"{name}"}}' for name in ARMS},
        decisions=(fake_model.DECISIONS[0],),
        horizons={fake_model.DECISIONS[0]: WEEKS_AFTER},
    )
    runner = partial(
        told, dict(zip(ARMS, losses, strict=True)), dict(zip(ARMS, euros, strict=True)), chance
    )
    return Study.open(run_plan(plan, runner, folder))


def test_the_effect_per_1000_euros_is_counted_from_the_unspent_purse(tmp_path) -> None:
    made = study(tmp_path, (90.0, 100.0, 70.0), (2000.0, 0.0, 2000.0))
    table = made.cost_effectiveness().set_index("strategy")
    assert table.index.tolist() == ["consolidated", "transformative"]
    assert set(table["reference"]) == {"none"}
    assert table["effect"].tolist() == pytest.approx([10.0, 30.0])
    assert table["cost_eur"].tolist() == pytest.approx([2000.0, 2000.0])
    for column in ("per_1000_eur", "low", "high"):
        assert table[column].tolist() == pytest.approx([5.0, 15.0])


def test_hours_count_at_their_price(tmp_path) -> None:
    made = study(tmp_path, (90.0, 100.0, 70.0), (2000.0, 0.0, 2000.0))
    # 20 hours per 1,000 citizens, 100 citizens, ten weeks: 20 hours at 50 euros
    table = made.cost_effectiveness(hour_eur=50.0).set_index("strategy")
    assert table["cost_eur"].tolist() == pytest.approx([2000.0, 3000.0])
    assert table.loc["transformative", "per_1000_eur"] == pytest.approx(10.0)


def test_an_arm_that_costs_no_more_has_no_ratio(tmp_path) -> None:
    table = study(tmp_path, (90.0, 100.0, 70.0), (0.0, 0.0, 1000.0)).cost_effectiveness()
    assert np.isnan(table["per_1000_eur"][0])
    assert table["per_1000_eur"][1] == pytest.approx(30.0)


def test_luck_widens_the_ratio(tmp_path) -> None:
    made = study(tmp_path, (90.0, 100.0, 70.0), (2000.0, 0.0, 2000.0), chance=6.0)
    row = made.cost_effectiveness().set_index("strategy").loc["transformative"]
    assert row["low"] < row["per_1000_eur"] < row["high"]
    assert made.cost_effectiveness().equals(made.cost_effectiveness())


def test_the_curve_turns_at_the_price_of_the_effect(tmp_path) -> None:
    curve = study(tmp_path, (90.0, 100.0, 70.0), (2000.0, 0.0, 3000.0)).acceptability()
    turn = 3000.0 / 30.0  # cheaper than the 200 a point of the other arm
    below, above = curve[curve["eur"] < turn - 1e-6], curve[curve["eur"] > turn + 1e-6]
    assert len(below) > 3
    assert len(above) > 3
    assert (below["none"] == 1.0).all()
    assert (above["transformative"] == 1.0).all()
    assert curve[list(ARMS)].sum(axis=1).to_numpy() == pytest.approx(1.0)


def test_arms_that_tie_share_the_chance(tmp_path) -> None:
    curve = study(tmp_path, (80.0, 100.0, 80.0), (1000.0, 0.0, 1000.0)).acceptability()
    assert curve["consolidated"].iloc[-1] == curve["transformative"].iloc[-1] == 0.5
    useless = study(tmp_path / "b", (100.0, 100.0, 110.0), (1000.0, 0.0, 1000.0)).acceptability()
    assert (useless["none"] == 1.0).all()


def test_luck_makes_the_turn_gradual(tmp_path) -> None:
    made = study(tmp_path, (90.0, 100.0, 70.0), (2000.0, 0.0, 3000.0), chance=12.0)
    chance = made.acceptability()["transformative"]
    assert ((chance > 0.1) & (chance < 0.9)).any()
    assert made.acceptability().equals(made.acceptability())


def test_without_a_purse_there_is_nothing_to_say(tmp_path) -> None:
    plain = Study.open(run_plan(fake_model.plan(2), fake_model.runner(), tmp_path))
    assert plain.cost_effectiveness().empty
    assert plain.acceptability().empty
