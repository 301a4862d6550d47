"""Phase 5, help: mutual aid along the ties, then the groups' aid in the quarters (eq. 5, 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.model.hazards import match
from resilienza_sim.model.network import columns
from resilienza_sim.model.phases.meet import IN_PERSON, REMOTE
from resilienza_sim.model.phases.need import unmet
from resilienza_sim.model.practices import able
from resilienza_sim.model.rates import PhaseParameters, shape
from resilienza_sim.streams import arc_id, mix, u01

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resilienza_sim.model.community_model import CommunityModel
    from resilienza_sim.model.state import State

__all__ = ["AGREED", "ASKED", "HelpParameters", "HelpRates", "answer", "receive", "run"]

ASKED, AGREED = 4, 8


class HelpParameters(PhaseParameters):
    """Mutual aid and the aid of groups."""

    asks_above: float = quantity(
        0.15, 0.0, 1.0, source="assumption: unmet need above which people ask"
    )
    b0: float = quantity(
        0.0, -10.0, 10.0, source="assumption: a stranger who is asked helps every other time"
    )
    b1: float = quantity(2.5, 0.0, 10.0, source="MODEL.md equation 5; prior: trust")
    b2: float = quantity(1.0, 0.0, 10.0, source="MODEL.md equation 5; prior: reciprocity")
    b3: float = quantity(2.0, 0.0, 10.0, source="MODEL.md equation 5; prior: own suffering")
    b4: float = quantity(1.5, 0.0, 10.0, source="MODEL.md equation 5; prior: fatigue")
    b5: float = quantity(2.0, 0.0, 10.0, source="MODEL.md equation 5; prior: rancour, out-group")
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
        3.0, 0.0, 50.0, unit="needs a week", source="assumption: needs one active member can follow"
    )
    group_strength: float = quantity(
        0.4, 0.0, 3.0, unit="per week", source="assumption: need met by a full group's help"
    )
    lent: float = quantity(
        0.5, 0.0, 5.0, source="assumption: capacity added when every stakeholder is engaged"
    )
    disengaging: float = quantity(
        0.01, 0.0, 0.5, unit="per week", source="assumption: half leave in 69 weeks if not sought"
    )
    commitment: float = quantity(
        0.5, 0.0, 1.0, source="assumption: chance of joint action without trust or memory, halved"
    )


HelpRates = shape("HelpRates", HelpParameters)


@numba.njit(cache=True)
def answer(
    key: Any, start: Any, degree: Any, arcs: Any, load: Any, suffering: Any, fatigue: Any,
    grievance: Any, skill: Any, active: Any, target: Any, scale: Any, given: Any, p: Any,
) -> None:  # fmt: skip
    """Let each person answer those who ask: P = sigma(b0 + b1 tau + b2 debt - b3 s - b4 f - b5 g).

    A helper's capacity is shared among those helped: `scale` is the share each of them gets.
    """
    nbr, _rev, trust, debt, _layer, mark = arcs
    for j in range(degree.size):
        total = 0.0
        tired = p.b0 - p.b3 * suffering[j] - p.b4 * fatigue[j]
        for k in range(start[j], start[j] + degree[j]):
            seen = mark[k] & (IN_PERSON | REMOTE)
            i = nbr[k]
            if seen == 0 or load[i] < p.asks_above:
                continue
            ask = arc_id(j, i)
            if u01(mix(key, ask), np.uint64(1)) >= load[i]:
                continue  # the greater the need, the more of their contacts people ask
            mark[k] |= ASKED
            will = tired + p.b1 * trust[k] + p.b2 * debt[k]
            if target[i] != target[j]:
                will -= p.b5 * grievance[j]
            chance = 1.0 / (1.0 + np.exp(-will))
            if seen == REMOTE:
                chance *= p.remote_weight
            if u01(key, ask) < chance:
                mark[k] |= AGREED
                total += load[i]
        if total > 0.0:
            room = p.capacity * (1.0 - fatigue[j]) * (1.0 - load[j]) * (0.5 + 0.5 * skill[j])
            if active[j]:
                room *= 1.0 + p.active_boost
            scale[j] = min(1.0, room / total)
            given[j] = min(1.0, total / max(room, 1e-9))
        else:
            scale[j] = 0.0
            given[j] = 0.0


@numba.njit(cache=True)
def receive(
    start: Any, degree: Any, arcs: Any, load: Any, scale: Any, skill: Any, kinds: Any,
    need: Any, helped: Any, refused: Any, p: Any,
) -> None:  # fmt: skip
    """Meet needs with the help received: need_k falls by the share k_k (1 - exp(-strength R))."""
    nbr, rev, _trust, _debt, _layer, mark = arcs
    for i in range(degree.size):
        helped[i] = 0.0
        refused[i] = 0.0
        if load[i] < p.asks_above:
            continue
        support, asked, no = 0.0, 0, 0
        for k in range(start[i], start[i] + degree[i]):
            back = mark[rev[k]]
            if back & ASKED:
                asked += 1
                if back & AGREED:
                    weight = 1.0 if back & IN_PERSON else p.remote_weight
                    support += scale[nbr[k]] * weight * (0.5 + 0.5 * skill[nbr[k]])
                else:
                    no += 1
        if asked > 0:
            refused[i] = no / asked
        if support > 0.0:
            met = 1.0 - np.exp(-p.strength * support)
            before, after = 0.0, 0.0
            for n in range(need.shape[1]):
                before += need[i, n]
                need[i, n] *= 1.0 - met * kinds[n]
                after += need[i, n]
            helped[i] = 1.0 - after / before


@numba.njit(cache=True)
def groups_help(
    key: Any, need: Any, quarter: Any, cover: Any, closed: Any, informed: Any, distant: Any,
    target: Any, load: Any, kinds: Any, helped: Any, p: Any,
) -> int:  # fmt: skip
    """Let the groups of a quarter help those they reach; return how many were helped."""
    count = 0
    for i in range(need.shape[0]):
        if load[i] < p.asks_above or distant[i] or not informed[i]:
            continue
        q = quarter[i]
        chance = cover[q] * (1.0 - (closed[q] if target[i] else 0.0))
        if u01(key, np.uint64(i)) < chance:
            met = 1.0 - np.exp(-p.group_strength)
            before, after = 0.0, 0.0
            for n in range(need.shape[1]):
                before += need[i, n]
                need[i, n] *= 1.0 - met * kinds[n]
                after += need[i, n]
            if before > 0.0:
                helped[i] = 1.0 - (1.0 - helped[i]) * (after / before)
            count += 1
    return count


def coverage(reach: NDArray[np.float64], unit: NDArray[np.int64], quarters: NDArray[np.uint8],
             n_quarters: int, joint: NDArray[np.bool_]) -> NDArray[np.float64]:  # fmt: skip
    """Return the share of each quarter's need within reach of its groups (equation 9).

    Groups that only coexist overlap: 1 - prod_j (1 - p_j). Groups of an alliance that acts jointly
    divide the ground: min(1, sum_j p_j); each such alliance then counts as one.
    """
    missed = np.zeros(n_quarters)
    alone = ~joint
    with np.errstate(divide="ignore"):
        np.add.at(missed, quarters[alone], np.log1p(-np.minimum(reach[alone], 1.0 - 1e-12)))
        if joint.any():
            size = int(unit[joint].max()) + 1
            together = np.zeros((size, n_quarters))
            np.add.at(together, (unit[joint], quarters[joint]), reach[joint])
            missed += np.log1p(-np.minimum(together, 1.0 - 1e-12)).sum(axis=0)
    covered: NDArray[np.float64] = 1.0 - np.exp(missed)
    return covered


def _deciding(state: State) -> NDArray[np.float64]:
    """Return the share of each group's capacity that its alliance spends on deciding."""
    groups = state.groups
    cost = state.alliances.cost[np.maximum(groups.alliance, 0)]
    return np.where(groups.alliance >= 0, cost, 0.0)


def _group_reach(model: CommunityModel) -> None:
    """Write each group's reach: its capacity over the need of the quarter."""
    state, p = model.state, model.rates.help
    groups, town = state.groups, state.municipality
    fits = match(groups.practice, town.demand)
    space = model.space_factor()[groups.quarter]
    # Places and goods lent by those engaged: resources held, times how far they are engaged.
    holders = state.stakeholders
    lent = 1.0 + p.lent * float((holders.resources * holders.engaged).sum())
    holders.engaged *= 1.0 - p.disengaging
    capacity = lent * (
        groups.alive * groups.active * p.group_hours * groups.capability[:, 0] * fits
        * (1.0 - groups.dip) * (1.0 - _deciding(state)) * space * able(model.rates.learn, groups)
        * (1.0 - 0.5 * town.contact_closed * (1.0 - p.remote_weight))
    )  # fmt: skip
    asks = model.scratch.unmet >= p.asks_above
    n_quarters = len(model.community.quarters)
    pool = np.bincount(model.community.people.quarter, weights=asks, minlength=n_quarters)
    groups.reach[:] = np.minimum(capacity / np.maximum(pool[groups.quarter], 1.0), 1.0)


def run(model: CommunityModel) -> None:
    """Let people, then groups, help those in need."""
    state, p, people, fixed = model.state, model.rates.help, model.community.people, model.fixed
    c, s = state.citizens, model.scratch
    unmet(c.need, s.unmet)  # what money has met is not asked for
    s.asked_load[:] = s.unmet
    before = float(c.need.sum(dtype=np.float64))
    kinds = np.array([p.isolation_informal, p.income_informal, p.care_informal,
                      p.housing_informal, p.health_informal])  # fmt: skip
    answer(
        model.streams.key("help", state.week), state.start, state.degree, columns(state.arcs),
        s.asked_load, c.suffering, c.fatigue, c.grievance, c.skill, c.active, fixed.target, s.scale,
        c.given, p,
    )  # fmt: skip
    receive(
        state.start, state.degree, columns(state.arcs), s.asked_load, s.scale, c.skill, kinds,
        c.need, c.helped, c.refused, p,
    )  # fmt: skip

    _group_reach(model)
    groups, alliances = state.groups, state.alliances
    allied = (groups.alliance >= 0) & (groups.alive == 1)
    joint = allied & (alliances.joint[np.maximum(groups.alliance, 0)] == 1)
    n_quarters = len(model.community.quarters)
    cover = coverage(
        groups.reach.astype(np.float64), groups.alliance.astype(np.int64), groups.quarter,
        n_quarters, joint,
    )  # fmt: skip
    weight = groups.reach * groups.alive
    total = np.bincount(groups.quarter, weights=weight, minlength=n_quarters)
    caring = np.bincount(groups.quarter, weights=weight * groups.orientation, minlength=n_quarters)
    closed = 1.0 - caring / np.maximum(total, 1e-12)
    used = np.minimum(cover / np.maximum(total, 1e-12), 1.0)
    groups.used[:] = np.where(weight > 0.0, used[groups.quarter], 0.0)
    state.groups_helped = groups_help(
        model.streams.key("group help", state.week), c.need, people.quarter, cover, closed,
        c.informed_informal, c.distant, fixed.target, s.asked_load, kinds, c.helped, p,
    )  # fmt: skip
    unmet(c.need, s.unmet)
    state.met_informal = before - float(c.need.sum(dtype=np.float64))
