"""Verdicts beside those of the null model, which has no social mechanisms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from resilienza_sim.experiments.study import Study

__all__ = ["CHANCE", "NULL", "needs", "null_verdicts"]

NULL = Path("null")
"""Where the null model's study lies in the folder of its study."""

CHANCE = Path("chance")
"""Where some worlds lived again with other random numbers lie."""


def needs(full: str, null: str) -> str:
    """Return whether a verdict needs the social mechanisms: "yes", "no" or "unknown"."""
    if "undecided" in (full, null):
        return "unknown"
    return "no" if full == null else "yes"


def null_verdicts(study: Study, metric: str) -> pd.DataFrame:
    """Return the verdicts of a study beside those of its null model, one row per pair of arms.

    The columns of the null model begin with ``null_``; `needs` is "yes" where the two verdicts
    differ, "no" where they are the same, "unknown" where either is undecided. Empty when the study
    has no null model.
    """
    columns = ["n", "mean_difference", "low", "high", "verdict"]
    couple = ["baseline", "strategy"]
    full = study.comparison(metric).reindex(columns=[*couple, *columns])
    if study.null is None or study.null.runs.empty:
        null = full.iloc[:0]
    else:
        null = study.null.comparison(metric).reindex(columns=[*couple, *columns])
    null = null.rename(columns={name: f"null_{name}" for name in columns})
    table = full.merge(null, on=couple)
    said = zip(table["verdict"], table["null_verdict"], strict=True)
    return table.assign(needs=[needs(str(one), str(other)) for one, other in said])
