"""One point of an experiment made real: scenario and strategies with its values in place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.experiment import Value
from resilienza_sim.experiments.plan import Task, TrajectoryLike, canonical
from resilienza_sim.scenario import Scenario
from resilienza_sim.strategies import Strategy

__all__ = ["Bench", "Setting", "parted"]

_STRATEGIES, _ACTIONS = "strategies", "actions"
_PHASES = ("normal", "emergency", "recovery")
_KEPT = 8
"""Settings that a worker keeps ready: replicates of a point follow one another."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a point changes.

    Parameters
    ----------
    scenario : str
        Name of the scenario among the experiment's.
    values : dict
        Values by path of the scenario.
    arms : dict
        Values by path of a strategy, ``NAME.path``, or of an action wherever it is bought,
        ``*.KIND.field``.
    """

    scenario: str
    values: Mapping[str, Value] = field(default_factory=dict)
    arms: Mapping[str, Value] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the same as plain data."""
        return {"scenario": self.scenario, "values": dict(self.values), "arms": dict(self.arms)}


def parted(scenario: str, values: Mapping[str, Value]) -> Setting:
    """Return a setting from values by path, those of strategies told from those of the scenario."""
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
    """What every point of an experiment starts from; it travels to the workers.

    Parameters
    ----------
    scenarios : dict of Scenario
        By the name used in the experiment.
    strategies : tuple of Strategy
        The arms.
    decision : int
        Which decision of the scenario, from 0.
    metrics, series : tuple of str
        What is kept of a run.
    """

    scenarios: Mapping[str, Scenario]
    strategies: tuple[Strategy, ...]
    decision: int
    metrics: tuple[str, ...]
    series: tuple[str, ...] = ()

    def scenario(self, setting: Setting) -> Scenario:
        """Return the scenario of a point.

        Raises
        ------
        ResilienzaError
            If a path does not exist or a value is not allowed.
        """
        made = self.scenarios[setting.scenario].with_values(setting.values)
        days = sorted(made.time.decisions)
        if self.decision >= len(days):
            raise ResilienzaError(
                "no_such_decision",
                found=self.decision,
                allowed=len(days) - 1,
                scenario=setting.scenario,
            )
        return made

    def arms(self, setting: Setting) -> tuple[Strategy, ...]:
        """Return the strategies of a point.

        Raises
        ------
        ResilienzaError
            If a path does not exist or a value is not allowed.
        """
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
                raise ResilienzaError("unknown_path", found=shown, allowed=", ".join(names))
        return tuple(arm.with_values(changes[arm.name]) for arm in self.strategies)

    def run(self, task: Task) -> Iterable[TrajectoryLike]:
        """Run one pair at one point: one community, one past, every arm wanted."""
        from resilienza_sim.simulation import simulate_arms

        scenario, arms = _ready(self, canonical(task.setting))
        days = [day.isoformat() for day in sorted(scenario.time.decisions)]
        skip = frozenset(
            (day, arm.name) for day in days for arm in arms if day != days[self.decision]
        )
        skip |= {(days[self.decision], name) for _, name in task.skip}
        twin = self.runs_twins(scenario)
        for each in simulate_arms(
            scenario, arms, replicate=task.replicate, seed=task.seed, skip=skip, twin=twin
        ):
            yield _Kept(
                each.strategy,
                each.seed,
                "",
                each.weeks if self.series else each.weeks[:0],
                {name: each.values[name] for name in self.series},
                {name: each.metrics[name] for name in self.metrics},
                {name: flag for name, flag in each.censored.items() if name in self.metrics},
            )

    def runs_twins(self, scenario: Scenario) -> bool:
        """Return whether quiet twins run: not where nothing that is kept reads them."""
        from resilienza_sim.discovery import family
        from resilienza_sim.model.contracts import Metric

        known = family("metrics", Metric)
        return scenario.study.twin and any(known[name].of_twin for name in self.metrics)

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
    """What a sweep keeps of a trajectory."""

    strategy: str
    seed: int
    decision: str
    weeks: Any
    values: Mapping[str, Any]
    metrics: Mapping[str, float | None]
    censored: Mapping[str, bool]


@lru_cache(maxsize=_KEPT)
def _ready(bench: Bench, setting: str) -> tuple[Scenario, tuple[Strategy, ...]]:
    import json

    made = Setting(**json.loads(setting))
    return bench.scenario(made), bench.arms(made)


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
