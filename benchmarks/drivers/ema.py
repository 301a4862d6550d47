"""EMA Workbench: the same model as its function, scenarios by policies, two processes."""

from __future__ import annotations

import time
from functools import cache

from ema_workbench import (
    Model,
    MultiprocessingEvaluator,
    Policy,
    RealParameter,
    ScalarOutcome,
)
from ema_workbench import Scenario as Point

from benchmarks.drivers.task import HIGHEST, LOWEST, PATH, SCENARIO, STRATEGIES, heights
from resilienza_sim import load_scenario, simulate
from resilienza_sim.scenario import Scenario


@cache
def _town(citizens: int) -> Scenario:
    return load_scenario(SCENARIO).with_values({"town.citizens": citizens})


def run(
    height: float, citizens: int = 0, strategy: str = "", seed: int = 1
) -> dict[str, float | None]:
    """Return what the workbench asks of a run."""
    town = _town(citizens).with_values({PATH: height})
    life = simulate(town, strategy=strategy, seed=seed, twin=False)
    return {"loss": life.metrics["loss_total"]}


def drive(citizens: int, points: int, pairs: int, workers: int) -> tuple[float, int]:
    """Return the seconds taken and the runs made."""
    model = Model("town", function=run)
    model.uncertainties = [RealParameter("height", LOWEST, HIGHEST)]
    model.outcomes = [ScalarOutcome("loss")]
    policies = [
        Policy(f"{strategy}-{seed}", strategy=strategy, seed=seed, citizens=citizens)
        for strategy in STRATEGIES
        for seed in range(1, pairs + 1)
    ]
    asked = [Point(f"height-{k}", height=height) for k, height in enumerate(heights(points))]
    begin = time.perf_counter()
    with MultiprocessingEvaluator(model, n_processes=workers) as evaluator:
        experiments, _outcomes = evaluator.perform_experiments(scenarios=asked, policies=policies)
    return time.perf_counter() - begin, len(experiments)
