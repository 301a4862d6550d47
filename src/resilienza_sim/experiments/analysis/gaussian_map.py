"""A Gaussian process over mean paired differences: what it says of a place, and how sure it is.

See `flip_map` for what it is made of and why.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import linalg, stats
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

from resilienza_sim.experiments.analysis.space import Space
from resilienza_sim.statistics import MINIMUM_PAIRS, verdict
from resilienza_sim.streams import Streams

__all__ = ["REGIONS", "FlipMap", "noise_of", "tuned"]

Floats = NDArray[np.float64]

REGIONS = {"better": "strategy", "worse": "baseline", "equivalent": "equivalent"}
"""Who wins, by verdict on the strategy; "undecided" otherwise."""
_TUNED_ON = 400  # points that the kernel's parameters are fitted on
_POOLED_COUNTS_AS = 4.0  # pairs that a variance pooled over the points counts as; assumption
_RESTARTS = 3
_APART = 0.05  # of a factor's span, between points proposed: nearer ones tell the same; assumption
_AT_ONCE = 4_000  # places predicted together: bounds memory


@dataclass(frozen=True, kw_only=True)
class FlipMap:
    """The mean paired difference as a function of the factors, with its uncertainty.

    Parameters
    ----------
    space : Space
        The factors.
    kernel : sklearn kernel
        Fitted, over the coordinates of the space.
    places : array, shape (points, coordinates)
        Where the points lie.
    means, alpha : arrays, shape (points,)
        Mean differences, and variance of their own noise; in units of `scale`, about `centre`.
    chance : array, shape (points, replicates)
        Differences of each replicate that ran everywhere; in the same units.
    centre, scale : float
        Mean and standard deviation of the mean differences.
    direction : int
        +1 when a higher metric is better, −1 when a lower one is.
    effect : float
        Smallest difference that matters.
    widened : float
        What the interval is multiplied by.
    """

    space: Space
    kernel: Any
    places: Floats
    means: Floats
    alpha: Floats
    chance: Floats
    centre: float
    scale: float
    direction: int
    effect: float
    widened: float = 1.0

    @cached_property
    def _covariance(self) -> Floats:
        return np.asarray(self.kernel(self.places), np.float64) + np.diag(self.alpha)

    @cached_property
    def _factor(self) -> Any:
        return linalg.cho_factor(self._covariance, lower=True)

    @property
    def sure(self) -> bool:
        """Whether the chance that all points share is known, without which nothing is sure."""
        return bool(self.chance.shape[1] > 1)

    def predict(self, points: pd.DataFrame) -> pd.DataFrame:
        """Return the map at points given by their factors.

        Returns
        -------
        DataFrame
            `mean`, `sd` of the mean difference; `low`, `high` (95 % at that place alone), nan
            when the shared chance cannot be told; `region`: "strategy", "baseline", "equivalent" or
            "undecided"; and `misjudged`, the chance that who wins by the smallest effect, or that
            nobody does, is not what the mean says.
        """
        parts = [self._at(self.space.code(points[k : k + _AT_ONCE])) for k in _steps(len(points))]
        mean, own, shared = (np.concatenate(part) for part in zip(*parts, strict=True))
        total = own + shared
        pairs = self.chance.shape[1]
        with np.errstate(divide="ignore", invalid="ignore"):
            freedom = np.where(shared > 0, total**2 / (shared**2 / max(pairs - 1, 1)), np.inf)
        freedom = np.minimum(freedom, 1e9)  # as good as normal
        sd = np.sqrt(total)
        wide = stats.t.ppf(0.975, freedom) * sd
        n = MINIMUM_PAIRS  # a map has no verdict without an interval; how many pairs is in it
        region = [
            REGIONS.get(
                verdict(n, (m - w, m + w), self.direction, self.effect),
                "undecided",
            )
            for m, w in zip(mean, wide, strict=True)
        ]
        misjudged = self._misjudged(mean, np.where(sd == 0, 1e-300, sd), freedom)
        columns = {"mean": mean, "sd": sd, "low": mean - wide, "high": mean + wide}
        return pd.DataFrame(
            {**columns, "region": region, "misjudged": misjudged}, index=points.index
        )

    def _misjudged(self, mean: Floats, sd: Floats, freedom: Floats) -> Floats:
        size = np.abs(mean)
        won = stats.t.sf((size - self.effect) / sd, freedom)
        nobody = stats.t.sf((self.effect - size) / sd, freedom)
        nobody = nobody + stats.t.sf((self.effect + size) / sd, freedom)
        return np.asarray(np.where(size >= self.effect, won, np.minimum(nobody, 1.0)), np.float64)

    def _at(self, places: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the mean, the variance of the map's own and that of the chance it shares."""
        across = np.asarray(self.kernel(places, self.places), np.float64)
        weights = linalg.cho_solve(self._factor, across.T).T
        mean = weights @ self.means
        own = np.maximum(_diagonal(self.kernel, places) - (weights * across).sum(1), 0.0)
        own = own * self.widened**2
        pairs = self.chance.shape[1]
        if not self.sure:
            shared = np.full(len(places), np.nan)
        else:
            level = self.chance.mean(0)
            maps = level + weights @ (self.chance - level)
            counted = (weights**2 * self.alpha).sum(1)  # already in the map's own
            local = np.maximum(maps.var(axis=1, ddof=1) / pairs - counted, 0.0)
            # Few replicates may agree somewhere by chance: what they do on the whole counts too.
            everywhere = float(level.var(ddof=1)) / pairs
            own_counts = pairs - 1
            shared = (own_counts * local + _POOLED_COUNTS_AS * everywhere) / (
                own_counts + _POOLED_COUNTS_AS
            )
        return self.centre + self.scale * mean, self.scale**2 * own, self.scale**2 * shared

    def shares(self, seed: int) -> pd.Series:
        """Return the shares of the space explored that are of each region."""
        sampler = stats.qmc.Sobol(len(self.space.axes), rng=_number(seed, "flip map shares"))
        regions = self.predict(self.space.points(sampler.random_base2(11)))["region"]
        every = [*REGIONS.values(), "undecided"]
        return regions.value_counts(normalize=True).reindex(every, fill_value=0.0)

    def importance(self, seed: int) -> pd.Series:
        """Return how much each factor matters to the map, the most first.

        Total-effect index (share of the variance of the mean that goes with the factor, alone or
        together with others): Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018; scipy's.
        """
        names = [axis.name for axis in self.space.axes]

        def mean(unit: Floats) -> Floats:
            return self._at(self.space.code(self.space.points(unit.T)))[0]

        if len(names) == 1:
            return pd.Series([1.0], index=names)
        found = stats.sobol_indices(
            func=mean,
            n=256,
            dists=[stats.uniform()] * len(names),
            rng=_number(seed, "flip map importance"),
        )
        shares = np.nan_to_num(np.asarray(found.total_order, np.float64))
        return pd.Series(shares, index=names).sort_values(ascending=False, kind="stable")

    def next_points(self, count: int, seed: int) -> pd.DataFrame:
        """Return where a further point would help most to tell who wins, the most first.

        Among points spread over the space, the one where calling the winner by the mean is
        expected to cost most (chance of being wrong × how far beyond the smallest effect); the map
        then believes
        itself there (Ginsbourger, Le Riche & Carraro 2010) and the next is chosen, so that they
        spread. The chance that all points share is left out: more points do not lessen it.
        Columns: the factors, `mean`, `sd`, `misjudged` (as in `predict`).
        """
        sampler = stats.qmc.Sobol(len(self.space.axes), rng=_number(seed, "flip map next points"))
        candidates = self.space.points(sampler.random_base2(10))
        coded = self.space.code(candidates)
        chosen: list[int] = []
        known, near = self, np.zeros(len(candidates), np.bool_)
        while len(chosen) < count and not near.all():
            mean, own, _ = known._at(coded)
            sd = np.sqrt(own)
            off = np.abs(np.abs(mean) - self.effect)  # from where the winner changes
            u = off / np.maximum(sd, 1e-300)
            cost = sd * stats.norm.pdf(u) - off * stats.norm.sf(u)
            cost[near] = -np.inf
            best = int(np.argmax(cost))
            chosen.append(best)
            near |= np.abs(coded - coded[best]).max(1) < _APART
            known = replace(
                known,
                places=np.vstack([known.places, coded[best]]),
                means=np.r_[known.means, (mean[best] - self.centre) / self.scale],
                alpha=np.r_[known.alpha, np.median(self.alpha)],
                chance=np.empty((len(known.means) + 1, 0)),
            )
        picked = candidates.iloc[chosen]
        predicted = self.predict(picked)[["mean", "sd", "misjudged"]]
        return pd.concat([picked, predicted], axis=1).reset_index(drop=True)

    def left_out(self) -> tuple[Floats, Floats]:
        """Return what the other points say of each, mean and sd with the point's noise.

        In the metric's unit; before the intervals are widened.
        """
        inverse = linalg.cho_solve(self._factor, np.eye(len(self.means)))
        variance = 1.0 / np.diag(inverse)
        mean = self.means - inverse @ self.means * variance
        return self.centre + self.scale * mean, self.scale * np.sqrt(variance)


def _steps(n: int) -> range:
    return range(0, max(n, 1), _AT_ONCE)


def _number(seed: int, name: str) -> int:
    """Return a named number that seeds what draws with a generator of its own."""
    return int(Streams(seed).generator(name).integers(2**31))


def _diagonal(kernel: Any, places: Floats) -> Floats:
    return np.asarray(kernel.diag(places), np.float64)


def noise_of(table: Floats) -> tuple[Floats | None, Floats]:
    """Return the variance of each point's mean that is its own, and the replicates of all points.

    Parameters
    ----------
    table : array, shape (points, replicates)
        Differences, nan where there is none.

    Returns
    -------
    variance : array, shape (points,), or None
        Without the chance that all points share; None when there is one replicate.
    chance : array, shape (points, replicates)
        Of the replicates that ran in nine points of ten, gaps filled by point and replicate.
    """
    n = np.isfinite(table).sum(1)
    means = np.nanmean(table, axis=1, keepdims=True)
    effects = np.zeros((1, table.shape[1]))
    for _ in range(20):  # alternating least squares: one pass when nothing is missing
        rest = table - effects
        means = np.nanmean(rest, axis=1, keepdims=True)
        effects = np.nanmean(table - means, axis=0, keepdims=True)
    filled = np.where(np.isfinite(table), table, means + effects)
    chance = filled[:, np.isfinite(table).mean(0) >= 0.9]
    free = n.sum() - len(table) - (np.isfinite(table).any(0).sum() - 1)
    if free < 1 or (n > 1).sum() == 0:
        return None, chance
    squares = np.nansum((table - means - effects) ** 2, axis=1)
    pooled = float(squares.sum()) / free
    grown = squares * (n - 1).sum() / free  # what the replicates' effects took
    variance = (_POOLED_COUNTS_AS * pooled + grown) / (_POOLED_COUNTS_AS + n - 1)
    return variance / n, chance


def tuned(
    places: Floats, y: Floats, alpha: Floats | None, rng: np.random.Generator
) -> tuple[Any, Floats]:
    """Return the kernel of greatest likelihood, and the noise (fitted too where not known).

    Parameters
    ----------
    places : array, shape (points, coordinates)
        In the unit cube.
    y, alpha : arrays, shape (points,)
        What is seen there, of mean 0 and variance 1, and the variance of its noise, if known.
    rng : numpy.random.Generator
        Fixes the restarts, and which of very many points are used.
    """
    kept = np.sort(rng.permutation(len(y))[:_TUNED_ON])
    length = np.full(places.shape[1], 0.5)
    kernel = ConstantKernel(1.0, (1e-3, 1e3)) * Matern(length, (0.05, 50.0), nu=2.5)
    process = GaussianProcessRegressor(
        kernel if alpha is not None else kernel + WhiteKernel(0.1, (1e-6, 2.0)),
        alpha=1e-8 if alpha is None else alpha[kept],
        n_restarts_optimizer=_RESTARTS,
        random_state=int(rng.integers(2**31)),
    )
    with warnings.catch_warnings():
        # A length at its bound is an answer: the factor does not matter, or only very near.
        warnings.simplefilter("ignore", ConvergenceWarning)
        process.fit(places[kept], y[kept])
    fitted = process.kernel_
    if alpha is not None:
        return fitted, alpha
    return fitted.k1, np.full(len(y), float(fitted.k2.noise_level) + 1e-8)
