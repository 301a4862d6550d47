"""The course of Q: how deep it falls, how fast and how far it comes back."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.model.contracts import ANY, MetricValue, Record, Struck, metric


@metric(
    unit="%",
    bounds=(0.0, 200.0),
    better="higher",
    source="Bruneau et al. 2003",
    effect_of_interest=0.5,
)
def robustness(record: Record) -> float:
    """Robustness: the lowest Q reached, in per cent.

    The smallest effect of interest is half a percentage point (assumption).
    """
    return float(record.series("quality").min() * 100.0)


@metric(unit="% a week", better="higher", source="Bruneau et al. 2003", effect_of_interest=0.05)
def rapidity(record: Record) -> float | None:
    """Rapidity: how fast Q climbs from its lowest point back to halfway, in % a week.

    Undefined if Q never falls by one per cent or never climbs halfway. The smallest effect of
    interest is 0.05 % a week (assumption).
    """
    q = record.series("quality") * 100.0
    low = int(q.argmin())
    drop = 100.0 - q[low]
    if drop < 1.0:
        return None
    back = np.flatnonzero(q[low:] >= q[low] + drop / 2.0)
    return float(drop / 2.0 / max(int(back[0]), 1)) if back.size else None


_LEVEL, _WEEKS_HELD = 0.95, 4


@metric(
    unit="weeks",
    better="lower",
    source="own measure",
    effect_of_interest=4.0,
    can_be_censored=True,
)
def recovery_weeks(record: Record) -> MetricValue | None:
    """Recovery time: weeks from the first fall of Q below 95 % until it holds again for four.

    Undefined if Q never falls so far; censored if the end comes first. The smallest effect of
    interest is four weeks, a month of planning (assumption).
    """
    held = record.series("quality") >= _LEVEL
    if held.all():
        return None
    first = int(np.argmin(held))
    run = 0
    for week in range(first, held.size):
        run = run + 1 if held[week] else 0
        if run == _WEEKS_HELD:
            return MetricValue(float(week - _WEEKS_HELD + 1 - first))
    return MetricValue(float(held.size - first), censored=True)


@metric(
    unit="%",
    bounds=ANY,
    better="higher",
    source="Manca, Benczur & Giovannini 2017",
    effect_of_interest=0.5,
    of_twin=("quality",),
)
def bounce_forward(record: Record) -> float | None:
    """Bounce forward: mean Q of the last half year less that of the quiet twin, in %.

    Above 0, the shocks left the town better than it would be without them. Undefined without a
    twin. The smallest effect of interest is half a percentage point (assumption).
    """
    quiet = record.quiet("quality")
    if quiet is None:
        return None
    end = record.series("quality")[-26:]
    return 100.0 * float(end.mean() - quiet[-26:].mean())


_WINDOW, _SHORTEST, _BEFORE = 26, 8, 4


def _spared(q: NDArray[np.float64], first: int, shocks: list[Struck]) -> float | None:
    """Return 1 - (loss of the next / its dose) / (loss of the first / its dose)."""
    hit = np.sum([shock.hit for shock in shocks], axis=0)
    starts = [s.start for s in shocks if s.start >= max(first, _BEFORE) and s.hit.any()]
    onset = min(starts, default=q.size)
    again = min((start for start in starts if start >= onset + _WINDOW), default=q.size)
    weeks = min(_WINDOW, q.size - again)
    if weeks < _SHORTEST:
        return None
    loss, dose = [], []
    for start in (onset, again):
        level = q[start - _BEFORE : start].mean()
        loss.append(float(np.maximum(level - q[start : start + weeks], 0.0).sum()))
        dose.append(float(hit[start : start + weeks].sum()))
    if min(*dose, loss[0]) <= 0.0:
        return None
    return 1.0 - loss[1] / dose[1] / (loss[0] / dose[0])


@metric(
    unit="share",
    bounds=(-math.inf, 1.0),
    better="higher",
    source="Manca, Benczur & Giovannini 2017",
    effect_of_interest=0.05,
    diagnosis=True,
)
def transformative_capacity(record: Record) -> float | None:
    """Transformative capacity: how much less a shock costs when its hazard comes back.

    Share of the first shock's loss, at an equal dose, that the next of the same hazard spares, at
    least half a year later; the mean where several hazards come back. The loss is that of Q from
    its mean of the four weeks before, over equal windows of at most half a year; the dose is the
    mean hit of the citizens before any levee. Undefined when no hazard comes back. A diagnosis, no
    part of a verdict: robustness is the absorptive capacity and rapidity the adaptive one. The
    smallest effect of interest is .05 (assumption).
    """
    q = np.concatenate([record.series("quality", before=True), record.series("quality")])
    first = int(np.searchsorted(record.weeks, record.decision_week))
    found = [
        gain
        for hazard in dict.fromkeys(shock.hazard for shock in record.shocks)
        if (gain := _spared(q, first, [s for s in record.shocks if s.hazard == hazard])) is not None
    ]
    return float(np.mean(found)) if found else None


_STOPPED = 0.05


@metric(
    unit="weeks",
    better="lower",
    source="Weick 1988",
    effect_of_interest=1.0,
    can_be_censored=True,
)
def weeks_to_first_action(record: Record) -> MetricValue | None:
    """Weeks from an onset until half of the organisations that it stopped act again.

    An onset is a week in which at least one organisation in twenty stops; mean over onsets, null
    without one, censored when the next onset or the end comes first. The smallest effect of
    interest is one week, the step of the model (assumption).
    """
    acting = record.series("acting_share")
    onsets = 1 + np.flatnonzero(np.diff(acting) <= -_STOPPED)
    if onsets.size == 0:
        return None
    waits, censored = [], False
    for onset, until in zip(onsets, [*onsets[1:], acting.size], strict=True):
        half = (acting[onset - 1] + acting[onset]) / 2.0
        back = np.flatnonzero(acting[onset:until] >= half)
        censored |= back.size == 0
        waits.append(int(back[0]) if back.size else int(until - onset))
    return MetricValue(float(np.mean(waits)), censored)
