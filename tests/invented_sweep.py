"""Sweeps whose runs are a formula: as quick as writing them, and the answer is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments.design import values_of
from resilienza_sim.experiments.experiment import Experiment
from resilienza_sim.experiments.plan import Run
from resilienza_sim.experiments.store import Store
from resilienza_sim.experiments.study import Study
from resilienza_sim.experiments.worker import Outcome
from tests import kept

LOSS = {
    "better": "lower",
    "unit": "%·weeks",
    "effect_of_interest": 0.5,
    "title": {"it": "perdita di resilienza", "en": "resilience loss"},
}
Formula = Callable[[Mapping[str, Any], str, int], float | None]


def ranged(name: str, low: float = 0.0, high: float = 1.0, **more: Any) -> dict[str, Any]:
    """Return a factor that is a range."""
    return {**_factor(name), "paths": [f"x.{name}"], "low": low, "high": high, **more}


def listed(name: str, *levels: Any) -> dict[str, Any]:
    """Return a factor that is a list of values."""
    return {**_factor(name), "paths": [f"x.{name}"], "levels": levels}


def chosen(name: str, *labels: str) -> dict[str, Any]:
    """Return a factor that is a choice among labels."""
    choices = [{"label": label, "set": {f"x.{name}": k}} for k, label in enumerate(labels)]
    return {**_factor(name), "choices": choices}


def _factor(name: str) -> dict[str, Any]:
    title = {"it": f"fattore {name}", "en": f"factor {name}"}
    return {"name": name, "title": title, "source": "assumption"}


def experiment(
    *factors: Mapping[str, Any], kind: str = "morris", points: int | None = None, **more: Any
) -> Experiment:
    """Return an experiment over some factors; `more` are its other fields."""
    drawn = 10 if kind not in ("factorial", "table") else None
    design = {"kind": kind, "points": points or drawn, **more.pop("design", {})}
    fields = {
        "name": "invented",
        "question": {"it": "Che cosa?", "en": "What?"},
        "description": {"it": "Prova", "en": "A test"},
        "scenarios": ["town"],
        "strategies": ["old", "new"],
        "baseline": "old",
        "pairs": 1,
        "metrics": ["loss_due_to_shocks"],
        **more,
    }
    return Experiment.model_validate({**fields, "factors": factors, "design": design})


def invented(folder: Path, told: Experiment, formula: Formula) -> Study:
    """Write the sweep of an experiment whose headline is a formula, and open it.

    The formula has the values of a point, the strategy and the replicate; None is undefined, and a
    `ValueError` makes the run fail.
    """
    points = values_of(told)
    store = Store(folder)
    store.prepare()
    outcomes = []
    for point, row in enumerate(points.to_dict("records")):
        for replicate in range(told.pairs):
            for arm in told.strategies:
                run = Run(f"{point}-{replicate}-{arm}", "", arm, replicate, point)
                try:
                    metrics = {told.metrics[0]: formula(row, arm, replicate)}
                    outcomes.append(Outcome(run, seed=replicate, metrics=metrics))
                except ValueError as problem:
                    outcomes.append(Outcome(run, "error", str(problem)))
    store.commit(outcomes)
    manifest = {
        "format": manifests.FORMAT,
        "kind": "sweep",
        "name": told.name,
        "strategies": list(told.strategies),
        "baseline": told.baseline,
        "seed": told.seed,
        "pairs": told.pairs,
        "factors": [factor.model_dump(mode="json") for factor in told.factors],
        "design": told.design.model_dump(mode="json", exclude={"table"}),
        "points": {name: column.tolist() for name, column in points.items()},
        "titles": {name: {"it": f"la {name}", "en": f"the {name}"} for name in told.strategies},
        "metrics": dict.fromkeys(told.metrics, LOSS),
        **kept.bare(told.strategies),
    }
    manifests.write(folder, manifest)
    return Study.open(folder)
