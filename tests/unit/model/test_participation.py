"""Belonging and doing, what closes and comes back, setbacks, new help (equation 6)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.emergent import emergent_births, take_root
from resilienza_sim.model.groups_life import count_members, deaths
from resilienza_sim.model.participation import (
    YEAR,
    recalled,
    stock,
)
from tests.small import differences, lived, pandemic, plan, town

QUIET = {"burn_in_weeks": 80}


@pytest.fixture(scope="module")
def quiet() -> CommunityModel:
    return lived(town(citizens=4000, weeks=120, **QUIET), 0, strategy="consolidated")


def fork(model: CommunityModel, **rates: float) -> CommunityModel:
    twin = model.fork(model.strategy, model.decision_week)
    twin.rates = twin.rates._replace(act=twin.rates.act._replace(**rates))
    return twin


def adults(model: CommunityModel) -> Any:
    return model.community.people.age >= 14


# -- recall ---------------------------------------------------------------------------------------


def test_a_stock_that_never_turns_over_is_its_own_recall() -> None:
    assert recalled(0.2, 0.0, 50.0) == pytest.approx(0.2)
    assert recalled(0.2, 0.0, 0.01) == pytest.approx(0.2 * (1.0 - np.exp(-0.01 * YEAR)))


def test_turnover_makes_the_recall_larger_than_the_stock() -> None:
    share, leaving = 0.08, 0.0086
    joining = leaving * share / (1.0 - share)
    often = recalled(share, leaving, 1e3)  # at work at once: who was in it at all
    assert often == pytest.approx(1.0 - (1.0 - share) * np.exp(-joining * YEAR), rel=1e-4)
    assert stock(often, leaving, 1e3) == pytest.approx(share, rel=1e-6)


def test_the_reading_of_a_quiet_year_is_the_regions_figure(quiet) -> None:
    figures = quiet.community.town.figures
    part, work = quiet.tally.surveys.took_part, quiet.tally.surveys.volunteered
    assert part == pytest.approx(figures["social_participation"].value, rel=0.08)
    assert work == pytest.approx(figures["volunteering"].value, rel=0.12)
    assert quiet.state.citizens.active[adults(quiet)].mean() < 0.8 * work


# -- belonging and doing --------------------------------------------------------------------------


def test_volunteers_stay_volunteers_and_work_most_weeks(quiet) -> None:
    twin = fork(quiet)
    before = twin.state.citizens.active == 1
    worked = np.zeros(len(before))
    for _ in range(4):
        twin.step()
        worked += twin.state.citizens.doing
    assert (worked[before] > 0).mean() > 0.9  # nearly all within four weeks, few in all of them
    assert (worked[before] == 4).mean() < 0.3
    twin.run_to(YEAR)
    assert 0.55 < twin.state.citizens.active[before].mean() < 0.75


def test_stocks_stay_where_they_are(quiet) -> None:
    twin = fork(quiet)
    c, adult = twin.state.citizens, adults(twin)
    start = c.active[adult].mean(), (c.group >= 0)[adult].mean()
    twin.run_to(117)
    end = c.active[adult].mean(), (c.group >= 0)[adult].mean()
    assert end == pytest.approx(start, rel=0.15)  # one town; the gate is test_rest
    assert not c.helping.any()


# -- closed places --------------------------------------------------------------------------------


def test_closed_places_suspend_and_the_suspended_come_back() -> None:
    never, shut = [0.0] * 60, [1.0] * 20 + [0.0] * 40
    quiet_weeks = {"water": never, "contact": never, "gatherings": shut}
    shock = pandemic(2, peak=0.1, contact=1.0, weekly=quiet_weeks)
    rates = {"suspended_lapse": 1.0, "resuming": 0.5, "stops_work": 0.9, "stops_part": 0.9}
    scenario = town(citizens=2000, weeks=60, shocks=[shock], parameters={"act": rates})
    model = lived(scenario, 1, strategy="consolidated")
    c = model.state.citizens
    assert not c.suspended.any()
    working = c.doing.sum()
    model.run_to(6)
    belong, active = (c.group >= 0), c.active == 1
    assert c.suspended[active].mean() == pytest.approx(0.9, abs=0.1)
    assert c.doing.sum() < 0.35 * working
    assert active.sum() > 0.9 * working  # they go on belonging
    model.run_to(21)
    stopped = c.suspended == 1
    model.run_to(36)
    still = c.group[stopped] >= 0
    assert not c.suspended.any()
    assert still.mean() > 0.7
    assert (c.since_part[stopped & (c.group >= 0)] < 26).mean() > 0.9
    assert belong.sum() > 0


def test_without_a_series_gatherings_follow_contact() -> None:
    model = lived(town(citizens=400, weeks=20, shocks=[pandemic(2)]), 6)
    assert model.state.municipality.gatherings_closed == model.state.municipality.contact_closed > 0


# -- hardship -------------------------------------------------------------------------------------


def test_a_loss_of_income_lowers_taking_part_lastingly(quiet) -> None:
    left = {}
    for hardship in (0.0, 1.1):
        arms = [fork(quiet, hardship=hardship) for _ in range(2)]
        lucky = np.arange(4000) % 2 == 0
        before = (quiet.state.citizens.active == 1) & lucky
        income = arms[1].state.citizens.need[:, 1]
        income[before] += (1.0 - income[before]) * 0.6
        for arm in arms:
            arm.run_to(104)
        spared, struck = (arm.state.citizens.active[before].mean() for arm in arms)
        left[hardship] = struck / spared
    assert left[0.0] == pytest.approx(1.0, abs=0.12)
    assert 0.4 < left[1.1] < 0.85


def test_the_need_of_others_moves_nobody_to_belong(quiet) -> None:
    twin, same = fork(quiet, rally=0.0), fork(quiet, rally=0.0)
    twin.state.calls.call[:] = 0.9
    for arm in (twin, same):
        arm.step()
    assert (twin.state.citizens.group == same.state.citizens.group).all()
    assert (twin.state.citizens.active == same.state.citizens.active).all()


# -- new help -------------------------------------------------------------------------------------


def shut(**act: float) -> CommunityModel:
    """A town shut up from week 2 on, its places closed."""
    closed = {"water": [0.3] * 60, "contact": [1.0] * 60}
    shock = pandemic(2, peak=0.6, contact=0.9, spaces=1.0, weekly=closed)
    scenario = town(citizens=2000, weeks=60, shocks=[shock], parameters={"act": act}, **QUIET)
    return lived(scenario, 2, strategy="consolidated")


def test_new_help_surges_behind_closed_doors_and_fades() -> None:
    model = shut(emergent_birth=0.05)
    share, born, visited = [], 0, 0
    for _ in range(55):
        model.step()
        groups = model.state.groups
        share.append(model.state.citizens.helping.mean())
        born += int(((groups.born == model.week - 1) & (groups.emergent == 1)).sum())
        visited += model.state.neighbours_helped
    top = int(np.argmax(share))
    assert 2 <= top <= 20
    assert max(share) > 0.02
    assert share[-1] < 0.3 * max(share)
    assert born > 0
    assert visited > 0


def test_nobody_rallies_where_that_is_off() -> None:
    model = shut(rally=0.0)
    model.run_to(20)
    assert not model.state.citizens.helping.any()
    assert not model.state.groups.emergent.any()


def with_emergent(model: CommunityModel, support: float, **rates: float) -> CommunityModel:
    twin = fork(model, emergent_birth=1e3, death_small=0.0, death=0.0, death_old=0.0, **rates)
    c = twin.state.citizens
    free = np.flatnonzero((c.group < 0) & adults(twin))[::40]
    twin.state.calls.call[:] = 1.0
    for who in free:  # one after the other: each quarter's first takes in who helps already
        c.helping[who] = 1
        emergent_births(twin)
    twin.state.groups.capability[twin.state.groups.emergent == 1, 3] = support
    count_members(twin)
    return twin


def test_support_holds_emergent_groups_and_lets_them_take_root(quiet) -> None:
    dead, rooted = [], []
    for support in (0.1, 0.9):
        twin = with_emergent(quiet, support, emergent_death=0.4)
        alive = int(twin.state.groups.alive.sum())
        deaths(twin)
        dead.append(alive - int(twin.state.groups.alive.sum()))
        twin = with_emergent(quiet, support, rooting=0.4)
        active, emergent = twin.state.citizens.active.sum(), int(twin.state.groups.emergent.sum())
        take_root(twin)
        rooted.append(emergent - int(twin.state.groups.emergent.sum()))
        if rooted[-1]:
            assert twin.state.citizens.active.sum() > active
    assert dead[0] > dead[1]
    assert rooted[0] < rooted[1]


def test_invitation_raises_joining() -> None:
    members = {}
    for name, strategy in (("none", plan()), ("street", plan(("street_work", 1.0)))):
        scenario = town(
            citizens=1000,
            weeks=60,
            decisions=(0,),
            purse={"eur_per_head": 3000.0, "discretionary_share": 0.5},
        )
        model = lived(scenario, 0, strategy=strategy)
        model.run_to(52)
        members[name] = int((model.state.citizens.group >= 0).sum())
    assert members["street"] > members["none"]


def test_who_is_not_called_changes_nothing(quiet) -> None:
    one, other = fork(quiet), fork(quiet, rally=0.0, emergent_birth=0.0)
    for arm in (one, other):
        arm.run_to(8)
    assert not differences(one.state, other.state)
