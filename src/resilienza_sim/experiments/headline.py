"""What a comparison is judged by: three figures, the loss due to shocks first.

The loss in all is the sum of the other two, and the only one where no quiet twin ran.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EVERYDAY", "HEADLINE", "NO_TWIN", "THREE", "TOTAL", "headline", "headline_of"]

HEADLINE, EVERYDAY, TOTAL = "loss_due_to_shocks", "loss_everyday", "loss_total"
THREE = (HEADLINE, EVERYDAY, TOTAL)
"""In the order in which they are told."""
NO_TWIN = "study.twin=false"
"""The choice of a scenario that runs no quiet twins."""


def headline(defined: Collection[str]) -> str:
    """Return what to judge by, of the metrics that have a value: the loss in all without twins."""
    return TOTAL if TOTAL in defined and HEADLINE not in defined else HEADLINE


def headline_of(runs: pd.DataFrame) -> str:
    """Return what runs are judged by: one row each, a column a metric."""
    return headline([name for name in THREE if name in runs and runs[name].notna().any()])
