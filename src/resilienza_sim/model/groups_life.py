"""The life of groups and of what is around them: births, deaths, resources, newcomers (eq. 6, 7).

Groups: liability of newness and of smallness (Hannan & Freeman). Resources of the territory are
activated by threshold (Granovetter 1978).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from resilienza_sim.kernels import kernel
from resilienza_sim.model.names import name_of
from resilienza_sim.model.participation import NEVER
from resilienza_sim.model.state import ADULT
from resilienza_sim.streams import u01

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = [
    "AGGREGATIVE",
    "SUPPORT",
    "activate",
    "around_usual",
    "births",
    "count_in_groups",
    "count_members",
    "deaths",
    "die",
    "disband",
    "engage",
    "found",
    "free_circle",
    "group_hazard",
    "keep_up",
    "new_group",
    "settle",
    "shared_problem",
]

AGGREGATIVE, SUPPORT = 1, 3
"""Columns of a group's capability that act on who joins and on how members feel."""
_CIRCLE = 12
"""Most people a founder brings along: assumption, a sympathy group (Zhou et al. 2005)."""
_USUAL = 0.5
"""Capability of a group that is neither weak nor strong: the start value of the column."""
_ONE = np.float32(1.0)


def around_usual(strength: float, capability: Any) -> Any:
    """Return the factor (1 + k x) / (1 + k / 2) of a capability x: 1 at its usual level of 0.5."""
    return (1.0 + strength * capability.astype(np.float64)) / (1.0 + strength * _USUAL)


def found(model: CommunityModel, founder: int, *, funds_eur: float) -> int:
    """Found a group around a citizen, with those tied to the founder who have no group.

    Some of the adults among them become active: to be asked by a friend is what moves most.
    Returns the row of the group.
    """
    g = new_group(model, founder, funds_eur)
    near = free_circle(model, founder)
    c = model.state.citizens
    c.group[near] = g
    u = model.streams.uniform("brought along", model.state.week, near)
    adult = model.community.people.age[near] >= ADULT
    c.active[near[adult & (u < model.rates.act.brought)]] = 1
    c.active[founder] = 1
    return g


def free_circle(model: CommunityModel, founder: int) -> Any:
    """Return those tied to a founder who have no group, at most a circle of them."""
    state = model.state
    near = state.arcs.nbr[state.start[founder] : state.start[founder] + state.degree[founder]]
    return np.sort(near[state.citizens.group[near] < 0])[:_CIRCLE]


def new_group(model: CommunityModel, founder: int, funds_eur: float) -> int:
    """Open the row of a new group, with its founder in it."""
    state, groups = model.state, model.state.groups
    if groups.alive.all():
        groups.grow(len(groups) + 64)
    g = int(np.argmin(groups.alive))
    fresh = type(groups).empty(1)
    for name, array in groups.columns().items():
        array[g] = getattr(fresh, name)[0]
    quarter = model.community.people.quarter
    groups.alive[g], groups.quarter[g], groups.kind[g] = (
        1,
        quarter[founder],
        0 if funds_eur == 0 else 1,
    )
    groups.founder[g], groups.born[g], groups.funds[g] = founder, state.week, funds_eur
    groups.granted[g] = funds_eur > 0.0
    groups.practice[g] = model.routine_practice
    c = state.citizens
    c.group[c.group == g] = -1
    c.group[founder] = g
    state.births += 1
    return g


@kernel
def shared_problem(
    active: Any,
    unmet: Any,
    need: Any,
    quarter: Any,
    quarters: int,
    above: float,
    members: float,
    who: Any,
) -> int:
    """List the active in need who share their first need with enough others of their quarter.

    They are written into `who`, in order; return how many they are.
    """
    kinds, count = need.shape[1], 0
    crowd = np.zeros(quarters * kinds, np.int64)
    for i in range(active.size):
        if active[i] and unmet[i] > above:
            crowd[quarter[i] * kinds + need[i].argmax()] += 1
            who[count] = i
            count += 1
    enough = 0
    for i in who[:count]:
        if crowd[quarter[i] * kinds + need[i].argmax()] >= members:
            who[enough] = i
            enough += 1
    return enough


def births(model: CommunityModel, usual: float) -> float:
    """Let groups be born where four active citizens of a quarter share a need and have a space.

    `usual` multiplies the hazard of a birth; return how many are to be born without it.
    """
    state, p = model.state, model.rates.act
    c, quarter, who = state.citizens, model.community.people.quarter, model.scratch.joins
    count = shared_problem(
        c.active,
        model.scratch.unmet,
        c.need,
        quarter,
        len(model.community.quarters),
        model.rates.help.asks_above,
        p.birth_members,
        who,
    )
    if count == 0:
        return 0.0
    able = who[:count]
    u = model.streams.uniform("founding", state.week, able)
    space = model.space_factor()[quarter[able]] * (1.0 - state.municipality.gatherings_closed)
    # The hazard belongs to four people together, so each of them bears a quarter of it.
    hazard = p.birth * space / p.birth_members
    for founder in able[u < -np.expm1(-usual * hazard)]:
        found(model, int(founder), funds_eur=0.0)
    return float(hazard.sum())


@kernel
def die(key: Any, groups: Any, week: int, p: Any) -> int:
    """End the groups whose time has come and return how many; `group_hazard` says what kills."""
    gone = 0
    for g in range(groups.alive.size):
        if groups.alive[g]:
            u = u01(key, np.uint64(name_of(groups.founder[g], groups.born[g])))
            if u < -math.expm1(-group_hazard(groups, g, week, p)):
                groups.alive[g] = 0
                groups.alliance[g] = -1
                gone += 1
    return gone


@kernel
def group_hazard(groups: Any, g: Any, week: int, p: Any) -> Any:
    """Return h = (h0 e^(-age) + old + h1 [small] + broke e^(-age) / (1 + roots) + h2 dip + e) s.

    s is the shelter of an alliance, e = 2 (1 - support capability) emergent_death for groups born
    of an emergency. 0 of a group that the past leads to.
    """
    if groups.listed[g] == 2:
        return 0.0
    broke = groups.funds[g] <= 0.0
    newness = math.exp(-p.death_ageing * max(week - groups.born[g], 0))
    hazard = p.death * newness + p.death_old
    if broke and groups.members[g] < groups.small[g]:
        hazard += p.death_small
    if broke and groups.granted[g]:
        hazard += p.death_unfunded * newness / (1.0 + groups.active[g] / p.roots)
    hazard += p.death_changed * groups.dip[g]
    if groups.emergent[g]:
        hazard += p.emergent_death * 2.0 * (1.0 - np.float64(groups.capability[g, SUPPORT]))
    return hazard * (1.0 - p.alliance_shelter) if groups.alliance[g] >= 0 else hazard


@kernel
def disband(group: Any, active: Any, alive: Any) -> None:
    """Leave the members of dead groups without a group and inactive."""
    for i in range(group.size):
        if group[i] >= 0 and not alive[group[i]]:
            group[i] = -1
            active[i] = 0


def deaths(model: CommunityModel) -> None:
    """Let groups die: young, small, just transformed, or at the end of the money they began with.

    Money keeps a small one alive; age and active members are the roots of one whose money is over;
    an alliance shelters from all of it.
    """
    state, c, groups = model.state, model.state.citizens, model.state.groups
    key = model.streams.key("group death", state.week)
    gone = die(key, groups.handle, state.week, model.rates.act.handle)
    if gone:
        disband(c.group, c.active, groups.alive)
        state.deaths += gone


@kernel
def count_in_groups(
    group: Any, active: Any, grievance: Any, members: Any, at_work: Any, orientation: Any, p: Any
) -> None:
    """Count members and active members of every group, and the orientation they give it."""
    rancour = np.zeros(members.size)
    members[:] = 0
    at_work[:] = 0
    for i in range(group.size):
        g = group[i]
        if g >= 0:
            members[g] += 1
            at_work[g] += active[i]
            rancour[g] += grievance[i]
    for g in range(members.size):
        towards = min(max(1.0 - p.closing * (rancour[g] / max(members[g], 1)), 0.0), 1.0)
        orientation[g] += np.float32(p.turning * (towards - orientation[g]))


def count_members(model: CommunityModel) -> None:
    """Count the members of every group, and let them turn it towards their mood."""
    c, groups = model.state.citizens, model.state.groups
    count_in_groups(
        c.group,
        c.active,
        c.grievance,
        groups.members,
        groups.active,
        groups.orientation,
        model.rates.act.handle,
    )


@kernel
def keep_up(
    capability: Any,
    used: Any,
    active: Any,
    alive: Any,
    funds: Any,
    decay: Any,
    gain: Any,
    upkeep_eur: float,
) -> None:
    """Let capability decay and be kept alive by doing; let funded groups pay what they run on."""
    one, half = np.float32(1.0), np.float32(0.5)
    for g in range(funds.size):
        done = gain * used[g] if active[g] > 0 else np.float32(0.0)
        for k in range(capability.shape[1]):
            capability[g, k] -= capability[g, k] * decay
            capability[g, k] += (one - capability[g, k]) * done * half
        funds[g] = max(funds[g] - upkeep_eur * alive[g], 0.0)


@kernel
def engage(
    active: Any,
    quarter: Any,
    adults: Any,
    where: Any,
    threshold: Any,
    engaged: Any,
    usual: float,
    rate: float,
) -> None:
    """Engage the stakeholders around whom there is more activity than their threshold.

    The activity around a stakeholder is a / (a + usual), a being the share of active adults of the
    quarter, raised by the stakeholders of the quarter already engaged; so it is 0.5 at the usual.
    """
    doing, held, won = np.zeros(adults.size), np.zeros(adults.size), np.zeros(adults.size)
    for i in range(active.size):
        if active[i]:
            doing[quarter[i]] += 1.0
    for h in range(where.size):
        held[where[h]] += 1.0
        won[where[h]] += engaged[h]
    gain = np.float32(-math.expm1(-rate))
    for h in range(where.size):
        q = where[h]
        share = doing[q] / max(adults[q], 1.0) * (1.0 + won[q] / max(held[q], 1.0))
        if share / (share + usual) > threshold[h]:
            engaged[h] += (_ONE - engaged[h]) * gain


def activate(model: CommunityModel) -> None:
    """Let activity around them engage the stakeholders who hold the resources of the territory."""
    holders, people = model.state.stakeholders, model.community.people
    engage(
        model.state.citizens.active,
        people.quarter,
        model.adults,
        holders.quarter,
        holders.threshold,
        holders.engaged,
        max(model.fixed.usual_part.active, 1e-9),
        model.rates.act.activation,
    )


def settle(model: CommunityModel, moved: Any) -> None:
    """Let newcomers begin as the town usually is: the leaver's mood, case and wait go away.

    What belongs to the place (home, rest level, what was suffered there so far) stays.
    """
    who = np.flatnonzero(moved)
    if who.size == 0:
        return
    state, c = model.state, model.state.citizens
    services = state.services
    services.queue -= (c.waited[who] > 0).sum(axis=0)
    services.open_cases -= (c.in_care[who] > 0).sum(axis=0)
    for name in ("waited", "in_care", "cases", "weeks_above"):
        getattr(c, name)[who] = 0
    for name in ("since_care", "since_grant"):
        getattr(c, name)[who] = np.iinfo(np.uint16).max
    for name in ("need", "blow", "anger", "reviewed", "given", "helped", "refused"):
        getattr(c, name)[who] = 0.0
    c.sensitised[who] = 0
    for name in ("helping", "doing", "suspended"):
        getattr(c, name)[who] = 0
    c.since_work[who] = c.since_part[who] = NEVER
    c.weeks_since_hit[who] = np.iinfo(c.weeks_since_hit.dtype).max
    staying = ~moved if not moved.all() else moved
    for name in (
        "fatigue",
        "anchor",
        "trust_service",
        "efficacy_anchor",
        "received",
        "expected",
        "setback",
        "reserve",
    ):
        column = getattr(c, name)
        column[who] = column[staying].mean(axis=0, dtype=np.float64)
    for name in ("distant", "informed_formal", "informed_informal"):
        flag = getattr(c, name)
        u = model.streams.uniform(f"newcomer {name}", state.week, who)
        flag[who] = u < flag[staying].mean()
    c.suffering[who] = c.rest_suffering[who]
    c.past_ease[who] = 1.0 - c.rest_suffering[who]
    c.grievance[who] = c.anchor[who]
    c.perceived_support[who] = c.support_anchor[who]
    c.generalised_trust[who] = c.trust_anchor[who]
    c.efficacy[who] = c.efficacy_anchor[who]
    c.skill[who] = model.community.people.skill[who]
