"""Boxes of a space in which something mostly holds: PRIM, and the leaves of a shallow tree.

PRIM, the patient rule induction method (Friedman & Fisher 1999, doi:10.1023/A:1008894516817), peels
a thin slice off the box again and again, the one without which the mean of what is left is the
highest, and pastes slices back while that pays. The trees are CART's (Breiman et al. 1984), scikit-
learn's. Of all the boxes met, the one kept has the greatest weighted relative accuracy (Lavrač,
Flach & Zupan 1999): share of the weight inside × how far the mean inside lies above the mean of
all. It trades coverage against density without a weight to choose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeClassifier

from resilienza_sim.experiments.analysis.space import Axis, Space
from resilienza_sim.experiments.experiment import Value

__all__ = ["Box", "Search", "accuracy", "described", "within"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_PEEL = 0.05  # share peeled off at each step: patience; Friedman & Fisher (1999) take 0.05 to 0.1
_LEAVES = 5  # of a tree: shallow enough to be told in words


@dataclass(frozen=True)
class Box:
    """What is asked of some of the factors.

    Parameters
    ----------
    limits : dict
        By factor: its lowest and highest value (None where it has no end), or what it may be.
    """

    limits: Mapping[str, tuple[Value | None, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Column:
    """One factor of the points: places in [0, 1], or the number of its option."""

    axis: Axis
    values: Floats


def _columns(space: Space, points: pd.DataFrame) -> list[_Column]:
    found = []
    for axis in space.axes:
        if axis.numeric:
            values = axis.unit(points[axis.name])
        else:
            order = {option: k for k, option in enumerate(axis.options)}
            values = points[axis.name].map(order).to_numpy(np.float64)
        found.append(_Column(axis, values))
    return found


def within(space: Space, points: pd.DataFrame, box: Box) -> Bools:
    """Return which points lie in a box."""
    inside = np.ones(len(points), np.bool_)
    for name, limits in box.limits.items():
        values = points[name]
        if not space[name].numeric:
            inside &= values.isin(limits).to_numpy()
            continue
        low, high = limits
        inside &= (values >= low).to_numpy() if low is not None else True
        inside &= (values <= high).to_numpy() if high is not None else True
    return inside


def accuracy(inside: Bools, cases: Bools, weights: Floats) -> float:
    """Return the weighted relative accuracy of a box."""
    held = weights[inside].sum()
    if not held > 0:
        return 0.0
    total = weights.sum()
    mean, everywhere = weights[inside & cases].sum() / held, weights[cases].sum() / total
    return float(held / total * (mean - everywhere))


class Search:
    """Looks for the best box of some points, time and again for other cases among them.

    Parameters
    ----------
    space : Space
        The factors.
    points : DataFrame
        Their values, one row a point.
    least : int
        Points that a box must hold.
    density : float
        Share of the weight inside that must be of cases.
    """

    def __init__(
        self, space: Space, points: pd.DataFrame, *, least: int, density: float = 0.0
    ) -> None:
        self._columns = _columns(space, points)
        self._coded = space.code(points)
        self._least, self._density = least, density

    def best(self, cases: Bools, weights: Floats) -> tuple[Bools, str, float]:
        """Return the best box.

        Parameters
        ----------
        cases : array of bool, shape (points,)
            Where the thing holds.
        weights : array of float, shape (points,)
            How much each point counts.

        Returns
        -------
        inside : array of bool, shape (points,)
            All of them where no box is better than none.
        method : str
            "prim" or "cart"; empty for none.
        accuracy : float
            0 for none.
        """
        hits, total = weights * cases, float(weights.sum())
        rate = float(hits.sum()) / total

        def score(inside: Bools) -> float:
            held, hit = float(weights @ inside), float(hits @ inside)
            if not held > 0 or hit < self._density * held:
                return 0.0
            return held / total * (hit / held - rate)

        best = (np.ones(len(cases), np.bool_), "", 0.0)
        candidates = [("cart", leaf) for leaf in self._leaves(cases, weights)]
        candidates += [("prim", box) for box in self._peeled(hits, weights)]
        for method, inside in candidates:
            found = score(inside)
            if found > best[2] + 1e-12:
                best = (inside, method, found)
        if not best[1]:
            return best
        pasted = _pasted(self._columns, best[0], score)
        return pasted, best[1], score(pasted)

    def _leaves(self, cases: Bools, weights: Floats) -> list[Bools]:
        """Return the points in each leaf of a shallow tree."""
        tree = DecisionTreeClassifier(
            max_leaf_nodes=_LEAVES, min_samples_leaf=self._least, random_state=0
        )
        leaf = tree.fit(self._coded, cases, sample_weight=weights).apply(self._coded)
        return [leaf == each for each in np.unique(leaf)]

    def _peeled(self, hits: Floats, weights: Floats) -> list[Bools]:
        """Return the boxes of a peeling, from the whole to the smallest allowed."""
        inside = np.ones(len(hits), np.bool_)
        boxes: list[Bools] = []
        while True:
            best, most = None, -np.inf
            held, hit, n = float(weights @ inside), float(hits @ inside), int(inside.sum())
            for column in self._columns:
                for off in _slices(column, inside):
                    gone = int(np.count_nonzero(off))
                    if n - gone < self._least:
                        continue
                    left = held - float(weights @ off)
                    mean = (hit - float(hits @ off)) / left if left > 0 else 0.0
                    # Per point peeled, so that a coarse grid or an option is not favoured for
                    # being large (Friedman & Fisher 1999, section 14.1).
                    gain = (mean - hit / held) / gone
                    if gain > most:
                        best, most = off, gain
            if best is None:
                return boxes
            inside = inside & ~best
            boxes.append(inside)


def described(space: Space, points: pd.DataFrame, inside: Bools) -> Box:
    """Return the box around points: their own extreme values, no end where none lies beyond."""
    limits: dict[str, tuple[Value | None, ...]] = {}
    for axis in space.axes:
        values, kept = points[axis.name], points[axis.name][inside]
        if not axis.numeric:
            held = tuple(option for option in axis.options if (kept == option).any())
            if len(held) < len(axis.options):
                limits[axis.name] = held
            continue
        low = kept.min() if kept.min() > values.min() else None
        high = kept.max() if kept.max() < values.max() else None
        if low is not None or high is not None:
            limits[axis.name] = (low, high)
    return Box(limits)


def _slices(column: _Column, inside: Bools) -> Iterator[Bools]:
    """Yield thin slices of a box along one factor: from either end, or one option."""
    values = np.sort(column.values[inside])
    low, high = values[0], values[-1]
    if low == high:
        return
    if not column.axis.numeric:
        yield from (inside & (column.values == option) for option in np.unique(values))
        return
    # At least the outermost value: a grid has many points at each. Never all of them.
    thin = max(1, int(np.ceil(_PEEL * len(values))))
    below = min(values[thin - 1], values[np.searchsorted(values, high) - 1])
    above = max(values[-thin], values[np.searchsorted(values, low, "right")])
    yield inside & (column.values <= below)
    yield inside & (column.values >= above)


def _pasted(columns: list[_Column], inside: Bools, score: Callable[[Bools], float]) -> Bools:
    """Return a box grown, value after value, for as long as it is worth more."""
    current = score(inside)
    while True:
        best, most = None, current + 1e-12
        for k, column in enumerate(columns):
            others = np.ones(len(inside), np.bool_)
            for j, other in enumerate(columns):
                if j != k:
                    others &= _spanned(other, inside)
            for grown in _grown(column, inside, others):
                found = score(grown)
                if found > most:
                    best, most = grown, found
        if best is None:
            return inside
        inside, current = best, most


def _spanned(column: _Column, inside: Bools) -> Bools:
    values = column.values[inside]
    if not column.axis.numeric:
        return np.isin(column.values, values)
    return np.asarray((column.values >= values.min()) & (column.values <= values.max()))


def _grown(column: _Column, inside: Bools, others: Bools) -> Iterator[Bools]:
    """Yield the box with the next value, on either side, or another option let in."""
    mine = _spanned(column, inside)
    beyond = column.values[others & ~mine]
    if not beyond.size:
        return
    if not column.axis.numeric:
        yield from (others & (mine | (column.values == option)) for option in np.unique(beyond))
        return
    values = column.values[inside]
    low, high = values.min(), values.max()
    if (below := beyond[beyond < low]).size:
        yield others & (column.values >= below.max()) & (column.values <= high)
    if (above := beyond[beyond > high]).size:
        yield others & (column.values <= above.min()) & (column.values >= low)
