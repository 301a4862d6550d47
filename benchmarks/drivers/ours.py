"""resilienza-sim: a sweep as `resilienza sweep` runs it, its store included."""

from __future__ import annotations

import tempfile
import time
from functools import partial
from pathlib import Path

from benchmarks.drivers.task import HIGHEST, LOWEST, PATH, SCENARIO, STRATEGIES
from resilienza_sim.experiments.experiment import Experiment
from resilienza_sim.experiments.sweep import sweep


def drive(citizens: int, points: int, pairs: int, workers: int) -> tuple[float, int]:
    """Return the seconds taken and the runs made."""
    words = {"it": "Prova", "en": "Test"}
    factor = {
        "name": "size",
        "title": words,
        "source": "assumption",
        "paths": [PATH],
        "low": LOWEST,
        "high": HIGHEST,
        "steps": points,
    }
    asked = Experiment.model_validate(
        {
            "name": "throughput",
            "question": words,
            "description": words,
            "scenarios": [SCENARIO],
            "strategies": STRATEGIES,
            "baseline": STRATEGIES[0],
            "citizens": citizens,
            "pairs": pairs,
            "metrics": ["loss_total"],
            "set": {"study.twin": False},
            "factors": [factor],
            "design": {"kind": "factorial"},
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        run = partial(sweep, asked, out=Path(folder) / "study", workers=workers)
        begin = time.perf_counter()
        done = len(run().runs)
        return time.perf_counter() - begin, done
