"""Stochastic dominance: whether an arm is preferred whatever the taste for risk.

To the first order, an arm dominates another when at every level it is at least as likely to do
better: whoever prefers more to less prefers it. To the second order, when that holds for the areas
under the distribution functions: whoever also dislikes risk prefers it (Hadar & Russell 1969, AER
59: 25-34; Hanoch & Levy 1969, doi:10.2307/2296431; from memory).

The sample says one thing, the population may be another. The null hypothesis "A dominates B" is
tested by the greatest violation in the sample, against bootstrap samples centred on what was found
(Barrett & Donald 2003, doi:10.1111/1468-0262.00390), of whole pairs, since arms share their chance
(Linton, Maasoumi & Whang 2005, doi:10.1111/j.1467-937X.2005.00350.x; both from memory). Tested both
ways, that gives: dominates, dominated, neither (their curves cross, surely), same, or undecided.
Each test is at 5 %, not corrected for the number of couples.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilienza_sim.experiments.analysis.decisions import complete
from resilienza_sim.statistics import MINIMUM_PAIRS

__all__ = ["LEVEL", "VERDICTS", "dominance"]

Floats = NDArray[np.float64]

LEVEL = 0.05
VERDICTS = ("dominates", "dominated", "neither", "same", "undecided")
_RESAMPLES = 999
_GRID = 200
"""Levels at which distributions are compared in the tests; the sample's own state uses them all."""
_AT_ONCE = 4_000_000
_COLUMNS = [
    "strategy",
    "against",
    "order",
    "n",
    "dropped",
    "sample",
    "p_dominates",
    "p_dominated",
    "share_dominates",
    "share_dominated",
    "verdict",
]


def dominance(
    values: pd.DataFrame,
    direction: int,
    rng: np.random.Generator,
    *,
    couples: Iterable[tuple[str, str]] | None = None,
    resamples: int = _RESAMPLES,
) -> pd.DataFrame:
    """Return whether arms dominate each other, to the first and to the second order.

    Parameters
    ----------
    values : pandas.DataFrame
        Independent cases (pairs) by arms.
    direction : int
        +1 when higher is better, −1 when lower is; with 0 the table is empty.
    rng : numpy.random.Generator
        Draws the bootstrap.
    couples : iterable of (against, strategy), optional
        Every two arms by default, the earlier as `against`.
    resamples : int
        Bootstrap samples.

    Returns
    -------
    pandas.DataFrame
        One row a couple and order: `strategy`, `against`, `order`, `n`, `dropped`; `sample`, what
        the sample itself shows; `p_dominates` and `p_dominated`, of the hypotheses that the one
        dominates and that it is dominated; `share_dominates` and `share_dominated`, of the
        bootstrap samples that show it; `verdict`: "dominates" when that is not rejected and the
        converse is, "dominated" likewise, "neither" when both are rejected, "same" when the two
        samples are one, else "undecided", always below 6 pairs.
    """
    kept, dropped = complete(values)
    chosen = list(combinations(values.columns, 2) if couples is None else couples)
    rows: list[list[object]] = []
    for against, strategy in chosen if direction else []:
        if against not in kept or strategy not in kept:
            continue
        new, old = (direction * kept[arm].to_numpy(float) for arm in (strategy, against))
        weights = _weights(len(kept), resamples, rng)
        for order in (1, 2):
            found = _judged(new, old, order, weights)
            rows.append([strategy, against, order, len(kept), dropped, *found])
    return pd.DataFrame(rows, columns=_COLUMNS)


def _weights(n: int, resamples: int, rng: np.random.Generator) -> list[Floats]:
    """Return the bootstrap samples as weights of the pairs, in blocks that fit in memory."""
    if n < MINIMUM_PAIRS:
        return []
    block = max(1, _AT_ONCE // n)
    sizes = [min(block, resamples - k) for k in range(0, resamples, block)]
    return [rng.multinomial(n, np.full(n, 1.0 / n), size) / n for size in sizes]


def _judged(new: Floats, old: Floats, order: int, weights: list[Floats]) -> list[object]:
    """Return the fields of a row from `sample` on; more is better."""
    sample = _sample(new, old, order)
    if not weights:
        return [sample, *[math.nan] * 4, "undecided"]
    if sample == "same":
        return [sample, 1.0, 1.0, 0.0, 0.0, "same"]
    gap = _gap(new, old, order)
    mean = gap.mean(axis=0)
    near = 1e-12 * max(1.0, float(np.abs(gap).max()))
    above = below = shows = shown = total = 0
    for block in weights:
        drawn = block @ gap
        free = drawn - mean
        above += int((free.max(axis=1) >= mean.max() - near).sum())
        below += int(((-free).max(axis=1) >= (-mean).max() - near).sum())
        high, low = drawn.max(axis=1), drawn.min(axis=1)
        shows += int(((high <= near) & (low < -near)).sum())
        shown += int(((low >= -near) & (high > near)).sum())
        total += len(drawn)
    p, q = (1 + above) / (1 + total), (1 + below) / (1 + total)
    if p < LEVEL and q < LEVEL:
        verdict = "neither"
    else:
        verdict = "dominates" if q < LEVEL else "dominated" if p < LEVEL else "undecided"
    return [sample, p, q, shows / total, shown / total, verdict]


def _gap(new: Floats, old: Floats, order: int) -> Floats:
    """Return, pair by level, the distribution function of the one less that of the other.

    Its mean is nowhere above zero when the one dominates. To the second order the functions are
    integrated, and the gap of a pair is (level − new)⁺ − (level − old)⁺.
    """
    levels = np.unique(np.r_[new, old])
    if levels.size > _GRID:
        levels = np.quantile(levels, np.linspace(0.0, 1.0, _GRID))
    if order == 1:
        gap = (new[:, None] <= levels).astype(np.float64) - (old[:, None] <= levels)
    else:
        gap = np.maximum(levels - new[:, None], 0.0) - np.maximum(levels - old[:, None], 0.0)
    return np.asarray(gap, np.float64)


def _sample(new: Floats, old: Floats, order: int) -> str:
    """Return what two samples of one size show, by their sorted values or the sums of these."""
    if not new.size:
        return "undecided"
    one, other = np.sort(new), np.sort(old)
    if np.array_equal(one, other):
        return "same"
    if order == 2:
        one, other = one.cumsum(), other.cumsum()
    near = 1e-12 * max(1.0, float(np.abs(np.r_[one, other]).max()))
    if (one >= other - near).all():
        return "dominates"
    return "dominated" if (one <= other + near).all() else "neither"
