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

from resilienza_sim.kernels import kernel
from resilienza_sim.model import balance
from resilienza_sim.model.activity import ActParameters, ActRates
from resilienza_sim.model.displacement import let_in
from resilienza_sim.model.emergent import emergent_births, emergent_groups, take_root
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
from resilienza_sim.model.participation import hear, rally
from resilienza_sim.model.state import ADULT, NEEDS
from resilienza_sim.model.tables import F64
from resilienza_sim.streams import u01

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = [
    "ActParameters",
    "ActRates",
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
    key: Any, citizens: Any, s: Any, people: Any, around: Any, hold: Any, rest: Any, p: Any
) -> tuple[int, F64]:
    """Let citizens leave activity or their group, or list those who come in or begin to work.

    Chances are 1 - e^-h. Come in h = join x X, begin to work h = take_up x X, with X = (1 + pull of
    neighbours above their usual level) x 2 efficacy x (1 - f) x open groups x what the quarter's
    groups draw x (1 + invitation + rancour, for inward action) x e^-(hardship S) over its mean x
    trust in people (`capital`).
    Who volunteers stops at h = exit (1 + fatigue) (1 - hold) Y, who only belongs leaves at lapse Y,
    Y = e^(hardship S) over its mean, more if suspended. One number u is enough for a member's two
    ways: u < 1 - e^-h begins, u < 1 - e^-(h+l) leaves, with chance e^-h (1 - e^-l). Nothing happens
    at u >= h + l, for 1 - e^-x <= x. `around` is invitation and draw by quarter. Returns how many
    are listed, and the hazards to come in, to leave, to begin and to stop, summed.
    """
    inviting, drawing = around
    joins, hazards = s.joins, np.empty(4)
    count, coming, leaving, beginning, stopping = 0, 0.0, 0.0, 0.0, 0.0
    for i in range(citizens.active.size):
        u = u01(key, np.uint64(i))
        f, q, g = citizens.fatigue[i], people.quarter[i], citizens.group[i]
        distress = max(0.0, citizens.suffering[i] - citizens.rest_suffering[i])
        load = p.hardship * (1.0 - (1.0 - citizens.setback[i]) * (1.0 - distress))
        more = p.suspended_lapse if citizens.suspended[i] else 1.0
        if citizens.active[i]:
            keep = hold[g] if g >= 0 else 0.0
            h = p.exit * (1.0 + p.exit_fatigue * f) * (1.0 - keep) * more
            h *= rest.wearing * np.exp(load)
            stopping += h
            if u < h and u < 1.0 - np.exp(-h):
                citizens.active[i] = 0
        else:
            pull = 1.0 + p.neighbours * (s.busy[i] - rest.busy)
            h = (rest.join if g < 0 else rest.take_up) * max(0.0, pull)
            h *= 2.0 * citizens.efficacy[i] * (1.0 - f) * drawing[q]
            h *= 1.0 - (p.stops_part if g < 0 else p.stops_work) * rest.closed
            h *= 1.0 + inviting[q] + p.inward * citizens.grievance[i]
            h *= rest.easing * np.exp(-load)
            h *= trusting(citizens.generalised_trust[i], rest.usual_trust, rest.trust_weight)
            h = h if people.age[i] >= ADULT else 0.0
            lapse = p.lapse * more * rest.wearing * np.exp(load) if g >= 0 else 0.0
            leaving += lapse
            coming += h if g < 0 else 0.0
            beginning += h if g >= 0 else 0.0
            if u < h + lapse:
                if u < 1.0 - np.exp(-h):
                    joins[count] = i
                    count += 1
                elif u < 1.0 - np.exp(-(h + lapse)):
                    citizens.group[i] = -1
        _live_and_learn(i, citizens, s, f, p)
    hazards[0], hazards[1], hazards[2], hazards[3] = coming, leaving, beginning, stopping
    return count, hazards


@kernel
def _live_and_learn(i: int, citizens: Any, s: Any, f: float, p: Any) -> None:
    """Let efficacy follow what was done and received, and setbacks what income lacked."""
    efficacy, setback = citizens.efficacy, citizens.setback
    gain = p.efficacy_gain * (citizens.doing[i] * (1.0 - f) + citizens.helped[i])
    efficacy[i] += (1.0 - efficacy[i]) * gain * 0.5
    efficacy[i] -= efficacy[i] * p.efficacy_loss * (s.unmet[i] + 0.5 * f)
    efficacy[i] += p.efficacy_return * (citizens.efficacy_anchor[i] - efficacy[i])
    setback[i] -= p.setback_recovery * setback[i]
    setback[i] += (1.0 - setback[i]) * (1.0 - np.exp(-p.setback * citizens.need[i, INCOME]))


@kernel
def choose(
    key: Any, person: int, side: int, townwide: bool, quarter: int, groups: Any, name: Any
) -> int:
    """Return the group that a person enters, of the quarter or of the town; -1 if there is none.

    Groups that the town lists are open to people of every quarter.

    Each weighs every group by a number named by both, so that one group more shifts no other
    number; the largest u^(1/w) falls on each group in proportion to its weight w: how much it
    draws, times its orientation for the out-group (a closed group is chosen less).
    """
    alive, where, orientation = groups.alive, groups.quarter, groups.orientation
    draw, listed = groups.draw, groups.listed
    best, found = -1.0, -1
    for g in range(alive.size):
        if alive[g] and (townwide or where[g] == quarter or listed[g] > 0):
            u = u01(key, np.uint64(person * _PERSON + name[g]))
            w = np.float64(draw[g])
            if side:
                w *= max(np.float64(orientation[g]), 1e-6)
            # u^(1/w) <= u, for w <= 1: what u alone does not win is lost.
            if w != 1.0 and (u > best or w > 1.0):
                u = u ** (1.0 / w)
            if u > best:
                best, found = u, g
    return found


@kernel
def enter(
    keys: Any, joins: Any, citizens: Any, people: Any, groups: Any, name: Any, p: Any
) -> None:
    """Let members begin to work, and those who come in enter a group of the quarter.

    Some of those work from the start. A closed group (one low in `orientation`) turns away some of
    the out-group.
    """
    active, group = citizens.active, citizens.group
    target, quarter = people.target, people.quarter
    alive, where, orientation = groups.alive, groups.quarter, groups.orientation
    choice, away, start = keys
    here = np.zeros(256, np.bool_)
    for g in range(alive.size):
        if alive[g]:
            here[where[g]] = True
    for i in joins:
        if group[i] >= 0:
            active[i] = 1
            continue
        g = choose(choice, i, target[i], not here[quarter[i]], quarter[i], groups, name)
        if g >= 0 and target[i]:
            shut = np.float32(p.turned_away) * (np.float32(1.0) - orientation[g])
            if u01(away, np.uint64(i)) < shut:
                continue
        group[i] = g
        active[i] = g >= 0 and u01(start, np.uint64(i)) < p.begins


def _enter(model: CommunityModel, joins: Any) -> None:
    """Let those who join take part, in a group where there is one."""
    state, groups, p = model.state, model.state.groups, model.rates.act
    keys = tuple(
        model.streams.key(name, state.week)
        for name in ("choice of group", "turned away", "works from the start")
    )
    enter(
        keys,
        joins,
        state.citizens.handle,
        model.people.handle,
        groups.handle,
        names_of(groups),
        p.handle,
    )


def run(model: CommunityModel) -> None:
    """Let citizens join and leave, help on their own and stop; groups be born, live and die."""
    state, people, fixed, p = model.state, model.community.people, model.fixed, model.rates.act
    town, c, s, groups = state.municipality, state.citizens, model.scratch, state.groups
    quarters, tables = len(model.community.quarters), state.alliances
    visible, drawing, hold = np.empty(quarters), np.empty(quarters), np.empty(len(groups))
    holding(
        groups.alliance, tables.vertical, tables.memory, hold, p.hold_alliance, p.hold_horizontal
    )
    around_people(
        s.unmet,
        people.quarter,
        (groups.alive, groups.quarter, groups.members, groups.capability),
        visible,
        drawing,
        p.gathering,
    )
    usual, capital = fixed.usual_part, model.rates.capital
    came, began = (balance.factor(model, k) for k in (balance.MEMBERS, balance.VOLUNTEERS))
    at = []
    joined, hazards = decide(
        model.streams.key("act", state.week),
        c.handle,
        s.handle,
        model.people.handle,
        (model.effort.invitation, drawing),
        hold,
        Rest(
            usual.join * came,
            usual.take_up * began,
            usual.active,
            usual.easing,
            usual.wearing,
            town.gatherings_closed,
            capital.usual_trust,
            capital.joining,
        ),
        p.handle,
    )
    counting = state.week < 0
    if counting:
        at.append(balance.belonging(state))
    wanting = int((c.group[s.joins[:joined]] < 0).sum())
    keep_up(
        groups.capability,
        groups.used,
        groups.at_work,
        groups.alive,
        groups.funds,
        np.float32(p.capability_decay),
        np.float32(p.capability_gain),
        p.upkeep_eur,
    )
    if joined:
        _enter(model, s.joins[:joined])
    if counting:
        at.append(balance.belonging(state))
    rally(
        model.streams.key("rally", state.week),
        c.handle,
        s.handle,
        model.people.handle,
        (hear(model, visible), emergent_groups(groups, quarters)),
        groups.emergent,
        hold,
        p.handle,
    )
    emergent_births(model)
    born = births(model, balance.factor(model, balance.GROUPS))
    take_root(model)
    count_members(model)
    ending = balance.at_end(model) if counting else 0.0
    deaths(model)
    if counting:
        at.append(balance.belonging(state))
        balance.count_belonging(model, hazards, (came, began), wanting, at)
        balance.count(model, balance.GROUPS, born, ending)
    activate(model)
    leaving = model.departures()
    if leaving.any():
        settle(model, leaving)
        let_in(state.households)
