"""How suffering is shared among people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.model.contracts import Record, metric

Floats = NDArray[np.float64]


def theil(x: Floats) -> float | None:
    """Return mean(r ln r), r = x / mean(x) and 0 ln 0 = 0; None where the mean is not positive."""
    mean = float(x.mean()) if x.size else 0.0
    if mean <= 0.0:
        return None
    r = x / mean
    return float((r * np.log(np.where(r > 0.0, r, 1.0))).mean())


def between(x: Floats, group: Floats) -> float | None:
    """Return sum_g s_g ln(s_g / p_g), s and p the shares of the total and of the people.

    What is left of Theil's index is the mean of the groups' own indices, weighted by s.
    """
    total = float(x.sum())
    if total <= 0.0:
        return None
    names, place = np.unique(group, return_inverse=True)
    share = np.bincount(place, weights=x, minlength=names.size) / total
    people = np.bincount(place, minlength=names.size) / x.size
    return float((share * np.log(np.where(share > 0.0, share / people, 1.0))).sum())


@metric(unit="0-1", better="lower", source="Gini 1912", effect_of_interest=0.01)
def gini_suffering(record: Record) -> float | None:
    """Gini index of the suffering each citizen bore from the decision to the end.

    Undefined if nobody suffered. The smallest effect of interest is .01 (assumption).
    """
    x = np.sort(record.final["cumulative"])
    total = x.sum()
    if total <= 0.0:
        return None
    rank = np.arange(1, x.size + 1)
    return float((2.0 * (rank * x).sum() / (x.size * total)) - (x.size + 1.0) / x.size)


@metric(
    unit="nats",
    better="lower",
    source="Theil 1967, from memory",
    effect_of_interest=0.002,
)
def theil_suffering(record: Record) -> float | None:
    """Theil index of the suffering each citizen bore from the decision to the end.

    From 0, all alike, to ln n, one bears all. Undefined if nobody suffered. The smallest effect of
    interest is .002 (assumption).
    """
    return theil(record.final["cumulative"])


@metric(
    unit="nats",
    better="lower",
    source="Theil 1967, from memory",
    effect_of_interest=0.0005,
)
def theil_between(record: Record) -> float | None:
    """Part of the Theil index that lies between the target groups and the others.

    The rest lies within them: Theil's index is the sum. Undefined without target groups or if
    nobody suffered. The smallest effect of interest is .0005 (assumption).
    """
    target = record.final["target"]
    if target.min() == target.max():
        return None
    return between(record.final["cumulative"], target)


@metric(
    unit="nats",
    better="lower",
    source="Theil 1967, from memory",
    effect_of_interest=0.0005,
)
def theil_between_quarters(record: Record) -> float | None:
    """Part of the Theil index that lies between the quarters of the town.

    The rest lies within them: Theil's index is the sum. Undefined in a town of one quarter or if
    nobody suffered. The smallest effect of interest is .0005 (assumption).
    """
    quarter = record.final["quarter"]
    if quarter.min() == quarter.max():
        return None
    return between(record.final["cumulative"], quarter)


def _weeks(record: Record) -> int:
    """Return the weeks from the decision to the end, over which suffering was added up."""
    return max(record.weeks.size - int(np.searchsorted(record.weeks, record.decision_week)), 1)


@metric(unit="0-1", better="lower", source="own measure", effect_of_interest=0.005)
def p90_suffering(record: Record) -> float:
    """Mean weekly suffering of the citizen at the ninetieth percentile.

    The smallest effect of interest is half a percentage point (assumption).
    """
    return float(np.quantile(record.final["cumulative"], 0.9)) / _weeks(record)


@metric(
    unit="0-1",
    bounds=(-1.0, 1.0),
    better="lower",
    source="own measure",
    effect_of_interest=0.005,
)
def marginal_gap(record: Record) -> float | None:
    """Marginal gap: mean suffering of the target groups less that of the others, a week.

    Undefined without target groups. The smallest effect of interest is half a percentage point
    (assumption).
    """
    x, target = record.final["cumulative"], record.final["target"] > 0
    if not target.any() or target.all():
        return None
    return float(x[target].mean() - x[~target].mean()) / _weeks(record)
