"""Phase 9, act: citizens join and leave, groups are born and die (equations 6 and 7).

Joining: Granovetter 1978 (share of active neighbours), visible need, efficacy, invitation, and how
well the groups of the quarter gather people; leaving: fatigue pushes, horizontality and alliances
hold (Perach et al. 2023). The life of groups and of the resources around them is in `groups_life`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model.generalised import trusting
from resilienza_sim.model.groups_life import (
    AGGREGATIVE,
    activate,
    births,
    count_members,
    deaths,
    keep_up,
    settle,
)
from resilienza_sim.model.names import names_of
from resilienza_sim.model.rates import PhaseParameters, shape
from resilienza_sim.model.state import ADULT
from resilienza_sim.streams import u01

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = [
    "ActParameters",
    "ActRates",
    "around_people",
    "decide",
    "enter",
    "holding",
    "run",
    "take_part",
]

_PERSON = (0x9E3779B97F4A7C15 >> 20) | 1
"""Multiplier that keeps the names of pairs (person, group) apart: odd, so that no two persons fall
together when the product wraps around."""


class ActParameters(PhaseParameters):
    """Taking part, and the life of groups."""

    exit: float = quantity(
        0.02, 0.0, 0.5, unit="per week", source="MODEL.md equation 6: .01-.05, Perach et al. 2023"
    )
    exit_fatigue: float = quantity(
        3.0, 0.0, 20.0, source="assumption: a wholly tired member leaves four times as fast"
    )
    join_closed: float = quantity(
        0.15, 0.0, 1.0,
        source="fitted (scripts/calibrate_model.py): joining stopped by closed places",
    )  # fmt: skip
    exit_closed: float = quantity(
        1.24, 0.0, 20.0,
        source="fitted (scripts/calibrate_model.py): activity falls when places close",
    )  # fmt: skip
    hold_alliance: float = quantity(
        0.3, 0.0, 1.0, source="Perach et al. 2023: alliances and horizontality hold members; prior"
    )
    hold_horizontal: float = quantity(
        0.2, 0.0, 1.0,
        source="Perach et al. 2023: horizontality holds members, beside alliances; prior",
    )  # fmt: skip
    gathering: float = quantity(
        1.0, 0.0, 10.0,
        source="MODEL.md section 2, aggregative capability of the quarter's groups: pull on those "
        "who could join, neutral at 0.5; size assumption",
    )  # fmt: skip
    turned_away: float = quantity(
        0.5, 0.0, 1.0,
        source="MODEL.md section 5, row 2: a wholly closed group turns away every other member of "
        "the out-group; size assumption",
    )  # fmt: skip
    neighbours: float = quantity(
        3.0, 0.0, 30.0, source="Granovetter 1978: pull of active neighbours; prior"
    )
    visible_need: float = quantity(
        2.0, 0.0, 30.0, source="MODEL.md equation 6: pull of need around; prior"
    )
    inward: float = quantity(
        0.5, 0.0, 5.0, source="MODEL.md equation 4: rancour mobilises inward; prior"
    )
    efficacy_gain: float = quantity(
        0.004, 0.0, 0.2, unit="per week", source="Bandura: efficacy grows with success; prior"
    )
    efficacy_loss: float = quantity(
        0.004, 0.0, 0.2, unit="per week", source="assumption: efficacy lost by those not helped"
    )
    lapse_closed: float = quantity(
        1.8, 0.0, 20.0,
        source="fitted (scripts/calibrate_model.py): members leave when places close",
    )  # fmt: skip
    efficacy_return: float = quantity(
        0.01, 0.0, 0.3, unit="per week", source="assumption: pull of a person's own level"
    )
    birth: float = quantity(
        0.0004,
        0.0,
        0.1,
        unit="per week",
        source="assumption: per four active citizens in a quarter",
    )
    brought: float = quantity(
        0.5, 0.0, 1.0,
        source="MODEL.md equation 7, four active citizens make a group: half of the five or six "
        "adults whom a founder knows; Bryant et al. 2003 (from memory), being asked; assumption",
    )  # fmt: skip
    birth_members: int = quantity(4, 2, 50, unit="people", source="MODEL.md equation 7")
    death: float = quantity(
        0.0015, 0.0, 0.1, unit="per week",
        source="h0 of MODEL.md equation 7: assumption, 7 % a year",
    )  # fmt: skip
    death_ageing: float = quantity(
        0.01, 0.0, 0.1, unit="per week", source="MODEL.md equation 7: liability of newness"
    )
    death_small: float = quantity(
        0.05,
        0.0,
        1.0,
        unit="per week",
        source="h1 of MODEL.md equation 7, under 3 members: assumption",
    )
    death_changed: float = quantity(
        0.01,
        0.0,
        1.0,
        unit="per week",
        source="h2 of MODEL.md equation 7, just transformed: assumption",
    )
    death_unfunded: float = quantity(
        0.04, 0.0, 1.0, unit="per week",
        source="MODEL.md section 5, row 28: founded with money, and the money is over; Scheirer "
        "2005 (from memory): some 60 % of projects go on in some form; size assumption",
    )  # fmt: skip
    roots: float = quantity(
        4.0, 0.1, 100.0, unit="people",
        source="assumption: as many active members as found a group halve that hazard",
    )  # fmt: skip
    activation: float = quantity(
        0.03, 0.0, 0.5, unit="per week",
        source="MODEL.md section 5, row 1: a resource is activated while activity around it is "
        "above its threshold (Granovetter 1978); size assumption",
    )  # fmt: skip
    alliance_shelter: float = quantity(
        0.5,
        0.0,
        1.0,
        source="MODEL.md section 5, row 28: allied groups last longer; size assumption",
    )
    closing: float = quantity(
        1.5, 0.0, 10.0, source="assumption: how far the members' rancour closes a group"
    )
    turning: float = quantity(
        0.05,
        0.0,
        1.0,
        unit="per week",
        source="assumption: a group takes on its members' mood in months",
    )
    habit: float = quantity(
        0.01,
        0.0,
        1.0,
        unit="per week",
        source="assumption: need seen for two years is no longer news",
    )
    upkeep_eur: float = quantity(
        20.0, 0.0, 10_000.0, unit="EUR a week", source="assumption: running costs of a funded group"
    )
    capability_decay: float = quantity(
        0.003, 0.0, 0.1, unit="per week", source="MODEL.md equation 7: decay unless exercised"
    )
    capability_gain: float = quantity(
        0.006, 0.0, 0.1, unit="per week", source="assumption: doing keeps capability alive"
    )


ActRates = shape("ActRates", ActParameters)


@kernel
def around_people(
    unmet: Any, quarter: Any, groups: Any, visible: Any, drawing: Any, gathering: float
) -> float:
    """Write, by quarter, the mean unmet need and what its groups draw; return the town's need.

    Groups draw by their aggregative capability, weighted by their members: (1 + k x) / (1 + k / 2),
    1 at the usual level of 0.5, which a quarter without groups is given.
    """
    alive, where, members, capability = groups
    needs, residents = np.zeros(visible.size), np.zeros(visible.size, np.int64)
    # People are sorted by quarter: one running sum a stretch, the same as one a quarter.
    town, i = 0.0, 0
    while i < unmet.size:
        q, first, total = quarter[i], i, needs[quarter[i]]
        while i < unmet.size and quarter[i] == q:
            total += unmet[i]
            i += 1
        needs[q] = total
        residents[q] += i - first
    gathered, crowd = np.zeros(visible.size), np.zeros(visible.size)
    for g in range(alive.size):
        if alive[g]:
            gathered[where[g]] += members[g] * np.float64(capability[g, AGGREGATIVE])
            crowd[where[g]] += members[g]
    for q in range(visible.size):
        town += needs[q]
        visible[q] = needs[q] / max(residents[q], 1)
        level = gathered[q] / crowd[q] if crowd[q] > 0.0 else 0.5
        drawing[q] = (1.0 + gathering * level) / (1.0 + gathering * 0.5)
    return float(town / unmet.size)


@kernel
def holding(
    alliance: Any, vertical: Any, memory: Any, hold: Any, allied: float, horizontal: float
) -> None:
    """Write the share of exits that each group's alliance prevents.

    What holds people is doing things together: it grows with the alliance's memory of joint action,
    so that a table that only connects holds nobody (equations 6 and 9).
    """
    for g in range(alliance.size):
        a = alliance[g]
        hold[g] = 0.0
        if a >= 0:
            more = 0.0 if vertical[a] else horizontal
            hold[g] = (1.0 - (1.0 - allied) * (1.0 - more)) * memory[a]


@kernel
def decide(
    key: Any, active: Any, group: Any, fatigue: Any, grievance: Any, efficacy: Any, anchor: Any,
    busy: Any, helped: Any, unmet: Any, quarter: Any, visible: Any, inviting: Any, drawing: Any,
    hold: Any,
    join0: float, lapse0: float, normal_busy: float, normal_need: float, closed: float, age: Any,
    p: Any, joins: Any, generalised: Any, capital: Any,
) -> int:  # fmt: skip
    """Let citizens leave activity, or list those who join it; return how many join.

    Chances are 1 - e^-h. Join h = join0 (1 + pull of neighbours and of need, each above its usual
    level) x efficacy x trust in people x (1 - f) x open places x what the quarter's groups draw x (1 + invitation +
    rancour, for inward action); who does not join may lapse, a member no more, at hazard l;
    exit h = exit (1 + fatigue + closed places) (1 - hold).
    One number u is enough for joining and lapsing: u < 1 - e^-h joins, u < 1 - e^-(h+l) lapses,
    which has chance e^-h (1 - e^-l). Nothing happens at u >= h + l, for 1 - e^-x <= x.
    """
    count = 0
    lapse = lapse0 * (1.0 + p.lapse_closed * closed)
    for i in range(active.size):
        u = u01(key, np.uint64(i))
        f, q, g = fatigue[i], quarter[i], group[i]
        if active[i]:
            keep = hold[g] if g >= 0 else 0.0
            h = p.exit * (1.0 + p.exit_fatigue * f + p.exit_closed * closed) * (1.0 - keep)
            if u < h and u < 1.0 - np.exp(-h):
                active[i] = 0
        else:
            pull = 1.0 + p.neighbours * (busy[i] - normal_busy)
            pull += p.visible_need * (visible[q] - normal_need)
            h = join0 * max(0.0, pull) * 2.0 * efficacy[i] * (1.0 - f) * drawing[q]
            h *= 1.0 - p.join_closed * closed
            h *= trusting(generalised[i], capital.usual_trust, capital.joining)
            h *= 1.0 + inviting[q] + p.inward * grievance[i]
            h = h if age[i] >= ADULT else 0.0
            if u < h + lapse:
                if u < 1.0 - np.exp(-h):
                    joins[count] = i
                    count += 1
                elif g >= 0 and u < 1.0 - np.exp(-(h + lapse)):
                    group[i] = -1
        gain = p.efficacy_gain * (active[i] * (1.0 - f) + helped[i])
        efficacy[i] += (1.0 - efficacy[i]) * gain * 0.5
        efficacy[i] -= efficacy[i] * p.efficacy_loss * (unmet[i] + 0.5 * f)
        efficacy[i] += p.efficacy_return * (anchor[i] - efficacy[i])
    return count


@kernel
def choose(
    key: Any, person: int, side: int, anywhere: bool, quarter: int, alive: Any, where: Any,
    name: Any, orientation: Any,
) -> int:  # fmt: skip
    """Return the group that a person enters, of the quarter or of the town; -1 if there is none.

    Each weighs every group by a number named by both, so that one group more shifts nobody else's
    luck; the largest u^(1/w) falls on each group in proportion to its weight w: its orientation for
    the out-group (a closed group is chosen less), 1 for the others.
    """
    best, found = -1.0, -1
    for g in range(alive.size):
        if alive[g] and (anywhere or where[g] == quarter):
            u = u01(key, np.uint64(person * _PERSON + name[g]))
            # u^(1/w) <= u, for w <= 1: what u alone does not win is lost.
            if side and u > best:
                u = u ** (1.0 / max(np.float64(orientation[g]), 1e-6))
            if u > best:
                best, found = u, g
    return found


@kernel
def enter(
    keys: Any, joins: Any, active: Any, group: Any, target: Any, quarter: Any, alive: Any,
    where: Any, name: Any, orientation: Any, turned_away: float,
) -> None:  # fmt: skip
    """Make those who join active, and give each who has no group one of the quarter.

    A closed group (one low in `orientation`) turns away some of the out-group.
    """
    choice, away = keys
    here = np.zeros(256, np.bool_)
    for g in range(alive.size):
        if alive[g]:
            here[where[g]] = True
    for i in joins:
        active[i] = 1
        if group[i] >= 0:
            continue
        g = choose(
            choice, i, target[i], not here[quarter[i]], quarter[i], alive, where, name, orientation
        )
        group[i] = g
        if g >= 0 and target[i]:
            shut = np.float32(turned_away) * (np.float32(1.0) - orientation[g])
            if u01(away, np.uint64(i)) < shut:
                active[i], group[i] = 0, -1


def _enter(model: CommunityModel, joins: Any) -> None:
    """Let those who join take part, in a group where there is one."""
    state, groups = model.state, model.state.groups
    keys = tuple(model.streams.key(name, state.week) for name in ("choice of group", "turned away"))
    enter(
        keys, joins, state.citizens.active, state.citizens.group, model.fixed.target,
        model.community.people.quarter, groups.alive, groups.quarter, names_of(groups),
        groups.orientation, model.rates.act.turned_away,
    )  # fmt: skip


@kernel
def take_part(
    key: Any, active: Any, group: Any, fatigue: Any, grievance: Any, efficacy: Any, anchor: Any,
    busy: Any, helped: Any, unmet: Any, quarter: Any, age: Any, inviting: Any, groups: Any,
    doing: Any, alliance: Any, vertical: Any, memory: Any, join0: float, lapse0: float,
    normal_busy: float, normal_need: float, closed: float, p: Any, joins: Any, generalised: Any,
    capital: Any,
) -> tuple[int, float]:  # fmt: skip
    """Let citizens leave or list who joins, and groups keep up; return how many join.

    Need is seen against the usual one, returned too: a slow average of which this week is part.
    """
    visible, drawing = np.empty(inviting.size), np.empty(inviting.size)
    hold = np.empty(alliance.size)
    holding(alliance, vertical, memory, hold, p.hold_alliance, p.hold_horizontal)
    need = around_people(unmet, quarter, groups, visible, drawing, p.gathering)
    normal_need += p.habit * (need - normal_need)
    joined = decide(
        key, active, group, fatigue, grievance, efficacy, anchor, busy, helped, unmet, quarter,
        visible, inviting, drawing, hold, join0, lapse0, normal_busy, normal_need, closed, age, p,
        joins, generalised, capital,
    )  # fmt: skip
    alive, _, _, capability = groups
    used, at_work, funds = doing
    decay, gain = np.float32(p.capability_decay), np.float32(p.capability_gain)
    keep_up(capability, used, at_work, alive, funds, decay, gain, p.upkeep_eur)
    return joined, normal_need


def run(model: CommunityModel) -> None:
    """Let citizens join and leave, groups be born, live and die."""
    state, people, fixed = model.state, model.community.people, model.fixed
    town = state.municipality
    c, s, groups, tables = state.citizens, model.scratch, state.groups, state.alliances
    joined, town.normal_need = take_part(
        model.streams.key("act", state.week), c.active, c.group, c.fatigue, c.grievance, c.efficacy,
        c.efficacy_anchor, s.busy, c.helped, s.unmet, people.quarter, people.age,
        model.effort.invitation, (groups.alive, groups.quarter, groups.members, groups.capability),
        (groups.used, groups.active, groups.funds), groups.alliance, tables.vertical,
        tables.memory, fixed.join_rate, fixed.lapse_rate, fixed.normal_active, town.normal_need,
        town.contact_closed, model.rates.act, s.joins, c.generalised_trust, model.rates.capital,
    )  # fmt: skip
    if joined:
        _enter(model, s.joins[:joined])
    births(model)
    count_members(model)
    deaths(model)
    activate(model)
    if model.exogenous_rate("departures") > 0.0:
        settle(model, model.departures())
