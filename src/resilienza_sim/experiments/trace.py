"""Is each concept alive? Paired ablations on the laboratory, judged against a stated minimum.

The difference is with minus without, replicate by replicate. A measure moves when the confidence
interval of its mean difference leaves zero out and the difference is at least `LEAST` of the
standard deviation between seeds. A concept is alive when indicator and outcome both move; whether
they move to the side expected beforehand is told apart.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.ablation import Values, ablate, contribution
from resilienza_sim.concepts import Concept
from resilienza_sim.statistics import side, student_interval

__all__ = [
    "CONFIDENCE",
    "LEAST",
    "Contribution",
    "Movement",
    "Reading",
    "contributions_of",
    "dummy",
    "trace",
]

T = TypeVar("T")

CONFIDENCE = 0.99
"""Level of the intervals: with 84 of them, fewer than one leaves zero out by chance."""
LEAST = 0.1
"""Smallest difference that counts, in standard deviations between seeds: assumption."""


@dataclass(frozen=True, slots=True)
class Movement:
    """What one measure does without the concept.

    Parameters
    ----------
    measure : str
        Name of the indicator or metric.
    expected : str
        Side written down beforehand, "higher" or "lower".
    here, without : float
        Means over replicates with and without the concept.
    difference, low, high : float
        Mean paired difference and its interval at `CONFIDENCE`.
    noise : float
        Standard deviation between seeds, with the concept.
    pairs : int
        Replicates in which both are defined.
    """

    measure: str
    expected: str
    here: float
    without: float
    difference: float
    low: float
    high: float
    noise: float
    pairs: int

    @property
    def moves(self) -> bool:
        """Whether the difference leaves zero out and is large enough to matter."""
        if not math.isfinite(self.difference):
            return False
        return side(self.low, self.high) != 0 and abs(self.difference) >= LEAST * self.noise

    @property
    def as_expected(self) -> bool:
        """Whether it moves to the side expected."""
        return (self.difference > 0.0) == (self.expected == "higher")

    @classmethod
    def of(
        cls, measure: str, expected: str, here: NDArray[np.float64], without: NDArray[np.float64]
    ) -> Movement:
        """Return the movement of a measure from its values in each replicate, shape (pairs,)."""
        known = np.isfinite(here) & np.isfinite(without)
        here, without = here[known], without[known]
        n = int(known.sum())
        if n < 2:
            nan = math.nan
            return cls(measure, expected, nan, nan, nan, nan, nan, nan, n)
        mean, low, high = student_interval(here - without, CONFIDENCE)
        return cls(
            measure,
            expected,
            float(here.mean()),
            float(without.mean()),
            mean,
            low,
            high,
            float(here.std(ddof=1)),
            n,
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """The ablation of one concept."""

    concept: Concept
    indicator: Movement
    outcome: Movement

    @property
    def alive(self) -> bool:
        """Whether indicator and outcome both move."""
        return self.indicator.moves and self.outcome.moves

    @property
    def as_expected(self) -> bool:
        """Whether both move to the side expected."""
        return self.indicator.as_expected and self.outcome.as_expected

    @property
    def still(self) -> bool:
        """Whether nothing at all differs, to the last bit, as a dummy switch must have it."""
        both = (self.indicator, self.outcome)
        return all(m.difference == m.low == m.high == 0.0 for m in both)


def dummy(like: Concept) -> Concept:
    """Return a concept whose switch changes nothing, in the scene of another."""
    return like.model_copy(update={"number": 0, "without": like.scene, "social": False})


def trace(
    concepts: Sequence[Concept],
    *,
    pairs: int,
    seed: int,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Reading]:
    """Run the ablation of each concept.

    Parameters
    ----------
    concepts : sequence of Concept
        What to switch off; their numbers are distinct.
    pairs : int
        Replicates.
    seed : int
        Seed of the study.
    executor : Executor, optional
        Where replicates run; here, one after the other, without one.
    progress : callable
        Told the replicates done and their total.

    Returns
    -------
    list of Reading
        One for each concept, in the order given.
    """
    found: dict[int, dict[int, Values]] = {}
    for replicate, values in _replicates(partial(ablate, concepts, seed=seed), pairs, executor):
        found[replicate] = values
        progress(len(found), pairs)
    return [_reading(each, [found[r][each.number] for r in range(pairs)]) for each in concepts]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What concepts are worth in the reference case as shipped.

    Parameters
    ----------
    pairs, citizens, seed : int
        Replicates, citizens of the town and seed of the study.
    saved : dict
        By number: mean of the loss due to shocks that the concept saves, in point-weeks, and the
        ends of its interval at `CONFIDENCE`; nan for a choice that the reference case does not
        have.
    """

    pairs: int
    citizens: int
    seed: int
    saved: dict[int, tuple[float, float, float]]


def contributions_of(
    concepts: Sequence[Concept],
    *,
    pairs: int,
    seed: int,
    citizens: int,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Contribution:
    """Return what each concept is worth in the reference case as shipped.

    Parameters
    ----------
    concepts : sequence of Concept
        What to switch off.
    pairs, seed, citizens : int
        Replicates; seed of the study; citizens of the town.
    executor : Executor, optional
        Where replicates run; here, one after the other, without one.
    progress : callable
        Told the replicates done and their total.
    """
    ask = partial(contribution, concepts, seed=seed, citizens=citizens)
    found: dict[int, dict[int, float]] = {}
    for replicate, values in _replicates(ask, pairs, executor):
        found[replicate] = values
        progress(len(found), pairs)
    saved = {
        each.number: student_interval(
            np.array([found[r][each.number] for r in range(pairs)]), CONFIDENCE
        )
        for each in concepts
    }
    return Contribution(pairs, citizens, seed, saved)


def _replicates(
    ask: Callable[..., dict[int, T]], pairs: int, executor: Executor | None
) -> Iterator[tuple[int, dict[int, T]]]:
    """Ask about each replicate, and return the answers as they come."""
    if executor is None:
        for replicate in range(pairs):
            yield replicate, ask(replicate=replicate)
        return
    tasks = {executor.submit(ask, replicate=replicate): replicate for replicate in range(pairs)}
    for task in as_completed(tasks):
        yield tasks[task], task.result()


def _reading(concept: Concept, values: Sequence[Values]) -> Reading:
    table = np.array(values, dtype=np.float64)
    indicator, outcome = (
        Movement.of(measure, expected, table[:, k], table[:, k + 2])
        for k, (measure, expected) in enumerate(
            zip((concept.indicator, concept.outcome), concept.expected, strict=True)
        )
    )
    return Reading(concept, indicator, outcome)
