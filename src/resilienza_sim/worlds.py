"""Plausible worlds: a pair is one draw of everything unmeasured, shared by all its arms.

World `r` of a study hangs on the study's seed and on `r` alone: not on how many worlds there are,
on the arms, on the order of the numbers or on who draws it, so it can be run again by name.

**The sequence.** Each number has its own nested Latin hypercube (Qian 2009, *Nested Latin hypercube
designs*, Biometrika 96; grown by doubling as in Sheikholeslami & Razavi 2017, *Progressive Latin
hypercube sampling*, Environmental Modelling & Software 93). The first 2^k worlds have one value in
each of 2^k equal parts of every range, whatever k; those from 2^k to 2^(k+1) fill the other halves,
in an order drawn for each number by itself::

    x_(2^k + j) = (s xor 1 + u) / 2^(k+1),   s = floor(2^(k+1) x_(pi_k(j))),   pi_k a permutation

Why not Sobol' or Halton: there are some 300 numbers and a few tens of worlds. With n = 2^k points
the leading bits of Sobol' dimensions can be alike in only n/2 ways, so among 300 dimensions many
pairs are confounded outright (all low values of one with all low ones of the other), scrambled or
not; in bases up to 1,987 the first 30 points of a Halton sequence are not stratified at all. A
rank-1 lattice needs n fixed to be good. Measured at 32 points of 292 numbers: pairs correlated
beyond .6 in size, of 42,486: scrambled Sobol' 2,524; Halton 23, with one margin of 292 stratified;
here about as few as in a Latin hypercube, with every margin stratified. A number's draws are named
by its path, so that a new parameter, or one that somebody sets, moves no other.

**The history.** The scenario's file says what is uncertain of it (`Scenario.history`): the size of
a shock, and whether one returns. A file that says nothing keeps its history.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from operator import index
from typing import Any, SupportsIndex, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.kernels import kernel
from resilienza_sim.paths import assigned
from resilienza_sim.reading import validated
from resilienza_sim.scenario import Draw, HistoryPart, Return, Scenario
from resilienza_sim.strategies import Strategy
from resilienza_sim.streams import Streams, mix, u01
from resilienza_sim.unmeasured import ACTIONS, TRIGGERS, Range, Ranges, ranges_of

__all__ = [
    "BY_ACTS",
    "BY_RULE",
    "COMMON",
    "DRAWS",
    "MOST_WORLDS",
    "RETURNS",
    "World",
    "axes_drawn",
    "axes_of",
    "drawn_point",
    "ranges_here",
    "scenario_of_manifest",
    "world",
    "world_number",
]

BY_ACTS = ("parameters.plan.act_share",)
BY_RULE = (f"{TRIGGERS}.emergency_off", f"{TRIGGERS}.emergency_on")
"""How long a town works in emergency: where dated acts say so, and where strategies do."""
COMMON = (
    "parameters.shock.levee_holds",
    "parameters.shock.event_gap_weeks",
    f"{ACTIONS}.argini.unit_cost_eur",
    "purse.discretionary_share",
)
"""What else the verdict hangs on and nobody has measured: shown with its break-even value."""
RETURNS, DRAWS = "history.returns", "history.draws"
MOST_WORLDS = 100_000
_ATTEMPTS = 20
_PHASES = ("normal", "emergency", "recovery")
_ROUNDS = 4
_APART, _LOW, _S33 = np.uint64(1 << 40), np.uint64(0x7FFFFFFF), np.uint64(33)


@dataclass(frozen=True)
class World:
    """One draw of everything unmeasured.

    Parameters
    ----------
    number : int
        Which one, from 0.
    scenario : Scenario
        With its values in place, its history drawn, and the drawn prices in its past too.
    arms : tuple of Strategy
        The same arms, with the drawn prices and triggers.
    values : dict of float
        What was drawn, by path; ``history.returns.NAME`` is 1 where a shock returns.
    redrawn : int
        Times the values were drawn anew because the model refused them together.
    """

    number: int
    scenario: Scenario
    arms: tuple[Strategy, ...]
    values: Mapping[str, float]
    redrawn: int


@lru_cache(maxsize=32)
def _ranges(text: str, fixed: frozenset[str]) -> Ranges:
    return ranges_of(Scenario.model_validate_json(text), fixed=fixed)


def ranges_here(scenario: Scenario, fixed: Iterable[str] = ()) -> Ranges:
    """Return what the worlds of a scenario are drawn from, but for what somebody has set."""
    return _ranges(scenario.model_dump_json(), frozenset(fixed))


def axes_of(scenario: Scenario, ranges: Ranges) -> tuple[Range, ...]:
    """Return the axes that the headline is shown along.

    They are those that are drawn, the uncertain sizes of the history's shocks, and the returns.
    """
    drawn = {each.path: each for each in ranges.drawn}
    emergency = BY_ACTS if scenario.exogenous.emergencies else BY_RULE
    known = [drawn[path] for path in (*emergency, *COMMON) if path in drawn]
    return (
        *known,
        *(
            Range(f"{DRAWS}.{each.name}", each.low, each.low, each.high, False, True, each.source)
            for each in scenario.history.draws
            if each.path.startswith("shocks.")
        ),
        *(
            Range(f"{RETURNS}.{each.name}", each.chance, 0.0, 1.0, False, True, each.source)
            for each in scenario.history.returns
        ),
    )


def scenario_of_manifest(manifest: Mapping[str, Any]) -> Scenario:
    """Return the scenario that the manifest of a study keeps."""
    return validated(Scenario, json.loads(manifest["scenario"]["text"]), "scenario")


def axes_drawn(manifest: Mapping[str, Any]) -> tuple[Range, ...]:
    """Return the axes that the headline of a study is shown along; none at a single point."""
    worlds = manifest.get("worlds")
    return () if worlds is None else axes_of(scenario_of_manifest(manifest), Ranges.read(worlds))


# -- the sequence ----------------------------------------------------------------------------------


def drawn_point(seed: int, number: int, names: Sequence[str]) -> NDArray[np.float64]:
    """Return point `number` of the nested Latin hypercube, one share in [0, 1) for each name."""
    point = np.empty(len(names))
    _fill_point(_keys(seed, tuple(names)), number, point)
    return point


@lru_cache(maxsize=64)
def _keys(seed: int, names: tuple[str, ...]) -> NDArray[np.uint64]:
    return Streams(seed).keys(tuple(f"world {name}" for name in names))


@kernel
def _fill_point(keys: NDArray[np.uint64], number: int, point: NDArray[np.float64]) -> None:
    """Write each number's share: where it lies in the level of its world, from coarse to fine."""
    places = np.empty(64, np.int64)
    for k in range(keys.size):
        # Down from the world to the one it is the sibling of, level by level, then up again.
        depth, place = 0, number
        while place > 0:
            places[depth] = place
            depth += 1
            level = 0
            while place >> (level + 1):
                level += 1
            place = _permuted(keys[k], level, place - (1 << level))
        x = u01(keys[k], np.uint64(0))
        for d in range(depth - 1, -1, -1):
            parts = 1
            while parts <= places[d]:
                parts <<= 1
            x = ((int(x * parts) ^ 1) + u01(keys[k], np.uint64(places[d]))) / parts
        point[k] = x


@kernel
def _permuted(key: np.uint64, level: int, j: int) -> int:
    """Return the image of `j` under a permutation of 0 … 2^level - 1 drawn for one number."""
    if level == 0:
        return 0
    mask, shift = (1 << level) - 1, (level + 1) // 2
    for turn in range(_ROUNDS):
        bits = mix(key, np.uint64(_ROUNDS * level + turn) + _APART)
        factor, added = int(bits & _LOW) | 1, int(bits >> _S33)
        j = (j * factor + added) & mask  # odd factors are invertible
        j ^= j >> shift
    return j


def world_number(found: object) -> int:
    """Return the number of a world, if it is one.

    Raises
    ------
    ResilienzaError
        If it is not a whole number from 0 to `MOST_WORLDS`.
    """
    if isinstance(found, SupportsIndex) and not isinstance(found, bool):
        number = index(found)
        if 0 <= number <= MOST_WORLDS:
            return number
    raise ResilienzaError("no_such_world", found=found, allowed=MOST_WORLDS)


# -- the world -------------------------------------------------------------------------------------


def world(
    scenario: Scenario, arms: Sequence[Strategy], ranges: Ranges, seed: int, number: int
) -> World:
    """Return one plausible world.

    Parameters
    ----------
    scenario : Scenario
        The town as its file has it.
    arms : sequence of Strategy
        As their files have them. What a file sets for itself, other than the default, is a choice
        of that strategy and stays.
    ranges : Ranges
        What is drawn; see `ranges_here`.
    seed : int
        Seed of the study.
    number : int
        Which world, from 0: it is drawn for the replicate of that number.

    Raises
    ------
    ResilienzaError
        If no draw gives values that the model accepts.
    """
    for attempt in range(_ATTEMPTS):
        try:
            return _world(scenario, arms, ranges, (seed, number, attempt))
        except (ResilienzaError, ValidationError):
            continue
    raise ResilienzaError("world_refused", found=number, attempts=_ATTEMPTS)


def _world(
    scenario: Scenario,
    arms: Sequence[Strategy],
    ranges: Ranges,
    which: tuple[int, int, int],
) -> World:
    seed, number, attempt = which
    history = scenario.history
    mark = f"|again {attempt}" if attempt else ""
    names = [each.path for each in ranges.drawn]
    names += [f"{DRAWS}.{each.name}" for each in history.draws]
    shares = drawn_point(seed, number, [name + mark for name in names])
    spans = (*ranges.drawn, *(_span(each) for each in history.draws))
    values = {name: each.at(u) for name, each, u in zip(names, spans, shares.tolist(), strict=True)}
    _open_above_close(values)
    set_here: dict[str, Any] = {
        each.path: _typed(each, values[name])
        for name, each in zip(names, spans, strict=True)
        if not name.startswith((ACTIONS, TRIGGERS))
    }
    data = assigned(scenario.model_dump(mode="json"), set_here)
    for each in history.returns:
        found = _returned(data, each, drawn_point(seed, number, _of_return(each, mark)))
        values[f"{RETURNS}.{each.name}"] = float(found)
    data["history"] = HistoryPart().model_dump(mode="json")
    drawn = {each.path: each for each in ranges.drawn}
    made = Scenario.model_validate(data).with_past(_strategy(scenario.past, values, drawn))
    return World(number, made, tuple(_strategy(a, values, drawn) for a in arms), values, attempt)


def _span(each: Draw) -> Range:
    return Range(each.path, each.low, each.low, each.high, False, True, each.source)


def _of_return(each: Return, mark: str) -> list[str]:
    return [f"{RETURNS}.{each.name}{mark}", f"{RETURNS}.{each.name} week{mark}"]


def _returned(data: dict[str, Any], each: Return, shares: NDArray[np.float64]) -> bool:
    """Add a copy of a shock on a drawn week, if it returns."""
    if shares[0] >= each.chance:
        return False
    weeks = (each.last - each.first).days // 7
    start = each.first + timedelta(weeks=int(shares[1] * (weeks + 1)))
    again = {**data["shocks"][each.shock], "start": start.isoformat()}
    again["label"] = each.title.model_dump(mode="json")
    data["shocks"] = [*data["shocks"], again]
    return True


def _open_above_close(values: dict[str, float]) -> None:
    """Raise the trigger that opens an emergency to that which closes it, where it is below."""
    on, off = f"{TRIGGERS}.emergency_on", f"{TRIGGERS}.emergency_off"
    if on in values and off in values:
        values[on] = max(values[on], values[off])


def _typed(each: Range, value: float) -> float | int:
    return int(value) if each.whole else value


def _strategy(arm: Strategy, values: Mapping[str, float], drawn: Mapping[str, Range]) -> Strategy:
    """Return an arm with the drawn prices and triggers, but for what its file sets for itself."""
    changes: dict[str, object] = {}
    for path, value in values.items():
        first, _, rest = path.partition(".")
        if first == ACTIONS:
            kind, _, name = rest.partition(".")
            changes |= {
                f"{phase}.{k}.action.{name}": _typed(drawn[path], value)
                for phase in _PHASES
                for k, line in enumerate(getattr(arm, phase))
                if line.action.kind() == kind and _is_default(line.action, name)
            }
        elif path.startswith(TRIGGERS):
            name = path.removeprefix(f"{TRIGGERS}.")
            if _is_default(arm, name):
                changes[name] = _typed(drawn[path], value)
    pair = ("emergency_on", "emergency_off")
    on, off = (cast("float", changes.get(name, getattr(arm, name))) for name in pair)
    if off > on:  # one of the two is the strategy's own
        changes = {name: value for name, value in changes.items() if name not in pair}
    return arm.with_values(changes)


def _is_default(thing: Any, name: str) -> bool:
    return bool(getattr(thing, name) == type(thing).model_fields[name].default)
