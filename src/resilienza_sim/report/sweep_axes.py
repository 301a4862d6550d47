"""The axes of a sweep's figures: values of a factor in order, scales and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from resilienza_sim.experiments.study import Study
from resilienza_sim.report.canvas import numbers
from resilienza_sim.report.readable import Readable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["levels_of", "set_axis"]

_FEW = 6
"""Values up to which an axis is marked at each of them."""


def levels_of(sweep: Study, name: str) -> list[Any]:
    """Return the values of a factor: numbers from the smallest, others as the design has them."""
    found = list(dict.fromkeys(sweep.points[name]))
    plain = all(isinstance(each, int | float) and not isinstance(each, bool) for each in found)
    return sorted(found) if plain else found


def set_axis(axes: Axes, side: str, reader: Readable, name: str) -> None:
    """Set scale and numbers of an axis that a factor runs along."""
    sweep = reader.study
    assert sweep.is_sweep
    levels = levels_of(sweep, name)
    axis = getattr(axes, f"{side}axis")
    if any(isinstance(each, str | bool) for each in levels):
        return
    if reader.is_log(name):
        axis.set_major_formatter(lambda value, _: reader.level(float(value)))
        getattr(axes, f"set_{side}scale")("log")
        ends = np.geomspace(min(levels), max(levels), 4)
        inside = levels if len(levels) <= _FEW else [float(f"{v:.1g}") for v in ends]
    elif len(levels) <= _FEW:
        inside = levels
    else:
        numbers(axis, reader.words)
        return
    getattr(axes, f"set_{side}ticks")(inside, [reader.level(v) for v in inside])
    axis.minorticks_off()
