"""Asks the model for every pattern, world by world, and judges what it answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.experiments.validation.bench import Bench
from resilienza_sim.experiments.validation.measured import Outcome
from resilienza_sim.experiments.validation.pattern import Pattern
from resilienza_sim.statistics import student_interval

__all__ = ["Answer", "Asking", "answers_text", "validate"]


@dataclass(frozen=True, slots=True)
class Asking:
    """How a validation is run: worlds, seed, citizens of every town."""

    worlds: int
    seed: int
    citizens: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model answers to one pattern.

    Parameters
    ----------
    pattern : Pattern
        What was asked.
    values : ndarray of float64, shape (worlds,)
        One value a world, nan where undefined.
    """

    pattern: Pattern
    values: NDArray[np.float64]

    @property
    def interval(self) -> tuple[float, float, float]:
        """Mean and its 95 % interval over worlds."""
        return student_interval(self.values)

    @property
    def outcome(self) -> Outcome:
        """What it comes to."""
        if self.pattern.reading is None:
            return "cannot_be_asked"
        return self.pattern.expected.judge(*self.interval)

    @property
    def as_known(self) -> bool:
        """Whether it is what was found when the pattern was last written down."""
        return self.outcome == self.pattern.known


def _world(patterns: Sequence[Pattern], world: int, asking: Asking) -> list[float]:
    """Return the value of each pattern in one world; runs that several ask for are made once."""
    bench = Bench(world, asking.seed, asking.citizens)
    return [np.nan if each.reading is None else each.reading.read(bench) for each in patterns]


def validate(
    patterns: Sequence[Pattern],
    asking: Asking,
    *,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Answer]:
    """Read each pattern in each world.

    Parameters
    ----------
    patterns : sequence of Pattern
        What to ask for.
    asking : Asking
        Worlds, seed, citizens.
    executor : Executor, optional
        Where worlds run; here, one after the other, without one.
    progress : callable
        Told the worlds done and their total.

    Returns
    -------
    list of Answer
        One a pattern, in the order given.
    """
    table = np.full((asking.worlds, len(patterns)), np.nan)
    if executor is None:
        for world in range(asking.worlds):
            table[world] = _world(patterns, world, asking)
            progress(world + 1, asking.worlds)
    else:
        tasks = {executor.submit(_world, patterns, w, asking): w for w in range(asking.worlds)}
        for done, task in enumerate(as_completed(tasks), 1):
            table[tasks[task]] = task.result()
            progress(done, asking.worlds)
    return [Answer(each, table[:, k].copy()) for k, each in enumerate(patterns)]


def answers_text(answers: Sequence[Answer], asking: Asking) -> str:
    """Return the answers as JSON: what was expected, what was found, undefined values as null."""

    def known(value: float) -> float | None:
        return float(value) if np.isfinite(value) else None

    rows = []
    for each in answers:
        mean, low, high = (known(value) for value in each.interval)
        rows.append(
            {
                "name": each.pattern.name,
                "part": each.pattern.part,
                "fitted": each.pattern.fitted is not None,
                "expected_low": each.pattern.expected.low,
                "expected_high": each.pattern.expected.high,
                "mean": mean,
                "low": low,
                "high": high,
                "outcome": each.outcome,
                "known": each.pattern.known,
                "values": [known(value) for value in each.values],
            }
        )
    head = {"worlds": asking.worlds, "seed": asking.seed, "citizens": asking.citizens}
    return json.dumps({**head, "patterns": rows}, ensure_ascii=False, indent=2)
