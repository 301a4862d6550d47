"""Sweeps made of invented numbers, kept and read by the real store: no model runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from resilienza_sim.experiments import manifest
from resilienza_sim.experiments.plan import MetricInfo, Run
from resilienza_sim.experiments.store import Store
from resilienza_sim.experiments.study import Study
from resilienza_sim.experiments.worker import Outcome
from tests import kept

ARMS = ("consolidated", "alluvial", "transformative")
METRICS = {
    "loss_due_to_shocks": MetricInfo("lower", "% x weeks", 2.0),
    "robustness": MetricInfo("higher", "share", 0.02),
    "rapidity": MetricInfo("", "%/week", None),
    "recovery_weeks": MetricInfo("lower", "weeks", 4.0),
    "spent_eur": MetricInfo("lower", "EUR", 1000.0),
}
Told = Callable[[dict[str, Any], str, int], dict[str, float | None] | None]


def factor(name: str, **more: Any) -> dict[str, Any]:
    """Return a factor as a manifest keeps it; a range from 0 to 1 by default."""
    kind = {"low": 0.0, "high": 1.0} if not {"levels", "low"} & set(more) else {}
    titles = {"it": f"Fattore {name}", "en": f"Factor {name}"}
    base = {"name": name, "title": titles, "source": "assumption", "paths": ["shocks.0.peak"]}
    return {**base, **kind, **more}


def made_sweep(
    folder: Path,
    points: pd.DataFrame,
    told: Told,
    *,
    pairs: int = 8,
    arms: Sequence[str] = ARMS,
    metrics: Sequence[str] = ("loss_due_to_shocks",),
    factors: Sequence[dict[str, Any]] = (),
    titles: dict[str, str] | None = None,
    censored: Callable[[dict[str, Any], str, int], dict[str, bool]] | None = None,
) -> Study:
    """Write a sweep and open it.

    Parameters
    ----------
    points : DataFrame
        `scenario` and a column a factor.
    told : callable
        The metrics of a run from the point's values, the arm and the replicate; None for a run
        that ended in an error.
    """
    points = points.reset_index(drop=True)
    outcomes = []
    for number, row in enumerate(points.to_dict("records")):
        for replicate in range(pairs):
            for arm in arms:
                run = Run(f"{number}-{replicate}-{arm}", "", arm, replicate, number)
                values = told(row, arm, replicate)
                flags = censored(row, arm, replicate) if censored else {}
                outcomes.append(
                    Outcome(run, "error", "ValueError: no")
                    if values is None
                    else Outcome(run, seed=replicate, metrics=values, censored=flags)
                )
    names = [name for name in points if name != "scenario"]
    titled = titles or {arm: arm.capitalize() for arm in arms}
    store = Store(folder)
    store.prepare()
    store.commit(outcomes)
    manifest.write(
        folder,
        {
            "format": manifest.FORMAT,
            "kind": "sweep",
            "name": "made",
            "decision": "",
            "decisions": [""],
            "strategies": list(arms),
            "baseline": arms[0],
            "pairs": pairs,
            "seed": 1,
            "factors": list(factors) or [factor(name) for name in names],
            "design": {"kind": "factorial"},
            "points": {name: column.tolist() for name, column in points.items()},
            "titles": {arm: {"it": title, "en": title} for arm, title in titled.items()},
            "metrics": {name: METRICS[name].as_dict() for name in metrics},
            **kept.bare(arms),
        },
    )
    return Study.open(folder)


def grid(**levels: Sequence[Any]) -> pd.DataFrame:
    """Return every combination of the levels; one scenario unless told."""
    levels = {"scenario": ["town"], **levels}
    return pd.MultiIndex.from_product(levels.values(), names=levels.keys()).to_frame(index=False)
