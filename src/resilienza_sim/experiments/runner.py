"""What every run of a study starts from, and how one task is run: the one way to the model."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from resilienza_sim import simulation
from resilienza_sim.discovery import family
from resilienza_sim.errors import ResilienzaError, unknown
from resilienza_sim.experiments.experiment import Value
from resilienza_sim.experiments.histories import Histories
from resilienza_sim.experiments.plan import Arm, Setting, Task, TrajectoryLike, canonical
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.contracts import Metric
from resilienza_sim.model.ledger import Ledger
from resilienza_sim.scenario import Scenario
from resilienza_sim.strategies import Strategy
from resilienza_sim.unmeasured import Ranges
from resilienza_sim.worlds import world

__all__ = ["RECEIVED", "SET_ASIDE", "Bench", "parted"]

_STRATEGIES, _ACTIONS = "strategies", "actions"
_PHASES = ("normal", "emergency", "recovery")
_READY = 8
"""Settings that a worker keeps ready: replicates of a point follow one another."""
RECEIVED, SET_ASIDE = "received_eur", "set_aside_eur"
"""Columns of the runs: euros of the purse since the decision, and those that bought nothing."""


def parted(scenario: str, values: Mapping[str, Value]) -> Setting:
    """Return a setting from values by path, those of strategies apart from the scenario's."""
    own: dict[str, Value] = {}
    arms: dict[str, Value] = {}
    for path, value in values.items():
        first, _, rest = path.partition(".")
        if first == _STRATEGIES:
            arms[rest] = value
        elif first == _ACTIONS:
            arms[f"*.{rest}"] = value
        else:
            own[path] = value
    return Setting(scenario, own, arms)


@dataclass(frozen=True)
class Bench:
    """What every point of a study starts from; it travels to the workers.

    Parameters
    ----------
    scenarios : dict of Scenario
        By the name used in the study.
    strategies : tuple of Strategy
        What is run, or what the arms of a task are made from.
    decision : int, optional
        Which decision of the scenario, from 0; by default every one, each with its date.
    metrics, series : tuple of str, optional
        What is kept of a run; all by default.
    euros : bool
        Whether the euros received, spent by action and set aside are kept as metrics.
    ranges : Ranges, optional
        What the world of each replicate is drawn from.
    histories : Histories, optional
        How the history of each replicate is drawn again.
    model : type
        The model, or a subclass of it.
    """

    scenarios: Mapping[str, Scenario]
    strategies: tuple[Strategy, ...]
    decision: int | None = None
    metrics: tuple[str, ...] | None = None
    series: tuple[str, ...] | None = None
    euros: bool = False
    ranges: Ranges | None = None
    histories: Histories | None = None
    model: type[CommunityModel] = CommunityModel

    @property
    def only(self) -> Scenario:
        """The scenario, where there is one."""
        (found,) = self.scenarios.values()
        return found

    # -- one point -----------------------------------------------------------------------------

    def scenario(self, setting: Setting) -> Scenario:
        """Return the scenario of a point.

        Raises
        ------
        ResilienzaError
            If a path does not exist or a value is not allowed.
        """
        made = self.scenarios[setting.scenario]
        if setting.values:
            made = made.with_values(setting.values)
        last = len(made.time.decisions) - 1
        if self.decision is not None and self.decision > last:
            raise ResilienzaError(
                "no_such_decision", found=self.decision, allowed=last, scenario=setting.scenario
            )
        return made

    def arms(self, setting: Setting) -> tuple[Strategy, ...]:
        """Return the strategies of a point.

        Raises
        ------
        ResilienzaError
            If a path does not exist or a value is not allowed.
        """
        if not setting.arms:
            return self.strategies
        changes: dict[str, dict[str, Value]] = {arm.name: {} for arm in self.strategies}
        for path, value in setting.arms.items():
            name, _, rest = path.partition(".")
            found = False
            for arm in self.strategies:
                paths = _bought(arm, rest) if name == "*" else [rest] * (arm.name == name)
                changes[arm.name] |= dict.fromkeys(paths, value)
                found = found or bool(paths)
            if not found:
                prefix = _ACTIONS if name == "*" else _STRATEGIES
                names = _actions(self.strategies) if name == "*" else list(changes)
                shown = f"{prefix}.{rest if name == '*' else path}"
                raise unknown("unknown_path", shown, names)
        return tuple(arm.with_values(changes[arm.name]) for arm in self.strategies)

    def span(self, setting: Setting) -> tuple[int, int] | None:
        """Return the weeks from the decision to the end and the residents of a point, if it can be.

        Of several decisions the first counts.
        """
        try:
            made = self.scenario(setting)
        except ResilienzaError:
            return None
        return made.time.weeks - made.decision_weeks[self.decision or 0], made.territory.residents

    def runs_twins(self, scenario: Scenario) -> bool:
        """Return whether quiet twins run: not where nothing that is kept reads them."""
        known = family("metrics", Metric)
        read = self.metrics is None or any(known[name].of_twin for name in self.metrics)
        return scenario.study.twin and read

    # -- one task ------------------------------------------------------------------------------

    def run(self, task: Task) -> Iterator[TrajectoryLike]:
        """Run one pair at one point: one community, one past, every arm wanted."""
        scenario, strategies = self._lived(task)
        arms = task.arms or tuple(Arm(each.name, each) for each in strategies)
        days = scenario.decision_days
        dates = days if self.decision is None else [""] * len(days)
        one = None if self.decision is None else days[self.decision]
        unwanted = frozenset(
            (day, arm.name)
            for day, date in zip(days, dates, strict=True)
            for arm in arms
            if one not in (None, day) or not task.wants(date, arm.name)
        )
        without = {arm.name: simulation.Without(frozenset(arm.set_aside), arm.lost) for arm in arms}
        for each in simulation.simulate_arms(
            scenario,
            [_named(arm) for arm in arms],
            replicate=task.replicate,
            seed=task.seed,
            skip=unwanted,
            twin=self.runs_twins(scenario),
            without=without,
            model=self.model,
        ):
            yield self._kept(each, without[each.strategy].muted)

    def _lived(self, task: Task) -> tuple[Scenario, tuple[Strategy, ...]]:
        """Return the scenario and the strategies of a task: of its point, world and history."""
        scenario, strategies = _ready(self, canonical(asdict(task.setting)))
        if self.ranges is not None:
            here = world(scenario, strategies, self.ranges, task.seed, task.replicate)
            scenario, strategies = here.scenario, here.arms
        if self.histories is not None:
            week = scenario.decision_weeks[self.decision or 0]
            scenario = self.histories.of(scenario, week, task.seed, task.replicate)
        return scenario, strategies

    def _kept(self, record: simulation.Trajectory, muted: frozenset[str]) -> TrajectoryLike:
        metrics, series = self.metrics, self.series
        if metrics is None and series is None:
            return record
        values = {n: v for n, v in record.metrics.items() if metrics is None or n in metrics}
        flags = {n: v for n, v in record.censored.items() if metrics is None or n in metrics}
        if self.euros:
            values |= _euros(record.ledger, record.decision_week, muted)
        return _Kept(
            record.strategy,
            record.seed,
            record.decision if self.decision is None else "",
            record.weeks[: None if series else 0],
            {name: record.values[name] for name in series or ()},
            values,
            flags,
        )

    @property
    def key(self) -> str:
        """What tells this bench from another in a worker."""
        scenarios = {name: each.hash for name, each in self.scenarios.items()}
        arms = {each.name: each.hash for each in self.strategies}
        return canonical([scenarios, arms, self.decision, self.metrics, self.series])

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Bench) and self.key == other.key


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is kept of a trajectory, where that is not all of it."""

    strategy: str
    seed: int
    decision: str
    weeks: Any
    values: Mapping[str, Any]
    metrics: Mapping[str, float | None]
    censored: Mapping[str, bool]


@lru_cache(maxsize=_READY)
def _ready(bench: Bench, setting: str) -> tuple[Scenario, tuple[Strategy, ...]]:
    made = Setting(**json.loads(setting))
    return bench.scenario(made), bench.arms(made)


def _named(arm: Arm) -> Strategy:
    """Return the strategy of an arm under the arm's name."""
    if arm.strategy.name == arm.name:
        return arm.strategy
    return arm.strategy.model_copy(update={"name": arm.name})


def _euros(ledger: Ledger, week: int, muted: frozenset[str]) -> dict[str, float]:
    """Return the town's euros since a week: received, spent in all and by action, set aside."""
    received, spent_on = ledger.town_since(week)
    cents: dict[str, int] = {}
    for kind, amount in spent_on.items():
        name = SET_ASIDE if kind in muted else f"eur_{kind}"
        cents[name] = cents.get(name, 0) + amount
    spent = sum(amount for name, amount in cents.items() if name != SET_ASIDE)
    every = {SET_ASIDE: 0, **cents, "spent_eur": spent, RECEIVED: received}
    return {name: amount / 100.0 for name, amount in every.items()}


def _actions(arms: Iterable[Strategy]) -> list[str]:
    lines = (line for arm in arms for phase in _PHASES for line in getattr(arm, phase))
    return sorted({line.action.kind() for line in lines})


def _bought(arm: Strategy, path: str) -> list[str]:
    """Return the paths, in one strategy, of a field of an action wherever it is bought."""
    kind, _, rest = path.partition(".")
    return [
        f"{phase}.{k}.action.{rest}"
        for phase in _PHASES
        for k, line in enumerate(getattr(arm, phase))
        if line.action.kind() == kind
    ]
