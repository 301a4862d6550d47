"""What a study will run: its runs, each with a name of its own, grouped in tasks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.bounds import MOST_PAIRS
from resilienza_sim.errors import ResilienzaError, nearest
from resilienza_sim.experiments.headline import HEADLINE, TOTAL
from resilienza_sim.reading import seed_of, whole_number

if TYPE_CHECKING:
    from resilienza_sim.unmeasured import Ranges

__all__ = [
    "MetricInfo",
    "Plan",
    "Run",
    "Runnable",
    "Runner",
    "Task",
    "TrajectoryLike",
    "canonical",
    "code",
    "digest",
]


def canonical(thing: object) -> str:
    """Return the JSON text of `thing` that does not depend on the order of its keys."""
    return json.dumps(thing, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def digest(*parts: object) -> str:
    """Return 16 hexadecimal digits of blake2b that name the `parts` taken together."""
    text = canonical([str(part) for part in parts])
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


class Coded(Protocol):
    """A plan that knows which code runs it."""

    @property
    def model_version(self) -> str: ...
    @property
    def sources(self) -> Mapping[str, str]: ...


def code(plan: Coded) -> list[str]:
    """Return what names the code in the name of a run; studies of old tell their version only."""
    return [plan.model_version, *([canonical(plan.sources)] if plan.sources else [])]


class TrajectoryLike(Protocol):
    """What a run must hand back: the face of `resilienza_sim.simulation.Trajectory` used here."""

    @property
    def strategy(self) -> str: ...  # noqa: D102
    @property
    def seed(self) -> int: ...  # noqa: D102
    @property
    def decision(self) -> str: ...  # noqa: D102
    @property
    def weeks(self) -> NDArray[np.integer]: ...  # noqa: D102
    @property
    def values(self) -> Mapping[str, NDArray[np.floating]]: ...  # noqa: D102
    @property
    def metrics(self) -> Mapping[str, float | None]: ...  # noqa: D102
    @property
    def censored(self) -> Mapping[str, bool]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Run:
    """One arm of one replicate from one decision date."""

    run_id: str
    decision: str
    strategy: str
    replicate: int
    point: int = 0


@dataclass(frozen=True, slots=True)
class Task:
    """The unit of work: one replicate, so that its runs share the community and the past.

    Parameters
    ----------
    replicate : int
        Number of the replicate, from 0.
    seed : int
        Seed of the study.
    runs : tuple of Run
        The runs wanted.
    skip : frozenset of (decision, strategy)
        The planned runs that are not wanted, because they are already there.
    setting : dict
        What this point of an experiment changes; empty in a comparison.
    """

    replicate: int
    seed: int
    runs: tuple[Run, ...]
    skip: frozenset[tuple[str, str]] = frozenset()
    setting: Mapping[str, Any] = field(default_factory=dict)

    def only(self, run: Run) -> Task:
        """Return the task that makes one of these runs and nothing else."""
        others = {(r.decision, r.strategy) for r in self.runs if r != run}
        return replace(self, runs=(run,), skip=self.skip | others)


class Runner(Protocol):
    """Runs one task. It must be picklable: a function of a module, or a partial of one."""

    def __call__(self, task: Task, /) -> Iterable[TrajectoryLike]: ...  # noqa: D102


class Runnable(Protocol):
    """What can be run into a folder: a comparison, or the sweep of an experiment."""

    @property
    def decisions(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def total(self) -> int: ...  # noqa: D102
    def runs(self) -> Iterator[Run]: ...  # noqa: D102
    def tasks(self, done: Container[str] = frozenset(), /) -> Iterator[Task]: ...  # noqa: D102
    def describe(self, decision: str, /) -> dict[str, Any]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class MetricInfo:
    """What the statistics must know of a metric.

    Parameters
    ----------
    better : str
        "lower", "higher", or empty when neither is better.
    unit : str
        Unit in words.
    effect_of_interest : float, optional
        Smallest difference that matters, in the metric's unit.
    weekly : bool
        Whether that is of one week, and grows with the weeks observed; see `over`.
    per_head : bool
        Whether that is of one resident, and grows with the town.
    title : dict of str
        Name for readers by language.
    diagnosis : bool
        Whether it explains verdicts and is never named in one.
    """

    better: str = ""
    unit: str = ""
    effect_of_interest: float | None = None
    title: Mapping[str, str] = field(default_factory=dict)
    diagnosis: bool = False
    weekly: bool = False
    per_head: bool = False

    @classmethod
    def of(cls, described: Mapping[str, object]) -> MetricInfo:
        """Read the mapping that `describe_metric` gives, or the one kept in a manifest."""
        effect, title = described.get("effect_of_interest"), described.get("title") or {}
        if not isinstance(title, Mapping):
            title = {"it": str(title), "en": str(title)}
        return cls(
            better=str(described.get("better") or ""),
            unit=str(described.get("unit") or ""),
            effect_of_interest=None if effect is None else float(str(effect)),
            title={str(lang): str(words) for lang, words in title.items()},
            diagnosis=bool(described.get("diagnosis")),
            weekly=bool(described.get("weekly")),
            per_head=bool(described.get("per_head")),
        )

    def over(self, weeks: float | None, heads: float | None = None) -> MetricInfo:
        """Return the same with the smallest effect of all the weeks and of the whole town.

        What is not of one week or resident, or has no effect, stays; so does what is not known.

        Parameters
        ----------
        weeks : float, optional
            From the decision to the end.
        heads : float, optional
            Residents.
        """
        found = self
        if found.weekly and found.effect_of_interest is not None and weeks is not None:
            found = replace(
                found, effect_of_interest=found.effect_of_interest * weeks, weekly=False
            )
        if found.per_head and found.effect_of_interest is not None and heads is not None:
            found = replace(
                found, effect_of_interest=found.effect_of_interest * heads, per_head=False
            )
        return found

    def asked(self, effect: float | None) -> MetricInfo:
        """Return the same with the smallest effect that somebody asks for, if any."""
        if effect is None:
            return self
        return replace(self, effect_of_interest=effect, weekly=False, per_head=False)

    def as_dict(self) -> dict[str, object]:
        """Return the same as plain data."""
        return {
            "better": self.better,
            "unit": self.unit,
            "effect_of_interest": self.effect_of_interest,
            "weekly": self.weekly,
            "per_head": self.per_head,
            "title": dict(self.title),
            "diagnosis": self.diagnosis,
        }

    @property
    def direction(self) -> int:
        """+1 when higher is better, −1 when lower is, 0 when neither."""
        return {"higher": 1, "lower": -1}.get(self.better, 0)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A study before it is run: one scenario, its arms, its pairs.

    Parameters
    ----------
    name : str
        Name of the scenario.
    scenario_hash, scenario_text : str
        Hash and full canonical text of the scenario.
    strategies : dict of str
        Canonical text of each strategy by name, in the order readers see.
    decisions : tuple of str
        ISO dates of the decision weeks; the first is the study's own.
    pairs : int
        Replicates; every arm runs on each of them.
    seed : int
        Seed of the study.
    baseline : str
        Strategy the others are compared with.
    citizens : int
        Citizens of the community.
    residents : int, optional
        Residents of the town that they stand for.
    parameters : dict
        Values changed by ``--set``, for the record; the scenario's text has them in place.
    metrics : dict of MetricInfo
        Direction, unit and smallest effect of interest by metric.
    titles : dict
        Names for readers: ``{strategy: {lang: words}}``.
    horizons : dict of int
        Weeks observed after each decision date; where a time is censored.
    model_version : str
        Version of resilienza-sim.
    ranges : Ranges, optional
        What the world of each replicate is drawn from; the single point of the scenario if absent.
    first : int, optional
        The first replicate, where one world is run again by name; otherwise they begin with 0.
    sources : dict of str
        Hashes of the code that makes the numbers; see `sources.sources`.
    """

    name: str
    scenario_hash: str
    scenario_text: str
    strategies: Mapping[str, str]
    decisions: tuple[str, ...]
    pairs: int
    seed: int
    baseline: str
    citizens: int
    model_version: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    metrics: Mapping[str, MetricInfo] = field(default_factory=dict)
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    horizons: Mapping[str, int] = field(default_factory=dict)
    ranges: Ranges | None = None
    first: int | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    residents: int = 0

    def __post_init__(self) -> None:
        # As Python's own integers: a run's name does not hang on how its numbers were spelt.
        object.__setattr__(self, "seed", seed_of(self.seed))
        object.__setattr__(self, "pairs", whole_number("pairs", self.pairs, 1, MOST_PAIRS))
        if self.first is not None:
            object.__setattr__(self, "first", whole_number("world", self.first, 0, MOST_PAIRS))
        if self.baseline not in self.strategies:
            raise ResilienzaError(
                "unknown_baseline",
                found=self.baseline,
                allowed=", ".join(self.strategies),
                nearest=nearest(self.baseline, self.strategies),
            )

    @property
    def headline(self) -> str:
        """What the study is judged by: the loss due to shocks, or that in all without twins."""
        choices = json.loads(self.scenario_text).get("study") or {}
        return HEADLINE if choices.get("twin", True) else TOTAL

    @property
    def configuration(self) -> str:
        """Hash of everything that a run depends on but its arm and its replicate."""
        point = (self.scenario_hash, self.seed, self.citizens)
        return digest(*point) if self.ranges is None else digest(*point, self.ranges.told())

    @property
    def study_hash(self) -> str:
        """Hash that names the study's folder; more pairs of the same study keep it."""
        arms = [f"{name}={text}" for name, text in sorted(self.strategies.items())]
        return digest(self.configuration, *code(self), *arms)

    @property
    def replicates(self) -> range:
        """Numbers of the replicates, which are those of their worlds."""
        first = self.first or 0
        return range(first, first + self.pairs)

    @property
    def total(self) -> int:
        """Number of runs."""
        return self.pairs * len(self.decisions) * len(self.strategies)

    def describe(self, decision: str) -> dict[str, Any]:
        """Return what the manifest of one decision date says of the study."""
        return {
            "name": self.name,
            "decision": decision,
            "decisions": list(self.decisions),
            "strategies": list(self.strategies),
            "baseline": self.baseline,
            "pairs": self.pairs,
            "first": self.first,
            "seed": self.seed,
            "worlds": None if self.ranges is None else self.ranges.told(),
            "citizens": self.citizens,
            "residents": self.residents,
            "parameters": dict(self.parameters),
            "horizons": dict(self.horizons),
            "model_version": self.model_version,
            "code": dict(self.sources),
            "configuration": self.configuration,
            "scenario": {"hash": self.scenario_hash, "text": self.scenario_text},
            "strategy_texts": dict(self.strategies),
            "titles": {name: dict(words) for name, words in self.titles.items()},
            "metrics": {name: info.as_dict() for name, info in self.metrics.items()},
        }

    def run(self, decision: str, strategy: str, replicate: int) -> Run:
        """Return one run; its name changes with whatever could change its result."""
        arm = f"{strategy}:{digest(self.strategies[strategy])}"
        name = digest(self.configuration, decision, arm, replicate, *code(self))
        return Run(name, decision, strategy, replicate)

    def runs(self) -> Iterator[Run]:
        """Return every planned run, replicate by replicate."""
        for replicate in self.replicates:
            for decision in self.decisions:
                for strategy in self.strategies:
                    yield self.run(decision, strategy, replicate)

    def tasks(self, done: Container[str] = frozenset()) -> Iterator[Task]:
        """Return the work left: one task for each replicate that still misses a run."""
        for replicate in self.replicates:
            all_runs = [self.run(d, s, replicate) for d in self.decisions for s in self.strategies]
            wanted = tuple(run for run in all_runs if run.run_id not in done)
            skip = frozenset((r.decision, r.strategy) for r in all_runs if r not in wanted)
            if wanted:
                yield Task(replicate, self.seed, wanted, skip)
