"""A stand-in for the model: quick, deterministic, and it fails when told to.

Faults are files in a folder: ``error-alluvial-3`` raises, ``crash-alluvial-3`` kills the process;
with ``-once`` at the end the file goes before the fault, so that it happens once.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from resilienza_sim.experiments.comparison import comparison_plan
from resilienza_sim.experiments.plan import MetricInfo, Plan, Runner, Task

STRATEGIES = ("consolidated", "alluvial", "transformative")
DECISIONS = ("2020-02-24", "2023-05-01")
WEEKS = 12
METRICS = {
    "loss_due_to_shocks": MetricInfo(
        "lower", "%·weeks", 0.5, {"it": "la perdita di resilienza", "en": "resilience loss"}
    ),
    "robustness": MetricInfo("higher", "", 0.01),
    "recovery_weeks": MetricInfo("lower", "weeks", 1.0),
}


@dataclass(frozen=True)
class FakeTrajectory:
    strategy: str
    replicate: int
    seed: int
    decision: str
    weeks: np.ndarray
    values: dict[str, np.ndarray]
    metrics: dict[str, float | None]
    censored: dict[str, bool]


def trajectory(
    strategy: str, replicate: int, seed: int, decision: str, weeks: int = WEEKS
) -> FakeTrajectory:
    """Return what one run gives: luck is shared by the arms, each adds its own shift."""
    chance = np.random.default_rng([seed, replicate, DECISIONS.index(decision)])
    shift = {"consolidated": 0.0, "alluvial": 0.2, "transformative": -2.0}.get(strategy, 0.0)
    own = np.random.default_rng([seed, replicate, len(strategy)]).normal(0, 0.1)
    loss = 20 + 3 * chance.normal() + shift + own
    quality = 1 - loss / 100 - 0.01 * chance.random(weeks)
    undefined = np.where(np.arange(weeks) < 2, np.nan, quality / 2)
    late = loss > 20
    return FakeTrajectory(
        strategy=strategy,
        replicate=replicate,
        seed=seed * 1000 + replicate,
        decision=decision,
        weeks=np.arange(weeks),
        values={"quality": quality, "bridging": undefined},
        metrics={
            "loss_due_to_shocks": loss,
            "robustness": float(quality.min()),
            "recovery_weeks": None if late else float(round(loss)),
            "rarely_defined": loss if replicate % 3 else None,
        },
        censored={"recovery_weeks": late},
    )


def run(task: Task, faults: Path | None = None, seconds: float = 0.0) -> Iterator[FakeTrajectory]:
    """Yield the trajectories of one replicate, as `simulate_arms` does."""
    for decision in DECISIONS:
        for strategy in STRATEGIES:
            if not task.wants(decision, strategy):
                continue
            if faults is not None and decision == DECISIONS[0]:
                _fail(faults, f"{strategy}-{task.replicate}")
            time.sleep(seconds)
            yield trajectory(strategy, task.replicate, task.seed, decision)


def _fail(faults: Path, name: str) -> None:
    for fault in ("error", "crash", "interrupt"):
        lasting, once = faults / f"{fault}-{name}", faults / f"{fault}-{name}-once"
        if once.exists():
            once.unlink()
        elif not lasting.exists():
            continue
        if fault == "crash":
            os.kill(os.getpid(), signal.SIGKILL)
        if fault == "interrupt":
            raise KeyboardInterrupt
        raise ValueError(f"no {name}\nhere")


def runner(faults: Path | None = None, seconds: float = 0.0) -> Runner:
    """Return the picklable runner."""
    return partial(run, faults=faults, seconds=seconds)


def plan(pairs: int = 4, **changes: Any) -> Plan:
    """Return a small plan; `changes` replace what its manifest says."""
    text = '{"time":{"weeks":12},"name":"toy"}'
    told: dict[str, Any] = {
        "name": "toy",
        "scenario": {"hash": "0" * 16, "text": text},
        "strategies": STRATEGIES,
        "strategy_texts": {name: f'{{"name":"{name}"}}' for name in STRATEGIES},
        "decisions": DECISIONS,
        "pairs": pairs,
        "seed": 7,
        "baseline": "consolidated",
        "citizens": 100,
        "parameters": {},
        "worlds": None,
        "model_version": "0.1",
        "code": {},
        "metrics": METRICS,
        "titles": {"alluvial": {"it": "alluvionale", "en": "alluvial"}},
        "horizons": dict.fromkeys(DECISIONS, WEEKS),
    } | changes
    if "strategy_texts" in changes:
        told["strategies"] = tuple(told["strategy_texts"])
    told["metrics"] = {name: info.as_dict() for name, info in told["metrics"].items()}
    return comparison_plan(told)


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every part of the results, by path: wall times are no results."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*.parquet"))
        if path.parent.name != "timings"
    }
