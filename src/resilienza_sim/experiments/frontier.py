"""A frontier of budgets: what each spares, and what ten thousand euros more would spare."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from resilienza_sim.experiments.headline import HEADLINE, TOTAL
from resilienza_sim.statistics import mean_interval

if TYPE_CHECKING:
    from resilienza_sim.scenario import Scenario

__all__ = ["frontier"]

_STEP_EUR = 10_000.0


def frontier(lived: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Return one row for each loss, strategy and budget, in the order of the strategies.

    Parameters
    ----------
    lived : DataFrame
        From `whatif.live`, its cases named by their budgets in euros a year of the whole town, the
        smallest first.
    scenario : Scenario
        The town.

    Returns
    -------
    DataFrame
        `metric` (the loss in all, then that due to shocks), `strategy`, `budget_eur` and
        `spent_eur_per_year` (of the whole town), `loss` (mean of the worlds), `spared` of it
        against the same strategy at the smallest budget, in the same worlds, with `low` and `high`
        (95 %), `next_10000` (what 10,000 euros a year more spare on the way to the next budget; nan
        at the largest), `pairs`.
    """
    years = (scenario.time.weeks - min(scenario.decision_weeks)) / 52.0
    known = [name for name in (TOTAL, HEADLINE) if name in lived and lived[name].notna().any()]
    rows = []
    for metric in known:
        for arm in dict.fromkeys(lived["strategy"]):
            own = lived[lived["strategy"] == arm]
            wide = own.pivot(index="replicate", columns="case", values=metric).astype(float)
            spent = own.groupby("case")["spent_eur"].mean() / years
            budgets = list(dict.fromkeys(own["case"]))
            steps = [*_steps(wide, budgets), np.nan]
            for budget, step in zip(budgets, steps, strict=True):
                spared = (wide[budgets[0]] - wide[budget]).dropna().to_numpy()
                low, high = mean_interval(spared) if spared.size > 1 else (np.nan, np.nan)
                if budget == budgets[0]:
                    low = high = 0.0
                rows.append(
                    {
                        "metric": metric,
                        "strategy": arm,
                        "budget_eur": float(budget),
                        "spent_eur_per_year": float(spent[budget]),
                        "loss": float(wide[budget].mean()),
                        "spared": float(spared.mean()),
                        "low": low,
                        "high": high,
                        "next_10000": step,
                        "pairs": int(spared.size),
                    }
                )
    return pd.DataFrame(rows)


def _steps(wide: pd.DataFrame, budgets: list[str]) -> list[float]:
    """Return what 10,000 euros more spare from each budget to the next."""
    return [
        float((wide[one] - wide[more]).mean()) * _STEP_EUR / (float(more) - float(one))
        for one, more in pairwise(budgets)
    ]
