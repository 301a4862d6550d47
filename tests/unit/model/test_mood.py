"""Equations 2 to 4: what moves a mood, and what does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.groups_life import SUPPORT, around_usual
from resilienza_sim.model.phases import mood, trust
from tests.small import flood, lived, plan, town


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
            # Company is held against nobody's: what members have says nothing to the others.
            alone = twin.rates.capital._replace(comparing=0.0)
            twin.rates = twin.rates._replace(capital=alone)
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


# -- support that is counted on -------------------------------------------------------------------


def test_help_raises_what_is_counted_on_and_its_lack_lowers_it(model) -> None:
    def need(twin: CommunityModel, helped: float) -> None:
        c = twin.state.citizens
        twin.scratch.unmet[:], c.helped[:], c.refused[:] = 0.5, helped, 1.0 - helped
        c.suffering[:], c.received[:], c.expected[:] = c.rest_suffering, 0.1, 0.3

    town_as_usual = {"support_seen": 0.0}
    come = felt(model, change=lambda twin: need(twin, 1.0), **town_as_usual).state.citizens
    lacking = felt(model, change=lambda twin: need(twin, 0.0), **town_as_usual).state.citizens
    before = model.state.citizens.perceived_support
    return_to = 0.015 * (model.state.citizens.support_anchor - before)
    assert (come.perceived_support - before > return_to - 1e-6).all()
    assert (lacking.perceived_support - before < return_to).all()


def test_who_counts_on_more_help_recovers_sooner(model) -> None:
    def counting(level: float) -> Any:
        def change(twin: CommunityModel) -> None:
            twin.state.citizens.suffering[:] = 0.6
            twin.state.citizens.perceived_support[:] = level

        return change

    more, less = (felt(model, change=counting(x)).state.citizens.suffering for x in (0.9, 0.2))
    assert (more < less).all()
    alike = [felt(model, change=counting(x), support_eases=0.0) for x in (0.9, 0.2)]
    one, other = (twin.state.citizens.suffering for twin in alike)
    assert one.tobytes() == other.tobytes()


def test_support_lost_angers_those_in_need(model) -> None:
    def lost(twin: CommunityModel) -> None:
        twin.state.citizens.support_anchor[:] = 0.9
        twin.state.citizens.perceived_support[:] = 0.3
        twin.scratch.unmet[:] = 0.5

    let_down = felt(model, change=lost, let_down=1.0).state.citizens.anger
    calm = felt(model, change=lost, let_down=0.0).state.citizens.anger
    assert (let_down > calm).all()


def test_expectations_rise_with_a_surge_sooner_than_they_fall(model) -> None:
    up = felt(model, change=better).state.citizens
    down = felt(model, change=worse).state.citizens
    assert up.expected == pytest.approx(0.1 + 0.1 * 0.5, abs=1e-6)
    assert down.expected == pytest.approx(0.6 - 0.045 * 0.5, abs=1e-6)


def test_a_surge_is_help_beyond_what_people_are_used_to(model) -> None:
    place, p = model.fork(model.strategy, model.decision_week).state.municipality, model.rates.mood
    place.usual_help = 0.1
    assert mood.surge_of(place, 0.1, p) == 0.0
    assert mood.surge_of(place, 0.3, p) == pytest.approx(0.25)
    assert place.usual_help == pytest.approx(0.1 + 0.1 * 0.2)
    for _ in range(80):  # people get used to it
        mood.surge_of(place, 0.3, p)
    assert mood.surge_of(place, 0.1, p) < -0.2  # and miss it when it fades
    assert mood.surge_of(place, 0.0, p) == 0.0


def test_the_mark_of_history_fades_to_the_temper_of_a_person(model) -> None:
    def marked(twin: CommunityModel) -> None:
        twin.state.citizens.anchor[:] = twin.state.citizens.grievance[:] = 0.6
        twin.state.citizens.temper[:] = 0.2

    faded = felt(model, change=marked, scar=0.0, healing=0.05).state.citizens.anchor
    assert faded == pytest.approx(0.6 - 0.05 * 0.4, abs=1e-6)
    assert felt(model, change=marked, scar=0.0, healing=0.0).state.citizens.anchor == (
        pytest.approx(0.6)
    )


# -- after a flood --------------------------------------------------------------------------------


def test_after_a_flood_help_surges_and_what_people_count_on_falls_later() -> None:
    shared: dict[str, Any] = {"citizens": 1500, "weeks": 110, "burn_in_weeks": 52}
    hit, quiet = (
        lived(town(shocks=shocks, **shared), 110).datacollector.get_model_vars_dataframe()
        for shocks in ([flood(8, peak=1.5)], [])
    )
    moved = hit - quiet
    received, counted = moved["received_support"], moved["perceived_support"]
    assert received.loc[12:24].mean() > 0.0
    assert received.loc[12:24].mean() > 2.0 * received.loc[80:109].mean()
    assert counted.loc[60:109].mean() < 0.0 < counted.loc[14:22].mean()
    assert moved["anger"].loc[40:80].mean() > moved["anger"].loc[8:12].mean() > 0.0
    assert moved["reserve"].loc[60] < moved["reserve"].loc[10] < 0.0
    assert moved["savings"].loc[60] < 0.0
