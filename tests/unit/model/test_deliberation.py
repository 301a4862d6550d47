"""Deliberation: priorities from many views, and a plan that follows them."""

from __future__ import annotations

import numpy as np
import pytest

from resilienza_sim.actions.cash_support import CashSupport
from resilienza_sim.actions.open_spaces import OpenSpaces
from resilienza_sim.actions.training import Training
from resilienza_sim.model.deliberation import deliberate, weighed
from resilienza_sim.model.state import NEEDS
from tests.small import lived, plan, town

ISOLATION, INCOME = NEEDS.index("isolation"), NEEDS.index("income")


def seated(seats: float = 20.0, **dials: float):
    """Return a model of a small town, about to deliberate with some seats."""
    model = lived(town(parameters={"plan": dials}), 2)
    model.state.municipality.seats = seats
    return model


def test_nobody_deliberates_without_a_whole_seat() -> None:
    model = seated(0.9)
    deliberate(model)
    assert np.isnan(model.state.municipality.dispersion_before)
    assert model.state.municipality.seats == 0.9  # kept for the next cycle


def test_the_worst_need_that_can_be_tackled_comes_first() -> None:
    model = seated(view_error=0.0)
    model.state.citizens.need[:] = 0.1
    model.state.citizens.need[:, INCOME] = 0.2
    deliberate(model)
    p = model.parameters.plan
    asked = np.array([getattr(p, f"tackle_{kind}") for kind in NEEDS])
    asked[INCOME] *= 2.0
    assert model.state.municipality.priority == pytest.approx(asked / asked.sum(), rel=1e-4)


def test_views_differ_before_and_less_after() -> None:
    model = seated()
    deliberate(model)
    town_ = model.state.municipality
    assert 0.0 < town_.dispersion_after < town_.dispersion_before
    assert town_.followed == pytest.approx(
        np.exp(-town_.dispersion_after / model.parameters.plan.tolerance)
    )


def test_without_plurality_all_say_what_the_first_says() -> None:
    model = seated(plurality=0.0)
    deliberate(model)
    assert model.state.municipality.dispersion_before == pytest.approx(0.0, abs=1e-12)


def test_many_views_are_nearer_the_truth_than_one() -> None:
    """Page 2007: the error of the crowd is the mean error less the diversity."""

    def error(plurality: float) -> float:
        found = []
        for week in range(2, 12):
            model = seated(25.0, plurality=plurality, milieu=0.0)
            model.state.week = week
            for kind in NEEDS:
                model.state.citizens.need[:, NEEDS.index(kind)] = 0.2
            deliberate(model)
            p = model.parameters.plan
            asked = np.array([getattr(p, f"tackle_{kind}") for kind in NEEDS])
            found.append(np.abs(model.state.municipality.priority - asked / asked.sum()).sum())
        return float(np.mean(found))

    assert error(1.0) < 0.5 * error(0.0)


def test_lines_follow_the_priorities_and_the_sum_stays() -> None:
    model = seated()
    town_ = model.state.municipality
    town_.priority[:] = 0.0
    town_.priority[ISOLATION] = 1.0
    town_.followed = 1.0
    shares = {CashSupport(): 0.3, OpenSpaces(): 0.3, Training(): 0.2}
    new = weighed(model, shares)
    assert sum(new.values()) == pytest.approx(0.8)
    assert new[OpenSpaces()] > new[Training()] > new[CashSupport()]


def test_equal_priorities_change_nothing() -> None:
    model = seated()
    model.state.municipality.followed = 1.0
    shares = {CashSupport(): 0.3, OpenSpaces(): 0.3, Training(): 0.2}
    assert weighed(model, shares) == pytest.approx(shares)


def test_seats_paid_for_make_voices() -> None:
    scenario = town(weeks=40, decisions=(0,), citizens=600)
    strategy = plan(("deliberation", 0.2), ("cash_support", 0.4), ("street_work", 0.4))
    model = lived(scenario, 30, strategy=strategy)
    assert model.state.municipality.voices >= 1
    assert np.isfinite(model.recorder.series("vision_dispersion")[-1])
