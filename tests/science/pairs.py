"""Paired differences between two arms of small towns: the measure of every trade-off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.scenario import Scenario

Measure = Callable[[CommunityModel], float]


def mean_of(column: str, first: int = 0, weeks: int | None = None) -> Measure:
    """Return the mean of an indicator from `first` weeks after the decision, over some weeks."""

    def measure(model: CommunityModel) -> float:
        series = model.recorder.series(column)
        start = model.decision_week - model.recorder.first_week + first
        part = series[start : None if weeks is None else start + weeks]
        return float(np.nanmean(part))

    return measure


def loss(first: int = 0, weeks: int | None = None) -> Measure:
    """Return the loss in all over some weeks after the decision, in point-weeks."""

    def measure(model: CommunityModel) -> float:
        series = model.recorder.series("quality")
        start = model.decision_week - model.recorder.first_week + first
        part = series[start : None if weeks is None else start + weeks]
        return float((100.0 * (1.0 - part)).sum())

    return measure


def paired(
    scenario: Scenario,
    one: Any,
    other: Any,
    measure: Measure,
    *,
    seeds: Iterable[int] = range(1, 7),
    mute: Mapping[str, Iterable[str]] | None = None,
    until: int | None = None,
) -> NDArray[np.float64]:
    """Return `one` minus `other` for each seed; both go on from the same past.

    `mute` names actions paid for without effect, under "one" and "other".
    """
    week = scenario.decision_weeks[0]
    muted = {side: frozenset((mute or {}).get(side, ())) for side in ("one", "other")}
    found = []
    for seed in seeds:
        past = CommunityModel(scenario, rng=seed, decision=week)
        past.run_to(week)
        values = []
        for side, strategy in (("one", one), ("other", other)):
            model = past.fork(strategy)
            model.muted = muted[side]
            model.run_to(scenario.calendar.weeks if until is None else until)
            values.append(measure(model))
        found.append(values[0] - values[1])
    return np.array(found)


def between(
    first: Scenario,
    second: Scenario,
    strategy: Any,
    measure: Measure,
    *,
    seeds: Iterable[int] = range(1, 7),
) -> NDArray[np.float64]:
    """Return the first scenario minus the second for each seed, under one strategy.

    The scenarios differ in what acts after the decision only; they share people and past.
    """
    week = first.decision_weeks[0]
    found = []
    for seed in seeds:
        past = CommunityModel(first, rng=seed, decision=week)
        past.run_to(week)
        values = []
        for scenario in (first, second):
            old = past.background
            here = type(old).of(scenario, old.community, old.fixed, old.streams)
            model = past.fork(strategy, background=here)
            model.run_to(scenario.calendar.weeks)
            values.append(measure(model))
        found.append(values[0] - values[1])
    return np.array(found)


def clearly(differences: NDArray[np.float64], sign: int) -> bool:
    """Return whether the mean has a sign beyond two and a half standard errors."""
    error = differences.std(ddof=1) / np.sqrt(differences.size)
    return bool(sign * differences.mean() > 2.5 * error)
