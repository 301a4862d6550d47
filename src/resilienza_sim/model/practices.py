"""Practices: exploited, dropped, tried anew, taken from others (equation 11).

Groups and services learn by the same rules; a practice is a set of attributes held against demand.
Sources: March 1991 (exploit, explore), Hedberg 1981 (unlearning), Weick 1988 (an action's outcome
is learnt by acting), Rogers 2003 (relative advantage).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.kernels import kernel
from resilienza_sim.model.hazards import (
    ATTRIBUTES,
    DEMAND,
    attributes,
    best,
    better,
    fit,
    match_of,
)
from resilienza_sim.model.names import name_of
from resilienza_sim.model.seats import best_at_tables
from resilienza_sim.model.state import GroupTable, ServiceTable
from resilienza_sim.model.tables import F64
from resilienza_sim.streams import u01

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = [
    "PROCESSES",
    "SETTLED",
    "Keys",
    "able",
    "capable",
    "change",
    "learn",
    "practise",
    "practise_all",
    "unoccupied",
]

_BLOCK = 4
"""Attributes dropped together in a trial: a third of a practice."""
_BLOCKS = len(ATTRIBUTES) // _BLOCK
SETTLED = 0.05
"""Dip below which an organisation has learnt its practice."""
_ROUTINE = int(DEMAND[0]).bit_count()
_ONE = np.float32(1.0)
TRIALS, PILOTS, BETTER, ADOPTIONS = range(4)
"""What is counted in a week: trials, pilots among them, pilots that fit better, adoptions."""


class News(NamedTuple):
    """What a week asks of organisations."""

    demand: F64
    dominant: int
    """The hazard that asks most."""
    new: bool
    """Whether that changed this week."""


class Keys(NamedTuple):
    """Keys of this week's random numbers for one kind."""

    give_up: np.uint64
    hesitate: np.uint64
    exploit: np.uint64
    explore: np.uint64
    block_explore: np.uint64
    redraw_explore: np.uint64
    undo: np.uint64
    pilot: np.uint64
    block_pilot: np.uint64
    redraw_pilot: np.uint64
    end_pilot: np.uint64
    undertake: np.uint64
    block_undertake: np.uint64
    redraw_undertake: np.uint64
    adopt: np.uint64
    adopt_allied: np.uint64


def unoccupied(model: CommunityModel) -> int:
    """Return how many organisations are not already learning something new."""
    groups, services = model.state.groups, model.state.services
    return int(_unoccupied(groups.alive, groups.dip, services.dip))


@kernel
def _unoccupied(living: Any, of_groups: Any, of_services: Any) -> int:
    free = 0
    for g in range(living.size):
        free += living[g] == 1 and of_groups[g] < SETTLED
    for s in range(of_services.size):
        free += of_services[s] < SETTLED
    return free


# -- what a practice is worth and costs -----------------------------------------------------------


@kernel
def _extra(practised: Any) -> Any:
    """Return the attributes practised beyond the number that routine has."""
    return max(attributes(practised) - _ROUTINE, 0)


@kernel
def capable(
    practice: Any, aside: Any, hesitating: Any, hesitation: float, repertoire_cost: float
) -> Any:
    """Return the capacity left to an organisation that hesitates or keeps much, (0, 1]."""
    kept = _extra(np.int64(practice) | np.int64(aside))
    return (1.0 - hesitation * hesitating) * math.exp(-repertoire_cost * kept)


@kernel
def _able(own: Any, hesitation: float, cost: float) -> F64:
    free = np.empty(own.practice.size)
    for o in range(free.size):
        free[o] = capable(own.practice[o], own.aside[o], own.hesitating[o], hesitation, cost)
    return free


def able(p: Any, table: GroupTable | ServiceTable) -> F64:
    """Return the capacity left to organisations that hesitate or keep a wide repertoire, (0, 1]."""
    free: F64 = _able(table.handle, p.hesitation, p.repertoire_cost)
    return free


@kernel
def _value(practice: Any, aside: Any, depth: float, demand: F64, p: Any) -> Any:
    """Return benefit over cost: fit to today's demand, over repertoire and dip of the horizon."""
    lasting = p.dip_weeks / p.horizon_weeks * -math.expm1(-p.horizon_weeks / p.dip_weeks)
    cost = 1.0 + p.repertoire_cost * _extra(practice | aside) + depth * lasting
    return match_of(practice, demand) / cost


@kernel
def _depth(old: Any, new: Any, p: Any) -> Any:
    """Return the dip of going from a practice to another: that of a block, by attributes."""
    return -math.expm1(math.log1p(-p.dip) * attributes(old ^ new) / _BLOCK)


@kernel
def _dip(own: Any, o: Any, size: Any, p: Any) -> None:
    """Take a dip, smaller for those who have learnt to unlearn; each one teaches it a little."""
    learnt = np.float64(own.adaptability[o])
    own.dip[o] += (_ONE - own.dip[o]) * size * (1.0 - p.unlearning * learnt)
    own.adaptability[o] += (1.0 - learnt) * p.unlearning_gain


@kernel
def change(own: Any, o: Any, new: Any, p: Any) -> None:
    """Take up a practice that is imposed: nothing is put aside, the dip goes with what changes."""
    old = np.int64(own.practice[o])
    if new != old:
        _dip(own, o, _depth(old, new, p), p)
        own.practice[o] = new
        own.aside[o] = 0


# -- what an organisation does with its practice in a week ----------------------------------------


@kernel
def _quicker(own: Any, o: Any, p: Any) -> Any:
    """Return how much faster those adapt who have learnt to unlearn, 1 or more."""
    return 1.0 + p.unlearning * np.float64(own.adaptability[o])


@kernel
def _take_up(own: Any, o: Any, new: Any) -> None:
    """Take up what was found or seen; what was done before is put aside, not unlearned."""
    own.aside[o] = own.practice[o]
    own.practice[o] = new


@kernel
def _redrawn(old: Any, block: float, redraw: float) -> Any:
    """Return a practice with a block of it drawn anew by two numbers in [0, 1)."""
    at = int(block * _BLOCKS) * _BLOCK
    return (old & ~(((1 << _BLOCK) - 1) << at)) | (int(redraw * (1 << _BLOCK)) << at)


@kernel
def _resume(own: Any, o: Any, u: float, demand: F64, p: Any) -> None:
    """Take up again what was put aside, sooner or later, when it fits today's demand better."""
    aside = own.aside[o]
    if u < p.giving_up and match_of(aside, demand) > match_of(own.practice[o], demand):
        _take_up(own, o, aside)


@kernel
def _exploit(own: Any, o: Any, u: float, today: Any, p: Any) -> None:
    """Put right the lowest attribute that differs from today's demand."""
    if u < -math.expm1(-p.exploit * _quicker(own, o, p)):
        differs = np.int64(own.practice[o]) ^ today
        own.practice[o] = np.int64(own.practice[o]) ^ (differs & -differs)


@kernel
def _explore(own: Any, o: Any, keys: Any, name: Any, demand: F64, p: Any) -> None:
    """Drop a block of the routine and redraw it: something completely different, with a dip."""
    old = np.int64(own.practice[o])
    new = _redrawn(old, u01(keys.block_explore, name), u01(keys.redraw_explore, name))
    gain = match_of(new, demand) - match_of(old, demand)
    if not (gain < 0.0 and u01(keys.undo, name) < p.giving_up):
        own.practice[o] = new
        own.aside[o] = 0
    if gain > 0.0:
        own.hesitating[o] = 0
    _dip(own, o, np.float32(p.dip), p)


@kernel
def _pilot(own: Any, o: Any, keys: Any, name: Any, demand: F64, p: Any) -> bool:
    """Begin a pilot that is paid: small, undone when it fails; return whether it fits better."""
    old = np.int64(own.practice[o])
    new = _redrawn(old, u01(keys.block_pilot, name), u01(keys.redraw_pilot, name))
    gain = match_of(new, demand) - match_of(old, demand)
    if not (gain < 0.0 and u01(keys.end_pilot, name) < p.giving_up):
        _take_up(own, o, new)
    _dip(own, o, np.float32(p.trial_dip), p)
    if gain > 0.0:
        own.hesitating[o] = 0
    return gain > 0.0


@kernel
def _undertake(own: Any, o: Any, keys: Any, name: Any, demand: F64, p: Any) -> None:
    """Try something while hesitating, and learn only then whether it works (il fare)."""
    old = np.int64(own.practice[o])
    new = _redrawn(old, u01(keys.block_undertake, name), u01(keys.redraw_undertake, name))
    if match_of(new, demand) - match_of(old, demand) > 0.0:
        _take_up(own, o, new)
        own.hesitating[o] = 0
    _dip(own, o, np.float32(p.trial_dip), p)  # learnt by doing: what a try costs, come what may


@kernel
def _adopt(own: Any, o: Any, example: Any, demand: F64, p: Any) -> bool:
    """Take up an example where its benefit over cost beats one's own (Rogers 2003)."""
    old, aside = np.int64(own.practice[o]), np.int64(own.aside[o])
    learnt = _ONE - np.float32(p.unlearning) * own.adaptability[o]
    depth = _depth(old, example, p)
    gain = _value(example, old, depth * learnt, demand, p)
    if example == old or gain <= _value(old, aside, 0.0, demand, p):
        return False
    _dip(own, o, depth, p)
    _take_up(own, o, example)
    own.hesitating[o] = 0
    return True


@kernel
def practise(
    keys: Any, ids: Any, alive: Any, own: Any, seen: Any, paid: float, week: Any, p: Any
) -> NDArray[np.int64]:
    """Let each organisation of a kind exploit, try, take up what works; return what it counts.

    `seen` are the best practice in town and the best at the tables of each, `paid` the chance of a
    pilot. A new demand stops whom it finds unfit; nobody stops before routine, which is met every
    day.
    """
    town_best, near = seen
    demand, dominant = week.demand, week.dominant
    count = np.zeros(4, np.int64)
    today = np.int64(DEMAND[demand.argmax()])
    fade, kept = np.float32(math.exp(-1.0 / p.dip_weeks)), np.float32(1.0 - p.unlearning_fading)
    explores, adopts = -math.expm1(-p.explore), -math.expm1(-p.adoption)
    adopts_allied = -math.expm1(-p.alliance_learning)
    stops = week.new and p.hesitation != 0.0
    for o in range(ids.size):
        own.dip[o] *= fade
        own.adaptability[o] *= kept
        if stops:
            own.hesitating[o] = 0
        if not alive[o]:
            continue
        name = np.uint64(ids[o])
        if own.aside[o]:
            _resume(own, o, u01(keys.give_up, name), demand, p)
        if stops and dominant != 0:
            unfit = 1.0 - fit(own.practice[o], DEMAND[dominant])
            own.hesitating[o] = u01(keys.hesitate, name) < unfit
        _exploit(own, o, u01(keys.exploit, name), today, p)
        if u01(keys.explore, name) < explores:
            _explore(own, o, keys, name, demand, p)
            count[TRIALS] += 1
        if paid > 0.0 and own.dip[o] < SETTLED and u01(keys.pilot, name) < paid:
            count[BETTER] += _pilot(own, o, keys, name, demand, p)
            count[PILOTS] += 1
            count[TRIALS] += 1
        if own.hesitating[o]:
            hazard = p.undertaking * _quicker(own, o, p)
            if u01(keys.undertake, name) < -math.expm1(-hazard):
                _undertake(own, o, keys, name, demand, p)
                count[TRIALS] += 1
        if u01(keys.adopt, name) < adopts:
            count[ADOPTIONS] += _adopt(own, o, town_best, demand, p)
        if u01(keys.adopt_allied, name) < adopts_allied:
            count[ADOPTIONS] += _adopt(own, o, np.int64(near[o]), demand, p)
    return count


@kernel
def _keys(of: Any) -> Any:
    """Return the keys of one kind by name."""
    return Keys(
        of[0],
        of[1],
        of[2],
        of[3],
        of[4],
        of[5],
        of[6],
        of[7],
        of[8],
        of[9],
        of[10],
        of[11],
        of[12],
        of[13],
        of[14],
        of[15],
    )


@kernel
def practise_all(
    keys: Any, g: Any, services: Any, tables: Any, pilots: float, week: Any, p: Any
) -> tuple[int, int, int, int]:
    """Let groups and then services practise, by the same rules; return what is counted.

    Pilots that are paid fall by lot on those who are not learning yet.
    """
    alive, everyone = g.alive == 1, np.ones(services.practice.size, np.bool_)
    groups, others = name_of(g.founder, g.born), np.arange(everyone.size)
    demand = week.demand
    town_best = better(best(g.practice[alive], demand), best(services.practice, demand), demand)
    paid = pilots
    if paid > 0.0:
        paid /= max(_unoccupied(g.alive, g.dip, services.dip), 1)
    near_groups, near_services = best_at_tables(
        tables.alive, tables.services, g.alliance, g.alive, g.practice, services.practice, demand
    )
    half, count = keys.size // 2, np.zeros(4, np.int64)
    seen = town_best, near_groups
    count += practise(_keys(keys[:half]), groups, alive, g, seen, paid, week, p)
    seen = town_best, near_services
    count += practise(_keys(keys[half:]), others, everyone, services, seen, paid, week, p)
    return count[TRIALS], count[PILOTS], count[BETTER], count[ADOPTIONS]


PROCESSES = tuple(
    f"{name.replace('_', ' ')} {kind}" for kind in ("group", "service") for name in Keys._fields
)
"""Processes that draw, of groups first: the fields of `Keys` in order, for each kind."""


def learn(model: CommunityModel) -> None:
    """Let every organisation exploit, some try, and some take up what works elsewhere."""
    state, town = model.state, model.state.municipality
    state.trials, state.pilots, state.pilots_better, state.adoptions = practise_all(
        model.streams.keys(PROCESSES, state.week),
        state.groups.handle,
        state.services.handle,
        state.alliances.handle,
        float(model.effort.trials),
        News(town.demand, town.dominant, town.news),
        model.rates.learn.handle,
    )
