"""Phase 5, help: mutual aid along the ties and of neighbours, then the groups' aid (eq. 5, 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model.capital import ask_neighbours
from resilienza_sim.model.cooperation import (
    active_profile,
    pool_funds,
    reach_out,
    sit_together,
    strength,
)
from resilienza_sim.model.emergent import neighbours_help
from resilienza_sim.model.factors import cover_of, covers
from resilienza_sim.model.mutual_aid import (
    AGREED,
    ASKED,
    OWING,
    answer,
    ask,
    met_part,
    receive,
)
from resilienza_sim.model.participation import turn_out, work_this_week
from resilienza_sim.model.phases.need import unmet
from resilienza_sim.model.rates import PhaseParameters, shape
from resilienza_sim.streams import mix, u01

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resilienza_sim.model.community_model import CommunityModel

__all__ = [
    "AGREED",
    "ASKED",
    "OWING",
    "HelpParameters",
    "HelpRates",
    "answer",
    "ask",
    "receive",
    "run",
]

_ONE = np.float32(1.0)


class HelpParameters(PhaseParameters):
    """Mutual aid and the aid of groups."""

    asks_above: float = quantity(
        0.15, 0.0, 1.0, source="assumption: unmet need above which people ask"
    )
    b0: float = quantity(
        0.0, -10.0, 10.0, source="assumption: a stranger who is asked helps every other time"
    )
    b1: float = quantity(2.5, 0.0, 10.0, source="prior: weight of trust")
    b2: float = quantity(1.0, 0.0, 10.0, source="prior: weight of reciprocity")
    b3: float = quantity(2.0, 0.0, 10.0, source="prior: weight of one's own suffering")
    b4: float = quantity(1.5, 0.0, 10.0, source="prior: weight of fatigue")
    b5: float = quantity(2.0, 0.0, 10.0, source="prior: weight of rancour, towards the out-group")
    remote_weight: float = quantity(
        0.5, 0.0, 1.0, source="assumption: a remote contact is worth half of a face-to-face one"
    )
    capacity: float = quantity(
        0.6, 0.0, 5.0, unit="needs a week", source="assumption: a rested helper carries 0.6 needs"
    )
    active_boost: float = quantity(
        0.5, 0.0, 5.0, source="assumption: those active have half as much time again"
    )
    strength: float = quantity(
        0.25, 0.0, 3.0, unit="per week", source="assumption: need met by one full helper"
    )
    isolation_informal: float = quantity(
        0.9, 0.0, 1.0, source="assumption: company meets isolation"
    )
    income_informal: float = quantity(0.15, 0.0, 1.0, source="assumption: loans and goods")
    care_informal: float = quantity(0.5, 0.0, 1.0, source="assumption: unskilled care")
    housing_informal: float = quantity(0.3, 0.0, 1.0, source="assumption: cleaning, hosting")
    health_informal: float = quantity(0.1, 0.0, 1.0, source="assumption: errands, company")
    group_hours: float = quantity(
        7.5,
        0.0,
        50.0,
        unit="needs a week",
        source="assumption: needs one member at work follows in a week, about an hour each",
    )
    group_strength: float = quantity(
        0.4, 0.0, 3.0, unit="per week", source="assumption: need met by a full group's help"
    )
    lent: float = quantity(
        0.5,
        0.0,
        5.0,
        source="assumption: strength added to a group's help when the scarcest factor is all there",
    )
    disengaging: float = quantity(
        0.01, 0.0, 0.5, unit="per week", source="assumption: half leave in 69 weeks if not sought"
    )
    commitment: float = quantity(
        0.5, 0.0, 1.0, source="assumption: chance of joint action without trust or memory, halved"
    )
    routine_fit: float = quantity(
        0.5, 0.0, 1.0, source="assumption: phi0 of equation 8, for groups as for services; swept"
    )
    referral: float = quantity(
        0.2,
        0.0,
        1.0,
        source="connection gives referrals; assumption: one helped in five",
    )
    pooling: float = quantity(
        0.5,
        0.0,
        1.0,
        source="assumption: half of what a partner can spare is lent",
    )
    pooling_funds: float = quantity(
        0.05, 0.0, 1.0, unit="per week", source="assumption: funds offered to partners without"
    )
    funded: float = quantity(
        0.2, 0.0, 2.0, source="assumption: strength added to a group whose running costs are paid"
    )
    representation: float = quantity(
        0.3,
        0.0,
        1.0,
        source="assumption: reach lost where nobody is alike",
    )
    profile_prior: float = quantity(
        20.0,
        1.0,
        1000.0,
        unit="people",
        source="assumption: members that mirror the residents, added before profiles are compared",
    )
    helper_hours: float = quantity(
        4.0, 0.0, 40.0, unit="hours a week", source="assumption: time of a rested helper, 2-8 hours"
    )
    active_hours: float = quantity(
        4.75,
        0.0,
        40.0,
        unit="hours a week",
        source="Istat, unpaid activities 2013, from memory: a volunteer gives 19 hours in 4 weeks",
    )
    neighbour_hours: float = quantity(
        3.0,
        0.0,
        40.0,
        unit="hours a week",
        source="assumption: who helps on their own initiative gives an evening a week",
    )
    neighbour_needs: float = quantity(
        2.8,
        0.0,
        50.0,
        unit="needs a week",
        source="assumption: needs one such helper follows: an hour each, as in a group",
    )
    called: float = quantity(
        2.0,
        0.0,
        10.0,
        source="Drury 2018, Kaniasty & Norris 1993: new distress moves those who are asked to "
        "help, and it wears off; added to b0 at a full call; size assumption",
    )


HelpRates = shape("HelpRates", HelpParameters)


@kernel
def groups_help(
    key: Any, citizens: Any, people: Any, s: Any, ways: Any, met: Any, asks_above: float
) -> tuple[int, float]:
    """Let the groups of a quarter help those they reach; return how many, and the need met.

    `reached` is the chance by quarter and segment, `met` the share met of each kind of need,
    `hearing` the chance that who is helped hears of the services (connection: referrals).
    """
    need, informed, distant = citizens.need, citizens.informed_informal, citizens.distant
    formal, helped = citizens.informed_formal, citizens.helped
    quarter, profile, target = people.quarter, people.profile, people.target
    load = s.asked_load
    reached, closed, hearing = ways
    count, all_met = 0, 0.0
    for i in range(need.shape[0]):
        if (load[i] < asks_above) | (distant[i] == 1) | (informed[i] == 0):
            continue
        q = quarter[i]
        chance = reached[q, profile[i]] * (1.0 - (closed[q] if target[i] else 0.0))
        if u01(key, np.uint64(i)) < chance:
            before, after = met_part(need[i], 1.0, met)
            all_met += before - after
            if before > 0.0:
                helped[i] = 1.0 - (1.0 - helped[i]) * (after / before)
            if not formal[i] and u01(mix(key, np.uint64(i)), np.uint64(1)) < hearing[q]:
                formal[i] = 1
            count += 1
    return count, all_met


@kernel
def count_asking(load: Any, quarter: Any, asks_above: float, asking: Any) -> None:
    """Count those in each quarter whose unmet need makes them ask for help."""
    asking[:] = 0.0
    here, count = quarter[0], 0
    for i in range(load.size):
        if quarter[i] != here:  # neighbours follow one another: seldom so
            asking[here] += count
            here, count = quarter[i], 0
        count += load[i] >= asks_above
    asking[here] += count


@kernel
def hours_given(citizens: Any, s: Any, p: Any, turn_hours: Any) -> float:
    """Sum the hours of helpers, by the share of their free time given, and of those at work."""
    given, fatigue, active = citizens.given, citizens.fatigue, citizens.active
    doing, helping = citizens.doing, citizens.helping
    load = s.asked_load
    along, turns, neighbours = 0.0, 0, 0
    for i in range(given.size):
        turns += doing[i] & (not helping[i])
        neighbours += helping[i]
        if given[i] > 0.0:
            free = (_ONE - fatigue[i]) * (_ONE - load[i])
            along += given[i] * (free * (1.0 + p.active_boost * active[i]))
    return float(p.helper_hours * along + turn_hours * turns + p.neighbour_hours * neighbours)


@kernel
def shares_met(kinds: Any, cover: Any, lent: float, strength: float) -> NDArray[np.float64]:
    """Return the share met of each kind of need: what can be met informally, factors lent in."""
    met, held = np.empty(kinds.size), cover_of(cover)
    for n in range(kinds.size):
        met[n] = kinds[n] * -np.expm1(-strength * (1.0 + lent * held[n]))
    return met


def _asks(model: CommunityModel) -> NDArray[np.float64]:
    """Return how many ask for help in each quarter, at least one."""
    asking, quarter = np.empty(len(model.community.quarters)), model.community.people.quarter
    count_asking(model.scratch.asked_load, quarter, model.rates.help.asks_above, asking)
    return np.maximum(asking, 1.0)


def _capacity(model: CommunityModel, asks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how many needs each group can follow this week; write its share of the quarter's."""
    state, rates = model.state, model.rates
    capacity: NDArray[np.float64] = strength(
        state.groups.handle,
        state.alliances.cost,
        asks,
        model.space_factor(),
        state.municipality.demand,
        rates.act.upkeep_eur,
        rates.help.handle,
        rates.learn.handle,
    )
    return capacity


def _met(model: CommunityModel, kinds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of each kind of need that a group's help meets, factors lent included."""
    p = model.rates.help
    cover = covers(model.state.stakeholders)
    met: NDArray[np.float64] = shares_met(kinds, cover, p.lent, p.group_strength)
    return met


def _groups(model: CommunityModel, kinds: NDArray[np.float64]) -> float:
    """Let the groups help, each alone or in an alliance that acts jointly; return the need met."""
    state, p, fixed = model.state, model.rates.help, model.fixed
    c, s, groups = state.citizens, model.scratch, state.groups
    seats = sit_together(groups.alive, groups.alliance, state.alliances.joint)
    pool_funds(groups, seats[1], p.pooling_funds, model.rates.act.upkeep_eur)
    asks = _asks(model)
    capacity, active = _capacity(model, asks), active_profile(model)
    reach, closed, hearing, state.joint_share = reach_out(
        capacity, asks, groups.handle, seats, active, fixed.residents, p.handle
    )
    met: float
    state.groups_helped, met = groups_help(
        model.streams.key("group help", state.week),
        c.handle,
        model.people.handle,
        s.handle,
        (reach, closed, hearing),
        _met(model, kinds),
        p.asks_above,
    )
    return met


def _strangers(model: CommunityModel, b0: float) -> float:
    """Let neighbours without a tie help; return the need met."""
    state, capital, p = model.state, model.rates.capital, model.rates.help
    if capital.neighbours == 0.0:
        return 0.0
    c, town = state.citizens, state.municipality
    met = 1.0 - town.contact_closed * (1.0 - p.remote_weight)
    meets = np.minimum(capital.neighbours * met * 2.0 * state.quarters.efficacy, 1.0)
    help_given: float = ask_neighbours(
        model.streams.key("strangers", state.week),
        model.people.handle,
        c.handle,
        model.scratch.handle,
        meets,
        b0,
        p.handle,
        capital.handle,
    )
    return help_given


def _hours(model: CommunityModel) -> float:
    """Return the hours given this week by helpers and by members at work."""
    p, c = model.rates.help, model.state.citizens
    hours: float = hours_given(c.handle, model.scratch.handle, p.handle, model.rates.act.turn_hours)
    return hours


def _turn_out(model: CommunityModel) -> None:
    """Let volunteers and members do something this week, or not."""
    state, act = model.state, model.rates.act
    c, groups = state.citizens, state.groups
    keys = model.streams.key("doing", state.week), model.streams.keys(("kind of activity",))[0]
    turn_out(
        keys,
        c.handle,
        groups.emergent,
        state.municipality.gatherings_closed,
        work_this_week(model.rates.help.active_hours, act.turn_hours),
        act.handle,
        groups.at_work,
    )


def _neighbours(model: CommunityModel, kinds: NDArray[np.float64]) -> float:
    """Let those who help on their own meet who is in need around; return the need met."""
    state, p = model.state, model.rates.help
    c, s = state.citizens, model.scratch
    state.neighbours_helped = 0
    if not c.helping.any():
        return 0.0
    met: float
    state.neighbours_helped, met = neighbours_help(
        model.streams.key("neighbours", state.week),
        c.handle,
        s.handle,
        model.people.handle,
        state.groups.emergent,
        _asks(model),
        kinds * -np.expm1(-p.strength),
        p.handle,
    )
    return met


def run(model: CommunityModel) -> None:
    """Let people, then groups, help those in need."""
    state, p = model.state, model.rates.help
    c, s = state.citizens, model.scratch
    _turn_out(model)
    unmet(c.need, s.unmet)  # what money has met is not asked for
    s.asked_load[:] = s.unmet
    kinds = np.array(
        [
            p.isolation_informal,
            p.income_informal,
            p.care_informal,
            p.housing_informal,
            p.health_informal,
        ]
    )
    ties, b0 = state.ties, p.b0 + p.called * float(state.calls.call.mean())
    s.asked = ask(
        model.streams.key("help", state.week),
        ties,
        c.handle,
        s.handle,
        model.people.handle,
        b0,
        p.handle,
        model.rates.capital.handle,
    )
    answer(c.handle, s.handle, p.handle, model.rates.mood.handle)
    state.help_acts, state.help_returned, met = receive(
        s.asked, ties, c.handle, s.handle, kinds, p.handle
    )
    met += _strangers(model, b0)
    state.volunteer_hours = _hours(model)
    met += _neighbours(model, kinds)
    state.met_informal = met + _groups(model, kinds)
    state.stakeholders.engaged *= 1.0 - p.disengaging
    unmet(c.need, s.unmet)
