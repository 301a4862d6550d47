"""The life of groups and of what is around them: births, deaths, resources, newcomers (eq. 6, 7).

Groups: liability of newness and of smallness (Hannan & Freeman). Resources of the territory are
activated by threshold (Granovetter 1978).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from resilienza_sim.model.names import names_of
from resilienza_sim.model.state import ADULT

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = [
    "AGGREGATIVE",
    "SUPPORT",
    "activate",
    "around_usual",
    "births",
    "count_members",
    "deaths",
    "found",
    "settle",
]

AGGREGATIVE, SUPPORT = 1, 3
"""Columns of a group's capability that act on who joins and on how members feel."""
_CIRCLE = 12
"""Most people a founder brings along: assumption, a sympathy group (Zhou et al. 2005)."""
_USUAL = 0.5
"""Capability of a group that is neither weak nor strong: the start value of the column."""


def around_usual(strength: float, capability: Any) -> Any:
    """Return the factor (1 + k x) / (1 + k / 2) of a capability x: 1 at its usual level of 0.5."""
    return (1.0 + strength * capability.astype(np.float64)) / (1.0 + strength * _USUAL)


def found(model: CommunityModel, founder: int, *, funds_eur: float) -> None:
    """Found a group around a citizen, with those tied to the founder who have no group.

    Some of the adults among them become active: to be asked by a friend is what moves most.
    """
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
    c.active[founder] = 1
    near = state.arcs.nbr[state.start[founder] : state.start[founder] + state.degree[founder]]
    free = np.sort(near[c.group[near] < 0])[:_CIRCLE]
    c.group[free] = g
    u = model.streams.uniform("brought along", state.week, free)
    adult = model.community.people.age[free] >= ADULT
    c.active[free[adult & (u < model.rates.act.brought)]] = 1
    c.group[founder] = g
    state.births += 1


def births(model: CommunityModel) -> None:
    """Let groups be born where four active citizens of a quarter share a need and have a space."""
    state, p = model.state, model.rates.act
    c, quarter = state.citizens, model.community.people.quarter
    able = np.flatnonzero((c.active == 1) & (model.scratch.unmet > model.rates.help.asks_above))
    problem = quarter[able].astype(np.int64) * c.need.shape[1] + c.need[able].argmax(axis=1)
    crowd = np.bincount(problem)[problem] if able.size else problem
    u = model.streams.uniform("founding", state.week, able)
    space = model.space_factor()[quarter[able]] * (1.0 - state.municipality.contact_closed)
    # The hazard belongs to four people together, so each of them bears a quarter of it.
    chance = -np.expm1(-p.birth * space / p.birth_members) * (crowd >= p.birth_members)
    for founder in able[u < chance]:
        found(model, int(founder), funds_eur=0.0)


def deaths(model: CommunityModel) -> None:
    """Let groups die: young, small, just transformed, or at the end of the money they began with.

    Money keeps a small one alive; age and active members are the roots of one whose money is over;
    an alliance shelters from all of it.
    """
    state, p, groups = model.state, model.rates.act, model.state.groups
    age = np.maximum(state.week - groups.born, 0)
    small = (groups.members < 3) & (groups.funds <= 0.0)
    newness = np.exp(-p.death_ageing * age)
    hazard = p.death * newness + p.death_small * small
    broke = (groups.granted == 1) & (groups.funds <= 0.0)
    hazard += p.death_unfunded * broke * newness / (1.0 + groups.active / p.roots)
    hazard = (hazard + p.death_changed * groups.dip) * np.where(
        groups.alliance >= 0, 1.0 - p.alliance_shelter, 1.0
    )
    u = model.streams.uniform("group death", state.week, names_of(groups))
    dying = (groups.alive == 1) & (u < -np.expm1(-hazard))
    if dying.any():
        c = state.citizens
        gone = (c.group >= 0) & dying[np.maximum(c.group, 0)]
        c.active[gone] = 0
        c.group[gone] = -1
        groups.alive[dying] = 0
        groups.alliance[dying] = -1
        state.deaths += int(dying.sum())


def count_members(model: CommunityModel) -> None:
    """Count members and active members of every group, and the orientation they give it."""
    c, groups, p = model.state.citizens, model.state.groups, model.rates.act
    inside = c.group >= 0
    n = len(groups)
    groups.members[:] = np.bincount(c.group[inside], minlength=n)
    groups.active[:] = np.bincount(c.group[inside], weights=c.active[inside], minlength=n)
    rancour = np.bincount(c.group[inside], weights=c.grievance[inside], minlength=n)
    mean = rancour / np.maximum(groups.members, 1)
    towards = np.clip(1.0 - p.closing * mean, 0.0, 1.0)
    groups.orientation += (p.turning * (towards - groups.orientation)).astype(np.float32)


def activate(model: CommunityModel) -> None:
    """Engage the stakeholders around whom there is more activity than their threshold.

    The activity around a stakeholder is a / (a + usual), a being the share of active adults of the
    quarter, raised by the stakeholders of the quarter already engaged; so it is 0.5 at the usual.
    """
    state, p, people = model.state, model.rates.act, model.community.people
    holders, quarters = state.stakeholders, len(model.community.quarters)
    adults = people.age >= ADULT
    here = np.bincount(people.quarter, weights=adults, minlength=quarters)
    doing = np.bincount(people.quarter, weights=state.citizens.active, minlength=quarters)
    held = np.bincount(holders.quarter, minlength=quarters)
    engaged = np.bincount(holders.quarter, weights=holders.engaged, minlength=quarters)
    share = doing / np.maximum(here, 1) * (1.0 + engaged / np.maximum(held, 1))
    usual = max(model.fixed.normal_active, 1e-9)
    above = (share / (share + usual))[holders.quarter] > holders.threshold
    holders.engaged += (1.0 - holders.engaged) * (-np.expm1(-p.activation) * above).astype("f4")


def settle(model: CommunityModel, moved: Any) -> None:
    """Let newcomers begin as the town usually is: the leaver's mood, case and wait go away.

    What belongs to the place (home, rest level, what was suffered there so far) stays.
    """
    who = np.flatnonzero(moved)
    if who.size == 0:
        return
    state, c = model.state, model.state.citizens
    services, n = state.services, len(state.services)
    services.queue -= np.bincount(c.queue[who], minlength=n + 1)[1:]
    followed = who[c.in_care[who] > 0]
    services.open_cases -= np.bincount(c.care_by[followed], minlength=n)
    for name in ("queue", "waited", "in_care", "care_by", "weeks_above"):
        getattr(c, name)[who] = 0
    for name in ("need", "blow", "anger", "care_quality", "given", "helped", "refused"):
        getattr(c, name)[who] = 0.0
    c.weeks_since_hit[who] = np.iinfo(c.weeks_since_hit.dtype).max
    staying = ~moved if not moved.all() else moved
    for name in ("fatigue", "anchor", "trust_service", "efficacy_anchor", "received", "expected"):
        column = getattr(c, name)
        column[who] = column[staying].mean(axis=0, dtype=np.float64)
    for name in ("distant", "informed_formal", "informed_informal"):
        flag = getattr(c, name)
        u = model.streams.uniform(f"newcomer {name}", state.week, who)
        flag[who] = u < flag[staying].mean()
    c.suffering[who] = c.rest_suffering[who]
    c.past_ease[who] = 1.0 - c.rest_suffering[who]
    c.grievance[who] = c.anchor[who]
    c.generalised_trust[who] = c.trust_anchor[who]
    c.efficacy[who] = c.efficacy_anchor[who]
    c.skill[who] = model.community.people.skill[who]
