"""What a study will run: its runs, each with a name of its own, grouped in tasks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.errors import ResilienzaError, unknown
from resilienza_sim.experiments.headline import HEADLINE

if TYPE_CHECKING:
    from resilienza_sim.experiments.runner import Bench
    from resilienza_sim.strategies import Strategy

__all__ = [
    "CHUNK",
    "COMPARISON",
    "SWEEP",
    "Arm",
    "MetricInfo",
    "Plan",
    "Point",
    "Run",
    "Runner",
    "Setting",
    "Task",
    "TrajectoryLike",
    "bench_of",
    "canonical",
    "checked_baseline",
    "code",
    "default_folder",
    "digest",
    "hash_of",
]

COMPARISON, SWEEP = "comparison", "sweep"
"""What `compare` and `sweep` leave; other kinds belong to the command that made them."""
CHUNK = 24
"""Runs of a task: the past is lived once for each of them, a crash costs no more than so many."""


def canonical(thing: object) -> str:
    """Return the JSON text of `thing` that does not depend on the order of its keys."""
    return json.dumps(thing, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def digest(*parts: object) -> str:
    """Return 16 hexadecimal digits of blake2b that name the `parts` taken together."""
    text = canonical([str(part) for part in parts])
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def hash_of(data: Mapping[str, Any]) -> str:
    """Return the hash of a scenario or a strategy from its data, as its class computes it."""
    text = json.dumps(data, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def code(version: str, sources: Mapping[str, str]) -> list[str]:
    """Return what names the code in the name of a run; studies of old tell their version only."""
    return [version, *([canonical(sources)] if sources else [])]


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
        values = {"strategy": self.strategy.hash, "set_aside": sorted(self.set_aside)}
        return canonical(values | ({"lost": sorted(self.lost)} if self.lost else {}))


@dataclass(frozen=True, slots=True)
class Setting:
    """What a point changes of what the study starts from; nothing, in a comparison.

    Parameters
    ----------
    scenario : str
        Name of the scenario among the study's.
    values : dict
        Values by path of the scenario.
    arms : dict
        Values by path of a strategy, ``NAME.path``, or of an action wherever it is bought,
        ``*.KIND.field``.
    """

    scenario: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    arms: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Point:
    """One place of a design.

    Parameters
    ----------
    key : tuple
        What names it in the names of its runs; points alike have the same.
    setting : Setting
        What it changes.
    """

    key: tuple[object, ...]
    setting: Setting = Setting()


@dataclass(frozen=True, slots=True)
class Task:
    """The unit of work: runs of one replicate, which share the community and the past.

    Parameters
    ----------
    replicate : int
        Number of the replicate, from 0.
    seed : int
        Seed of the study.
    runs : tuple of Run
        The runs wanted.
    setting : Setting
        What their point changes.
    arms : tuple of Arm
        What they run, where that is not the strategies of the study.
    """

    replicate: int
    seed: int
    runs: tuple[Run, ...]
    setting: Setting = Setting()
    arms: tuple[Arm, ...] = ()

    def wants(self, decision: str, arm: str) -> bool:
        """Tell whether an arm is to be run from a decision date."""
        return any((run.decision, run.strategy) == (decision, arm) for run in self.runs)

    def only(self, run: Run) -> Task:
        """Return the task that makes one of these runs and nothing else."""
        return replace(self, runs=(run,))


class Runner(Protocol):
    """Runs one task. It must be picklable: a function of a module, or a method of what is."""

    def __call__(self, task: Task, /) -> Iterable[TrajectoryLike]: ...  # noqa: D102


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
    """What is run into one folder: points × arms × pairs, and a name of its own for each run.

    A comparison has one point and perhaps several decision dates; an experiment many points;
    an attribution or a random-allocation benchmark many arms, made from the strategies.

    Parameters
    ----------
    kind, name : str
        What kind of study it is; name of the scenario or the experiment.
    points : sequence of Point
        At least one.
    arms : dict of tuple
        What names each arm in the names of its runs, in the order readers see.
    counts : sequence of int
        Pairs of each point.
    seed : int
        Seed of the study.
    baseline : str
        Strategy the others are compared with.
    hash : str
        Of all that a result depends on but its pair: it names the folder.
    decisions : tuple of str
        ISO dates of the decision weeks, the first is the study's own; one without a date where
        a single decision of each scenario is looked at.
    by_pair : sequence of sequences of str, optional
        The arms of each pair, where they are not all of them.
    made : dict of Arm
        What each arm does, where it is not a strategy of the bench under its own name.
    kept : tuple of str
        What else names a run: code, and what is kept of it.
    first : int, optional
        The first replicate, where one world is run again by name; otherwise they begin with 0.
    asked : dict of MetricInfo
        What is known of each metric kept, its smallest effect as it was asked for.
    headline : str
        What the study is judged by.
    bench : Bench, optional
        What is run; none where a plan is only read.
    facts : dict
        What else the manifest says.
    """

    kind: str = COMPARISON
    name: str
    points: Sequence[Point]
    arms: Mapping[str, tuple[object, ...]]
    counts: Sequence[int]
    seed: int
    baseline: str
    hash: str
    decisions: tuple[str, ...] = ("",)
    by_pair: Sequence[Sequence[str]] | None = None
    made: Mapping[str, Arm] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    first: int | None = None
    asked: Mapping[str, MetricInfo] = field(default_factory=dict)
    headline: str = HEADLINE
    bench: Bench | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for count in self.counts:
            if count < 1:
                raise ResilienzaError("too_few_pairs", found=count)

    # -- its size ------------------------------------------------------------------------------

    @property
    def pairs(self) -> int:
        """Pairs of the point that has most."""
        return max(self.counts)

    @property
    def replicates(self) -> range:
        """Numbers of the replicates, which are those of their worlds."""
        first = self.first or 0
        return range(first, first + self.pairs)

    @cached_property
    def own(self) -> tuple[int, ...]:
        """The points that are run: of those that are alike, the first stands for all."""
        first = {each.key: number for number, each in reversed(list(enumerate(self.points)))}
        return tuple(sorted(first.values()))

    @property
    def total(self) -> int:
        """Number of runs."""
        if self.by_pair is not None:
            return sum(len(names) for names in self.by_pair)
        each = len(self.arms) * len(self.decisions)
        return sum(self.counts[point] for point in self.own) * each

    # -- its runs ------------------------------------------------------------------------------

    def _each_pair(self) -> Iterator[tuple[int, int]]:
        for point in self.own:
            for replicate in self.replicates[: self.counts[point]]:
                yield point, replicate

    def _runs(self, point: int, replicate: int) -> list[Run]:
        arms = self.arms if self.by_pair is None else self.by_pair[replicate]
        found = []
        for day in self.decisions:
            before = (*self.points[point].key, *([day] if day else ()))
            for arm in arms:
                name = digest(*before, *self.arms[arm], replicate, *self.kept)
                found.append(Run(name, day, arm, replicate, point))
        return found

    def runs(self) -> Iterator[Run]:
        """Return every planned run, point by point and replicate by replicate.

        The name of a run changes with whatever could change its result.
        """
        for point, replicate in self._each_pair():
            yield from self._runs(point, replicate)

    def tasks(self, done: Container[str] = frozenset()) -> Iterator[Task]:
        """Return the work left: each pair that misses a run, at most `CHUNK` runs a task."""
        for point, replicate in self._each_pair():
            left = [run for run in self._runs(point, replicate) if run.run_id not in done]
            for first in range(0, len(left), CHUNK):
                runs = tuple(left[first : first + CHUNK])
                arms = tuple(self.made[run.strategy] for run in runs) if self.made else ()
                yield Task(replicate, self.seed, runs, self.points[point].setting, arms)

    # -- what is said of it --------------------------------------------------------------------

    def describe(self, decision: str) -> dict[str, Any]:
        """Return what the manifest of one decision date says of the study."""
        values: dict[str, Any] = {} if self.kind == COMPARISON else {"kind": self.kind}
        values |= {
            "name": self.name,
            "decision": decision,
            "decisions": list(self.decisions),
            "strategies": list(self.arms),
            "baseline": self.baseline,
            "pairs": self.pairs,
            "first": self.first,
            "seed": self.seed,
            "metrics": {name: info.as_dict() for name, info in self.metrics.items()},
            **self.facts,
        }
        if "points" in values:
            values["pairs_by_point"] = list(self.counts)
            values["stretch"] = {name: list(each) for name, each in self.stretch.items()}
        if self.by_pair is not None:
            place = {name: number for number, name in enumerate(self.arms)}
            values["arms_by_pair"] = [[place[name] for name in names] for names in self.by_pair]
        return values

    @cached_property
    def metrics(self) -> Mapping[str, MetricInfo]:
        """What is known of each metric: of a dated study as asked, else at a mean point.

        That is, with the smallest effect of a point of mean horizon and size.
        """
        known = [span for span in self._spans if span]
        if not known or not any(info.weekly or info.per_head for info in self.asked.values()):
            return self.asked
        weeks, heads = (sum(each) / len(each) for each in zip(*known, strict=True))
        return {name: info.over(weeks, heads) for name, info in self.asked.items()}

    @cached_property
    def stretch(self) -> dict[str, tuple[float, ...]]:
        """How many times the mean a smallest effect is at each point, where that varies."""
        found = {}
        for name, info in self.asked.items():
            effect, mean = info.effect_of_interest, self.metrics[name].effect_of_interest
            scaled = (info.weekly or info.per_head) and len(set(filter(None, self._spans))) > 1
            if effect and mean and scaled:
                at = [span and info.over(*span).effect_of_interest for span in self._spans]
                found[name] = tuple(1.0 if each is None else each / mean for each in at)
        return found

    @cached_property
    def _spans(self) -> tuple[tuple[int, int] | None, ...]:
        """Return the weeks from the decision to the end and the residents of each point.

        None where no point of that horizon and town can be: the runs say why. Nothing where
        several decision dates each have their own.
        """
        if self.bench is None or self.bench.decision is None:
            return ()
        known: dict[str, tuple[int, int] | None] = {}
        keys = []
        for setting in (point.setting for point in self.points):
            sized = {k: v for k, v in setting.values.items() if k.startswith(("time.", "town."))}
            keys.append(canonical([setting.scenario, sized]))
            if known.get(keys[-1]) is None:
                known[keys[-1]] = self.bench.span(setting)
        return tuple(known[key] for key in keys)


def checked_baseline(name: str, arms: Collection[str]) -> str:
    """Return the name of a baseline, found to be one of the arms.

    Raises
    ------
    ResilienzaError
        If it is not.
    """
    if name not in arms:
        raise unknown("unknown_baseline", name, arms)
    return name


def bench_of(plan: Plan) -> Bench:
    """Return what runs a plan that is to be run."""
    assert plan.bench is not None
    return plan.bench


def default_folder(plan: Plan, middle: str = "") -> Path:
    """Return the folder of a study that was given none: the same command finds it again."""
    alone = "" if plan.first is None else f"-world-{plan.first}"
    return Path("results") / f"{plan.name}{middle}-{plan.hash[:8]}{alone}"
