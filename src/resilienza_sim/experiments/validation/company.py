"""Giving company: a befriender or a place in a group, to those who have least of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.community.ties import Layer
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.network import columns, join_pair, make_room, rebuild

__all__ = ["Company", "befriend", "enrol", "given_company"]

Company = Literal["befriender", "group"]
Who = NDArray[np.int64]
FIRST_AGE = 18
_TRUST = 0.5
"""Of a befriender and the befriended in each other: assumption."""


def befriend(model: CommunityModel, who: Who, draw: np.random.Generator) -> None:
    """Tie each to a volunteer who suffers little, as friends who trust each other somewhat."""
    state = model.state
    c = state.citizens
    volunteers = np.flatnonzero((c.active == 1) & (c.suffering < np.median(c.suffering)))
    for i in who:
        j = int(draw.choice(volunteers))
        first = state.start[i]
        if j == i or j in state.arcs.nbr[first : first + state.degree[i]]:
            continue
        arcs = columns(state.arcs)
        if not all(make_room(arcs, state.start, state.degree, state.room, k) for k in (i, j)):
            rebuild(state)
            arcs = columns(state.arcs)
            for k in (i, j):
                make_room(arcs, state.start, state.degree, state.room, k)
        pair = min(i, j), max(i, j)
        join_pair(arcs, state.start, state.degree, *pair, int(Layer.FRIENDSHIP), _TRUST, _TRUST)


def enrol(model: CommunityModel, who: Who, draw: np.random.Generator) -> None:
    """Give each a place in a living group of the town, as a member who is not active."""
    groups = np.flatnonzero(model.state.groups.alive)
    free = who[model.state.citizens.group[who] < 0]
    model.state.citizens.group[free] = draw.choice(groups, free.size)


GIVEN: dict[Company, Callable[[CommunityModel, Who, np.random.Generator], None]] = {
    "befriender": befriend,
    "group": enrol,
}


def given_company(
    past: CommunityModel, kind: Company
) -> tuple[Who, CommunityModel, CommunityModel]:
    """Return who is given company, the town without it and the town with it, from one past.

    A random half of the adults in no group who are in the lowest quarter of company.
    """
    c, age = past.state.citizens, past.community.people.age
    draw = past.streams.generator(f"given {kind}")
    able = np.flatnonzero((age >= FIRST_AGE) & (c.group < 0))
    low = able[c.company[able] <= np.quantile(c.company[able], 0.25)]
    who = low[draw.random(low.size) < 0.5]
    without: Any = past.fork(past.strategy, past.state.week)
    given: Any = past.fork(past.strategy, past.state.week)
    GIVEN[kind](given, who, draw)
    return who, without, given
