"""What a decision maker asks of the arms: how bad it can get, regret, and how often it is enough.

Every function takes the values of one metric as a frame, a row for each case and a column for each
arm, and the direction of the metric: +1 when higher is better, −1 when lower is. Cases are compared
only where every arm is defined; `dropped` counts the others. An arm without any value is left out
of that, and has nan.

* Tails: the value beyond which the worst tenth lies, and its mean, the expected shortfall
  (Acerbi & Tasche 2002, doi:10.1016/S0378-4266(02)00283-2; from memory).
* Regret: how far from the best arm of that case (Savage 1951, *The Theory of Statistical Decision*,
  JASA 46: 55-67). Of pairs, it is measured against someone who knew the chance of every run; of
  points, chance is averaged out and only the circumstances are known to him.
* Satisficing: the share of cases in which an arm does well enough (Starr's domain criterion, 1963,
  *Product Design and Decision Theory*; from memory).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from resilienza_sim.experiments.outcomes import POINT, REPLICATE
from resilienza_sim.statistics import bootstrap_ends, tail

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "complete",
    "minimax_chance",
    "regret",
    "regrets",
    "satisficing",
    "shortfall",
    "tails",
]

Floats = NDArray[np.float64]

WORST = 0.1
"""Share of the cases that make a tail (assumption: the worst tenth, as in the report)."""
_RESAMPLES = 2_000
FEWEST_OF_A_TAIL = 50
"""Cases below which a worst tenth is fewer than five of them."""
_NEAR = 1e-9


def complete(values: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the cases in which every arm is defined, and how many are left out.

    Arms without any value are not among the columns.
    """
    finite = values.astype("float64")
    finite = finite.where(np.isfinite(finite))
    kept = finite.dropna(axis=1, how="all").dropna()
    return kept, len(values) - len(kept)


# -- tails -------------------------------------------------------------------------------------


def shortfall(values: Floats, direction: int, share: float = WORST) -> float:
    """Return the mean of the worst `share` of the values; nan without values or direction.

    With n values the worst n·share count, the last of them in part when that is no whole number
    (Acerbi & Tasche 2002, definition of the estimator).
    """
    defined = np.asarray(values, np.float64)
    defined = defined[np.isfinite(defined)]
    if not defined.size or not direction:
        return math.nan
    worst = np.sort(direction * defined)  # the first are the worst
    weight = np.clip(defined.size * share - np.arange(defined.size), 0.0, 1.0)
    return float(direction * (weight @ worst) / weight.sum())


def tails(
    values: pd.DataFrame,
    direction: int,
    *,
    baseline: str | None = None,
    rng: np.random.Generator | None = None,
    share: float = WORST,
) -> pd.DataFrame:
    """Return how bad each arm gets, a row each.

    Columns: `strategy`, `n` cases, `dropped`, `mean`, `tail` (beyond it lies the worst tenth: P90
    of a loss, P10 of a gain), `shortfall` (mean of the worst tenth), `worst`; and, with `baseline`
    and `rng`, `shortfall_difference` from it with `low` and `high` (95 %, expanded percentiles of a
    bootstrap of the pairs). The interval is left out below 50 pairs: fewer than five would make the
    tail. Without a direction there is no bad side, and all but the mean is nan.
    """
    kept, dropped = complete(values)
    rows = []
    for arm in values.columns:
        given = kept[arm].to_numpy(float) if arm in kept else np.empty(0)
        sided = given.size > 0 and direction != 0
        row = {
            "strategy": arm,
            "n": given.size,
            "dropped": dropped,
            "mean": given.mean() if given.size else math.nan,
            "tail": tail(given, direction) if sided else math.nan,
            "shortfall": shortfall(given, direction, share),
            "worst": direction * (direction * given).min() if sided else math.nan,
        }
        if baseline is not None:
            row |= {"shortfall_difference": math.nan, "low": math.nan, "high": math.nan}
            if sided and baseline in kept and arm != baseline:
                old = kept[baseline].to_numpy(float)
                row["shortfall_difference"] = row["shortfall"] - shortfall(old, direction, share)
                if rng is not None and given.size >= FEWEST_OF_A_TAIL:
                    row["low"], row["high"] = _shortfall_interval(old, given, direction, share, rng)
        rows.append(row)
    return pd.DataFrame(rows)


def _shortfall_interval(
    old: Floats, new: Floats, direction: int, share: float, rng: np.random.Generator
) -> tuple[float, float]:
    def difference(a: Floats, b: Floats) -> float:
        return shortfall(b, direction, share) - shortfall(a, direction, share)

    found = stats.bootstrap(
        (old, new),
        difference,
        paired=True,
        vectorized=False,
        n_resamples=_RESAMPLES,
        method="percentile",
        rng=rng,
    )
    low, high = bootstrap_ends(found.bootstrap_distribution, new.size)
    return float(low), float(high)


# -- regret ------------------------------------------------------------------------------------


def regrets(values: pd.DataFrame, direction: int) -> pd.DataFrame:
    """Return the regret of every arm in every complete case: how far it is from the best.

    Zero where the arm is the best; in the unit of the metric. Empty without a direction.
    """
    kept, _ = complete(values)
    if not direction:
        return kept.iloc[:0]
    gain = direction * kept
    return gain.rsub(gain.max(axis=1), axis=0)


def regret(values: pd.DataFrame, direction: int) -> pd.DataFrame:
    """Return the mean and the greatest regret of each arm (Savage 1951).

    Columns: `strategy`, `n` cases, `dropped`, `mean_regret`, `max_regret`, `best_share` (share of
    the cases in which the arm is the best, ties shared), `minimax` (whether its greatest regret is
    the smallest of all; more than one arm where they tie).

    Examples
    --------
    >>> import pandas as pd
    >>> table = regret(pd.DataFrame({"a": [1.0, 5.0], "b": [2.0, 3.0]}), -1)
    >>> table[["strategy", "max_regret", "minimax"]].to_numpy().tolist()
    [['a', 2.0, False], ['b', 1.0, True]]
    """
    _, dropped = complete(values)
    far = regrets(values, direction)
    best = far <= _NEAR * _size(values)
    shares = best.div(best.sum(axis=1), axis=0)
    greatest = far.max()
    least = greatest.min() + _NEAR * _size(values)
    rows = [
        {
            "strategy": arm,
            "n": len(far),
            "dropped": dropped,
            "mean_regret": far[arm].mean() if arm in far else math.nan,
            "max_regret": greatest.get(arm, math.nan),
            "best_share": shares[arm].mean() if arm in far else math.nan,
            "minimax": bool(len(far) and arm in far and greatest[arm] <= least),
        }
        for arm in values.columns
    ]
    return pd.DataFrame(rows)


def _size(values: pd.DataFrame) -> float:
    """Return the size of the numbers, to tell a tie from rounding."""
    largest = np.abs(values.to_numpy(float, na_value=0.0)).max(initial=0.0)
    return float(largest) if math.isfinite(largest) else 1.0


def minimax_chance(
    values: pd.DataFrame,
    direction: int,
    rng: np.random.Generator,
    *,
    resamples: int = _RESAMPLES,
) -> pd.Series:
    """Return how often each arm has the smallest greatest regret over the points of a sweep.

    Over bootstrap samples of the replicates, the same at all points since their seeds are; arms
    that tie share. It tells whether the arm named would be another with other chance.

    Parameters
    ----------
    values : pandas.DataFrame
        Rows by (`point`, `replicate`), a column an arm.
    direction : int
        Which side is better.
    rng : numpy.random.Generator
        Draws the samples.
    resamples : int
        How many.
    """
    kept, _ = complete(values)
    nothing = pd.Series(math.nan, index=values.columns)
    if not direction or kept.empty:
        return nothing
    replicates = np.unique(kept.index.get_level_values(REPLICATE))
    n = replicates.size
    weights = rng.multinomial(n, np.full(n, 1.0 / n), resamples).astype(np.float64)
    greatest = np.zeros((resamples, kept.shape[1]))
    known = np.ones(resamples, dtype=bool)
    for places, gains in _by_point(direction * kept, replicates):
        drawn = weights[:, places]
        total = drawn.sum(axis=1)
        known &= total > 0  # a point with few pairs of its own may get none
        means = drawn @ gains / np.maximum(total, 1.0)[:, None]
        greatest = np.maximum(greatest, means.max(axis=1, keepdims=True) - means)
    greatest = greatest[known]
    if not len(greatest):
        return nothing
    best = greatest <= greatest.min(axis=1, keepdims=True) + _NEAR * _size(kept)
    chance = (best / best.sum(axis=1, keepdims=True)).mean(axis=0)
    return pd.Series(chance, index=kept.columns).reindex(values.columns)


def _by_point(
    gain: pd.DataFrame, replicates: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.intp], Floats]]:
    for _, rows in gain.groupby(level=POINT, sort=True):
        places = np.searchsorted(replicates, rows.index.get_level_values(REPLICATE))
        yield places, rows.to_numpy(float)


# -- satisficing -------------------------------------------------------------------------------


def satisficing(
    values: pd.DataFrame, direction: int, enough: float, *, independent: bool = True
) -> pd.DataFrame:
    """Return the share of the cases in which each arm does at least well enough.

    Parameters
    ----------
    values : pandas.DataFrame
        Cases by arms.
    direction : int
        Which side is better.
    enough : float
        The threshold, itself enough.
    independent : bool
        Whether the cases are independent draws, so that the share has an interval (Wilson 1927).
        The points of a design are chosen, not drawn: their share is a plain count.

    Returns
    -------
    pandas.DataFrame
        `strategy`, `n`, `dropped`, `enough`, `met` cases, their `share`, `low` and `high`.
    """
    kept, dropped = complete(values)
    if not direction:
        kept = kept.iloc[:0]
    rows = []
    for arm in values.columns:
        n = len(kept) if arm in kept else 0
        met = int((direction * (kept[arm] - enough) >= 0).sum()) if n else 0
        low = high = math.nan
        if n and independent:
            ends = stats.binomtest(met, n).proportion_ci(method="wilson")
            low, high = float(ends.low), float(ends.high)
        share = met / n if n else math.nan
        rows.append([arm, n, dropped, enough, met, share, low, high])
    names = ["strategy", "n", "dropped", "enough", "met", "share", "low", "high"]
    return pd.DataFrame(rows, columns=names)
