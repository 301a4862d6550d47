"""The area between Q and its quiet level."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["loss"]


def loss(quality: NDArray[np.float64]) -> float:
    """Return the sum of 100 (1 - Q), in % x weeks; not cut at zero."""
    return float((100.0 * (1.0 - quality)).sum())
