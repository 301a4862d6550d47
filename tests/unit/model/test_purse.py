"""Equation 13 and rules 1 and 5: the purse of the week, what it buys, the ledger."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from resilienza_sim.actions.campaign import Campaign
from resilienza_sim.actions.service_staff import ServiceStaff
from resilienza_sim.actions.street_work import StreetWork
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.ledger import Ledger
from resilienza_sim.model.phases.plan import effective
from tests.small import day, differences, flood, lived, plan, town

units = st.floats(0.0, 1e6)
needs = st.floats(1e-3, 1e6)


# -- returns --------------------------------------------------------------------------------------


@given(units, needs)
def test_work_is_no_more_than_its_units_nor_its_need(u, s) -> None:
    for returns in ("concave", "linear"):
        assert 0.0 <= effective(u, s, returns) <= min(u, s) * (1 + 1e-12) + 1e-300
    assert effective(u, s, "linear") == min(u, s)


@given(units, needs, st.floats(0.01, 100.0))
def test_returns_scale_with_the_town(u, s, times) -> None:
    for returns in ("concave", "linear"):
        assert effective(u * times, s * times, returns) == pytest.approx(
            times * effective(u, s, returns), rel=1e-9
        )


def test_as_many_units_as_needs_cover_what_the_formula_says() -> None:
    assert effective(10.0, 10.0, "concave") == pytest.approx(10.0 * (1 - math.exp(-1)))
    assert effective(1e-6, 10.0, "concave") == pytest.approx(1e-6)


@pytest.mark.parametrize("returns", ["concave", "linear"])
def test_without_a_need_there_is_no_work(returns) -> None:
    assert effective(5.0, 0.0, returns) == 0.0
    assert effective(0.0, 5.0, returns) == 0.0


# -- the ledger -----------------------------------------------------------------------------------


def test_a_ledger_balances() -> None:
    ledger = Ledger()
    for week in (-1, 0):
        ledger.receive(week, 1000)
    ledger.enter(-1, StreetWork(), 250)
    ledger.enter(0, StreetWork(), 100)
    ledger.enter(0, ServiceStaff(), 30)
    ledger.enter(0, Campaign(), 3)
    assert ledger.audit() == (2000, 383, 1617)
    assert ledger.spent(0) == {"ties": 100, "services": 30, "awareness": 3}
    assert ledger.spent_on(0) == {"street_work": 100, "service_staff": 30, "campaign": 3}
    assert ledger.spent(1) == ledger.spent_on(1) == {}
    frame = ledger.frame()
    assert frame["eur"].tolist() == [2.5, 1.0, 0.3, 0.03]
    assert frame["action"].tolist() == ["street_work", "street_work", "service_staff", "campaign"]


def test_a_ledger_of_a_sample_tells_the_euros_of_the_whole_town_to_the_cent() -> None:
    ledger = Ledger(residents=58_710, citizens=2_000)
    received = spent = 0
    for week in range(20):
        ledger.receive(week, 1_000)
        ledger.enter(week, StreetWork(), 333)
        ledger.enter(week, Campaign(), 101)
        of_week = ledger.town_spent_on(week)
        spent += sum(of_week.values())
        received = 1_000 * (week + 1) * 58_710 // 2_000
        assert ledger.town_left() == received - spent  # no cent is lost by rounding
    assert of_week["street_work"] == pytest.approx(333 * 58_710 / 2_000, abs=1)
    since, by_action = ledger.town_since(10)
    assert since == pytest.approx(received / 2, abs=1)
    assert sum(by_action.values()) == pytest.approx(spent / 2, abs=2)
    assert 100.0 * ledger.frame()["eur"].sum() == pytest.approx(spent)
    assert ledger.copy().town_left() == ledger.town_left()


def test_a_copied_ledger_goes_its_own_way() -> None:
    ledger = Ledger()
    ledger.receive(0, 100)
    twin = ledger.copy()
    twin.receive(1, 100)
    twin.enter(1, StreetWork(), 7)
    assert ledger.audit() == (100, 0, 100)
    assert twin.audit() == (200, 7, 193)


# -- the purse ------------------------------------------------------------------------------------


def at_the_decision(strategy, **values) -> CommunityModel:
    return lived(town(citizens=200, weeks=20, **values), 4, strategy=strategy)


def test_the_weekly_purse_is_that_of_the_equation() -> None:
    purse = {"eur_per_head": 208.0, "discretionary_share": 0.25}
    model = at_the_decision("none", purse=purse)
    assert model.weekly_purse_cents == 100 * 208 * 200 / 52 * 0.25


def test_the_purse_without_a_figure_is_that_of_the_town() -> None:
    scenario = town(citizens=200)
    figure = scenario.territory.figures["social_spending_eur"].value
    model = CommunityModel(scenario, rng=1)
    assert model.weekly_purse_cents == pytest.approx(100 * figure * 200 / 52 * 0.10, abs=0.5)


def test_who_spends_nothing_saves_it_all() -> None:
    model = at_the_decision("none")
    spent = model.ledger.audit()[1]
    saved = model.state.municipality.available_cents
    model.run_to(20)
    assert model.ledger.audit()[1] == spent
    assert model.state.municipality.available_cents == saved + 16 * model.weekly_purse_cents


@pytest.mark.parametrize("release", [0.0, 0.1, 1.0])
def test_savings_are_released_little_by_little(release) -> None:
    parameters = {"plan": {"carry_over_release": release, "saturation": 50.0}}
    late = plan(("street_work", 1.0), name="late", normal=[])
    flooded = town(citizens=200, weeks=20, shocks=[flood(12)], parameters=parameters)
    model = lived(flooded, 12, strategy=late)
    saved, income = model.state.municipality.available_cents, model.weekly_purse_cents
    model.step()
    spent = sum(model.ledger.spent(12).values())
    assert spent == income + int(saved * release)


def test_no_euro_is_spent_beyond_saturation() -> None:
    rich = {"eur_per_head": 10_000.0, "discretionary_share": 1.0}
    model = at_the_decision(plan(("street_work", 1.0)), purse=rich)
    model.step()
    need = 200 / StreetWork().residents_per_worker
    ceiling = model.parameters.plan.saturation * need * StreetWork().unit_cost_eur
    assert sum(model.ledger.spent(4).values()) == int(100 * ceiling)


def test_linear_returns_do_as_many_units_as_the_euros_buy() -> None:
    found = {}
    for returns in ("linear", "concave"):
        purse = {"eur_per_head": 520.0, "discretionary_share": 0.1, "returns": returns}
        model = at_the_decision(plan(("service_staff", 1.0)), purse=purse)
        need = ServiceStaff().need(model)
        model.step()
        euros = sum(model.ledger.spent(4).values()) / 100
        found[returns] = model.state.services.extra[0]
        assert found[returns] == pytest.approx(
            effective(euros / ServiceStaff().unit_cost_eur, need, returns)
        )
    assert found["linear"] > found["concave"] > 0.0


def test_the_phase_follows_the_strategys_own_triggers() -> None:
    strategy = plan(emergency_on=0.5, emergency_off=0.2, recovery_weeks=5)
    model = lived(
        town(citizens=200, weeks=30, shocks=[flood(8, pulse_weeks=3)]), 4, strategy=strategy
    )
    phases = []
    while model.week < 30:
        model.step()
        phases.append(model.state.municipality.phase)
    assert phases == [0] * 4 + [1] * 3 + [2] * 5 + [0] * 14


@pytest.mark.parametrize(("share", "weeks"), [(1.0, 10), (0.5, 5), (0.0, 0)])
def test_dated_acts_declare_and_end_an_emergency_whatever_the_triggers(share, weeks) -> None:
    scenario = town(
        citizens=200,
        weeks=30,
        shocks=[flood(20, pulse_weeks=3)],
        exogenous={"emergencies": [{"start": day(6), "end": day(15), "source": "an act"}]},
        parameters={"plan": {"act_share": share}},
    )
    model = lived(scenario, 0, strategy=plan(emergency_on=0.0, emergency_off=0.0, recovery_weeks=5))
    phases = []
    while model.week < 30:
        model.step()
        phases.append(model.state.municipality.phase)
    after = 5 if weeks else 0
    assert phases == [0] * 6 + [1] * weeks + [2] * after + [0] * (24 - weeks - after)


def test_an_act_that_ends_before_it_begins_is_refused() -> None:
    act = {"start": day(6), "end": day(5), "source": "an act"}
    with pytest.raises(ValidationError, match="act_backwards"):
        town(weeks=30, exogenous={"emergencies": [act]})


@pytest.mark.parametrize("decision", [0, 3, 8])
def test_quality_is_held_against_the_half_year_before_the_timeline(decision) -> None:
    scenario = town(citizens=200, weeks=20, decisions=(decision,), burn_in_weeks=40)
    model = lived(scenario, 12, strategy="none")
    suffering, q = (model.recorder.series(name) for name in ("suffering", "quality"))
    assert model.state.municipality.reference == suffering[14:40].mean()
    assert np.isnan(q[:40]).all()
    assert q[40:] == pytest.approx(1.0 - (suffering[40:] - suffering[14:40].mean()))


def test_suffering_is_summed_from_the_decision() -> None:
    model = lived(town(citizens=200, weeks=20, decisions=(8,)), 20, strategy="none")
    after = model.recorder.series("suffering")[-12:]
    assert model.state.citizens.cumulative.mean() == pytest.approx(after.sum(), rel=1e-5)


# -- rule 5: one line or several ------------------------------------------------------------------


def spent_in_a_week(shares: list[float], cents: int) -> int:
    model = at_the_decision(plan(*(("street_work", share) for share in shares)))
    model.state.municipality.available_cents = 0
    model.__dict__["weekly_purse_cents"] = cents
    model.step()
    return sum(model.ledger.spent(4).values())


@pytest.mark.parametrize("cents", [100, 200, 700, 1300])
def test_a_split_line_spends_to_the_cent_what_the_whole_did(cents) -> None:
    # .15 + .14 is not .29 in binary: the cent must not be lost in it.
    whole = spent_in_a_week([0.29], cents)
    assert spent_in_a_week([0.15, 0.14], cents) == whole == round(0.29 * cents)
    assert spent_in_a_week([0.1, 0.19], cents) == whole


def test_the_order_of_the_lines_does_not_matter() -> None:
    lines = [("street_work", 0.3), ("campaign", 0.2), ("service_staff", 0.1), ("training", 0.4)]
    arms = [at_the_decision(plan(*order)) for order in (lines, lines[::-1])]
    for arm in arms:
        arm.run_to(12)
    assert not differences(arms[0].state, arms[1].state)
    assert arms[0].ledger.entries == arms[1].ledger.entries
