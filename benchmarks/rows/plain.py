"""The whole model against itself as plain Mesa agents, 10,000 citizens.

The plain model (`tests/reference/plain`) is the one a Mesa user would write: an object a person and
a tie in a list, the same mechanisms, every indicator recorded. It draws with Mesa's own generator,
which is faster for it than named numbers. Both go on from the same state through the same weeks, in
turns, on one core.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from benchmarks.clock import median, seconds
from benchmarks.row import Ask, Found, Line, Target
from benchmarks.towns import STRATEGY, lived, scenario

TARGETS = {"speed": Target(at_least=150.0, aim=400.0, unit="times", more_is_better=True)}
CITIZENS, WEEKS, OURS = 10_000, 3, 10


def plain_town(model: Any) -> Any:
    """Return the town as plain Mesa agents; None where the model is not there."""
    try:
        kind = import_module("tests.reference.plain.town").PlainTown
    except ModuleNotFoundError as problem:
        if not (problem.name or "").startswith("tests"):
            raise
        return None
    return kind(model, named=False)


def measure(ask: Ask) -> Found:
    """Take each week of the plain model in turns with the same weeks of ours."""
    citizens, weeks, ours = (300, 1, 2) if ask.quick else (CITIZENS, WEEKS, OURS)
    model = lived(scenario(citizens))
    plain = plain_town(model)
    if plain is None:
        return Found([Line("speed", None, TARGETS["speed"], why="tests/reference/plain missing")])
    slow, fast = [], []
    for week in range(weeks):
        ask.say(f"plain Mesa, {citizens} citizens, week {week + 1} of {weeks}")
        slow.append(seconds(plain.step))
        for _ in range(ours):
            twin = model.fork(STRATEGY)
            fast += [seconds(twin.step) for _ in range(weeks)]
    plainly, week_of_ours = median(slow), median(fast)
    return Found(
        [
            Line(f"speed, {citizens:,} citizens", plainly / week_of_ours, TARGETS["speed"]),
            Line("median week, plain Mesa", plainly * 1e3, unit="ms"),
            Line("median week, ours", week_of_ours * 1e3, unit="ms"),
        ],
        f"{weeks} weeks of plain Mesa, {len(fast)} of ours.",
    )
