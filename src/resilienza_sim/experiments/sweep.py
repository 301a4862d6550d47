"""Runs an experiment: every point of its design, pair by pair, into a folder that resumes."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resilienza_sim.bounds import MOST_PAIRS
from resilienza_sim.errors import ResilienzaError, nearest
from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments.driver import Progress
from resilienza_sim.experiments.engine import processors
from resilienza_sim.experiments.plan import (
    MetricInfo,
    Run,
    Task,
    canonical,
    code,
    digest,
)
from resilienza_sim.experiments.progress import usual_progress
from resilienza_sim.experiments.run import run_plan
from resilienza_sim.experiments.sources import sources
from resilienza_sim.files import place_of
from resilienza_sim.reading import whole_number
from resilienza_sim.release import version_here

if TYPE_CHECKING:
    import pandas as pd

    from resilienza_sim.experiments.experiment import Experiment, Stopping, Value
    from resilienza_sim.experiments.looks import Told
    from resilienza_sim.experiments.setting import Bench, Setting
    from resilienza_sim.experiments.sweep_study import Sweep
    from resilienza_sim.scenario import Scenario
    from resilienza_sim.strategies import Strategy

__all__ = ["SweepPlan", "make_sweep", "sweep", "sweep_folder"]


@dataclass(frozen=True, kw_only=True)
class SweepPlan:
    """An experiment before it is run: its points, and how many pairs each of them gets.

    Parameters
    ----------
    experiment : Experiment
        As read.
    points : pandas.DataFrame
        Values of the factors, one row a point; see `design.values_of`.
    settings : sequence of Setting
        What each point changes.
    bench : Bench
        What the points start from.
    pairs : sequence of int
        Pairs of each point.
    model_version : str
        Version of resilienza-sim.
    sources : dict of str
        Hashes of the code that makes the numbers; see `sources.sources`.
    """

    experiment: Experiment
    points: pd.DataFrame
    settings: Sequence[Setting]
    bench: Bench
    pairs: Sequence[int]
    model_version: str
    sources: Mapping[str, str] = field(default_factory=dict)

    decisions = ("",)  # one folder: a sweep looks at one decision of each scenario

    @cached_property
    def text(self) -> str:
        """Canonical text of all that a result depends on."""
        free = {"pairs", "stopping", "effects_of_interest", "question", "description", "sources"}
        told = self.experiment.model_dump(mode="json", exclude=free)
        scenarios = {n: s.model_dump(mode="json") for n, s in self.bench.scenarios.items()}
        arms = {s.name: s.model_dump(mode="json") for s in self.bench.strategies}
        return canonical({**told, "scenarios": scenarios, "strategies": arms})

    @cached_property
    def hash(self) -> str:
        """Hash of the same."""
        return digest(self.text)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        """Hash of each point: what its scenario says, whatever its file is called, and changes."""
        hashes = {name: each.hash for name, each in self.bench.scenarios.items()}
        return tuple(
            digest(hashes[each.scenario], canonical([dict(each.values), dict(each.arms)]))
            for each in self.settings
        )

    @cached_property
    def _arms(self) -> dict[str, str]:
        return {each.name: f"{each.name}:{each.hash}" for each in self.bench.strategies}

    @cached_property
    def own(self) -> tuple[int, ...]:
        """The points that are run: of those that are alike, the first stands for all."""
        first = {name: point for point, name in reversed(list(enumerate(self._names)))}
        return tuple(sorted(first.values()))

    @property
    def total(self) -> int:
        """Number of runs."""
        return sum(self.pairs[point] for point in self.own) * len(self.bench.strategies)

    def _runs(self, point: int, replicate: int) -> list[Run]:
        seed, kept = self.experiment.seed, ",".join([*self.bench.metrics, *self.bench.series])
        decision = self.bench.decision
        return [
            Run(
                digest(self._names[point], seed, decision, arm, replicate, *code(self), kept),
                "",
                name,
                replicate,
                point,
            )
            for name, arm in self._arms.items()
        ]

    def _pairs(self) -> Iterator[tuple[int, int]]:
        for point in self.own:
            for replicate in range(self.pairs[point]):
                yield point, replicate

    def runs(self) -> Iterator[Run]:
        """Return every planned run, point by point."""
        for point, replicate in self._pairs():
            yield from self._runs(point, replicate)

    def tasks(self, done: Container[str] = frozenset()) -> Iterator[Task]:
        """Return the work left: one task for each pair that still misses a run."""
        for point, replicate in self._pairs():
            runs = self._runs(point, replicate)
            wanted = tuple(run for run in runs if run.run_id not in done)
            if wanted:
                skip = frozenset(("", run.strategy) for run in runs if run not in wanted)
                setting = self.settings[point].as_dict()
                yield Task(replicate, self.experiment.seed, wanted, skip, setting)

    def describe(self, decision: str) -> dict[str, Any]:
        """Return what the manifest says of the sweep."""
        told = self.experiment
        return {
            "kind": manifests.SWEEP,
            "name": told.name,
            "decision": decision,
            "decisions": [decision],
            "strategies": [each.name for each in self.bench.strategies],
            "baseline": told.baseline,
            "pairs": max(self.pairs),
            "pairs_by_point": list(self.pairs),
            "seed": told.seed,
            "model_version": self.model_version,
            "code": dict(self.sources),
            "experiment": {"hash": self.hash, "text": self.text},
            "question": told.question.model_dump(),
            "description": told.description.model_dump(),
            "sources": list(told.sources),
            "effects_of_interest": dict(told.effects_of_interest),
            "factors": [factor.model_dump(mode="json") for factor in told.factors],
            "design": told.design.model_dump(mode="json", exclude={"table"}),
            "points": {name: column.tolist() for name, column in self.points.items()},
            "strategy_texts": {
                s.name: canonical(s.model_dump(mode="json")) for s in self.bench.strategies
            },
            "titles": {s.name: s.title.model_dump() for s in self.bench.strategies},
            "metrics": {n: i.as_dict() for n, i in self.metrics.items()},
            "stretch": {name: list(each) for name, each in self.stretch.items()},
        }

    @cached_property
    def metrics(self) -> dict[str, MetricInfo]:
        """Return what is known of each metric, at a point of mean horizon and size."""
        if not any(info.weekly or info.per_head for info in self._asked.values()):
            return self._asked
        known = [span for span in self._spans if span]
        if not known:  # no run will go well
            return self._asked
        weeks, heads = (sum(each) / len(each) for each in zip(*known, strict=True))
        return {name: info.over(weeks, heads) for name, info in self._asked.items()}

    @cached_property
    def stretch(self) -> dict[str, tuple[float, ...]]:
        """Return how many times the mean a smallest effect is at each point, where that varies."""
        found = {}
        for name, info in self._asked.items():
            effect, mean = info.effect_of_interest, self.metrics[name].effect_of_interest
            scaled = (info.weekly or info.per_head) and len(set(filter(None, self._spans))) > 1
            if effect and mean and scaled:
                at = [span and info.over(*span).effect_of_interest for span in self._spans]
                found[name] = tuple(1.0 if each is None else each / mean for each in at)
        return found

    @cached_property
    def _asked(self) -> dict[str, MetricInfo]:
        from resilienza_sim.metrics import describe_metric

        effects = self.experiment.effects_of_interest
        return {
            name: MetricInfo.of(describe_metric(name)).asked(effects.get(name))
            for name in self.experiment.metrics
        }

    @cached_property
    def _spans(self) -> tuple[tuple[int, int] | None, ...]:
        """Return the weeks from the decision to the end and the residents of each point.

        None where no point of that horizon and town can be: the runs say why.
        """
        known: dict[str, tuple[int, int] | None] = {}
        keys = []
        for setting in self.settings:
            sized = {k: v for k, v in setting.values.items() if k.startswith(("time.", "town."))}
            keys.append(canonical([setting.scenario, sized]))
            if known.get(keys[-1]) is None:
                known[keys[-1]] = self._span(setting)
        return tuple(known[key] for key in keys)

    def _span(self, setting: Setting) -> tuple[int, int] | None:
        try:
            made = self.bench.scenario(setting)
        except ResilienzaError:
            return None
        weeks = made.time.weeks - made.decision_weeks[self.bench.decision]
        return weeks, made.territory.residents


def make_sweep(
    experiment: Experiment,
    *,
    pairs: int | None = None,
    ready: Mapping[str, Scenario | Strategy] | None = None,
) -> SweepPlan:
    """Return the plan of an experiment, its paths and the ends of its ranges tried.

    Scenarios and strategies that are `ready`, by the name the experiment gives them, are not read.

    Raises
    ------
    ResilienzaError
        If a scenario or a strategy does not exist, or a factor's path or value is not valid.
    """
    from resilienza_sim.experiments.design import SCENARIO, values_of
    from resilienza_sim.experiments.setting import Bench, parted
    from resilienza_sim.scenario import load_scenario
    from resilienza_sim.strategies import load_strategy

    count = experiment.pairs if pairs is None else whole_number("pairs", pairs, 1, MOST_PAIRS)
    known = ready or {}
    scenarios: dict[str, Scenario] = {}
    for given in experiment.scenarios:
        made: Any = known.get(given) or load_scenario(experiment.named(given))
        if experiment.citizens is not None:
            made = made.with_citizens(min(experiment.citizens, made.territory.residents))
        scenarios[given] = made
    arms: Any = tuple(
        known.get(each) or load_strategy(experiment.named(each)) for each in experiment.strategies
    )
    names = [arm.name for arm in arms]
    if twice := [name for k, name in enumerate(names) if name in names[:k]]:
        raise ResilienzaError("strategy_twice", found=twice[0])
    if experiment.baseline.endswith(".toml"):  # a file, as in a comparison
        base = load_strategy(experiment.named(experiment.baseline))
        arms = arms if base.name in names else (base, *arms)
        names = [arm.name for arm in arms]
        experiment = experiment.model_copy(update={"baseline": base.name})
    if experiment.baseline not in names:
        close = nearest(experiment.baseline, names)
        raise ResilienzaError(
            "unknown_baseline", found=experiment.baseline, allowed=", ".join(names), nearest=close
        )
    bench = Bench(scenarios, arms, experiment.decision, experiment.metrics, experiment.series)
    points = values_of(experiment)
    for scenario in experiment.scenarios:
        _try(experiment, bench, scenario)
    settings = []
    for row in points.to_dict("records"):
        values = dict(experiment.set)
        for factor in experiment.factors:
            values |= factor.sets(row[factor.name])
        settings.append(parted(row[SCENARIO], values))
    return SweepPlan(
        experiment=experiment,
        points=points,
        settings=settings,
        bench=bench,
        pairs=[count] * len(points),
        model_version=version_here(),
        sources=sources(),
    )


def _try(experiment: Experiment, bench: Bench, scenario: str) -> None:
    """Make the scenario once with each end of each factor, so that a mistake is told now."""
    from resilienza_sim.experiments.setting import parted

    tried: list[Mapping[str, Value]] = [{}]
    for factor in experiment.factors:
        span = factor.span()
        ends = (span[0], span[-1]) if factor.is_range else span
        tried += [factor.sets(value) for value in ends]
    for values in tried:
        setting = parted(scenario, {**experiment.set, **values})
        bench.scenario(setting)
        bench.arms(setting)


def sweep_folder(plan: SweepPlan) -> Path:
    """Return the folder of a sweep that was given none: the same command finds it again."""
    return Path("results") / f"{plan.experiment.name}-{plan.hash[:8]}"


def sweep(
    experiment: Experiment | str | Path,
    *,
    pairs: int | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    expected_seconds: float | None = None,
    make_executor: Callable[[], Executor] | None = None,
    until_sure: Stopping | None = None,
    told: Told | None = None,
    ready: Mapping[str, Scenario | Strategy] | None = None,
    twin: bool = True,
    **changes: Any,
) -> Sweep:
    """Run an experiment.

    Parameters
    ----------
    experiment : Experiment, or its name or file
        What to run.
    pairs : int, optional
        Pairs at each point, in place of the experiment's.
    workers : int, optional
        Processes; by default one for each processor at hand.
    out : path, optional
        Folder of the study; an existing one is resumed. By default a folder under ``results/``.
    progress, expected_seconds, make_executor
        As for `compare`.
    until_sure : Stopping, optional
        Adds pairs to each point until it is sure; in place of the experiment's own rule.
    told : callable, optional
        Told of each look.
    ready : dict, optional
        Scenarios and strategies already made, by the name the experiment gives them.
    twin : bool
        Whether quiet twins run: without, the loss in all takes the place of that due to shocks.
    **changes
        Fields of the experiment to replace: ``citizens=500``, ``seed=2``.

    Returns
    -------
    Sweep
        Its points, runs and paired differences as tidy frames.

    Raises
    ------
    ResilienzaError
        If something asked for is not there, or the folder cannot be used.
    StudyInterrupted
        On Ctrl-C; what was done is kept.
    """
    from resilienza_sim.experiments.experiment import load_experiment
    from resilienza_sim.experiments.sweep_study import Sweep

    if isinstance(experiment, str | Path):
        experiment = load_experiment(experiment)
    if changes:
        experiment = experiment.changed(changes)
    if not twin:
        experiment = experiment.without_twins()
    plan = make_sweep(experiment, pairs=pairs, ready=ready)
    workers = processors() if workers is None else workers
    folder = sweep_folder(plan) if out is None else place_of(out)
    progress = progress or usual_progress()

    def run(at: SweepPlan, told_to: Progress | None) -> None:
        run_plan(
            at,
            at.bench.run,
            folder,
            workers=workers,
            make_executor=make_executor,
            expected_seconds=expected_seconds,
            progress=told_to,
        )

    rule = until_sure or experiment.stopping
    if rule is None:
        run(plan, progress)
    else:
        _add_pairs(plan, rule, folder, run, progress, told)
    return Sweep.open(folder)


def _add_pairs(
    plan: SweepPlan,
    rule: Stopping,
    folder: Path,
    run: Callable[[SweepPlan, Progress], None],
    progress: Progress | None,
    told: Told | None,
) -> None:
    """Run a sweep, adding pairs to each point until it is sure."""
    from resilienza_sim.experiments.looks import run_looks, watched

    metrics = plan.metrics
    names = watched(rule, metrics, plan.experiment.metrics)
    run_looks(
        lambda counts: replace(plan, pairs=counts),
        run,
        folder,
        rule.model_copy(update={"metrics": names}),
        first=max(plan.pairs),
        points=len(plan.points),
        metrics={name: metrics[name] for name in names},
        arms=[arm.name for arm in plan.bench.strategies],
        baseline=plan.experiment.baseline,
        stretch=plan.stretch,
        progress=progress,
        told=told,
    )
