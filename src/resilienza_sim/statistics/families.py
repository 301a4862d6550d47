"""Many comparisons at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "holm",
]

Floats = NDArray[np.float64]


def holm(p: Floats) -> Floats:
    """Return p-values corrected for their number (Holm 1979); undefined ones are not counted."""
    corrected = np.full(p.shape, np.nan)
    defined = np.flatnonzero(~np.isnan(p))
    order = defined[np.argsort(p[defined], kind="stable")]
    scaled = p[order] * np.arange(order.size, 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(scaled), 1.0)
    return corrected
