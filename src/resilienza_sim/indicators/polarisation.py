"""Polarisation of rancour: 0 if all feel alike, 1 if half hate and half do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Polarisation", "polarisation"]

_BINS = 10


def polarisation(values: NDArray[np.float64]) -> float:
    """Return 4 sum_ij p_i^2 p_j |y_i - y_j| over ten classes of values and their means y."""
    place = np.minimum((values * _BINS).astype(np.int64), _BINS - 1)
    count = np.bincount(place, minlength=_BINS)
    centre = np.bincount(place, weights=values, minlength=_BINS) / np.maximum(count, 1)
    share = count / values.size
    return float(4.0 * (share**2 @ np.abs(centre[:, None] - centre) @ share))


class Polarisation(Indicator):
    """Polarisation of rancour: 0 if all feel alike, 1 if half hate and half do not."""

    source: ClassVar[str] = "Esteban & Ray 1994, alpha = 1"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "lower"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return polarisation(model.state.citizens.grievance.astype(np.float64))
