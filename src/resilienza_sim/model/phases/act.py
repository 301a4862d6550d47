"""Phase 9, act: citizens join and leave, groups are born and die (equations 6 and 7).

Joining: Granovetter 1978 (share of active neighbours), visible need, efficacy, invitation, and how
well the groups of the quarter gather people; leaving: fatigue pushes, horizontality and alliances
hold (Perach et al. 2023). The life of groups and of the resources around them is in `groups_life`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.model.groups_life import (
    AGGREGATIVE,
    activate,
    around_usual,
    births,
    count_members,
    deaths,
    settle,
)
from resilienza_sim.model.names import names_of
from resilienza_sim.model.rates import PhaseParameters, shape
from resilienza_sim.model.state import ADULT
from resilienza_sim.streams import mix, u01

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["ActParameters", "ActRates", "decide", "run"]

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
        0.15,
        0.0,
        1.0,
        source="fitted (scripts/calibrate_model.py): joining stopped by closed places",
    )
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
        1.8,
        0.0,
        20.0,
        source="fitted (scripts/calibrate_model.py): members leave when places close",
    )
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
        0.0015,
        0.0,
        0.1,
        unit="per week",
        source="h0 of MODEL.md equation 7: assumption, 7 % a year",
    )
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


@numba.njit(cache=True)
def decide(
    key: Any, active: Any, group: Any, fatigue: Any, grievance: Any, efficacy: Any, anchor: Any,
    busy: Any, helped: Any, unmet: Any, quarter: Any, visible: Any, inviting: Any, drawing: Any,
    hold: Any,
    join0: float, lapse0: float, normal_busy: float, normal_need: float, closed: float, age: Any,
    p: Any, joins: Any,
) -> int:  # fmt: skip
    """Let citizens leave activity, or list those who join it; return how many join.

    Chances are 1 - e^-h. Join h = join0 (1 + pull of neighbours and of need, each above its usual
    level) x efficacy x (1 - f) x open places x what the quarter's groups draw x (1 + invitation +
    rancour, for inward action);
    exit h = exit (1 + fatigue + closed places) (1 - hold).
    """
    count = 0
    for i in range(active.size):
        u = u01(key, np.uint64(i))
        if active[i]:
            g = group[i]
            keep = hold[g] if g >= 0 else 0.0
            h = p.exit * (1.0 + p.exit_fatigue * fatigue[i] + p.exit_closed * closed) * (1.0 - keep)
            if u < 1.0 - np.exp(-h):
                active[i] = 0
        else:
            q = quarter[i]
            pull = 1.0 + p.neighbours * (busy[i] - normal_busy)
            pull += p.visible_need * (visible[q] - normal_need)
            h = join0 * max(0.0, pull) * 2.0 * efficacy[i] * (1.0 - fatigue[i]) * drawing[q]
            h *= 1.0 - p.join_closed * closed
            h *= 1.0 + inviting[q] + p.inward * grievance[i]
            if age[i] >= ADULT and u < 1.0 - np.exp(-h):
                joins[count] = i
                count += 1
            elif group[i] >= 0:
                leave = 1.0 - np.exp(-lapse0 * (1.0 + p.lapse_closed * closed))
                if u01(mix(key, np.uint64(i)), np.uint64(1)) < leave:
                    group[i] = -1
        gain = p.efficacy_gain * (active[i] * (1.0 - fatigue[i]) + helped[i])
        efficacy[i] += (1.0 - efficacy[i]) * gain * 0.5
        efficacy[i] -= efficacy[i] * p.efficacy_loss * (unmet[i] + 0.5 * fatigue[i])
        efficacy[i] += p.efficacy_return * (anchor[i] - efficacy[i])
    return count


def _enter(model: CommunityModel, joins: Any) -> None:
    """Give each new active citizen a group of the quarter, or of the town if there is none.

    A closed group (one low in `orientation`) is chosen less by the out-group, and turns some away.
    """
    state, groups, fixed = model.state, model.state.groups, model.fixed
    c, quarter = state.citizens, model.community.people.quarter
    c.active[joins] = 1
    loose = joins[c.group[joins] < 0]
    alive = np.flatnonzero(groups.alive)
    for q in np.unique(quarter[loose]):
        here = alive[groups.quarter[alive] == q]
        options = here if here.size else alive
        if options.size:
            who = loose[quarter[loose] == q]
            # Each weighs every group by its name, so that one group more shifts nobody else's luck.
            pairs = who[:, None] * np.int64(_PERSON) + names_of(groups, options)[None, :]
            weight = model.streams.uniform("choice of group", state.week, pairs)
            # The largest u^(1/w) falls on each option in proportion to its weight w.
            welcome = np.maximum(groups.orientation[options].astype(np.float64), 1e-6)
            weight = weight ** np.where(fixed.target[who, None] == 1, 1.0 / welcome[None, :], 1.0)
            c.group[who] = options[weight.argmax(axis=1)]
    others = loose[(fixed.target[loose] == 1) & (c.group[loose] >= 0)]
    u = model.streams.uniform("turned away", state.week, others)
    shut = model.rates.act.turned_away * (1.0 - groups.orientation[c.group[others]])
    c.active[others[u < shut]] = 0
    c.group[others[u < shut]] = -1


def _hold(model: CommunityModel) -> Any:
    """Return the share of exits that each group's alliance prevents.

    What holds people is doing things together: it grows with the alliance's memory of joint action,
    so that a table that only connects holds nobody (equations 6 and 9).
    """
    groups, alliances, p = model.state.groups, model.state.alliances, model.rates.act
    at = np.maximum(groups.alliance, 0)
    horizontal = alliances.vertical[at] == 0
    kept = 1.0 - (1.0 - p.hold_alliance) * (1.0 - p.hold_horizontal * horizontal)
    return np.where(groups.alliance >= 0, kept * alliances.memory[at].astype(np.float64), 0.0)


def run(model: CommunityModel) -> None:
    """Let citizens join and leave, groups be born, live and die."""
    state, p, people, fixed = model.state, model.rates.act, model.community.people, model.fixed
    c, s, groups = state.citizens, model.scratch, state.groups
    hold = _hold(model)
    quarters = len(model.community.quarters)
    residents = np.bincount(people.quarter, minlength=quarters)
    needs = np.bincount(people.quarter, weights=s.unmet, minlength=quarters)
    visible = needs / np.maximum(residents, 1)
    town = state.municipality
    weight = groups.members * groups.alive
    gathered = np.bincount(
        groups.quarter, weights=weight * groups.capability[:, AGGREGATIVE], minlength=quarters
    )
    crowd = np.bincount(groups.quarter, weights=weight, minlength=quarters)
    level = np.where(crowd > 0, gathered / np.maximum(crowd, 1), 0.5)
    town.normal_need += p.habit * (float(s.unmet.mean(dtype=np.float64)) - town.normal_need)
    joined = decide(
        model.streams.key("act", state.week), c.active, c.group, c.fatigue, c.grievance, c.efficacy,
        c.efficacy_anchor, s.busy, c.helped, s.unmet, people.quarter, visible,
        model.effort.invitation, around_usual(p.gathering, level), hold, fixed.join_rate,
        fixed.lapse_rate, fixed.normal_active, town.normal_need, town.contact_closed, people.age, p,
        s.joins,
    )  # fmt: skip
    if joined:
        _enter(model, s.joins[:joined])
    groups.capability -= groups.capability * p.capability_decay
    done = (groups.used * (groups.active > 0)).astype(np.float32)
    groups.capability += (1.0 - groups.capability) * (p.capability_gain * done)[:, None] * 0.5
    groups.funds[:] = np.maximum(groups.funds - p.upkeep_eur * groups.alive, 0.0)
    births(model)
    count_members(model)
    deaths(model)
    activate(model)
    settle(model, model.departures())
