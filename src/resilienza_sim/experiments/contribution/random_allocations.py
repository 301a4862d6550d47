"""Holds arms against random allocations, and each arm at its best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Unpack

import pandas as pd

from resilienza_sim.arguments import named
from resilienza_sim.experiments.comparison import OfATown, TownChoices
from resilienza_sim.experiments.contribution.best import (
    CANDIDATES,
    FIRST_HISTORIES,
    Best,
    Search,
    held_out,
    search_of,
    winners,
)
from resilienza_sim.experiments.contribution.cloud import ALLOCATIONS, Cloud, make_cloud
from resilienza_sim.experiments.many_arms import read_values, strategies_of
from resilienza_sim.experiments.plan import Plan, default_folder
from resilienza_sim.experiments.session import Running, taken
from resilienza_sim.files import place_of
from resilienza_sim.scenario import Scenario
from resilienza_sim.strategies import Strategy

__all__ = ["Benchmark", "Choices", "Prepared", "Request", "Stage", "random_allocations"]

TRAINING, HELD_OUT = "training", "held_out"


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the work: its folder, arms on each pair, and how many pairs are new."""

    place: str
    arms: int
    pairs: int

    @property
    def runs(self) -> int:
        """Runs that no stage before has done."""
        return self.arms * self.pairs


@dataclass(frozen=True)
class Benchmark:
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


@dataclass(frozen=True)
class Prepared:
    """A benchmark ready to run: all that was asked for, read and tried once.

    Parameters
    ----------
    cloud : Plan
        Of the random allocations, and of the arms held against them.
    search : Search, optional
        Of each arm's best; None where it was not asked for, or no arm has anything to share.
    metric : str
        What arms are made best for.
    """

    cloud: Plan
    search: Search | None
    metric: str

    @property
    def steps(self) -> tuple[Stage, ...]:
        """The steps of the work, in order, so that their cost can be told beforehand."""
        n, search = self.cloud.pairs, self.search
        found = [Stage("", len(self.cloud.arms), n)]
        if search is None:
            return tuple(found)
        arms, before = len(search.arms), 0
        for k, step in enumerate(search.steps):
            # Beyond the first rung, where it is one of the candidates, the arm as it is goes along.
            wanted = arms * (step.candidates + (k > 0))
            found.append(Stage(TRAINING, wanted, step.histories - before))
            before = step.histories
        return (*found, Stage(HELD_OUT, 2 * arms + len(search.fixed), n))

    def run(
        self,
        folder: Path | None = None,
        how: Running = Running(),  # noqa: B008 (it cannot be changed)
    ) -> Benchmark:
        """Run what is missing of it; the parameters are those of `compare`."""
        folder = folder or default_folder(self.cloud, "-random-allocations")
        runs = (step.runs for step in self.steps)
        session = how.session(folder, runs)

        def run(plan: Plan, place: str = "") -> pd.DataFrame:
            return read_values(session.whole(plan, place), plan)

        found = Cloud(self.cloud, run(self.cloud))
        if self.search is None:
            return Benchmark(folder, found, None)
        won, training = winners(self.search, self.metric, lambda plan: run(plan, TRAINING))
        last = held_out(self.search, won, pairs=self.cloud.pairs, seed=self.cloud.seed)
        best = Best(self.search, won, training, last, run(last, HELD_OUT), self.metric)
        return Benchmark(folder, found, best)


class Choices(TownChoices, total=False):
    """What `random_allocations` is given by name: the fields of `Running` and of `Request`."""

    metric: str | None
    allocations: int
    decision: str | None
    best: bool
    candidates: int
    first_histories: int


@dataclass(frozen=True, kw_only=True)
class Request(OfATown):
    """What is asked of a benchmark, before anything is read; see `random_allocations`."""

    strategies: Sequence[str | Path | Strategy] | None = None
    metric: str | None = None
    allocations: int = ALLOCATIONS
    decision: str | None = None
    best: bool = True
    candidates: int = CANDIDATES
    first_histories: int = FIRST_HISTORIES

    def prepared(self) -> Prepared:
        """Return the benchmark ready to run.

        Raises
        ------
        ResilienzaError
            If something asked for is not there or not allowed.
        """
        scenario, _ = self.town()
        cloud = make_cloud(
            scenario,
            self.strategies,
            allocations=self.allocations,
            pairs=self.pairs,
            seed=self.seed,
            decision=self.decision,
        )
        search: Search | None = None
        if self.best:
            search = search_of(
                scenario,
                strategies_of(cloud),
                seed=cloud.seed,
                decision=self.decision,
                candidates=self.candidates,
                first_histories=self.first_histories,
            )
        return Prepared(
            cloud, search if search and search.arms else None, self.metric or cloud.headline
        )


@named
def random_allocations(
    scenario: Scenario | str | Path,
    strategies: Sequence[str | Path | Strategy] | None = None,
    pairs: int | None = None,
    *,
    out: str | Path | None = None,
    **choices: Unpack[Choices],
) -> Benchmark:
    """Hold the arms of a scenario against random allocations, and against themselves at their best.

    Parameters
    ----------
    scenario : Scenario, or its name or file
        The town and its history.
    strategies, pairs
        See `cloud.make_cloud`.
    out
        As for `compare`.
    **choices
        How it is run (fields of `Running`) and what is asked (fields of `Request`): `citizens`,
        `parameters`, `twin` as for `compare`; `allocations`, `seed`, `decision` as for
        `make_cloud`; `metric`, what arms are made best for (the loss due to shocks by default, that
        in all without twins; the cloud can be read by any);
        `best`, whether each arm is optimised too, with `candidates` and `first_histories` as for
        `best.rungs`.

    Raises
    ------
    ResilienzaError
        If something asked for is not there, or the folder cannot be used.
    StudyInterrupted
        On Ctrl-C; what was done is kept.
    """
    how, asked = taken(choices)
    wanted = Request(scenario=scenario, strategies=strategies, pairs=pairs, **asked).prepared()
    return wanted.run(None if out is None else place_of(out), how)
