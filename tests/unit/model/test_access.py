"""Who asks for a service: early referral, obstacles, overload; and what it does to those inside."""

from __future__ import annotations

import math

import numpy as np
import pytest

from resilienza_sim.actions.outreach import Outreach
from resilienza_sim.actions.remove_obstacles import RemoveObstacles
from resilienza_sim.handles import Columns
from resilienza_sim.indicators.services import (
    care_coverage,
    coproduced_share,
    grant_users,
    inclusion_gap,
    informed,
    obstacles,
    saturation,
    service_users,
    severity_at_intake,
    waiting_weeks,
)
from resilienza_sim.indicators.wellbeing import functional_quality, suffering_gap, tag_spread
from resilienza_sim.model.access import AccessRates, arrivals, ease, hindrance
from resilienza_sim.model.capital import CapitalRates
from resilienza_sim.model.care import introductions
from resilienza_sim.model.desk import Desk
from resilienza_sim.model.parameters import Parameters
from resilienza_sim.model.phases.serve import ServeRates, absent
from resilienza_sim.model.rates import rates
from resilienza_sim.model.state import NEED_SERVICE, NEEDS, SERVICES
from resilienza_sim.streams import Streams
from tests.small import flood, lived, plan, town

P = rates(Parameters().serve, ServeRates)
ASKING = P.handle
ACCESS = rates(Parameters().access, AccessRates)
CAPITAL = rates(Parameters().capital, CapitalRates)._replace(turning=0.0)
KEY = Streams(1).key("seek", 0)
CARE = NEEDS.index("care")
HOME = int(NEED_SERVICE[0, CARE])
N = 4_000


class Town:
    """People alike, with one need of care each, before a week of asking."""

    def __init__(self, need: float, *, waiting: bool = False) -> None:
        self.need = np.zeros((N, len(NEEDS)), np.float32)
        self.need[:, CARE] = need
        self.waited = np.zeros((N, len(SERVICES)), np.uint16)
        self.waited[:, HOME] = waiting
        self.in_care = np.zeros((N, len(SERVICES)), np.uint16)
        self.trust = np.full((N, len(SERVICES)), 0.6, np.float32)
        self.weight = np.zeros((N, 3), np.float32)
        self.level, self.usual = np.zeros(3), 1.0
        self.overload = np.zeros(len(SERVICES))
        self.left = np.zeros(len(SERVICES), np.int64)

    def ask(
        self, *, cover: float = 0.0, helped: float = 0.0, p=ASKING, access=ACCESS, seeking=0.1
    ) -> float:
        """Let a week go; return the share who wait then."""
        flag = np.zeros(N, np.uint8)
        people = Columns(
            need=self.need,
            waited=self.waited,
            in_care=self.in_care,
            informed_formal=flag + 1,
            distant=flag,
            trust_service=self.trust,
            helped=np.full(N, helped, np.float32),
            generalised_trust=np.full(N, 0.5, np.float32),
        )
        fixed = Columns(family=flag, quarter=flag, hindrance=self.weight)
        services = Columns(reneged=self.left, asking=np.ones(len(SERVICES)))
        desk = Desk(P, CAPITAL, self.usual, 1)
        desk.hazard[:], desk.cover[:] = seeking / P.seeking, cover
        desk.obstacles, desk.overload = self.level, self.overload
        arrivals(
            KEY,
            people.handle,
            fixed.handle,
            services.handle,
            desk.handle,
            self.need[:, CARE],
            p,
            access,
        )
        waiting = desk.waiting
        assert (waiting.sum(axis=1) == (self.waited > 0).sum(axis=0)).all()
        return float(waiting[HOME].sum()) / N


def test_people_ask_by_trust() -> None:
    share = Town(0.9).ask(seeking=0.5)
    assert share == pytest.approx(1.0 - math.exp(-0.5 * 0.6), abs=0.03)


@pytest.mark.parametrize("how", ["cover", "helped"])
def test_those_who_are_seen_ask_sooner(how) -> None:
    need = P.seeks_above * (1.0 - 0.5 * ACCESS.early_referral)
    assert Town(need - 0.01).ask(**{how: 0.5}) == 0.0
    assert Town(need + 0.01).ask(**{how: 0.5}) > 0.0
    assert Town(need + 0.01).ask() == 0.0
    assert Town(need + 0.01).ask(access=ACCESS._replace(early_referral=0.0), **{how: 0.5}) == 0.0


def test_an_obstacle_keeps_those_concerned_away() -> None:
    asked = []
    for level in (0.0, 0.5):
        people = Town(0.9)
        people.weight[: N // 2, 1], people.level[1] = 1.0, level
        people.ask(seeking=0.5)
        now = people.waited[:, HOME] > 0
        asked.append([now[: N // 2].mean(), now[N // 2 :].mean()])
    assert asked[1][0] < 0.65 * asked[0][0]
    assert asked[1][1] == asked[0][1]


def test_the_way_is_measured_against_the_usual_one() -> None:
    people = Town(0.9)
    people.weight[:], people.level[0], people.usual = 1.0, 0.4, 0.6
    assert people.ask() == Town(0.9).ask()
    assert ease(people.weight, people.level) == pytest.approx(0.6)


def test_waiting_for_an_overloaded_service_costs_trust() -> None:
    calm, full = Town(0.5, waiting=True), Town(0.5, waiting=True)
    full.overload[HOME] = 1.0
    never = P._replace(reneging=0.0).handle
    for people in (calm, full):
        people.ask(p=never)
    assert (calm.trust == np.float32(0.6)).all()
    assert full.trust[:, HOME] == pytest.approx(0.6 * (1.0 - ACCESS.overload_distrust))
    assert (np.delete(full.trust, HOME, axis=1) == np.float32(0.6)).all()


def test_whoever_needs_nothing_any_more_leaves_the_queue() -> None:
    never = P._replace(reneging=0.0).handle
    gone, stays = (Town(x, waiting=True) for x in (P.closes_below - 0.01, P.closes_below + 0.01))
    assert gone.ask(p=never) == 0.0
    assert gone.left[HOME] == N
    assert (gone.trust == np.float32(0.6)).all()
    assert stays.ask(p=never) == 1.0
    assert (stays.waited[:, HOME] == 2).all()


def test_a_person_can_ask_for_one_service_while_another_follows_them() -> None:
    busy, other = Town(0.9), Town(0.9)
    busy.in_care[:, 0] = other.in_care[:, HOME] = 3
    assert busy.ask() == Town(0.9).ask() > 0.0
    assert other.ask() == 0.0


@pytest.mark.parametrize(("family", "service"), [(0, "home_care"), (1, "family_support")])
def test_lack_of_care_goes_to_home_care_or_to_the_support_of_families(family, service) -> None:
    assert SERVICES[NEED_SERVICE[family, CARE]] == service
    assert (NEED_SERVICE[family] < len(SERVICES)).sum() == len(NEEDS) - 1  # health is the region's


def test_introductions_are_of_those_in_care_and_those_helped() -> None:
    n = 30_000
    first, second = np.arange(n, dtype=np.uint32), np.arange(n, 2 * n, dtype=np.uint32)
    pool = (second, np.ones(n, np.uint8), (np.arange(n) >= n - 100).astype(np.uint8))
    in_care, helped = np.zeros(2 * n, np.uint8), np.zeros(2 * n, np.float32)
    in_care[: n // 3] = 1
    helped[n + n // 3 : n + 2 * n // 3] = 0.5
    rate, out = 0.1, np.zeros(n, np.int64)
    found = out[: introductions(KEY, pool, first, in_care, helped, 1.0, rate, out)]
    shares = np.bincount(found // (n // 3), minlength=3) / (n // 3)
    assert shares[0] == pytest.approx(1.0 - math.exp(-0.1), abs=0.01)
    assert shares[1] == pytest.approx(1.0 - math.exp(-0.05), abs=0.01)
    assert shares[2] == 0.0
    assert introductions(KEY, pool, first, in_care, helped, 0.0, rate, out) == 0


# -- in a town ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def model():
    return lived(town(citizens=1_000, weeks=20, shocks=[flood(6)]), 9, strategy="alluvial")


def after(model, weeks: int, **parameters):
    """Return a model forked here that goes on with other numbers."""
    twin = model.fork(model.strategy, model.decision_week)
    for name, changed in parameters.items():
        own = getattr(twin.rates, name)._replace(**changed)
        twin.rates = twin.rates._replace(**{name: own})
    twin.run_to(model.week + weeks)
    return twin


def test_obstacles_concern_those_they_should(model) -> None:
    people, fixed = model.community.people, model.fixed
    weight = hindrance(people, fixed.alone)
    assert (weight[:, 0] == people.poor).all()
    assert weight[people.age >= 75, 1].all()
    assert not weight[people.age < 65, 1].any()
    assert weight[:, 2] == pytest.approx(1.0 - people.skill)
    assert ease(fixed.hindrance, model.state.municipality.obstacles) == fixed.usual_access


def test_removing_an_obstacle_lowers_it_for_a_while(model) -> None:
    twin = model.fork(model.strategy, model.decision_week)
    action, level = RemoveObstacles(obstacle="cost"), twin.state.municipality.obstacles
    start, seen = level.copy(), obstacles(twin)
    twin.begin_spending()
    action.apply(twin, 0.25 * action.need(twin))
    assert level == pytest.approx(start * [0.75, 1.0, 1.0])
    assert obstacles(twin) < seen
    action.apply(twin, action.need(twin))
    assert level[0] == 0.0
    twin.run_to(model.week + 1)
    back = model.parameters.access.creeping
    assert twin.state.municipality.obstacles[0] == pytest.approx(back * start[0])


def test_without_obstacles_more_people_ask() -> None:
    scenario = town(citizens=2_000, weeks=30, parameters={"serve": {"seeking": 3.0}})
    held = lived(scenario, 4, strategy=plan())
    freed = held.fork(plan(), 4)
    asked = []
    for arm, level in ((held, 1.0), (freed, 0.0)):
        total = 0
        for _ in range(8):
            arm.state.municipality.obstacles[:] = level
            before = (arm.state.citizens.waited > 0) | (arm.state.citizens.in_care > 0)
            arm.step()
            now = (arm.state.citizens.waited > 0) | (arm.state.citizens.in_care > 0)
            total += int((now & ~before).sum())
        asked.append(total)
    assert asked[1] > 1.5 * asked[0]


def test_outreach_can_go_to_the_target_groups_alone(model) -> None:
    twin = model.fork(model.strategy, model.decision_week)
    twin.begin_spending()
    far, target = twin.state.citizens.distant, model.fixed.target == 1
    before = far.copy()
    action = Outreach(towards="target", success=1.0)
    assert action.need(twin) == (before[target] == 1).sum()
    action.apply(twin, action.need(twin))
    assert not far[target].any()
    assert (far[~target] == before[~target]).all()
    assert not twin.effort.outreach.any()


def test_operators_hit_or_worn_out_are_absent(model) -> None:
    twin = model.fork(model.strategy, model.decision_week)
    c, operators = twin.state.citizens, model.fixed.tags["operator"]

    def sick() -> float:
        return absent(operators, c.blow, c.suffering, c.threshold, P.sickness)

    c.blow[:] = 0.0
    c.suffering[:] = 0.0
    assert sick() == 0.0
    c.blow[operators] = 0.1
    assert sick() == pytest.approx(1.0 - math.exp(-0.1 * P.sickness), rel=1e-5)
    c.blow[:] = 0.0
    c.suffering[operators] = c.threshold[operators] + np.float32(0.1)
    assert sick() == pytest.approx(1.0 - math.exp(-0.1 * P.sickness), rel=1e-3)
    assert absent(operators[:0], c.blow, c.suffering, c.threshold, P.sickness) == 0.0


def test_overload_tires_the_operators(model) -> None:
    operators = model.fixed.tags["operator"]
    crowded = model.fork(model.strategy, model.decision_week)
    crowded.state.services.workers[:] = 1e-3
    arms = [after(crowded, 6, serve={"operator_load": load}) for load in (0.0, 0.9)]
    tired = [arm.state.citizens.fatigue[operators].mean() for arm in arms]
    assert tired[1] > tired[0] + 0.01
    assert (arms[1].state.citizens.given[operators] > 0.5).all()


def test_the_surplus_of_working_together_is_halved(model) -> None:
    alone, both = (after(model, 1, care={"coproduction": x}) for x in (0.0, 5.0))
    gained = alone.state.citizens.need.sum(dtype=float) - both.state.citizens.need.sum(dtype=float)
    assert gained > 0.0
    for name in ("met_formal", "met_informal"):
        share = getattr(both.state, name) - getattr(alone.state, name)
        assert share == pytest.approx(0.5 * gained, rel=0.02)


def test_people_in_care_find_ties(model) -> None:
    without, given = (after(model, 8, care={"introduction": x}) for x in (0.0, 0.1))
    assert given.state.degree.sum() > without.state.degree.sum() + 10


def test_a_campaign_on_services_without_capacity_overloads_them() -> None:
    """Visibility brings people into the queue; waiting for long lowers their trust."""
    scenario = town(
        citizens=1_500,
        weeks=60,
        parameters={
            "serve": {"seeking": 3.0},
            "setup": {"informed_formal": 0.2},
            "learn": {"word_of_mouth": 0.0},
        },
    )
    quiet = lived(scenario, 4, strategy=plan())
    told = quiet.fork(plan(("campaign", 1.0, {"about": "formal"})), 4)
    values = {}
    for name, arm in (("quiet", quiet), ("told", told)):
        arm.run_to(50)
        values[name] = arm.datacollector.get_model_vars_dataframe().loc[20:].mean()
    change = values["told"] - values["quiet"]
    assert change["informed_formal"] > 0.2
    assert change["informed_informal"] < 0.05
    assert change["service_waiting"] > 0.0
    assert change["saturation"] >= 0.0
    assert change["burnout"] >= 0.0
    deaf = after(told, 5, access={"overload_distrust": 0.0})
    heard = after(told, 5, access={"overload_distrust": 0.3})
    queue = told.state.citizens.waited > 0
    trusts = [arm.state.citizens.trust_service[queue].mean() for arm in (deaf, heard)]
    assert trusts[1] < trusts[0] - 0.01


# -- indicators -----------------------------------------------------------------------------------


def test_indicators_of_care(model) -> None:
    twin = model.fork(model.strategy, model.decision_week)
    c, services, target = twin.state.citizens, twin.state.services, model.fixed.target == 1
    c.need[:], c.helped[:], c.waited[:], c.cases[:], c.followed[:] = 0.0, 0.0, 0, 0, 0
    assert np.isnan(care_coverage(twin)).all()
    assert math.isnan(inclusion_gap(twin))
    inside, outside = np.flatnonzero(target)[:4], np.flatnonzero(~target)[:4]
    for who in (inside, outside):
        c.need[who, 0] = 0.9
    c.helped[inside[0]], c.cases[outside[:2]], c.followed[outside[2], 1] = 0.1, 1, 2
    c.cases[np.flatnonzero(~target)[10:12]] = 1  # in care, need gone
    assert care_coverage(twin) == pytest.approx((4 / 8, 4 / 10))
    assert inclusion_gap(twin) == pytest.approx(1 / 4 - 3 / 4)
    services.queue[:], services.capacity[:] = [3, 0, 5, 1], [2.0, 0.0, 10.0, 2.0]
    assert saturation(twin) == pytest.approx((1.0 + 0.0 + 0.5 + 0.5) / 4)
    c.since_care[:], c.since_grant[:] = 65535, 65535
    c.since_care[:10, 1], c.since_care[10:20, 1], c.since_grant[:5] = 51, 52, 0
    assert service_users(twin) == pytest.approx((0.0, 10.0, 0.0, 0.0))
    assert grant_users(twin) == pytest.approx(5.0)
    services.served[:], services.intake[:] = [1, 0, 3, 0], [0.5, 0.0, 1.5, 0.0]
    services.waits[:] = [6, 0, 4, 0]
    assert severity_at_intake(twin) == pytest.approx(0.5)
    waited = waiting_weeks(twin)
    assert np.array(waited) == pytest.approx([6.0, np.nan, 4.0 / 3.0, np.nan], nan_ok=True)
    services.served[:] = 0
    assert math.isnan(severity_at_intake(twin))


def test_indicators_of_reach_and_gap(model) -> None:
    twin = model.fork(model.strategy, model.decision_week)
    state, c, target = twin.state, twin.state.citizens, model.fixed.target == 1
    half = np.arange(len(c)) < len(c) // 2
    c.informed_formal[:], c.informed_informal[:], c.distant[:] = half, half, ~half
    assert informed(twin) == (0.5, 0.5, 0.0)
    c.distant[:] = 0
    assert math.isnan(informed(twin)[2])
    c.suffering[:] = np.where(target, 0.5, 0.2)
    assert suffering_gap(twin) == pytest.approx(0.3)
    state.met_formal, state.met_informal, state.met_together = 3.0, 20.0, 2.0
    assert coproduced_share(twin) == pytest.approx(2.0 / 4.0)
    state.met_formal = state.met_together = 0.0
    assert math.isnan(coproduced_share(twin))


def test_functional_quality_is_held_against_the_quiet_half_year(model) -> None:
    frame = model.datacollector.get_model_vars_dataframe()
    assert frame["functional_quality"].loc[:-1].isna().all()
    seen = frame["functional_quality"].loc[0:]
    assert ((seen > 0.7) & (seen <= 1.0)).all()
    twin = model.fork(model.strategy, model.decision_week)
    before = functional_quality(twin)
    twin.state.citizens.fatigue[:] = 1.0
    assert functional_quality(twin) == pytest.approx(before - 1 / 3, abs=0.05)


def test_tags_that_mean_nothing_spread_nothing(model) -> None:
    twin = model.fork(model.strategy, model.decision_week)
    twin.state.citizens.suffering[:] = 0.3
    assert tag_spread(twin) == pytest.approx(0.0, abs=1e-7)
    twin.state.citizens.suffering[model.fixed.target == 1] = 0.9
    assert tag_spread(twin) > 0.1
