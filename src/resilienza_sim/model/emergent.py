"""Groups born of an emergency, and those who help on their own (equations 5 and 7).

They need no open place: they go from door to door, and telephone (UK 2020: over 4,000 groups for 67
million people within weeks). They fade within months unless they are supported, allied, or become
associations (Drury 2018; Kaniasty & Norris 1993).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from resilienza_sim.kernels import kernel
from resilienza_sim.model.groups_life import SUPPORT, free_circle, new_group
from resilienza_sim.model.mutual_aid import met_part
from resilienza_sim.model.names import name_of
from resilienza_sim.model.state import ADULT
from resilienza_sim.streams import u01

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = [
    "emergent_births",
    "emergent_groups",
    "neighbours_help",
    "root",
    "take_root",
]

_ONE = np.float32(1.0)


def emergent_groups(groups: Any, quarters: int) -> Any:
    """Return the first born of each quarter's emergent groups, -1 for none."""
    here = np.full(quarters, -1, np.int32)
    rows = np.flatnonzero((groups.alive == 1) & (groups.emergent == 1))
    for g in rows[np.lexsort((groups.founder[rows], groups.born[rows]))[::-1]]:
        here[groups.quarter[g]] = g
    return here


def emergent_births(model: CommunityModel) -> None:
    """Let those who help on their own found groups, open places or not (Drury 2018; UK 2020).

    Those without a group among the founder's circle, asked, come along and help; so do all those
    of the quarter who already help and have no group.
    """
    state, p, c = model.state, model.rates.act, model.state.citizens
    call, quarter = state.calls.call, model.community.people.quarter
    if p.emergent_birth == 0.0 or not call.any():
        return
    able = np.flatnonzero((c.helping == 1) & (c.group < 0))
    u = model.streams.uniform("rallying", state.week, able)
    for founder in able[u < -np.expm1(-p.emergent_birth * call[quarter[able]])]:
        if c.group[founder] >= 0:
            continue
        g = new_group(model, int(founder), 0.0)
        state.groups.emergent[g] = 1
        near = free_circle(model, int(founder))
        u = model.streams.uniform("brought along", state.week, near)
        adult = model.community.people.age[near] >= ADULT
        near = near[adult & (c.distant[near] == 0) & (u < p.brought)]
        c.helping[near] = 1
        c.group[near] = g
        c.group[(c.helping == 1) & (c.group < 0) & (quarter == quarter[founder])] = g


@kernel
def root(key: Any, groups: Any, p: Any) -> int:
    """Let emergent groups become associations; mark them with 2 and return how many do."""
    rooted = 0
    for g in range(groups.alive.size):
        if groups.alive[g] and groups.emergent[g]:
            h = p.rooting * 2.0 * np.float64(groups.capability[g, SUPPORT])
            h *= 2.0 if groups.alliance[g] >= 0 else 1.0
            u = u01(key, np.uint64(name_of(groups.founder[g], groups.born[g])))
            if u < -math.expm1(-h):
                groups.emergent[g] = 2
                rooted += 1
    return rooted


def take_root(model: CommunityModel) -> None:
    """Let emergent groups become associations: those who help in them now belong and work there."""
    groups, c = model.state.groups, model.state.citizens
    key = model.streams.key("group roots", model.state.week)
    if not root(key, groups.handle, model.rates.act.handle):
        return
    rooted = groups.emergent == 2
    groups.kind[rooted], groups.emergent[rooted] = 1, 0
    inside = (c.group >= 0) & (c.helping == 1)
    inside &= rooted[np.maximum(c.group, 0)]
    c.active[inside], c.helping[inside] = 1, 0


@kernel
def neighbours_help(
    key: Any, citizens: Any, s: Any, people: Any, emergent: Any, asks: Any, met: Any, p: Any
) -> tuple[int, float]:
    """Let those who help on their own go from door to door; return how many they meet, what of.

    Each of those in need of the quarter is met with chance 1 - e^-(needs they can follow / who
    asks). Helpers of an emergent group work in it instead.
    """
    load = s.asked_load
    quarter = people.quarter
    group, distant, helping = citizens.group, citizens.distant, citizens.helping
    fatigue, need, helped = citizens.fatigue, citizens.need, citizens.helped
    room = np.zeros(asks.size)
    for i in range(load.size):
        if helping[i]:
            g = group[i]
            if g < 0 or not emergent[g]:
                free = (_ONE - fatigue[i]) * (_ONE - load[i])
                room[quarter[i]] += p.neighbour_needs * free
    count, all_met = 0, 0.0
    for i in range(load.size):
        q = quarter[i]
        if room[q] == 0.0 or load[i] < p.asks_above or distant[i]:
            continue
        if u01(key, np.uint64(i)) < 1.0 - np.exp(-room[q] / asks[q]):
            before, after = met_part(need[i], 1.0, met)
            all_met += before - after
            if before > 0.0:
                helped[i] = 1.0 - (1.0 - helped[i]) * (after / before)
            count += 1
    return count, all_met
