"""Runs the plans of one question, one after the other, with one progress over all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypedDict

from resilienza_sim.experiments.driver import Progress
from resilienza_sim.experiments.engine import processors
from resilienza_sim.experiments.plan import Plan, bench_of
from resilienza_sim.experiments.progress import Stages, usual_progress
from resilienza_sim.experiments.run import StudyInterrupted, run_plan

__all__ = ["Running", "RunningChoices", "Session", "taken"]


class RunningChoices(TypedDict, total=False):
    """The fields of `Running`, for whoever takes them by name."""

    workers: int | None
    progress: Progress | None
    expected_seconds: float | None
    make_executor: Callable[[], Executor] | None


@dataclass(frozen=True, kw_only=True)
class Running:
    """How plans are run, whatever they are.

    Parameters
    ----------
    workers : int, optional
        Processes; by default one for each processor at hand.
    progress : callable, optional
        Called with runs done, runs planned, seconds left; by default, in a notebook, a line of its
        output.
    expected_seconds : float, optional
        Estimate of all the work; a very short one needs no worker processes.
    make_executor : callable, optional
        Returns another executor, for a cluster.
    """

    workers: int | None = None
    progress: Progress | None = None
    expected_seconds: float | None = None
    make_executor: Callable[[], Executor] | None = None

    def session(self, folder: Path, runs: Iterable[int]) -> Session:
        """Return what runs plans of so many new runs each, in their order, into a folder."""
        return Session(folder, Stages(self.progress or usual_progress(), runs), self)


@dataclass(frozen=True)
class Session:
    """Where plans are run, how, and how far they all are."""

    folder: Path
    stages: Stages
    how: Running

    def run(self, plan: Plan, place: Path | str = "") -> Path:
        """Run what is missing of a plan into a place of the folder, and return it.

        Raises
        ------
        ResilienzaError
            If the place cannot be used.
        StudyInterrupted
            On Ctrl-C, with what was done of all the plans.
        """
        how, expected = self.how, self.how.expected_seconds
        try:
            return run_plan(
                plan,
                bench_of(plan).run,
                self.folder / place,
                workers=processors() if how.workers is None else how.workers,
                make_executor=how.make_executor,
                expected_seconds=expected and self.stages.share * expected,
                progress=self.stages,
            )
        except StudyInterrupted as stop:
            done = self.stages.done(stop.done, plan.total)
            raise StudyInterrupted(self.folder, done, self.stages.total) from stop

    def whole(self, plan: Plan, place: Path | str = "") -> Path:
        """Run a plan that gets no more pairs: what runs after it is the next."""
        folder = self.run(plan, place)
        self.stages.finished()
        return folder


def taken(choices: Mapping[str, Any]) -> tuple[Running, dict[str, Any]]:
    """Part what a function was given by name into how it is run and what is asked."""
    mine = {field.name for field in fields(Running)} & set(choices)
    asked = {name: value for name, value in choices.items() if name not in mine}
    return Running(**{name: choices[name] for name in mine}), asked
