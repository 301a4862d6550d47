"""Runs the plans of one question, one after the other, with one progress over all of them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from resilienza_sim.experiments.engine import processors
from resilienza_sim.experiments.plan import Plan, bench_of
from resilienza_sim.experiments.progress import Stages
from resilienza_sim.experiments.run import StudyInterrupted, run_plan

__all__ = ["Session"]


@dataclass(frozen=True)
class Session:
    """How and where plans are run.

    Parameters
    ----------
    folder : Path
        Folder of the study.
    stages : Stages
        Tells how far all the plans are.
    workers : int, optional
        Processes; by default one for each processor at hand.
    expected_seconds : float, optional
        Estimate of all the work; a very short one needs no worker processes.
    make_executor : callable, optional
        Returns another executor, for a cluster.
    """

    folder: Path
    stages: Stages
    workers: int | None = None
    expected_seconds: float | None = None
    make_executor: Callable[[], Executor] | None = None

    def run(self, plan: Plan, place: Path | str = "") -> Path:
        """Run what is missing of a plan into a place of the folder, and return it.

        Raises
        ------
        ResilienzaError
            If the place cannot be used.
        StudyInterrupted
            On Ctrl-C, with what was done of all the plans.
        """
        try:
            return run_plan(
                plan,
                bench_of(plan).run,
                self.folder / place,
                workers=processors() if self.workers is None else self.workers,
                make_executor=self.make_executor,
                expected_seconds=self.expected_seconds
                and self.stages.share * self.expected_seconds,
                progress=self.stages,
            )
        except StudyInterrupted as stop:
            done = self.stages.done(stop.done, plan.total)
            raise StudyInterrupted(self.folder, done, self.stages.total) from stop
