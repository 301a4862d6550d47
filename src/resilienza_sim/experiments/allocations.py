"""Ways to spend the same purse, drawn at random, near a strategy or anywhere.

Shares come from Dirichlet distributions, so that they are positive and sum to what they should:
the euros stay the same, only what they buy changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.component import Bilingual
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.model.contracts import Action
from resilienza_sim.model.sums import added
from resilienza_sim.strategies import Strategy
from resilienza_sim.strategies.strategy import PHASES, Allocation
from resilienza_sim.streams import Streams

__all__ = [
    "PHASES",
    "RANDOM",
    "allocation_named",
    "allocations",
    "kinds_of",
    "menu_of",
    "near",
    "random_allocation",
    "reallocated",
    "shares_of",
]

Floats = NDArray[np.float64]

RANDOM = "random:"
"""What the names of the arms of random allocations begin with."""
_LEAST = 1e-9
"""A share that underflows is given so much: a line of a strategy has a positive share."""


def kinds_of(strategy: Strategy) -> tuple[str, ...]:
    """Return the kinds of action that a strategy buys, in alphabetical order."""
    lines = (line for phase in PHASES for line in _lines(strategy, phase))
    return tuple(sorted({line.action.kind() for line in lines}))


def menu_of(strategies: Iterable[Strategy]) -> tuple[tuple[Action, ...], ...]:
    """Return every action that some strategy buys in some phase, the variants of a kind together.

    Variants of a kind are actions that differ in their fields: the staff of one service or of
    another. Kinds, and variants within them, are in alphabetical order.
    """
    found = {
        repr(line.action): line.action
        for strategy in strategies
        for phase in PHASES
        for line in _lines(strategy, phase)
    }
    kinds: dict[str, list[Action]] = {}
    for _, action in sorted(found.items()):
        kinds.setdefault(action.kind(), []).append(action)
    return tuple(tuple(variants) for _, variants in sorted(kinds.items()))


def random_allocation(
    name: str, menu: Sequence[Sequence[Action]], seed: int, number: int
) -> Strategy:
    """Return a strategy that spends the whole purse at random, in each phase its own way.

    The shares of the kinds are uniform over all that sum to one (Dirichlet with every parameter 1:
    assumption, no kind is favoured), and so are those of the variants within each kind: a kind
    counts once, however many variants of it there are. Triggers are those that a strategy has when
    its file says nothing.

    Parameters
    ----------
    name : str
        Name of the strategy.
    menu : sequence of sequences of Action
        From `menu_of`.
    seed, number : int
        They name the numbers: more allocations leave the first ones as they were.
    """
    rng = Streams(seed).generator(f"allocation|{number}")
    phases = {}
    for phase in PHASES:
        shares = rng.dirichlet(np.ones(len(menu)))
        parts = [rng.dirichlet(np.ones(len(variants))) for variants in menu]
        flat = np.concatenate([s * part for s, part in zip(shares, parts, strict=True)])
        actions = [action for variants in menu for action in variants]
        phases[phase] = _allotted(actions, _safe(flat, 1.0))
    title = Bilingual(it=f"Allocazione a caso {number + 1}", en=f"Random allocation {number + 1}")
    source = "Dirichlet(1) over kinds of action and over the variants of each: assumption"
    return Strategy(name=name, title=title, description=title, source=source, **phases)


def allocations(strategies: Iterable[Strategy], seed: int, count: int) -> dict[str, Strategy]:
    """Return random allocations over what some strategies buy, by the name of their arm."""
    menu = menu_of(strategies)
    return {f"{RANDOM}{k}": random_allocation(f"random_{k}", menu, seed, k) for k in range(count)}


def allocation_named(name: str, strategies: Iterable[Strategy], seed: int) -> Strategy | None:
    """Return the random allocation of an arm of that name, None if it is no such name."""
    number = name.removeprefix(RANDOM)
    if number == name or not number.isdecimal():
        return None
    return random_allocation(f"random_{number}", menu_of(strategies), seed, int(number))


def near(
    strategy: Strategy, name: str, seed: int, number: int, concentration: float | None
) -> Strategy:
    """Return a strategy that buys the same actions with other shares of the same euros.

    In each phase shares are drawn from a Dirichlet distribution with the strategy's own shares as
    its mean: a higher concentration keeps nearer to it.

    Parameters
    ----------
    strategy : Strategy
        What the new one is near to.
    name : str
        Name of the new one.
    seed, number : int
        They name the numbers, with what the strategy does.
    concentration : float, optional
        Sum of the parameters of the distribution; None for shares that are uniform over all that
        have the same sum, wherever the strategy's are.
    """
    _undated(strategy)
    rng = Streams(seed).generator(f"near|{strategy.hash}|{number}")
    phases = {}
    for phase in PHASES:
        lines = _lines(strategy, phase)
        if not lines:
            continue
        total = added(line.share for line in lines)
        mean = np.array([line.share for line in lines]) / total
        if concentration is None:
            drawn = rng.dirichlet(np.ones(len(lines)))
        else:
            drawn = rng.dirichlet(np.maximum(concentration * mean, _LEAST))
        phases[phase] = _allotted([line.action for line in lines], _safe(drawn, total))
    return _with(strategy, name=name, **phases)


def reallocated(strategy: Strategy, kept: Iterable[str]) -> Strategy:
    """Return a strategy without some kinds of action, their euros spread over the others.

    In each phase the shares of what is kept grow in proportion, to the same sum; a phase in which
    nothing is kept spends nothing.

    Parameters
    ----------
    strategy : Strategy
        As it is.
    kept : iterable of str
        Kinds of action that stay.
    """
    _undated(strategy)
    kinds = set(kept)
    phases = {}
    for phase in PHASES:
        lines = _lines(strategy, phase)
        left = [line for line in lines if line.action.kind() in kinds]
        total = added(line.share for line in lines)
        shares = np.array([line.share for line in left])
        phases[phase] = _allotted([line.action for line in left], _safe(shares, total))
    return _with(strategy, **phases)


def shares_of(strategy: Strategy) -> list[tuple[str, str, str, float]]:
    """Return one row a line: phase, kind of action, what tells it from its kind, share."""
    return [
        (phase, line.action.kind(), variant_of(line.action), line.share)
        for phase in PHASES
        for line in _lines(strategy, phase)
    ]


def variant_of(action: Action) -> str:
    """Return the words that tell an action from others of its kind, empty if there are none."""
    values = action.model_dump(mode="json", exclude_defaults=True)
    return ", ".join(f"{k}={v}" for k, v in sorted(values.items()) if k != "kind")


def _undated(strategy: Strategy) -> None:
    """Refuse lines with dates: those that follow each other have no share of one purse."""
    for phase in PHASES:
        if any(line.start or line.end for line in _lines(strategy, phase)):
            raise ResilienzaError("dated_shares", strategy=strategy.name)


def _with(strategy: Strategy, **changes: object) -> Strategy:
    # Not `model_copy`: it would take along what the strategy has worked out of its old lines.
    return Strategy(**{name: getattr(strategy, name) for name in Strategy.model_fields} | changes)


def _lines(strategy: Strategy, phase: str) -> tuple[Allocation, ...]:
    lines: tuple[Allocation, ...] = getattr(strategy, phase)
    return lines


def _safe(shares: Floats, total: float) -> Floats:
    """Return positive shares in the same proportion that sum to a total."""
    if not shares.size:
        return shares
    positive = np.maximum(shares / shares.sum(), _LEAST)
    return np.asarray(positive / positive.sum() * total, np.float64)


def _allotted(actions: Sequence[Action], shares: Floats) -> tuple[Allocation, ...]:
    return tuple(
        Allocation(share=min(float(share), 1.0), action=action)
        for action, share in zip(actions, shares, strict=True)
    )
