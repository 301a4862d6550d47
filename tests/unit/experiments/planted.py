"""Sweeps whose true difference between two arms is known at every point: no model is run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments.experiment import Experiment
from resilienza_sim.experiments.store import Store
from resilienza_sim.experiments.study import Study
from resilienza_sim.experiments.sweep import make_sweep
from resilienza_sim.experiments.worker import Outcome

PEAK = {
    "name": "peak",
    "title": {"it": "Altezza della piena", "en": "Height of the flood"},
    "source": "assumption",
    "paths": ["shocks.0.peak"],
    "low": 0.2,
    "high": 1.2,
    "steps": 6,
}
PRICE = {
    "name": "price",
    "title": {"it": "Prezzo dell'argine (€)", "en": "Price of the levee (€)"},
    "source": "assumption",
    "paths": ["actions.argini.unit_cost_eur"],
    "low": 20.0,
    "high": 200.0,
    "scale": "log",
    "steps": 6,
}
RULE = {
    "name": "rule",
    "title": {"it": "Regola", "en": "Rule"},
    "source": "assumption",
    "choices": [
        {"label": "residual", "set": {"parameters.shock.levee_holds": 1.0}},
        {"label": "full", "set": {"parameters.shock.levee_holds": 0.0}},
    ],
}


def experiment(**changes: Any) -> Experiment:
    """Return a small experiment over two factors; `changes` replace its fields."""
    fields: dict[str, Any] = {
        "name": "planted",
        "question": {"it": "Quando?", "en": "When?"},
        "description": {"it": "Prova", "en": "Trial"},
        "scenarios": ["quartiere"],
        "strategies": ["consolidated", "alluvial"],
        "baseline": "consolidated",
        "metrics": ["loss_due_to_shocks", "robustness", "spent_eur"],
        "effects_of_interest": {"loss_due_to_shocks": 1.0},
        "pairs": 8,
        "factors": [PEAK, PRICE],
        "design": {"kind": "factorial"},
    }
    return Experiment.model_validate({**fields, **changes})


def planted(
    folder: Path,
    difference: Callable[[dict[str, Any]], float],
    *,
    chance: float = 0.5,
    noise: float = 1.0,
    seed: int = 1,
    lost: Callable[[int, int], bool] = lambda point, replicate: False,
    **changes: Any,
) -> Study:
    """Write a sweep whose second arm differs from the first by a known function of the point.

    Parameters
    ----------
    folder : Path
        Receives the sweep.
    difference : function
        True mean difference in resilience loss, by the point's factors.
    luck, noise : float
        Standard deviations of what the points share in a replicate, and of what they do not.
    lost : function
        Which (point, replicate) failed in the first arm.
    **changes
        Fields of the experiment.
    """
    plan = make_sweep(experiment(**changes))
    rng = np.random.default_rng(seed)
    shared = chance * rng.normal(size=plan.pairs)
    own = noise * rng.normal(size=(len(plan.points), plan.pairs))
    rows = pd.DataFrame(plan.facts["points"]).to_dict("records")
    outcomes = []
    for run in plan.runs():
        loss = 100.0 + 10.0 * ((run.replicate * 7) % 5)
        if run.strategy != plan.baseline:
            loss += difference(rows[run.point]) + shared[run.replicate]
            loss += own[run.point, run.replicate]
        elif lost(run.point, run.replicate):
            outcomes.append(Outcome(run, status="error", error="lost"))
            continue
        metrics = {"loss_due_to_shocks": float(loss), "robustness": -float(loss), "spent_eur": 1.0}
        outcomes.append(Outcome(run, seed=1, metrics=metrics))
    store = Store(folder)
    store.prepare()
    store.commit(outcomes)
    manifests.write(folder, manifests.describe(plan, ""))
    return Study.open(folder)
