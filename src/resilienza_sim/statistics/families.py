"""Many comparisons at once.

What a study is for, its headline metric between two arms, is one question laid down beforehand, and
its 95 % is its own. All else in a table is found by looking: with some thirty metrics and three
arms, one study in two would show something that is not there. Those verdicts are a family: they are
told only if they stand with all the others at 5 % in all, by Holm's (1979) steps.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["holm", "judged_together"]

Floats = NDArray[np.float64]


def holm(p: Floats) -> Floats:
    """Return p-values corrected for their number (Holm 1979); undefined ones are not counted."""
    corrected = np.full(p.shape, np.nan)
    defined = np.flatnonzero(~np.isnan(p))
    order = defined[np.argsort(p[defined], kind="stable")]
    scaled = p[order] * np.arange(order.size, 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(scaled), 1.0)
    return corrected


def judged_together(verdicts: Sequence[str], decided_at: Floats, error: float = 0.05) -> list[str]:
    """Return the verdicts that stand together; "undecided" in the place of the others.

    Parameters
    ----------
    verdicts : sequence of str
        Of the whole family, each alone.
    decided_at : array of float
        Least error at which each would still be told.
    error : float
        Chance that any of those told is wrong.
    """
    stands = holm(np.asarray(decided_at, np.float64)) <= error
    return [said if holds else "undecided" for said, holds in zip(verdicts, stands, strict=True)]
