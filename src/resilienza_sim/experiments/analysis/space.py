"""The space of a sweep's factors as coordinates that a map, a tree or a box can be laid over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilienza_sim.errors import unknown
from resilienza_sim.experiments.design import SCENARIO
from resilienza_sim.experiments.experiment import Factor, Value

__all__ = ["Axis", "Space", "space_of"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Axis:
    """One factor: a number on [0, 1] of its span, or one column for each thing it can be.

    Parameters
    ----------
    name : str
        The factor's column among the points; "scenario" where several were run.
    options : tuple
        What it can be, where that is no number; empty for a number.
    low, high : float
        Ends of a number.
    log : bool
        Whether equal ratios, rather than equal steps, are equally far.
    whole : bool
        Whether only whole numbers make sense.
    """

    name: str
    options: tuple[Value, ...] = ()
    low: float = 0.0
    high: float = 1.0
    log: bool = False
    whole: bool = False

    @property
    def numeric(self) -> bool:
        """Whether it is a number."""
        return not self.options

    def unit(self, values: pd.Series | Floats | Sequence[float]) -> Floats:
        """Return numbers as places in [0, 1]."""
        x = np.asarray(values, np.float64)
        if self.log:
            return np.asarray(np.log(x / self.low) / np.log(self.high / self.low), np.float64)
        return (x - self.low) / (self.high - self.low)

    def code(self, values: pd.Series) -> Floats:
        """Return the coordinates of values, shape (points, 1) or (points, options)."""
        if self.numeric:
            return self.unit(values)[:, None]
        return np.column_stack([(values == option).to_numpy(np.float64) for option in self.options])

    def at(self, u: float) -> Value:
        """Return the value at a place in [0, 1]."""
        if not self.numeric:
            return self.options[min(int(u * len(self.options)), len(self.options) - 1)]
        value = self.low * (self.high / self.low) ** u if self.log else None
        value = self.low + (self.high - self.low) * u if value is None else value
        return round(value) if self.whole else float(value)

    def spread(self, n: int) -> Floats:
        """Return numbers evenly spread over the axis, whole or not, ends included."""
        u = np.linspace(0.0, 1.0, n)
        if self.log:
            return np.asarray(self.low * (self.high / self.low) ** u, np.float64)
        return self.low + (self.high - self.low) * u


@dataclass(frozen=True)
class Space:
    """The factors that vary among the points of a sweep.

    Parameters
    ----------
    axes : tuple of Axis
        In the experiment's order.
    """

    axes: tuple[Axis, ...]

    def __getitem__(self, name: str) -> Axis:
        for axis in self.axes:
            if axis.name == name:
                return axis
        raise unknown("unknown_factor", name, (axis.name for axis in self.axes))

    @property
    def numeric(self) -> tuple[Axis, ...]:
        """The factors that are numbers."""
        return tuple(axis for axis in self.axes if axis.numeric)

    def code(self, points: pd.DataFrame) -> Floats:
        """Return the coordinates of points, a row each."""
        return np.hstack([axis.code(points[axis.name]) for axis in self.axes])

    def middle(self) -> dict[str, Value]:
        """Return the point with every factor at its middle, the first choice where it is none."""
        return {axis.name: axis.at(0.5 if axis.numeric else 0.0) for axis in self.axes}

    def points(self, unit: Floats) -> pd.DataFrame:
        """Return the points at places of the unit cube, shape (points, axes)."""
        columns: Mapping[str, list[Value]] = {
            axis.name: [axis.at(float(u)) for u in unit[:, k]] for k, axis in enumerate(self.axes)
        }
        return pd.DataFrame(columns)


def space_of(factors: Sequence[Factor], points: pd.DataFrame) -> Space:
    """Return the space of the factors that take more than one value among points.

    Parameters
    ----------
    factors : sequence of Factor
        As the experiment tells them.
    points : DataFrame
        The column `scenario` and one for each factor.
    """
    axes = []
    for name in (SCENARIO, *(factor.name for factor in factors)):
        found = tuple(dict.fromkeys(points[name])) if name in points else ()
        if len(found) < 2:
            continue
        factor = next((each for each in factors if each.name == name), None)
        if factor is None or not factor.numeric:
            order = factor.options if factor is not None else found
            axes.append(Axis(name=name, options=tuple(o for o in order if o in found)))
            continue
        numbers = [float(value) for value in found]
        if factor.low is not None and factor.high is not None:
            numbers += [factor.low, factor.high]
        low, high = min(numbers), max(numbers)
        whole = factor.whole or all(isinstance(value, int) for value in factor.levels or (0.5,))
        log = factor.scale == "log" and low > 0
        axes.append(Axis(name=name, low=low, high=high, log=log, whole=whole))
    return Space(tuple(axes))
