"""Phase 9, act: citizens join and leave, groups are born and die (equations 6 and 7).

Joining: Granovetter 1978 (share of active neighbours), efficacy, invitation, and how well the
groups of the quarter gather people; leaving: fatigue pushes, horizontality and alliances hold
(Perach et al. 2023). Own hardship lowers the one and raises the other, lastingly; the need of
others moves people to help, not to belong. Belonging and doing are told apart in `participation`;
the life of groups and of the resources around them is in `groups_life`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model.displacement import let_in
from resilienza_sim.model.generalised import trusting
from resilienza_sim.model.groups_life import (
    AGGREGATIVE,
    activate,
    births,
    count_members,
    deaths,
    emergent_births,
    emergent_groups,
    keep_up,
    settle,
    take_root,
)
from resilienza_sim.model.names import names_of
from resilienza_sim.model.participation import Helpers, hear, rally
from resilienza_sim.model.rates import PhaseParameters, shape
from resilienza_sim.model.state import ADULT, NEEDS
from resilienza_sim.streams import u01

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = [
    "ActParameters",
    "ActRates",
    "Belonging",
    "Rest",
    "around_people",
    "decide",
    "enter",
    "holding",
    "run",
]

INCOME = NEEDS.index("income")
_PERSON = (0x9E3779B97F4A7C15 >> 20) | 1
"""Multiplier that keeps the names of pairs (person, group) apart: odd, so that no two persons fall
together when the product wraps around."""


class ActParameters(PhaseParameters):
    """Taking part, and the life of groups."""

    exit: float = quantity(
        0.0064, 0.0, 0.5, unit="per week",
        source="fitted to a volunteer's chance to be one a year later: .64, CNCS 2008, more than "
        "one in three of the volunteers of 2006 did not volunteer in 2007",
    )  # fmt: skip
    exit_fatigue: float = quantity(
        3.0, 0.0, 20.0, source="assumption: a wholly tired member leaves four times as fast"
    )
    lapse: float = quantity(
        0.0086, 0.0, 0.5, unit="per week",
        source="assumption: membership turns over as volunteering does, CNCS 2008: -ln .64 / 52",
    )  # fmt: skip
    begins: float = quantity(
        0.25, 0.0, 1.0,
        source="assumption: one in four of those who come in works from the start, near the share "
        "of volunteers among members; the others may begin later",
    )  # fmt: skip
    attending: float = quantity(
        0.25, 0.0, 1.0, unit="per week",
        source="assumption: who belongs and does not volunteer comes once a month",
    )  # fmt: skip
    turn_hours: float = quantity(
        8.0, 0.5, 40.0, unit="hours",
        source="assumption: two half days in a week in which a volunteer works; with 19 hours in "
        "four weeks (help.active_hours) it makes the chance to work in a week .59",
    )  # fmt: skip
    stops_work: float = quantity(
        0.22, 0.0, 1.0,
        source="fitted (scripts/fit_participation.py) to volunteering of 2021 over 2019, ISTAT "
        "BES, 7.3 / 9.8: share whose work the fullest limits on gatherings stop",
    )  # fmt: skip
    stops_part: float = quantity(
        0.585, 0.0, 1.0,
        source="fitted (scripts/fit_participation.py) to social participation of 2021 over 2019, "
        "ISTAT BES, 14.6 / 22.7: share whose activity in a group the fullest limits stop",
    )  # fmt: skip
    resuming: float = quantity(
        0.1, 0.0, 5.0, unit="per week",
        source="assumption: half of those stopped come back within seven weeks of reopening",
    )  # fmt: skip
    suspended_lapse: float = quantity(
        1.2, 1.0, 20.0, source="assumption: who is suspended leaves a fifth faster"
    )
    hardship: float = quantity(
        1.1, 0.0, 5.0,
        source="fitted (scripts/fit_participation.py) to Brand & Burgard 2008: job loss, taking "
        "part x .65 years later",
    )  # fmt: skip
    setback: float = quantity(
        0.05, 0.0, 1.0, unit="per week",
        source="assumption: a loss of income as large as life's events leaves half a setback",
    )  # fmt: skip
    setback_recovery: float = quantity(
        0.003, 0.0, 0.1, unit="per week",
        source="assumption: half wears off in four years and a half; Brand & Burgard 2008: lasting",
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
    inward: float = quantity(
        0.5, 0.0, 5.0, source="MODEL.md equation 4: rancour mobilises inward; prior"
    )
    efficacy_gain: float = quantity(
        0.004, 0.0, 0.2, unit="per week", source="Bandura: efficacy grows with success; prior"
    )
    efficacy_loss: float = quantity(
        0.004, 0.0, 0.2, unit="per week", source="assumption: efficacy lost by those not helped"
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
        0.12, 0.0, 1.0, unit="per week",
        source="Kaniasty & Norris 1993: help surges, then fades; assumption: half of what was new "
        "is no longer so after six weeks",
    )  # fmt: skip
    noticed: float = quantity(
        0.05, 0.0, 1.0, source="assumption: smaller changes of the distress around are everyday"
    )
    rally: float = quantity(
        0.03, 0.0, 1.0, unit="per week",
        source="sized on about one adult in twenty-five helping at once in spring 2020: between "
        "the NHS volunteer responders, 750,000 in four days (1.1 %), and the 4.6 million who "
        "volunteered for the first time that year (RVS 2020; both from memory)",
    )  # fmt: skip
    helping_ends: float = quantity(
        0.045, 0.0, 1.0, unit="per week",
        source="assumption: with usual fatigue half stop in twelve weeks; Drury: mutual aid of "
        "2020 faded within months",
    )  # fmt: skip
    emergent_birth: float = quantity(
        0.0011, 0.0, 0.5, unit="per week",
        source="sized on over 4,000 mutual aid groups for 67 million people, spring 2020: 60 per "
        "million within weeks; per helper without a group, at a full call",
    )  # fmt: skip
    emergent_death: float = quantity(
        0.03, 0.0, 1.0, unit="per week",
        source="assumption: half of the groups born of an emergency end in half a year; their "
        "support capability holds them",
    )  # fmt: skip
    rooting: float = quantity(
        0.004, 0.0, 1.0, unit="per week",
        source="assumption: about one emergent group in eight becomes an association, twice as "
        "many if accompanied or allied",
    )  # fmt: skip
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
) -> None:
    """Write, by quarter, the mean unmet need and what its groups draw.

    Groups draw by their aggregative capability, weighted by their members: (1 + k x) / (1 + k / 2),
    1 at the usual level of 0.5, which a quarter without groups is given.
    """
    alive, where, members, capability = groups
    needs, residents = np.zeros(visible.size), np.zeros(visible.size, np.int64)
    # People are sorted by quarter: one running sum a stretch, the same as one a quarter.
    i = 0
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
        visible[q] = needs[q] / max(residents[q], 1)
        level = gathered[q] / crowd[q] if crowd[q] > 0.0 else 0.5
        drawing[q] = (1.0 + gathering * level) / (1.0 + gathering * 0.5)


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


class Belonging(NamedTuple):
    """The columns of the citizens that joining and leaving read and write."""

    active: Any
    group: Any
    suspended: Any
    doing: Any
    fatigue: Any
    grievance: Any
    efficacy: Any
    anchor: Any
    setback: Any
    suffering: Any
    rest: Any
    need: Any
    helped: Any
    unmet: Any
    busy: Any
    quarter: Any
    age: Any
    generalised: Any


class Rest(NamedTuple):
    """What keeps a town at rest where it is (see `participation.Usual`), and what is open."""

    join: float
    take_up: float
    busy: float
    easing: float
    wearing: float
    closed: float
    usual_trust: float
    trust_weight: float


@kernel
def decide(
    key: Any, people: Any, inviting: Any, drawing: Any, hold: Any, rest: Any, p: Any, joins: Any
) -> int:
    """Let citizens leave activity or their group, or list those who come in or begin to work.

    Chances are 1 - e^-h. Come in h = join x X, begin to work h = take_up x X, with X = (1 + pull of
    neighbours above their usual level) x 2 efficacy x (1 - f) x open groups x what the quarter's
    groups draw x (1 + invitation + rancour, for inward action) x e^-(hardship S) over its mean x
    trust in people (`capital`).
    Who volunteers stops at h = exit (1 + fatigue) (1 - hold) Y, who only belongs leaves at lapse Y,
    Y = e^(hardship S) over its mean, more if suspended. One number u is enough for a member's two
    ways: u < 1 - e^-h begins, u < 1 - e^-(h+l) leaves, with chance e^-h (1 - e^-l). Nothing happens
    at u >= h + l, for 1 - e^-x <= x.
    """
    count = 0
    for i in range(people.active.size):
        u = u01(key, np.uint64(i))
        f, q, g = people.fatigue[i], people.quarter[i], people.group[i]
        distress = max(0.0, people.suffering[i] - people.rest[i])
        load = p.hardship * (1.0 - (1.0 - people.setback[i]) * (1.0 - distress))
        more = p.suspended_lapse if people.suspended[i] else 1.0
        if people.active[i]:
            keep = hold[g] if g >= 0 else 0.0
            h = p.exit * (1.0 + p.exit_fatigue * f) * (1.0 - keep) * more
            h *= rest.wearing * np.exp(load)
            if u < h and u < 1.0 - np.exp(-h):
                people.active[i] = 0
        else:
            pull = 1.0 + p.neighbours * (people.busy[i] - rest.busy)
            h = (rest.join if g < 0 else rest.take_up) * max(0.0, pull)
            h *= 2.0 * people.efficacy[i] * (1.0 - f) * drawing[q]
            h *= 1.0 - (p.stops_part if g < 0 else p.stops_work) * rest.closed
            h *= 1.0 + inviting[q] + p.inward * people.grievance[i]
            h *= rest.easing * np.exp(-load)
            h *= trusting(people.generalised[i], rest.usual_trust, rest.trust_weight)
            h = h if people.age[i] >= ADULT else 0.0
            lapse = p.lapse * more * rest.wearing * np.exp(load) if g >= 0 else 0.0
            if u < h + lapse:
                if u < 1.0 - np.exp(-h):
                    joins[count] = i
                    count += 1
                elif u < 1.0 - np.exp(-(h + lapse)):
                    people.group[i] = -1
        _live_and_learn(i, people, f, p)
    return count


@kernel
def _live_and_learn(i: int, people: Any, f: float, p: Any) -> None:
    """Let efficacy follow what was done and received, and setbacks what income lacked."""
    efficacy, setback = people.efficacy, people.setback
    gain = p.efficacy_gain * (people.doing[i] * (1.0 - f) + people.helped[i])
    efficacy[i] += (1.0 - efficacy[i]) * gain * 0.5
    efficacy[i] -= efficacy[i] * p.efficacy_loss * (people.unmet[i] + 0.5 * f)
    efficacy[i] += p.efficacy_return * (people.anchor[i] - efficacy[i])
    setback[i] -= p.setback_recovery * setback[i]
    setback[i] += (1.0 - setback[i]) * (1.0 - np.exp(-p.setback * people.need[i, INCOME]))


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
    where: Any, name: Any, orientation: Any, turned_away: float, begins: float,
) -> None:  # fmt: skip
    """Let members begin to work, and those who come in enter a group of the quarter.

    Some of those work from the start. A closed group (one low in `orientation`) turns away some of
    the out-group.
    """
    choice, away, start = keys
    here = np.zeros(256, np.bool_)
    for g in range(alive.size):
        if alive[g]:
            here[where[g]] = True
    for i in joins:
        if group[i] >= 0:
            active[i] = 1
            continue
        g = choose(
            choice, i, target[i], not here[quarter[i]], quarter[i], alive, where, name, orientation
        )
        if g >= 0 and target[i]:
            shut = np.float32(turned_away) * (np.float32(1.0) - orientation[g])
            if u01(away, np.uint64(i)) < shut:
                continue
        group[i] = g
        active[i] = g >= 0 and u01(start, np.uint64(i)) < begins


def _enter(model: CommunityModel, joins: Any) -> None:
    """Let those who join take part, in a group where there is one."""
    state, groups, p = model.state, model.state.groups, model.rates.act
    keys = tuple(
        model.streams.key(name, state.week)
        for name in ("choice of group", "turned away", "works from the start")
    )
    enter(
        keys, joins, state.citizens.active, state.citizens.group, model.fixed.target,
        model.community.people.quarter, groups.alive, groups.quarter, names_of(groups),
        groups.orientation, p.turned_away, p.begins,
    )  # fmt: skip


def run(model: CommunityModel) -> None:
    """Let citizens join and leave, help on their own and stop; groups be born, live and die."""
    state, people, fixed, p = model.state, model.community.people, model.fixed, model.rates.act
    town, c, s, groups = state.municipality, state.citizens, model.scratch, state.groups
    quarters, tables = len(model.community.quarters), state.alliances
    visible, drawing, hold = np.empty(quarters), np.empty(quarters), np.empty(len(groups))
    holding(groups.alliance, tables.vertical, tables.memory, hold, p.hold_alliance,
            p.hold_horizontal)  # fmt: skip
    around_people(
        s.unmet, people.quarter,
        (groups.alive, groups.quarter, groups.members, groups.capability),
        visible, drawing, p.gathering,
    )  # fmt: skip
    usual, capital = fixed.usual_part, model.rates.capital
    joined = decide(
        model.streams.key("act", state.week),
        Belonging(
            c.active, c.group, c.suspended, c.doing, c.fatigue, c.grievance, c.efficacy,
            c.efficacy_anchor, c.setback, c.suffering, c.rest_suffering, c.need, c.helped, s.unmet,
            s.busy, people.quarter, people.age, c.generalised_trust,
        ),
        model.effort.invitation, drawing, hold,
        Rest(
            usual.join, usual.take_up, usual.active, usual.easing, usual.wearing,
            town.gatherings_closed, capital.usual_trust, capital.joining,
        ),
        p, s.joins,
    )  # fmt: skip
    keep_up(
        groups.capability, groups.used, groups.at_work, groups.alive, groups.funds,
        np.float32(p.capability_decay), np.float32(p.capability_gain), p.upkeep_eur,
    )  # fmt: skip
    if joined:
        _enter(model, s.joins[:joined])
    rally(
        model.streams.key("rally", state.week),
        Helpers(
            people.age, c.distant, c.active, c.group, c.helping, c.efficacy, c.fatigue,
            s.mean_trust, people.quarter,
        ),
        hear(model, visible), emergent_groups(groups, quarters), groups.emergent, hold, p,
    )  # fmt: skip
    emergent_births(model)
    births(model)
    take_root(model)
    count_members(model)
    deaths(model)
    activate(model)
    leaving = model.departures()
    if leaving.any():
        settle(model, leaving)
        let_in(state.households)
