"""What two shocks do together beyond what each does alone: I = L12 - L1 - L2 + L0.

The same replicate, with the decision week fixed, meets both groups of shocks (L12: the study
itself), only the first (L1), only the second (L2), or neither (L0); whatever other shocks the
scenario has are there in all four. I > 0: the second costs more after the first than alone; I < 0:
less.

L is the loss due to shocks: each cell subtracts its own quiet twins. A twin knows what came before
the decision only, so where at most one of the groups began before it the twins cancel, and I is the
same on the loss in all; where both did, what they left together before the decision is taken out,
as it is from every other loss due to shocks.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.statistics import mean_interval

if TYPE_CHECKING:
    from resilienza_sim.experiments.study import Study
    from resilienza_sim.scenario import Scenario

__all__ = ["AUTO", "Groups", "cells", "groups_of", "interaction"]

AUTO = "auto"
"""Asks for the shocks of the first hazard and those of the second."""

Groups = tuple[tuple[int, ...], tuple[int, ...]]
"""Places of the shocks of each group in the scenario, from 0."""

_COLUMNS = [
    "strategy",
    "n",
    "both",
    "first",
    "second",
    "neither",
    "interaction",
    "low",
    "high",
    "difference",
    "difference_low",
    "difference_high",
]


def groups_of(text: str, scenario: Scenario) -> Groups:
    """Return the two groups of shocks named by a text.

    Parameters
    ----------
    text : str
        ``"0,1"``, or ``"0,1+2"`` where a group has several shocks, by their places in the
        scenario; or ``"auto"``: the shocks of the hazard that comes first and those of the one
        that comes second or, with one hazard only, the first shock and the later ones.
    scenario : Scenario
        Whose shocks they are.

    Raises
    ------
    ResilienzaError
        If the text names no two groups of different shocks of the scenario.
    """
    n = len(scenario.shocks)
    if text.strip() == AUTO:
        order = sorted(range(n), key=lambda k: (scenario.shocks[k].start, k))
        hazards = list(dict.fromkeys(scenario.shocks[k].hazard for k in order))
        if len(hazards) > 1:
            one, two = (
                tuple(k for k in range(n) if scenario.shocks[k].hazard == hazard)
                for hazard in hazards[:2]
            )
            return one, two
        if n > 1:
            return (order[0],), tuple(sorted(order[1:]))
    try:
        found = [
            tuple(sorted({int(k) for k in part.split("+")})) for part in text.strip().split(",")
        ]
    except ValueError:
        found = []
    every = [k for group in found for k in group]
    if len(found) != 2 or len(set(every)) < len(every) or not set(every) <= set(range(n)):
        allowed = ", ".join(f"{k} ({scenario.shocks[k].kind()})" for k in range(n)) or "-"
        raise ResilienzaError("bad_interaction", found=text, allowed=allowed)
    return found[0], found[1]


def _place(without: tuple[int, ...]) -> Path:
    return Path("shocks") / f"without-{'-'.join(map(str, sorted(without)))}"


def cells(groups: Groups) -> list[tuple[Path, tuple[int, ...]]]:
    """Return the places of the three studies and what they lack: one group, the other, both."""
    one, two = groups
    return [(_place(gone), gone) for gone in (one, two, one + two)]


def interaction(study: Study, metric: str) -> pd.DataFrame:
    """Return I of each strategy, with its interval over the replicates.

    Columns: `n` replicates with all four values; the means `both`, `first` (only the first group),
    `second`, `neither`; `interaction` with `low` and `high` (95 %); `difference` of I from the
    baseline's with its interval. Empty when the study has not all four cells.
    """
    groups = study.manifest.get("interaction")
    if not groups:
        return pd.DataFrame(columns=_COLUMNS)
    one, two = (tuple(int(k) for k in group) for group in groups)
    found = [study.companion(_place(gone)) for gone in (two, one, one + two)]
    if any(each is None or each.runs.empty for each in found):
        return pd.DataFrame(columns=_COLUMNS)
    tables = [study.table(metric), *(each.table(metric) for each in found if each is not None)]
    both, first, second, neither = tables
    whole = (both - first - second + neither).dropna(how="all")
    rows = []
    for arm in study.strategies:
        own = whole[arm].dropna() if arm in whole else pd.Series(dtype=float)
        against = (whole[arm] - whole[study.baseline]).dropna() if len(own) else own
        ends = [mean_interval(each.to_numpy(float)) for each in (own, against)]
        means = [float(t.loc[own.index, arm].mean()) if len(own) else np.nan for t in tables]
        rows.append(
            [arm, len(own), *means, own.mean(), *ends[0]]
            + ([against.mean(), *ends[1]] if arm != study.baseline else [np.nan] * 3)
        )
    return pd.DataFrame(rows, columns=_COLUMNS)
