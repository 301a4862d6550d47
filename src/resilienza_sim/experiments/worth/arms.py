"""Many arms on one past: what attribution, the cloud and each arm's best are run with.

A task is a handful of arms of one replicate: they share the community and the past, so that an arm
costs its own weeks only. Euros can be *set aside*: the lines of an action stay in the strategy and
take their share of the purse, but buy nothing. Lines that were simply cut out would leave their
euros in the savings, which are released to the other lines week by week: a removal would be a
reallocation by the back door.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.driver import Progress
from resilienza_sim.experiments.plan import (
    MetricInfo,
    Run,
    Task,
    TrajectoryLike,
    canonical,
    code,
    digest,
)
from resilienza_sim.experiments.sources import sources

if TYPE_CHECKING:
    import pandas as pd

    from resilienza_sim.experiments.worth.histories import Histories
    from resilienza_sim.scenario import Scenario
    from resilienza_sim.strategies import Strategy

__all__ = ["Arm", "ArmsPlan", "ArmsRunner", "Staged", "decision_index", "read_values"]

CHUNK = 24
"""Arms of a task: the past is lived once for each of them, a crash costs no more than so many."""
RECEIVED, SET_ASIDE = "received_eur", "set_aside_eur"
"""Columns of the runs: euros of the purse since the decision, and those that bought nothing."""


@dataclass(frozen=True, slots=True)
class Arm:
    """A strategy as it is run.

    Parameters
    ----------
    name : str
        Name of the arm in the study.
    strategy : Strategy
        What it does.
    set_aside : tuple of str
        Kinds of action whose euros buy nothing.
    lost : tuple of str
        What the town loses at the decision; see `model.losses`.
    """

    name: str
    strategy: Strategy
    set_aside: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Canonical text of what the arm does, whatever its name."""
        told = {"strategy": self.strategy.hash, "set_aside": sorted(self.set_aside)}
        return canonical(told | ({"lost": sorted(self.lost)} if self.lost else {}))


@dataclass(frozen=True, slots=True)
class ArmsRunner:
    """Runs the arms of a task on one community and one past; it travels to the workers.

    Parameters
    ----------
    scenario : Scenario
        The town and its history.
    decision : int
        Which decision of the scenario, from 0.
    histories : Histories, optional
        How the history of each replicate is drawn again; the scenario's own when absent.
    """

    scenario: Scenario
    decision: int = 0
    histories: Histories | None = None

    def __call__(self, task: Task) -> Iterable[TrajectoryLike]:
        """Yield what each arm of the task leaves, in the task's order."""
        from resilienza_sim.model.community_model import CommunityModel
        from resilienza_sim.simulation import replicate_seed, run_arm

        scenario = self.scenario
        week = scenario.decision_weeks[self.decision]
        if self.histories is not None:
            scenario = self.histories.of(scenario, week, task.seed, task.replicate)
        seed = replicate_seed(task.seed, task.replicate)
        past = CommunityModel(scenario, scenario.past, seed, decision=scenario.calendar.weeks)
        past.run_to(week)
        quiet = past.background.quiet(week) if scenario.study.twin else None
        for run in task.runs:
            arm: Arm = task.setting["arms"][run.strategy]
            muted = frozenset(arm.set_aside)
            record = run_arm(
                past,
                arm.strategy,
                replicate=task.replicate,
                decision="",
                quiet=quiet,
                muted=muted,
                lost=arm.lost,
            )
            kept = {**record.metrics, **_euros(record.ledger, week, muted)}
            yield replace(
                record, strategy=arm.name, weeks=record.weeks[:0], values={}, metrics=kept
            )


def _euros(ledger: Any, week: int, muted: Container[str]) -> dict[str, float]:
    """Return the euros since a week: received, spent in all and by action, set aside."""
    cents: dict[str, int] = {}
    for at, kind, _ambit, amount in ledger.entries:
        if at >= week:
            name = SET_ASIDE if kind in muted else f"eur_{kind}"
            cents[name] = cents.get(name, 0) + amount
    spent = sum(amount for name, amount in cents.items() if name != SET_ASIDE)
    received = sum(amount for at, amount in ledger.income if at >= week)
    told = {SET_ASIDE: 0, **cents, "spent_eur": spent, RECEIVED: received}
    return {name: amount / 100.0 for name, amount in told.items()}


@dataclass(frozen=True, kw_only=True)
class ArmsPlan:
    """Arms to run, replicate by replicate, before they are run.

    Parameters
    ----------
    kind, name : str
        What kind of study it is; name of the scenario.
    scenario : Scenario
        With its citizens and parameters already set.
    arms : dict of Arm
        By name.
    by_pair : sequence of sequences of str
        Names of the arms wanted in each replicate, from 0.
    base : tuple of Strategy
        The strategies that the arms are made from; with the scenario, the seed and the histories
        they are all that a result depends on.
    baseline : str
        Name of one of `base`.
    seed, decision : int
        Seed of the study; which decision of the scenario, from 0.
    model_version : str
        Version of resilienza-sim.
    histories : Histories, optional
        How the history of each replicate is drawn again.
    sources : dict of str
        Hashes of the code that makes the numbers; those of what is here by default.
    """

    kind: str
    name: str
    scenario: Scenario
    arms: Mapping[str, Arm]
    by_pair: Sequence[Sequence[str]]
    base: tuple[Strategy, ...]
    baseline: str
    seed: int
    decision: int
    model_version: str
    histories: Histories | None = None
    sources: Mapping[str, str] = field(default_factory=sources)

    decisions = ("",)  # one folder: one decision of the scenario is looked at

    def __post_init__(self) -> None:
        if not self.by_pair:
            raise ResilienzaError("too_few_pairs", found=0)

    @property
    def runner(self) -> ArmsRunner:
        """Return what runs its tasks."""
        return ArmsRunner(self.scenario, self.decision, self.histories)

    @cached_property
    def text(self) -> str:
        """Canonical text of all that a result depends on, but its arm and its replicate."""
        histories = None if self.histories is None else asdict(self.histories)
        return canonical(
            {
                "kind": self.kind,
                "scenario": self.scenario.model_dump(mode="json"),
                "strategies": {s.name: s.model_dump(mode="json") for s in self.base},
                "seed": self.seed,
                "decision": self.decision,
                "histories": histories,
            }
        )

    @cached_property
    def hash(self) -> str:
        """Hash of the same: it names the folder of a study that was given none."""
        return digest(self.text)

    @cached_property
    def _configuration(self) -> str:
        histories = None if self.histories is None else canonical(asdict(self.histories))
        scenario = self.scenario.hash
        return digest(scenario, self.seed, self.decision, histories, *code(self))

    @property
    def total(self) -> int:
        """Number of runs."""
        return sum(len(names) for names in self.by_pair)

    def _runs(self, replicate: int) -> list[Run]:
        def named(arm: Arm) -> str:
            return digest(self._configuration, arm.name, arm.text, replicate)

        arms = (self.arms[name] for name in self.by_pair[replicate])
        return [Run(named(arm), "", arm.name, replicate) for arm in arms]

    def runs(self) -> Iterator[Run]:
        """Return every planned run, replicate by replicate."""
        for replicate in range(len(self.by_pair)):
            yield from self._runs(replicate)

    def tasks(self, done: Container[str] = frozenset()) -> Iterator[Task]:
        """Return the work left: at most `CHUNK` arms of a replicate in each task."""
        for replicate in range(len(self.by_pair)):
            left = [run for run in self._runs(replicate) if run.run_id not in done]
            for first in range(0, len(left), CHUNK):
                wanted = tuple(left[first : first + CHUNK])
                arms = {run.strategy: self.arms[run.strategy] for run in wanted}
                yield Task(replicate, self.seed, wanted, setting={"arms": arms})

    @cached_property
    def metrics(self) -> dict[str, MetricInfo]:
        """What is known of every metric, over the weeks from the decision to the end."""
        from resilienza_sim.discovery import family
        from resilienza_sim.metrics import describe_metric
        from resilienza_sim.model.contracts import Metric

        effects = self.scenario.study.effects_of_interest
        weeks = self.scenario.time.weeks - self.scenario.decision_weeks[self.decision]
        return {
            name: MetricInfo.of(describe_metric(name))
            .asked(effects.get(name))
            .over(weeks, self.scenario.town.citizens)
            for name in family("metrics", Metric)
        }

    def describe(self, decision: str) -> dict[str, Any]:
        """Return what the manifest says of the study."""
        days = sorted(day.isoformat() for day in self.scenario.time.decisions)
        return {
            "kind": self.kind,
            "name": self.name,
            "decision": decision,
            "decisions": [decision],
            "day": days[self.decision],
            "strategies": sorted(self.arms),
            "baseline": self.baseline,
            "pairs": len(self.by_pair),
            "seed": self.seed,
            "citizens": self.scenario.town.citizens,
            "model_version": self.model_version,
            "code": dict(self.sources),
            "experiment": {"hash": self.hash, "text": self.text},
            "strategy_texts": {name: arm.text for name, arm in sorted(self.arms.items())},
            "titles": {each.name: each.title.model_dump() for each in self.base},
            "metrics": {name: info.as_dict() for name, info in self.metrics.items()},
        }


class Staged:
    """Progress over plans run one after the other, told as one.

    Parameters
    ----------
    progress : callable, optional
        Told of runs done, runs planned, seconds left.
    stages : iterable of int
        New runs of each plan: some keep those of the one before.
    """

    def __init__(self, progress: Progress | None, stages: Iterable[int]) -> None:
        self._progress, self._ahead = progress, list(stages)
        self.total, self.before = sum(self._ahead), 0

    def done(self, of_plan: int, planned: int) -> int:
        """Return the runs done over all the plans, from those of the plan that is running."""
        return self.before + max(0, self._ahead[0] - (planned - of_plan))

    def __call__(self, done: int, planned: int, left: float | None) -> None:
        """Tell the progress of the plan that is running."""
        if self._progress is None:
            return
        rest = self.total - self.before - self._ahead[0]
        if rest and left is not None:
            left = left * (1.0 + rest / (planned - done)) if planned > done else None
        self._progress(self.done(done, planned), self.total, left)

    def finished(self) -> None:
        """Take note that the plan has ended."""
        self.before += self._ahead.pop(0)


def decision_index(scenario: Scenario, day: str | None) -> int:
    """Return which decision of a scenario an ISO date is, the first if none is given.

    Raises
    ------
    ResilienzaError
        If it is none of them.
    """
    days = sorted(each.isoformat() for each in scenario.time.decisions)
    if day is None:
        return 0
    if day not in days:
        raise ResilienzaError("unknown_decision", found=day, allowed=", ".join(days))
    return days.index(day)


def read_values(folder: Path, plan: ArmsPlan) -> pd.DataFrame:
    """Return the runs of a plan that went well, one row each, by ``(replicate, strategy)``.

    Undefined values are nan; runs of the folder that this plan does not want are left out.
    """
    from resilienza_sim.experiments.store import Store

    runs = Store(folder).runs().to_pandas()
    wanted = {run.run_id for run in plan.runs()}
    well = runs[runs["run_id"].isin(wanted) & (runs["status"] == "ok")]
    return well.set_index(["replicate", "strategy"]).sort_index()
