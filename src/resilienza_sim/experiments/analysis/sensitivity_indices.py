"""The indices of sensitivity of one output: Morris, Saltelli, PAWN. SALib computes them.

SALib: Iwanaga, Usher & Herman 2022, doi:10.18174/sesmo.18155.

Morris: mu*, mu and sigma of the elementary effects (Morris 1991,
doi:10.1080/00401706.1991.10484804; mu* of Campolongo, Cariboni & Saltelli 2007,
doi:10.1016/j.envsoft.2006.10.004), each the change of the output for a walk over the factor's whole
span: linear or logarithmic for a range, in equal steps for listed values. Listed values and whole
numbers snap to the grid, so the change is divided by the step that the model saw and not by the
sample's. Between labelled choices there is no span: their effect is the change from one to the next
tried, as it is.

Saltelli: first-order and total shares of the variance (Saltelli et al. 2010,
doi:10.1016/j.cpc.2009.09.018), of pairs too if the design has them (Saltelli 2002,
doi:10.1016/S0010-4655(02)00280-1). Listed values are equally likely.

Any other design: PAWN, how far the distribution of the output moves when a factor is known
(Pianosi & Wagener 2018, doi:10.1016/j.envsoft.2018.07.019), median over slices of equal numbers of
points, beside dummy factors that the model never saw.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from SALib.analyze import morris, pawn, sobol
from scipy.stats import bootstrap

from resilienza_sim.experiments.design import MORRIS_LEVELS, count, place
from resilienza_sim.experiments.experiment import Factor

__all__ = ["MAIN", "morris_rows", "pawn_index", "pawn_rows", "saltelli_rows"]

Floats = NDArray[np.float64]

MAIN = {"morris": "mu_star", "saltelli": "ST", "pawn": "pawn"}
"""The index that factors are sorted by."""

_LEVEL = 0.95
_Z = 1.959963984540054
_RESAMPLES = 1_000
_PAWN_RESAMPLES, _DUMMIES = 50, 99
_SLICES, _IN_A_SLICE = 10, 10
_SALIB_CANNOT = (6, 9)  # its slices end beyond 1 by a rounding, and quantiles are refused


def _detected(low: float, floor: float) -> Any:
    """Tell whether an index stands above its floor; missing when the floor is not known."""
    if low <= 0:
        return False
    return pd.NA if math.isnan(floor) else bool(low > floor)


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence what SALib says of a resample, or of an arm at rest, in which nothing varies."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Constant values encountered")
        yield


def _problem(names: Sequence[str]) -> dict[str, Any]:
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(1, 2**31))  # SALib takes 0 for no seed at all


def _steps(factors: Sequence[Factor], points: pd.DataFrame) -> Floats:
    """Return where the values lie in their factors' spans, shape (points, factors)."""
    columns = [[place(f, value) for value in points[f.name].tolist()] for f in factors]
    return np.asarray(columns, np.float64).T


def morris_rows(
    factors: Sequence[Factor], points: pd.DataFrame, y: Floats, sd: float, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Return mu*, mu and sigma; `sd` is the noise of the mean of a point."""
    k = len(factors)
    x = _steps(factors, points)
    with _quiet():
        found = morris.analyze(
            _problem([f.name for f in factors]),
            x,
            y,
            num_resamples=_RESAMPLES,
            conf_level=_LEVEL,
            num_levels=MORRIS_LEVELS,
            seed=_seed(rng),
        )
    moves = np.diff(x.reshape(-1, k + 1, k), axis=1)
    which = np.abs(moves).argmax(axis=2)  # the factor moved at each step of each trajectory
    way = np.take_along_axis(moves, which[:, :, None], axis=2)[:, :, 0]
    delta = MORRIS_LEVELS / (2 * (MORRIS_LEVELS - 1))
    effects = np.empty((len(moves), k))
    change = np.diff(y.reshape(-1, k + 1), axis=1) * np.sign(way) / delta
    np.put_along_axis(effects, which, change, axis=1)
    rows = []
    for j, factor in enumerate(factors):
        step = float(np.abs(moves[:, :, j]).max(axis=1).mean()) if factor.numeric else 1.0
        scale = delta / step
        star, conf = scale * float(found["mu_star"][j]), scale * float(found["mu_star_conf"][j])
        low = max(0.0, star - conf)
        # Mean of |e - e'| over the step, e and e' normal with the noise of a mean
        floor = 2 * sd / math.sqrt(math.pi) / step
        more = {"floor": floor, "detected": _detected(low, floor)}
        rows.append(_row(factor, "mu_star", star, low, star + conf, **more))
        for index, statistic in (("mu", _mean), ("sigma", _sd)):
            ends = bootstrap(
                (scale * effects[:, j],),
                statistic,
                n_resamples=_RESAMPLES,
                confidence_level=_LEVEL,
                method="percentile",
                rng=rng,
            ).confidence_interval
            least = 1e-12 * star  # below it, the rounding of equal effects
            three = (scale * float(found[index][j]), ends.low, ends.high)
            rows.append(_row(factor, index, *(0.0 if abs(v) < least else v for v in three)))
    return rows


def _mean(values: Floats, axis: int = -1) -> Floats:
    return np.asarray(values.mean(axis=axis))


def _sd(values: Floats, axis: int = -1) -> Floats:
    return np.asarray(values.std(axis=axis, ddof=1))


def _row(
    factor: Factor, index: str, value: float, low: float, high: float, **more: Any
) -> dict[str, Any]:
    values = {"value": float(value), "low": float(low), "high": float(high)}
    return {"factor": factor.name, "index": index, **values, **more}


def saltelli_rows(
    factors: Sequence[Factor], y: Floats, noise: float, second: bool, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Return the shares of variance; a factor that does nothing gets `noise` as its total."""
    with _quiet():
        found = sobol.analyze(
            _problem([f.name for f in factors]),
            y,
            calc_second_order=second,
            num_resamples=_RESAMPLES,
            conf_level=_LEVEL,
            seed=_seed(rng),
        )
    rows = []
    for j, factor in enumerate(factors):
        for index in ("ST", "S1"):
            value, conf = float(found[index][j]), float(found[f"{index}_conf"][j])
            more: dict[str, Any] = {}
            if index == MAIN["saltelli"]:
                more = {"floor": noise, "detected": _detected(value - conf, noise)}
            rows.append(_row(factor, index, value, value - conf, value + conf, **more))
        for other in range(j + 1, len(factors) if second else 0):
            value, conf = float(found["S2"][j, other]), float(found["S2_conf"][j, other])
            name = factors[other].name
            rows.append(_row(factor, "S2", value, value - conf, value + conf, other=name))
    return rows


def pawn_rows(
    factors: Sequence[Factor], points: pd.DataFrame, y: Floats, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Return PAWN's median index, with what the dummies seldom exceed as its floor.

    Seldom: of all the factors together, one that does nothing is told from noise one time in
    twenty (Bonferroni), as far as so many dummies can tell.
    """
    floors: dict[int, float] = {}
    rows = []
    for factor in factors:
        x = _conditioned(factor, points, rng)
        slices = _slices(factor, y.size)
        if slices not in floors:
            dummies = [pawn_index(rng.random(y.size), y, slices) for _ in range(_DUMMIES)]
            floors[slices] = float(np.quantile(dummies, 1 - (1 - _LEVEL) / len(factors)))
        value, floor = pawn_index(x, y, slices), floors[slices]
        drawn = rng.integers(y.size, size=(_PAWN_RESAMPLES, y.size))
        conf = _Z * float(np.std([pawn_index(x[r], y[r], slices) for r in drawn], ddof=1))
        low, high = max(0.0, value - conf), min(1.0, value + conf)
        rows.append(_row(factor, "pawn", value, low, high, floor=floor, detected=value > floor))
    return rows


def _conditioned(factor: Factor, points: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Return numbers that slice the points by a factor.

    Listed values are spread within their cell, since SALib's slices are open above: without it the
    last of them would never be looked at.
    """
    values = points[factor.name].tolist()
    if count(factor) is None:
        return np.asarray(values, np.float64)
    known = sorted(set(values)) if factor.is_range else list(dict.fromkeys(factor.options))
    known += [value for value in dict.fromkeys(values) if value not in known]
    return np.asarray([known.index(v) for v in values], np.float64) + 0.999 * rng.random(
        len(values)
    )


def _slices(factor: Factor, n: int) -> int:
    """Return in how many slices the points are cut: one for each listed value if they are few."""
    most = max(2, min(_SLICES, n // _IN_A_SLICE))
    levels = count(factor)
    if levels is None or levels > most:
        return most - 1 if most in _SALIB_CANNOT else most
    return 2 * levels if levels in _SALIB_CANNOT else max(2, levels)


def pawn_index(x: Floats, y: Floats, slices: int) -> float:
    """Return PAWN's median index of one factor, its places `x` cut in so many slices."""
    found = pawn.analyze(_problem(["x"]), x[:, None], y, S=slices)
    return float(found["median"][0])
