"""Polarisation of rancour: 0 if all feel alike, 1 if half hate and half do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from resilienza_sim.kernels import kernel
from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Polarisation", "polarisation"]

_BINS = 10
_TURNS = 4
"""Tables filled in turn, so that one citizen's addition does not wait for the last one's."""


@kernel
def polarisation(values: Any) -> float:
    """Return 4 sum_ij p_i^2 p_j |y_i - y_j| over ten classes of values and their means y."""
    counts, sums = np.zeros((_TURNS, _BINS + 1)), np.zeros((_TURNS, _BINS + 1))
    for k in range(values.size):
        value = np.float64(values[k])
        place = np.int64(_BINS * value)  # a value of 1 has a place of its own, the last
        counts[k % _TURNS, place] += 1.0
        sums[k % _TURNS, place] += value
    count, mean = counts.sum(axis=0), sums.sum(axis=0)
    count[_BINS - 1] += count[_BINS]
    mean[_BINS - 1] += mean[_BINS]
    far = 0.0
    for i in range(_BINS):
        mean[i] /= max(count[i], 1.0)
    for i in range(_BINS):
        for j in range(_BINS):
            far += count[i] ** 2 * count[j] * abs(mean[i] - mean[j])
    return float(4.0 * far / values.size**3)


class Polarisation(Indicator):
    """Polarisation of rancour: 0 if all feel alike, 1 if half hate and half do not."""

    source: ClassVar[str] = "Esteban & Ray 1994, alpha = 1"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "lower"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return float(polarisation(model.state.citizens.grievance))
