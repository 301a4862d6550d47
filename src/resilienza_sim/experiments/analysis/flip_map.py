"""The flip map: who wins, and how sure that is, everywhere between the points of a sweep.

A Gaussian process (Rasmussen & Williams 2006, *Gaussian Processes for Machine Learning*) with a
Matérn 5/2 kernel is laid over the mean paired difference of each point, whose noise is known from
its pairs. Two errors are told apart, because every point runs on the same replicates:

* what differs from point to point: the variance of the mean, the point's own shrunk towards the one
  pooled over the points (the idea of Smyth 2004, doi:10.2202/1544-6115.1027);
* the chance that all points share, which no number of points averages out. A map is linear in the
  differences, so each replicate has a map of its own, and their spread at a place says how far the
  whole map may move there. The two are added with Satterthwaite's (1946) degrees of freedom.

With one pair at each point the second cannot be told, and nothing is called sure. Sure is meant
place by place, at 95 %: over a whole map about one place in twenty may be misread, and it is said.

The map is checked against the points, each left out in turn (Rasmussen & Williams 2006, eq. 5.12);
where the points lie further from it than it says, it is widened by as much (Bachoc 2013,
doi:10.1016/j.csda.2013.03.016).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.analysis.gaussian_map import REGIONS, FlipMap, noise_of, tuned
from resilienza_sim.experiments.analysis.space import Space, space_of
from resilienza_sim.statistics import MINIMUM_PAIRS
from resilienza_sim.streams import Streams

if TYPE_CHECKING:
    from resilienza_sim.experiments.study import Study

__all__ = ["FEWEST_POINTS", "Quality", "flip_map", "map_of", "outcomes"]

FEWEST_POINTS = 5  # assumption: below it even a straight line over two factors is hardly checked
_MOST_POINTS = 1_200  # of the process, whose cost grows with their cube
_POINTS_A_FACTOR = 10  # Loeppky, Sacks & Welch 2009, doi:10.1198/TECH.2009.08040
_LEAST_Q2, _LEAST_COVERAGE = 0.5, 0.8  # of a map that may be trusted; assumption
_FLAT = 0.8  # share of noise beyond which there is next to nothing to foresee; assumption


def outcomes(
    sweep: Study,
    metric: str | None = None,
    strategy: str | None = None,
    baseline: str | None = None,
) -> pd.DataFrame:
    """Return what happened at each point, one row a point.

    Columns: `point`, `scenario`, the factors; `n` pairs and `dropped` ones (undefined in an arm);
    `mean_difference` (strategy − baseline) with `standard_error`, `low`, `high`; and `outcome`:
    "strategy", "baseline", "equivalent", "undecided", or "too_few" for a point with fewer pairs
    than a verdict needs.
    """
    metric = metric or sweep.metrics[0]
    new, old = sweep.arms(strategy, baseline)
    found = sweep.comparison(metric, new, old)
    spread = sweep.differences(metric, new, old)
    deviations = spread.groupby("point")["difference"].std(ddof=1)
    error = found["point"].map(deviations) / np.sqrt(found["n"].where(found["n"] > 0))
    regions = [
        REGIONS.get(said, "undecided") if n >= MINIMUM_PAIRS else "too_few"
        for said, n in zip(found["verdict"], found["n"], strict=True)
    ]
    columns = ["point", *sweep.points.columns, "n", "dropped", "mean_difference", "low", "high"]
    table = found[columns].assign(standard_error=error, outcome=regions)
    return table.sort_values("point").reset_index(drop=True)


@dataclass(frozen=True, kw_only=True)
class Quality:
    """How good a map is, each point told by the others.

    Parameters
    ----------
    points, left_out : int
        Points the map is made of; points left aside because they were too many.
    q2 : float
        Share of the variance between points that the map foresees; nan when they do not differ.
    noise : float
        Share of that variance that is noise of the points' own means, which no map can foresee;
        nan when it is not known.
    coverage : float
        Share of points within the 95 % interval that the map gave of them before being widened.
    wrong : int
        Points where it was sure of a winner and the point's own mean says the other.
    widened : float
        By how much its intervals were widened, 1 when they were not.
    replicates : int
        Replicates that the shared chance was judged on.
    warnings : tuple of str
        Reasons to doubt it: "one_pair", "few_points", "q2" (it foresees less than half of what
        could be foreseen), "coverage".
    """

    points: int
    left_out: int
    q2: float
    noise: float
    coverage: float
    wrong: int
    widened: float
    replicates: int
    warnings: tuple[str, ...]

    @property
    def trusted(self) -> bool:
        """Whether the check leaves no reason to doubt the map between the points."""
        return not {"q2", "coverage"} & set(self.warnings)


def flip_map(
    sweep: Study,
    metric: str | None = None,
    strategy: str | None = None,
    baseline: str | None = None,
) -> tuple[FlipMap, Quality]:
    """Return the map of the paired difference over the factors of a sweep, and how good it is.

    Raises
    ------
    ResilienzaError
        If neither more nor less of the metric is better, no factor varies, or points are too few.
    """
    metric = metric or sweep.metrics[0]
    info = sweep.describe(metric)
    if not info.direction:
        raise ResilienzaError("discover_no_direction", found=metric)
    differences = sweep.differences(metric, strategy, baseline)
    used = sweep.points.loc[sorted(set(differences["point"]))]
    if len(sweep.points) < 2 or not space_of(sweep.factors, sweep.points).axes:
        raise ResilienzaError("discover_no_factors")
    space = space_of(sweep.factors, used)
    if len(used) < FEWEST_POINTS or not space.axes:
        raise ResilienzaError("discover_few_points", found=len(used), needed=FEWEST_POINTS)
    table = differences.pivot(index="point", columns="replicate", values="difference")
    # Where the horizon or the town changes, the map is of differences as at the mean of them.
    table = table.div(sweep.stretch(metric).loc[table.index], axis=0)
    effect = abs(info.effect_of_interest or 0.0)
    return map_of(space, used, table, info.direction, effect, sweep.seed)


def map_of(
    space: Space,
    points: pd.DataFrame,
    differences: pd.DataFrame,
    direction: int,
    effect: float,
    seed: int,
) -> tuple[FlipMap, Quality]:
    """Return the map of differences.

    Parameters
    ----------
    space : Space
        The factors.
    points : DataFrame
        Their values, one row a point.
    differences : DataFrame
        Strategy − baseline: the same rows, one column a replicate, nan where there is none.
    direction : int
        +1 when a higher metric is better, −1 when a lower one is.
    effect : float
        Smallest difference that matters.
    seed : int
        Fixes the restarts of the fit and what is left aside of very many points.
    """
    rng = Streams(seed).generator("flip map")
    left_aside = max(0, len(points) - _MOST_POINTS)
    if left_aside:
        kept = np.sort(rng.permutation(len(points))[:_MOST_POINTS])
        points, differences = points.iloc[kept], differences.iloc[kept]
    table = differences.to_numpy(np.float64)
    means = np.nanmean(table, axis=1)
    noise, chance = noise_of(table)
    centre, scale = float(means.mean()), float(means.std())
    scale = scale if scale > 1e-12 * max(1.0, abs(centre)) else 1.0
    places = space.code(points)
    y = (means - centre) / scale
    alpha = None if noise is None else np.maximum(noise / scale**2, 1e-6)
    kernel, alpha = tuned(places, y, alpha, rng)
    found = FlipMap(
        space=space,
        kernel=kernel,
        places=places,
        means=y,
        alpha=alpha,
        chance=(chance - centre) / scale,
        centre=centre,
        scale=scale,
        direction=direction,
        effect=effect,
    )
    predicted, sd = found.left_out()
    z = (means - predicted) / sd
    widened = max(1.0, float(np.sqrt(np.mean(z**2))))
    total = float(((means - centre) ** 2).sum())
    q2 = 1.0 - float(((means - predicted) ** 2).sum()) / total if total > 0 else np.nan
    share = np.nan if noise is None or not total > 0 else float(noise.sum()) / total
    coverage = float(np.mean(np.abs(z) <= stats.norm.ppf(0.975)))
    sure = (np.abs(predicted) > 1.96 * widened * sd) & (np.abs(predicted) >= effect)
    reasons = {
        "one_pair": chance.shape[1] < 2,
        "few_points": len(points) < _POINTS_A_FACTOR * len(space.axes),
        "q2": q2 < _LEAST_Q2 if np.isnan(share) else share < _FLAT and q2 < _LEAST_Q2 * (1 - share),
        "coverage": coverage < _LEAST_COVERAGE,
    }
    quality = Quality(
        points=len(points),
        left_out=left_aside,
        q2=q2,
        noise=share,
        coverage=coverage,
        wrong=int((sure & (np.sign(predicted) != np.sign(means))).sum()),
        widened=widened,
        replicates=chance.shape[1],
        warnings=tuple(reason for reason, holds in reasons.items() if holds),
    )
    return replace(found, widened=widened), quality
