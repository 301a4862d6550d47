"""The smallest effect grows with the weeks observed and with the town, where its metric does."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from planted import planted

from resilienza_sim.discovery import family
from resilienza_sim.experiments.interim import stretched
from resilienza_sim.experiments.plan import MetricInfo
from resilienza_sim.metrics import describe_metric
from resilienza_sim.model.contracts import Metric

SUMS = {  # over weeks, or over weeks and residents
    "loss_due_to_shocks": (0.5, False),
    "loss_everyday": (0.5, False),
    "loss_total": (0.5, False),
    "functional_loss": (0.5, False),
    "serious_weeks_due_to_shocks": (0.4, False),
    "waiting_weeks": (0.002, False),
    "saturation_weeks": (0.015, False),
    "spent_eur": (0.004, True),
}


def test_what_adds_up_over_weeks_or_people_is_judged_by_week_and_by_head() -> None:
    known = family("metrics", Metric)
    assert {name for name, each in known.items() if each.weekly or each.per_head} == set(SUMS)
    for name, (effect, heads) in SUMS.items():
        info = MetricInfo.of(describe_metric(name))
        assert info.effect_of_interest == effect
        found = info.over(260, 10_000).effect_of_interest
        assert found == pytest.approx(effect * 260 * (10_000 if heads else 1))
        assert info.over(130, 10_000).effect_of_interest == pytest.approx(found / 2)


def test_it_is_scaled_once_and_only_by_what_is_known() -> None:
    info = MetricInfo("lower", "EUR", 0.004, weekly=True, per_head=True)
    assert info.over(None, None) == info
    by_town = info.over(None, 1_000)
    assert (by_town.effect_of_interest, by_town.weekly, by_town.per_head) == (4.0, True, False)
    whole = by_town.over(100, 1_000)
    assert whole.effect_of_interest == 400.0
    assert whole.over(100, 1_000) == whole
    assert MetricInfo.of(info.as_dict()) == info


def test_what_somebody_asks_for_is_taken_as_it_is() -> None:
    info = MetricInfo("lower", "EUR", 0.004, weekly=True, per_head=True).asked(5_000.0)
    assert info.over(260, 10_000).effect_of_interest == 5_000.0


def test_it_is_stretched_at_the_points_of_a_sweep() -> None:
    info = MetricInfo("lower", "", 100.0)
    stretch = {"loss": [0.5, 1.5]}
    assert [stretched(info, "loss", k, stretch) for k in (0, 1)] == [50.0, 150.0]
    assert stretched(info, "robustness", 1, stretch) == 100.0
    assert stretched(info, "loss", 1, None) == 100.0
    assert stretched(dataclasses.replace(info, effect_of_interest=None), "loss", 1, stretch) is None


def test_every_point_of_a_sweep_has_that_of_its_town(tmp_path: Path) -> None:
    size = {
        "name": "size",
        "title": {"it": "Residenti", "en": "Residents"},
        "source": "assumption",
        "levels": [500, 1500],
        "paths": ["town.citizens"],
    }

    sweep = planted(tmp_path, lambda row: -5.0, factors=[size])
    assert sweep.stretch("spent_eur").tolist() == pytest.approx([0.5, 1.5])
    assert sweep.stretch("robustness").tolist() == [1.0, 1.0]
    assert sweep.stretch("loss_due_to_shocks").tolist() == [1.0, 1.0]  # asked for as it is
    weeks = sweep.describe("spent_eur").effect_of_interest / (0.004 * 1000)
    assert weeks == pytest.approx(round(weeks))
    table = sweep.comparison("spent_eur").set_index("size")
    assert table["effect_of_interest"].tolist() == pytest.approx([2.0 * weeks, 6.0 * weeks])
