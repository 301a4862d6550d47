"""The one door: a scenario, a strategy and a seed go in, a trajectory comes out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilienza_sim.arguments import named
from resilienza_sim.bounds import LARGEST_SEED
from resilienza_sim.discovery import family
from resilienza_sim.errors import unknown
from resilienza_sim.model.community_model import Background, CommunityModel
from resilienza_sim.model.contracts import Metric, Struck
from resilienza_sim.model.hazards import HAZARDS
from resilienza_sim.model.ledger import Ledger
from resilienza_sim.model.losses import take_away
from resilienza_sim.model.recorder import Recorder
from resilienza_sim.reading import seed_of, whole_number
from resilienza_sim.scenario import Scenario
from resilienza_sim.strategies import Strategy
from resilienza_sim.worlds import ranges_here, world_number
from resilienza_sim.worlds import world as draw_world

__all__ = [
    "QUIET",
    "Trajectory",
    "Without",
    "replicate_seed",
    "run_arm",
    "simulate",
    "simulate_arms",
    "trajectory_of",
    "twin_columns",
    "undecided",
]

QUIET = "_quiet"
"""What follows the name of a column where it is the quiet twin's."""


@dataclass(frozen=True, eq=False)
class Trajectory:
    """What one run leaves: weekly indicators, metrics, the ledger.

    Parameters
    ----------
    strategy, decision : str
        Name of the strategy; ISO date of the decision.
    replicate, seed : int
        Number of the replicate and its seed.
    decision_week : int
        Week from which the strategy is in force.
    weeks : ndarray of int64, shape (w,)
        Weeks of the timeline, from 0.
    values : dict of ndarray of float64, shape (w,)
        One array an indicator column; nan where undefined. Those of the quiet twin, where there is
        one, end in `QUIET`; before the decision they are the arm's own.
    metrics : dict
        One value a metric, None where undefined.
    censored : dict
        For the metrics that can be censored, whether they were.
    final : dict of ndarray, shape (n,)
        Each citizen's summed suffering, quarter and tags, for metrics over people.
    shocks : tuple of Struck
        What each shock did to the town, week by week of the timeline.
    ledger : Ledger
        Every cent.
    """

    strategy: str
    replicate: int
    seed: int
    decision: str
    decision_week: int
    weeks: NDArray[np.int64]
    values: dict[str, NDArray[np.float64]]
    metrics: dict[str, float | None]
    censored: dict[str, bool]
    final: dict[str, NDArray[np.float64]]
    shocks: tuple[Struck, ...]
    ledger: Ledger

    def frame(self) -> pd.DataFrame:
        """Return one row a week, one column an indicator."""
        return pd.DataFrame(self.values, pd.Index(self.weeks, name="week"))

    def has(self, column: str) -> bool:
        """Tell whether a column was recorded."""
        return column in self.values

    def series(self, column: str, *, before: bool = False) -> NDArray[np.float64]:
        """Return a column from the decision on, or before it."""
        after = self.weeks >= self.decision_week
        return self.values[column][~after if before else after]

    def quiet(self, column: str) -> NDArray[np.float64] | None:
        """Return a column of the quiet twin from the decision on, None if it has no twin."""
        name = f"{column}{QUIET}"
        return self.series(name) if self.has(name) else None


def replicate_seed(seed: int, replicate: int) -> int:
    """Return the seed of one replicate of a study, below 2**63.

    Raises
    ------
    ResilienzaError
        If a number is not whole, or below 0.
    """
    seed = seed_of(seed)
    replicate = whole_number("replicate", replicate, 0, LARGEST_SEED)
    name = hashlib.blake2b(f"{seed}|{replicate}".encode(), digest_size=8).digest()
    return int.from_bytes(name, "little") >> 1


def _metrics(record: Trajectory) -> tuple[dict[str, float | None], dict[str, bool]]:
    values: dict[str, float | None] = {}
    censored: dict[str, bool] = {}
    for name, metric in family("metrics", Metric).items():
        found = metric(record)
        values[name] = found.value
        if metric.can_be_censored:
            censored[name] = found.censored
    return values, censored


def twin_columns() -> tuple[str, ...]:
    """Return the columns that metrics read of the quiet twin."""
    wanted = (name for each in family("metrics", Metric).values() for name in each.of_twin)
    return tuple(dict.fromkeys(wanted))


def trajectory_of(
    model: CommunityModel, replicate: int, decision: str, twin: Recorder | None = None
) -> Trajectory:
    """Return what a model that has reached its end leaves, with what was recorded of its twin."""
    recorder = model.recorder
    timeline = recorder.weeks() >= 0
    values = {name: recorder.series(name)[timeline].copy() for name in recorder.columns}
    if twin is not None:
        values |= {f"{name}{QUIET}": twin.series(name)[timeline].copy() for name in twin_columns()}
    people: dict[str, NDArray[np.float64]] = {
        "cumulative": model.state.citizens.cumulative.astype(np.float64),
        "quarter": model.community.people.quarter.astype(np.float64),
    }
    people |= {name: mask.astype(np.float64) for name, mask in model.fixed.tags.items()}
    shocks = tuple(
        Struck(HAZARDS[ready.hazard], int(np.argmax(ready.water > 0.0)), ready.water * size)
        for ready in model.background.shocks
        if (ready.water > 0.0).any()
        for size in [float(ready.exposure.mean(dtype=np.float64))]
    )
    seed = model.streams.seed
    record = Trajectory(
        model.strategy.name,
        replicate,
        seed,
        decision,
        model.decision_week,
        recorder.weeks()[timeline],
        values,
        {},
        {},
        people,
        shocks,
        model.ledger,
    )
    metrics, censored = _metrics(record)
    record.metrics.update(metrics)
    record.censored.update(censored)
    return record


class Without(NamedTuple):
    """What an arm and its twin do without.

    Parameters
    ----------
    muted : frozenset of str
        Actions that are paid for but do nothing.
    lost : tuple of str
        What the town loses before the arm begins; see `model.losses`.
    """

    muted: frozenset[str] = frozenset()
    lost: tuple[str, ...] = ()


NOTHING = Without()
"""An arm that does without nothing."""


def run_arm(
    past: CommunityModel,
    strategy: Strategy | str,
    *,
    replicate: int,
    decision: str,
    background: Background | None = None,
    quiet: Background | None = None,
    without: Without = NOTHING,
    lived: CommunityModel | None = None,
) -> Trajectory:
    """Run one arm from where its past has got to, and its quiet twin beside it.

    Parameters
    ----------
    past : CommunityModel
        At the decision week.
    strategy : Strategy
        In force from there on.
    replicate, decision
        Told in the trajectory.
    background : Background, optional
        What the arm meets, if not what its past did.
    quiet : Background, optional
        What the twin meets (`Background.quiet`); no twin without it.
    without : Without
        What the arm and its twin do without.
    lived : CommunityModel, optional
        The arm some weeks on, if it has been brought there already; it is left as it is.
    """
    end = (background or past.background).scenario.calendar.weeks

    def begun(meets: Background | None) -> CommunityModel:
        model = past.fork(strategy, background=meets)
        model.muted = without.muted
        for each in without.lost:
            take_away(model, each)
        return model

    seen = None if quiet is None else _watch_twin(begun(quiet), end)
    model = begun(background) if lived is None else lived.fork(strategy, lived.decision_week)
    model.run_to(end)
    return trajectory_of(model, replicate, decision, seen)


def _watch_twin(twin: CommunityModel, end: int) -> Recorder:
    """Return what was recorded of a twin, its state let go before the arm begins."""
    twin.recorder = twin.recorder.watching(twin_columns())
    twin.run_to(end)
    return twin.recorder


def undecided(
    scenario: Scenario, seed: int, replicate: int, model: type[CommunityModel] = CommunityModel
) -> CommunityModel:
    """Return the town of one replicate of a study, before its past and any decision."""
    rng = replicate_seed(seed, replicate)
    return model(scenario, strategy=scenario.past, rng=rng, decision=scenario.calendar.weeks)


def simulate_arms(
    scenario: Scenario,
    strategies: Sequence[Strategy | str | Path],
    *,
    replicate: int,
    seed: int,
    skip: frozenset[tuple[str, str]] = frozenset(),
    without: Mapping[str, Without] | None = None,
    twin: bool | None = None,
    model: type[CommunityModel] = CommunityModel,
) -> Iterator[Trajectory]:
    """Run one replicate: one community, one past, every arm at every decision date.

    Parameters
    ----------
    scenario : Scenario
        The town and its history.
    strategies : sequence
        Strategies, names or files.
    replicate : int
        Number of the replicate.
    seed : int
        Seed of the study: with the number of the replicate it gives the replicate's own.
    skip : frozenset of (decision, strategy)
        Runs not wanted, by ISO date and name.
    without : dict of Without, optional
        What arms do without, by name of the strategy.
    twin : bool, optional
        Whether the quiet twin of each arm runs beside it; the scenario's own choice by default.
    model : type, optional
        The model, or a subclass of it.

    Yields
    ------
    Trajectory
        In the order of decisions, then of strategies.
    """
    seed = seed_of(seed)
    arms = [scenario.strategy(each) for each in strategies]
    twins = scenario.study.twin if twin is None else twin
    past = undecided(scenario, seed, replicate, model)
    wanted = {
        day: these
        for day in sorted(scenario.time.decisions)
        if (these := [arm for arm in arms if (day.isoformat(), arm.name) not in skip])
    }
    weeks = [scenario.calendar.week_of(day) for day in wanted]
    for (day, these), week, later in zip(wanted.items(), weeks, [*weeks[1:], None], strict=True):
        past.run_to(week)
        quiet = past.background.quiet(week) if twins else None
        going_on = past
        for arm in these:
            less, lived = (without or {}).get(arm.name, NOTHING), None
            if later is not None and less == NOTHING and arm == past.strategy:
                # To go on as before is what the past of the next decision does as well.
                going_on = lived = past.fork(arm)
                lived.run_to(later)
            yield run_arm(
                past,
                arm,
                replicate=replicate,
                decision=day.isoformat(),
                quiet=quiet,
                without=less,
                lived=lived,
            )
        past = going_on


@named
def simulate(
    scenario: Scenario,
    *,
    strategy: str | Path | Strategy = "consolidated",
    seed: int = 1,
    decision: date | str | None = None,
    world: int | None = None,
    twin: bool | None = None,
    model: type[CommunityModel] = CommunityModel,
) -> Trajectory:
    """Run one strategy on one replicate.

    Parameters
    ----------
    scenario : Scenario
        The town and its history.
    strategy : str, path or Strategy
        In force from the decision on.
    seed : int
        Seed of a study, of which this is the first replicate.
    decision : date or str, optional
        One of the scenario's decision dates; the first by default.
    world : int, optional
        Plausible world to run it in, from 0, with the chance of the replicate of that number: the
        same run as in a comparison of that seed. By default the scenario's single point.
    twin : bool, optional
        Whether its quiet twin runs beside it; the scenario's own choice by default.
    model : type, optional
        A subclass of the model to run in its place.

    Returns
    -------
    Trajectory
        What the run leaves.
    """
    arm, replicate, seed = scenario.strategy(strategy), 0, seed_of(seed)
    if world is not None:
        replicate = world_number(world)
        here = draw_world(scenario, [arm], ranges_here(scenario), seed, replicate)
        scenario, (arm,) = here.scenario, here.arms
    days = scenario.decision_days
    wanted = days[0] if decision is None else str(decision)
    if wanted not in days:
        raise unknown("unknown_decision", wanted, days)
    skip = frozenset((day, arm.name) for day in days if day != wanted)
    return next(
        simulate_arms(
            scenario, [arm], replicate=replicate, seed=seed, skip=skip, twin=twin, model=model
        )
    )
