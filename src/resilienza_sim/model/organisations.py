"""Organisations: practices that are exploited, dropped and tried anew; alliances that decide.

Equation 11 (March 1991; Hedberg 1981) and equation 9 (Provan & Milward 1995) of MODEL.md. Groups
and services learn by the same rules; a practice is a set of attributes held against demand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.model.hazards import ATTRIBUTES, DEMAND, match
from resilienza_sim.model.state import AllianceTable, GroupTable, ServiceTable
from resilienza_sim.model.tables import U16

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["ally", "form_alliance", "learn", "names_of"]

_BLOCK = 4
"""Attributes dropped together in a trial: a third of a practice."""


def names_of(table: GroupTable | AllianceTable, rows: Any = ...) -> Any:
    """Return the names of groups or alliances: founder and week of birth, never the row."""
    return table.founder[rows] * 4096 + (table.born[rows] + 2048)


def learn(model: CommunityModel) -> None:
    """Let every organisation exploit, and some explore."""
    state = model.state
    groups, services = state.groups, state.services
    state.trials = 0
    names = names_of(groups)
    alive = groups.alive == 1
    best = _best_practice(model)
    trial = model.effort.trials / max(int(alive.sum()) + len(services), 1)
    _exploit_and_explore(model, "group", groups, names, alive, best, trial)
    everyone = np.ones(len(services), bool)
    _exploit_and_explore(
        model, "service", services, np.arange(len(services)), everyone, best, trial
    )


def _best_practice(model: CommunityModel) -> int:
    """Return the practice that fits this week's demand best, among the living."""
    state = model.state
    practices = np.concatenate(
        [state.groups.practice[state.groups.alive == 1], state.services.practice]
    )
    return int(practices[int(match(practices, state.municipality.demand).argmax())])


def _exploit_and_explore(
    model: CommunityModel,
    who: str,
    table: GroupTable | ServiceTable,
    names: NDArray[Any],
    alive: NDArray[np.bool_],
    best: int,
    trial: float,
) -> None:
    """Move practices: one attribute towards today's demand, or a whole block redrawn."""
    state, p = model.state, model.rates.learn
    town, week = state.municipality, state.week
    uniform = model.streams.uniform
    today = int(DEMAND[int(town.demand.argmax())])
    table.dip *= np.float32(np.exp(-1.0 / p.dip_weeks))

    # Exploiting: the lowest attribute that differs from today's demand is put right.
    differs = table.practice ^ np.uint16(today)
    first = differs & (~differs + np.uint16(1))
    exploit = alive & (uniform(f"exploit {who}", week, names) < -np.expm1(-p.exploit))
    table.practice[exploit] ^= first[exploit]

    # Exploring: a block is dropped and copied from the best performer, or redrawn at random.
    chance = np.minimum(1.0, -np.expm1(-p.explore) + trial)
    explore = np.flatnonzero(alive & (uniform(f"explore {who}", week, names) < chance))
    if explore.size == 0:
        return
    ids = names[explore]
    blocks = len(ATTRIBUTES) // _BLOCK
    at = (uniform(f"block {who}", week, ids) * blocks).astype(np.uint16) * np.uint16(_BLOCK)
    mask: U16 = np.uint16((1 << _BLOCK) - 1) << at
    drawn = (uniform(f"redraw {who}", week, ids) * (1 << _BLOCK)).astype(np.uint16) << at
    copied = uniform(f"imitate {who}", week, ids) < p.imitation
    fresh = np.where(copied, np.uint16(best) & mask, drawn)
    old = table.practice[explore]
    new = (old & ~mask) | fresh
    worse = match(new, town.demand) < match(old, town.demand)
    undone = worse & (uniform(f"undo {who}", week, ids) < p.giving_up)
    table.practice[explore] = np.where(undone, old, new)
    table.dip[explore] += (1.0 - table.dip[explore]) * np.float32(p.dip)
    state.trials += int(explore.size)


def form_alliance(model: CommunityModel, members: NDArray[Any], *, vertical: bool) -> None:
    """Bring groups into an alliance of their own, or into one that a member already belongs to."""
    state = model.state
    groups, alliances = state.groups, state.alliances
    known = groups.alliance[members]
    known = known[known >= 0]
    if known.size:
        k = int(known[0])
    else:
        if alliances.alive.all():
            alliances.grow(len(alliances) + 16)
        k = int(np.argmin(alliances.alive))
        for name, array in alliances.columns().items():
            array[k] = getattr(type(alliances).empty(1), name)[0]
        alliances.alive[k], alliances.born[k] = 1, state.week
        alliances.founder[k] = names_of(groups, int(members[0]))
        alliances.vertical[k] = vertical
    groups.alliance[members] = k
    _weigh(model, k)
    _delay(model, np.array([k]))


def _weigh(model: CommunityModel, k: int) -> None:
    """Set the partners of an alliance and what deciding costs each of them."""
    state, p = model.state, model.rates.learn
    n = int(((state.groups.alliance == k) & (state.groups.alive == 1)).sum())
    trust = state.mean_trust
    state.alliances.partners[k] = n
    if state.alliances.vertical[k]:
        total = p.vertical_cost * n
    else:
        total = p.horizontal_cost * n * (n - 1) / 2.0 * (1.0 - trust)
    state.alliances.cost[k] = 1.0 - np.exp(-total / max(n, 1))


def _delay(model: CommunityModel, which: NDArray[Any]) -> None:
    """Make alliances decide again: the lag grows with the partners, less if vertical."""
    alliances, p = model.state.alliances, model.rates.learn
    weeks = p.lag_per_partner * alliances.partners[which]
    weeks = np.where(alliances.vertical[which] == 1, weeks / 3.0, weeks)
    alliances.lag[which] = np.ceil(weeks).astype(np.int32)


def ally(model: CommunityModel) -> None:
    """Let alliances decide, act jointly with a commitment that grows, remember, and end."""
    state, p = model.state, model.rates.learn
    alliances, groups, town = state.alliances, state.groups, state.municipality
    living = np.flatnonzero(alliances.alive)
    if living.size == 0:
        return
    for k in living:
        _weigh(model, int(k))
    if town.news:
        _delay(model, living)
    trust = state.mean_trust
    names = names_of(alliances, living)
    u = model.streams.uniform("commitment", state.week, names)
    doubt = (1.0 - trust) * (1.0 - alliances.memory[living])
    commit = 1.0 - (1.0 - model.rates.help.commitment) * doubt
    ready = (alliances.lag[living] <= 0) & (alliances.partners[living] >= 2)
    acts = ready & (u < commit)
    alliances.joint[living] = acts
    alliances.lag[living] = np.maximum(alliances.lag[living] - 1, 0)
    memory = alliances.memory[living].astype(np.float64)
    memory += acts * p.alliance_memory * (1.0 - memory)
    alliances.memory[living] = memory * (1.0 - p.alliance_forgetting)
    vertical = np.flatnonzero((alliances.vertical == 1) & (alliances.alive == 1))
    if vertical.size:  # one practice for all: that of the best fitting service
        imposed = state.services.practice[int(match(state.services.practice, town.demand).argmax())]
        groups.practice[np.isin(groups.alliance, vertical)] = imposed
    _end(model, living)


def _end(model: CommunityModel, living: NDArray[Any]) -> None:
    """Let alliances end: sooner when nobody pays for them and they remember little."""
    state, p = model.state, model.rates.learn
    alliances, groups = state.alliances, state.groups
    paid = model.effort.alliances_paid
    hazard = p.alliance_end * (1.0 - alliances.memory[living]) * (1.0 - paid)
    names = names_of(alliances, living)
    u = model.streams.uniform("alliance end", state.week, names)
    over = living[(u < -np.expm1(-hazard)) | (alliances.partners[living] < 1)]
    if over.size:
        alliances.alive[over] = 0
        alliances.joint[over] = 0
        groups.alliance[np.isin(groups.alliance, over)] = -1
