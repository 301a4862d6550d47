"""Holds arms against a yardstick: a cloud of random allocations, and each arm at its best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from resilienza_sim.experiments.driver import Progress
from resilienza_sim.experiments.engine import processors
from resilienza_sim.experiments.headline import HEADLINE, NO_TWIN, TOTAL
from resilienza_sim.experiments.run import StudyInterrupted, run_plan
from resilienza_sim.experiments.worth.arms import ArmsPlan, Staged, read_values
from resilienza_sim.experiments.worth.best import (
    CANDIDATES,
    FIRST_HISTORIES,
    Best,
    Search,
    held_out,
    search_of,
    winners,
)
from resilienza_sim.experiments.worth.cloud import ALLOCATIONS, Cloud, make_cloud
from resilienza_sim.files import place_of

if TYPE_CHECKING:
    import pandas as pd

    from resilienza_sim.scenario import Scenario
    from resilienza_sim.strategies import Strategy

__all__ = ["Stage", "Yardstick", "stages", "yardstick", "yardstick_folder"]

TRAINING, HELD_OUT = "training", "held_out"


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the work: arms on each pair, and how many pairs are new."""

    name: str
    arms: int
    pairs: int

    @property
    def runs(self) -> int:
        """Runs that no stage before has done."""
        return self.arms * self.pairs


@dataclass(frozen=True)
class Yardstick:
    """What was found.

    Parameters
    ----------
    folder : Path
        Folder of the study.
    cloud : Cloud
        The arms among random allocations.
    best : Best, optional
        Each arm at its best, if it was asked for and some arm has anything to share.
    """

    folder: Path
    cloud: Cloud
    best: Best | None


def stages(cloud: ArmsPlan, search: Search | None) -> tuple[Stage, ...]:
    """Return the steps of the work, in order, so that their cost can be told beforehand."""
    n = len(cloud.by_pair)
    found = [Stage("cloud", len(cloud.arms), n)]
    if search is None:
        return tuple(found)
    arms, before = len(search.arms), 0
    for k, step in enumerate(search.steps):
        # Beyond the first rung, where it is one of the candidates, the arm as it is goes along.
        wanted = arms * (step.candidates + (k > 0))
        found.append(Stage(TRAINING, wanted, step.histories - before))
        before = step.histories
    return (*found, Stage(HELD_OUT, 2 * arms + len(search.fixed), n))


def yardstick_folder(cloud: ArmsPlan) -> Path:
    """Return the folder of a yardstick that was given none."""
    return Path("results") / f"{cloud.name}-yardstick-{cloud.hash[:8]}"


def yardstick(
    scenario: Scenario | str | Path,
    strategies: Sequence[str | Path | Strategy] | None = None,
    *,
    metric: str | None = None,
    allocations: int = ALLOCATIONS,
    pairs: int | None = None,
    citizens: int | None = None,
    twin: bool = True,
    seed: int = 1,
    decision: str | None = None,
    best: bool = True,
    candidates: int = CANDIDATES,
    first_histories: int = FIRST_HISTORIES,
    workers: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    expected_seconds: float | None = None,
    make_executor: Callable[[], Executor] | None = None,
) -> Yardstick:
    """Hold the arms of a scenario against random allocations, and against themselves at their best.

    Parameters
    ----------
    scenario : Scenario, or its name or file
        The town and its history.
    strategies, allocations, pairs, seed, decision
        See `cloud.make_cloud`.
    metric : str, optional
        What arms are made best for, the loss due to shocks by default (that in all without
        twins); the cloud can be read by any.
    citizens : int, optional
        Citizens simulated, in place of the scenario's.
    twin : bool
        Whether the quiet twin of each arm runs beside it.
    best : bool
        Whether each arm is optimised too.
    candidates, first_histories : int
        See `best.rungs`.
    workers, out, progress, expected_seconds, make_executor
        As for `compare`.

    Raises
    ------
    ResilienzaError
        If something asked for is not there, or the folder cannot be used.
    StudyInterrupted
        On Ctrl-C; what was done is kept.
    """
    if isinstance(scenario, str | Path):
        from resilienza_sim.scenario import load_scenario

        scenario = load_scenario(scenario)
    if citizens is not None:
        scenario = scenario.with_citizens(citizens)
    if not twin:
        scenario = scenario.with_set(NO_TWIN)
    metric = metric or (HEADLINE if scenario.study.twin else TOTAL)
    plan = make_cloud(
        scenario, strategies, allocations=allocations, pairs=pairs, seed=seed, decision=decision
    )
    search: Search | None = None
    if best:
        search = search_of(
            scenario,
            plan.base,
            seed=seed,
            decision=decision,
            candidates=candidates,
            first_histories=first_histories,
        )
        search = search if search.arms else None
    folder = yardstick_folder(plan) if out is None else place_of(out)
    workers = processors() if workers is None else workers
    told = Staged(progress, (stage.runs for stage in stages(plan, search)))

    def run(at: ArmsPlan, place: Path) -> pd.DataFrame:
        try:
            run_plan(
                at,
                at.runner,
                place,
                workers=workers or 1,
                make_executor=make_executor,
                expected_seconds=expected_seconds,
                progress=told,
            )
        except StudyInterrupted as stop:
            raise StudyInterrupted(folder, told.done(stop.done, at.total), told.total) from stop
        told.finished()
        return read_values(place, at)

    found = Cloud(plan, run(plan, folder))
    if search is None:
        return Yardstick(folder, found, None)
    won, training = winners(search, metric, lambda at: run(at, folder / TRAINING))
    last = held_out(search, won, pairs=len(plan.by_pair), seed=seed)
    runs = run(last, folder / HELD_OUT)
    return Yardstick(folder, found, Best(search, won, training, last, runs, metric))
