"""Equations 2 to 4: what moves a mood, and what does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.groups_life import SUPPORT, around_usual
from resilienza_sim.model.phases import mood, trust
from tests.small import lived, plan, town


@pytest.fixture(scope="module")
def model() -> CommunityModel:
    return lived(town(citizens=500, weeks=20), 6, strategy=plan())


def felt(model: CommunityModel, *, change: Any = None, **rates: float) -> CommunityModel:
    """Return a twin that has felt one more week, with other rates and after a change."""
    twin = model.fork(model.strategy, model.decision_week)
    twin.scratch.unmet[:] = model.scratch.unmet
    still = twin.rates.trust._replace(gain=0.0, alignment=0.0, fading=0.0, fading_close=0.0)
    twin.rates = twin.rates._replace(mood=twin.rates.mood._replace(**rates), trust=still)
    if change:
        change(twin)
    trust.run(twin)  # ties that learn nothing: people look around them
    mood.run(twin)
    return twin


def across(trust: float) -> Any:
    """Return a change: every tie across the line meets in person, with so much trust."""

    def change(twin: CommunityModel) -> None:
        side, state = twin.fixed.target, twin.state
        for i in range(state.degree.size):
            row = slice(state.start[i], state.start[i] + state.degree[i])
            other = side[state.arcs.nbr[row]] != side[i]
            state.arcs.trust[row][other] = trust
            state.arcs.mark[row][other] = 1

    return change


# -- contact with the out-group -------------------------------------------------------------------


def test_contact_without_trust_raises_grievance_and_with_trust_lowers_it(model) -> None:
    off = {"from_contact": 0.0, "from_exposure": 0.0}
    for tau, exposure, contact in ((0.1, True, False), (0.9, False, True)):
        none = felt(model, change=across(tau), **off)
        twin = felt(model, change=across(tau), from_contact=0.05, from_exposure=0.05)
        met = (none.scratch.exposed if exposure else none.scratch.bridge) > 0.0
        assert 0 < met.sum() < met.size
        moved = twin.state.citizens.grievance - none.state.citizens.grievance
        assert (moved[~met] == 0.0).all()
        assert (moved[met] > 0.0).all() if exposure else (moved[met] < 0.0).all()
        assert (none.scratch.bridge > 0.0).any() is np.bool_(contact)


def test_the_fuel_of_exposure_is_that_of_the_equation(model) -> None:
    only = dict.fromkeys(("from_unmet", "from_envy", "from_threat", "from_loss"), 0.0)

    def threatened(twin: CommunityModel) -> None:
        across(0.1)(twin)
        twin.state.municipality.salience = 0.5

    none = felt(model, change=threatened, from_exposure=0.0, **only)
    twin = felt(model, change=threatened, from_exposure=0.05, threat=2.0, **only)
    before, c = model.state.citizens.grievance, twin.state.citizens
    threat = 1.0 - 0.5 * (1.0 - model.scratch.unmet)
    fuel = 0.05 * twin.scratch.exposed * (1.0 + 2.0 * threat)
    risen = none.state.citizens.grievance - (1.0 - before) * np.expm1(-fuel)
    assert c.grievance == pytest.approx(risen, abs=1e-6)


def test_a_threat_makes_contact_without_trust_worse(model) -> None:
    calm = felt(model, change=across(0.1), threat=0.0, from_exposure=0.05)
    afraid = felt(model, change=across(0.1), threat=2.0, from_exposure=0.05)
    met = calm.scratch.exposed > 0.0
    assert (afraid.state.citizens.grievance > calm.state.citizens.grievance)[met].any()
    same = afraid.state.citizens.grievance == calm.state.citizens.grievance
    assert same[~met].all()


# -- nostalgia ------------------------------------------------------------------------------------


def worse(twin: CommunityModel) -> None:
    c = twin.state.citizens
    c.suffering[:], c.past_ease[:] = 0.8, 0.9
    c.received[:], c.helped[:], c.expected[:] = 0.1, 0.1, 0.6


def better(twin: CommunityModel) -> None:
    c = twin.state.citizens
    c.suffering[:], c.past_ease[:] = 0.05, 0.1
    c.received[:], c.helped[:], c.expected[:] = 0.6, 0.6, 0.1


def test_what_is_lost_is_unlearnt_at_a_rate_of_its_own(model) -> None:
    never = felt(model, change=worse, unlearning=0.0, letting_go=0.0).state.citizens
    assert never.past_ease == pytest.approx(0.9)
    assert never.expected == pytest.approx(0.6)
    soon = felt(model, change=worse, unlearning=0.1, letting_go=0.1).state.citizens
    assert soon.expected == pytest.approx(0.6 + 0.1 * (0.1 - 0.6), abs=1e-6)
    assert soon.past_ease == pytest.approx(0.9 + 0.1 * ((1.0 - soon.suffering) - 0.9), abs=1e-6)


def test_what_is_gained_is_learnt_all_the_same(model) -> None:
    one, other = (felt(model, change=better, unlearning=x).state.citizens for x in (0.0, 0.5))
    assert one.past_ease.tobytes() == other.past_ease.tobytes()
    assert one.expected == pytest.approx(0.1 + 0.1 * 0.5, abs=1e-6)


def test_who_never_unlearns_stays_in_rancour(model) -> None:
    grievance = {}
    for rate in (0.0, 0.1):
        scenario = town(citizens=300, weeks=60, parameters={"mood": {"unlearning": rate}})
        grievance[rate] = lived(scenario, 60).state.citizens.grievance.mean()
    assert grievance[0.0] > grievance[0.1]


# -- being worn out, being supported --------------------------------------------------------------


def test_who_suffers_for_long_recovers_less(model) -> None:
    def worn(twin: CommunityModel) -> None:
        twin.state.citizens.suffering[:], twin.state.citizens.weeks_above[:] = 0.9, 100

    less, same = (felt(model, change=worn, chronic=x).state.citizens for x in (0.35, 1.0))
    assert (less.suffering > same.suffering).all()


def test_support_is_neutral_at_the_usual_capability() -> None:
    assert around_usual(1.0, np.full(3, 0.5, np.float32)) == pytest.approx(np.ones(3), abs=0.0)
    assert around_usual(0.0, np.linspace(0.0, 1.0, 5)) == pytest.approx(np.ones(5), abs=0.0)


def test_members_of_a_supporting_group_recover_and_rest_sooner(model) -> None:
    def with_support(level: float) -> Any:
        def change(twin: CommunityModel) -> None:
            twin.state.groups.capability[:, SUPPORT] = level
            twin.state.citizens.suffering[:], twin.state.citizens.fatigue[:] = 0.6, 0.6

        return change

    weak, strong = (felt(model, change=with_support(x)).state.citizens for x in (0.0, 1.0))
    member = model.state.citizens.group >= 0
    assert 0 < member.sum() < member.size
    for name in ("suffering", "fatigue"):
        one, other = getattr(weak, name), getattr(strong, name)
        assert (other[member] < one[member]).all()
        assert (other[~member] == one[~member]).all()


def test_first_trust_across_the_line_is_scaled_at_the_start() -> None:
    usual, none = (
        CommunityModel(town(citizens=300, parameters={"setup": {"bridging": x}}), rng=1)
        for x in (1.0, 0.0)
    )
    state, side = usual.state, usual.fixed.target
    source = np.repeat(np.arange(state.degree.size), state.room)
    places = slice(source.size)
    line = side[source] != side[state.arcs.nbr[places]]
    usual_trust, no_trust = state.arcs.trust[places], none.state.arcs.trust[places]
    assert (line & (usual_trust > 0.0)).any()
    assert not no_trust[line].any()
    assert no_trust[~line].tobytes() == usual_trust[~line].tobytes()
