"""Practices: exploited, dropped, tried anew, taken from others (equation 11).

Groups and services learn by the same rules; a practice is a set of attributes held against demand.
Sources: March 1991 (exploit, explore), Hedberg 1981 (unlearning), Weick 1988 (an action's outcome
is learnt by acting), Rogers 2003 (relative advantage).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.model.hazards import ATTRIBUTES, DEMAND, fit, match
from resilienza_sim.model.names import names_of
from resilienza_sim.model.state import GroupTable, ServiceTable
from resilienza_sim.model.tables import F64, U16, Bool

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["able", "best", "change", "learn", "organisations", "ready", "unoccupied"]

_BLOCK = 4
"""Attributes dropped together in a trial: a third of a practice."""
SETTLED = 0.05
"""Dip below which an organisation has learnt its practice."""
_ROUTINE = int(DEMAND[0]).bit_count()


class Kind(NamedTuple):
    """Groups or services: their table, their names, which of them live."""

    name: str
    table: GroupTable | ServiceTable
    ids: NDArray[Any]
    alive: Bool


def organisations(model: CommunityModel) -> tuple[Kind, Kind]:
    """Return the groups and the services, as those who learn."""
    groups, services = model.state.groups, model.state.services
    n = len(services)
    return (
        Kind("group", groups, names_of(groups), groups.alive == 1),
        Kind("service", services, np.arange(n), np.ones(n, np.bool_)),
    )


def _extra(practice: U16) -> NDArray[np.int64]:
    """Return the attributes practised beyond the number that routine has."""
    extra: NDArray[np.int64] = np.bitwise_count(practice).astype(np.int64) - _ROUTINE
    return np.maximum(extra, 0)


def able(p: Any, table: GroupTable | ServiceTable) -> F64:
    """Return the capacity left to organisations that hesitate or keep a wide repertoire, (0, 1]."""
    free: F64 = (1.0 - p.hesitation * table.hesitating) * np.exp(
        -p.repertoire_cost * _extra(table.practice | table.aside)
    )
    return free


def ready(kind: Kind) -> Bool:
    """Return which organisations are not already learning something new."""
    return kind.alive & (kind.table.dip < SETTLED)


def unoccupied(model: CommunityModel) -> int:
    """Return how many organisations are not already learning something new."""
    groups, services = model.state.groups, model.state.services
    free = (groups.alive == 1) & (groups.dip < _SETTLED)
    return int(np.count_nonzero(free) + np.count_nonzero(services.dip < _SETTLED))


def best(practices: U16, demand: F64) -> int:
    """Return the practice that fits demand best; of two alike, the lower mask, never the row."""
    fits = match(practices, demand)
    return int(practices[fits >= fits.max()].min())


def learn(model: CommunityModel) -> None:
    """Let every organisation exploit, some try, and some take up what works elsewhere."""
    state, p = model.state, model.rates.learn
    state.trials = state.pilots = state.pilots_better = state.adoptions = 0
    kinds = organisations(model)
    practised = np.concatenate([kind.table.practice[kind.alive] for kind in kinds])
    town_best = best(practised, state.municipality.demand)
    paid = model.effort.trials / max(unoccupied(model), 1)
    partners = _best_partners(model)
    for kind, near in zip(kinds, partners, strict=True):
        table = kind.table
        table.dip *= np.float32(np.exp(-1.0 / p.dip_weeks))
        table.adaptability *= np.float32(1.0 - p.unlearning_fading)
        _resume(model, kind)
        _hesitate(model, kind)
        _exploit(model, kind)
        _explore(model, kind)
        _pilot(model, kind, paid)
        _undertake(model, kind)
        _adopt(model, kind, "adopt", p.adoption, np.full(len(table), town_best, np.uint16))
        _adopt(model, kind, "adopt allied", p.alliance_learning, near)


def _best_partners(model: CommunityModel) -> tuple[U16, U16]:
    """Return, for groups and services, the best practice in their alliances, or their own."""
    state = model.state
    groups, services, alliances = state.groups, state.services, state.alliances
    demand = state.municipality.demand
    for_groups, for_services = groups.practice.copy(), services.practice.copy()
    met: list[list[U16]] = [[] for _ in range(len(services))]
    for k in np.flatnonzero(alliances.alive):
        mine = (groups.alliance == k) & (groups.alive == 1)
        seats = (alliances.services[k] >> np.arange(len(services))) & 1 == 1
        around = np.concatenate([groups.practice[mine], services.practice[seats]])
        if around.size:
            for_groups[mine] = best(around, demand)
        for s in np.flatnonzero(seats).tolist():
            met[s].append(around)
    for row, tables in enumerate(met):
        if tables:
            for_services[row] = best(np.concatenate(tables), demand)
    return for_groups, for_services


def _u(model: CommunityModel, process: str, kind: Kind, rows: Any = ...) -> F64:
    return model.streams.uniform(f"{process} {kind.name}", model.state.week, kind.ids[rows])


def _quicker(p: Any, table: GroupTable | ServiceTable, rows: Any = ...) -> F64:
    """Return how much faster those adapt who have learnt to unlearn, 1 or more."""
    quicker: F64 = 1.0 + p.unlearning * table.adaptability[rows].astype(np.float64)
    return quicker


def _dip(p: Any, table: GroupTable | ServiceTable, rows: Any, size: Any) -> None:
    """Take a dip, smaller for those who have learnt to unlearn; each one teaches it a little."""
    learnt = table.adaptability[rows].astype(np.float64)
    table.dip[rows] += (1.0 - table.dip[rows]) * size * (1.0 - p.unlearning * learnt)
    table.adaptability[rows] += (1.0 - learnt) * p.unlearning_gain


def _depth(p: Any, old: U16, new: U16) -> F64:
    """Return the dip of going from a practice to another: that of a block, by attributes."""
    depth: F64 = -np.expm1(np.log1p(-p.dip) * np.bitwise_count(old ^ new) / _BLOCK)
    return depth


def change(model: CommunityModel, table: GroupTable | ServiceTable, rows: Any, new: U16) -> None:
    """Take up a practice that is imposed: nothing is put aside, the dip goes with what changes."""
    p, old = model.rates.learn, table.practice[rows]
    moved = old != new
    _dip(p, table, rows[moved], _depth(p, old, new)[moved])
    table.practice[rows] = new
    table.aside[rows[moved]] = 0


def _take_up(table: GroupTable | ServiceTable, rows: Any, new: U16) -> None:
    """Take up what was found or seen; what was done before is put aside, not unlearned."""
    table.aside[rows] = table.practice[rows]
    table.practice[rows] = new


def _resume(model: CommunityModel, kind: Kind) -> None:
    """Take up again what was put aside, sooner or later, when it fits today's demand better."""
    table, demand = kind.table, model.state.municipality.demand
    gives_up = kind.alive & (_u(model, "give up", kind) < model.rates.learn.giving_up)
    rows = np.flatnonzero(gives_up & (table.aside != 0))
    old, new = table.practice[rows], table.aside[rows]
    again = match(new, demand) > match(old, demand)
    _take_up(table, rows[again], new[again])


def _hesitate(model: CommunityModel, kind: Kind) -> None:
    """Stop those whom a new demand finds unfit; nobody stops before routine, met every day."""
    town = model.state.municipality
    if not town.news or model.rates.learn.hesitation == 0.0:
        return
    unfit = 1.0 - fit(kind.table.practice, DEMAND[town.dominant])
    stops = kind.alive & (_u(model, "hesitate", kind) < unfit)
    kind.table.hesitating[:] = stops & (town.dominant != 0)


def _exploit(model: CommunityModel, kind: Kind) -> None:
    """Put right the lowest attribute that differs from today's demand."""
    p, table = model.rates.learn, kind.table
    today = DEMAND[int(model.state.municipality.demand.argmax())]
    differs = table.practice ^ today
    first = differs & (~differs + np.uint16(1))
    hazard = p.exploit * _quicker(p, table)
    exploit = kind.alive & (_u(model, "exploit", kind) < -np.expm1(-hazard))
    table.practice[exploit] ^= first[exploit]


def _drop_block(
    model: CommunityModel, process: str, kind: Kind, rows: NDArray[np.int64]
) -> tuple[U16, U16, F64]:
    """Return the practices before, those with a block redrawn, and the gain in fit."""
    blocks = len(ATTRIBUTES) // _BLOCK
    at = (_u(model, f"block {process}", kind, rows) * blocks).astype(np.uint16) * np.uint16(_BLOCK)
    mask: U16 = np.uint16((1 << _BLOCK) - 1) << at
    fresh = (_u(model, f"redraw {process}", kind, rows) * (1 << _BLOCK)).astype(np.uint16) << at
    old = kind.table.practice[rows]
    new: U16 = (old & ~mask) | fresh
    demand = model.state.municipality.demand
    model.state.trials += int(rows.size)
    return old, new, match(new, demand) - match(old, demand)


def _explore(model: CommunityModel, kind: Kind) -> None:
    """Drop a block of the routine and redraw it: something completely different, with a dip."""
    p, table = model.rates.learn, kind.table
    chosen = kind.alive & (_u(model, "explore", kind) < -np.expm1(-p.explore))
    rows = np.flatnonzero(chosen)
    if rows.size == 0:
        return
    old, new, gain = _drop_block(model, "explore", kind, rows)
    undone = (gain < 0.0) & (_u(model, "undo", kind, rows) < p.giving_up)
    table.practice[rows] = np.where(undone, old, new)
    table.aside[rows[~undone]] = 0
    table.hesitating[rows[gain > 0.0]] = 0
    _dip(p, table, rows, p.dip)


def _pilot(model: CommunityModel, kind: Kind, paid: float) -> None:
    """Begin the pilots that are paid: small, in one organisation, undone when they fail."""
    p, table = model.rates.learn, kind.table
    rows = np.flatnonzero(ready(kind) & (_u(model, "pilot", kind) < paid))
    if rows.size == 0:
        return
    _old, new, gain = _drop_block(model, "pilot", kind, rows)
    undone = (gain < 0.0) & (_u(model, "end pilot", kind, rows) < p.giving_up)
    _take_up(table, rows[~undone], new[~undone])
    _dip(p, table, rows, p.trial_dip)
    table.hesitating[rows[gain > 0.0]] = 0
    model.state.pilots += int(rows.size)
    model.state.pilots_better += int((gain > 0.0).sum())


def _undertake(model: CommunityModel, kind: Kind) -> None:
    """Let those who hesitate try something, and learn only then whether it works (il fare)."""
    p, table = model.rates.learn, kind.table
    hazard = p.undertaking * _quicker(p, table)
    tries = kind.alive & (table.hesitating == 1)
    rows = np.flatnonzero(tries & (_u(model, "undertake", kind) < -np.expm1(-hazard)))
    if rows.size == 0:
        return
    _old, new, gain = _drop_block(model, "undertake", kind, rows)
    works = gain > 0.0
    _take_up(table, rows[works], new[works])
    table.hesitating[rows[works]] = 0
    _dip(p, table, rows, p.trial_dip)  # learnt by doing: what a try costs, whatever comes of it


def _worth(p: Any, practice: U16, aside: U16, demand: F64, depth: Any) -> F64:
    """Return benefit over cost: fit to today's demand, over repertoire and dip of the horizon."""
    lasting = p.dip_weeks / p.horizon_weeks * -np.expm1(-p.horizon_weeks / p.dip_weeks)
    worth: F64 = match(practice, demand) / (
        1.0 + p.repertoire_cost * _extra(practice | aside) + depth * lasting
    )
    return worth


def _adopt(model: CommunityModel, kind: Kind, process: str, hazard: float, example: U16) -> None:
    """Take up the example seen, where its benefit over cost beats one's own (Rogers 2003)."""
    p, table, demand = model.rates.learn, kind.table, model.state.municipality.demand
    compares = kind.alive & (_u(model, process, kind) < -np.expm1(-hazard))
    rows = np.flatnonzero(compares & (example != table.practice))
    if rows.size == 0:
        return
    old, new = table.practice[rows], example[rows]
    learnt = 1.0 - p.unlearning * table.adaptability[rows]
    depth = _depth(p, old, new)
    gain = _worth(p, new, old, demand, depth * learnt)
    wins = gain > _worth(p, old, table.aside[rows], demand, 0.0)
    _dip(p, table, rows[wins], depth[wins])
    _take_up(table, rows[wins], new[wins])
    table.hesitating[rows[wins]] = 0
    model.state.adoptions += int(wins.sum())
