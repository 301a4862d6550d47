"""Runs an experiment: every point of its design, pair by pair, into a folder that resumes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Unpack

import pandas as pd

from resilienza_sim.arguments import named
from resilienza_sim.bounds import MOST_PAIRS
from resilienza_sim.component import Bilingual
from resilienza_sim.errors import ResilienzaError, repeated
from resilienza_sim.experiments.design import SCENARIO, values_of
from resilienza_sim.experiments.experiment import (
    Design,
    Experiment,
    Factor,
    Stopping,
    Value,
    load_experiment,
)
from resilienza_sim.experiments.interim import OnInterim, run_until_sure, watched
from resilienza_sim.experiments.plan import (
    SWEEP,
    MetricInfo,
    Plan,
    Point,
    Setting,
    canonical,
    checked_baseline,
    code,
    default_folder,
    digest,
)
from resilienza_sim.experiments.runner import Bench, parted
from resilienza_sim.experiments.session import Running, RunningChoices, taken
from resilienza_sim.experiments.sources import sources
from resilienza_sim.experiments.study import Study
from resilienza_sim.files import place_of
from resilienza_sim.metrics import describe_metric
from resilienza_sim.reading import whole_number
from resilienza_sim.release import version_here
from resilienza_sim.scenario import Scenario, load_scenario
from resilienza_sim.strategies import Strategy, load_strategy

__all__ = [
    "Choices",
    "Named",
    "SweepRequest",
    "Swept",
    "make_sweep",
    "settings_of",
    "sweep",
    "sweep_plan",
]

_FREE = {"pairs", "stopping", "effects_of_interest", "question", "description", "sources"}
"""What of an experiment no run depends on."""


@dataclass(frozen=True)
class Named:
    """What names the runs of an experiment.

    Parameters
    ----------
    scenarios, arms : dict of str
        Hashes by name.
    decision : int
        Which decision of the scenario, from 0.
    kept : str
        Metrics and series kept.
    """

    scenarios: Mapping[str, str]
    arms: Mapping[str, str]
    decision: int
    kept: str


def sweep_plan(
    facts: Mapping[str, Any],
    named: Named,
    settings: Iterable[Setting],
    *,
    asked: Mapping[str, MetricInfo] | None = None,
    bench: Bench | None = None,
) -> Plan:
    """Return the plan of an experiment from what its manifest says: all names come from that alone.

    Parameters
    ----------
    facts : dict
        As in a manifest; pairs by point, or the same at all.
    named : Named
        What names the runs.
    settings : iterable of Setting
        What each point changes.
    asked : dict of MetricInfo, optional
        What is known of the metrics.
    bench : Bench, optional
        What runs it.
    """
    points = [
        Point(
            (
                digest(
                    named.scenarios[each.scenario],
                    canonical([dict(each.values), dict(each.arms)]),
                ),
                facts["seed"],
                named.decision,
            ),
            each,
        )
        for each in settings
    ]
    free = ("decision", "strategies", "pairs_by_point", "stretch", "metrics")
    known = ("kind", "format", "name", "decisions", "baseline", "pairs", "seed", "first")
    return Plan(
        kind=SWEEP,
        name=facts["name"],
        points=points,
        arms={name: (f"{name}:{each}",) for name, each in named.arms.items()},
        counts=facts.get("pairs_by_point") or [facts["pairs"]] * len(points),
        seed=facts["seed"],
        baseline=checked_baseline(facts["baseline"], named.arms),
        hash=facts["experiment"]["hash"],
        kept=(*code(facts["model_version"], facts.get("code", {})), named.kept),
        asked=asked or {},
        bench=bench,
        facts={name: each for name, each in facts.items() if name not in free + known},
    )


def settings_of(
    points: pd.DataFrame, factors: Iterable[Factor], always: Mapping[str, Value]
) -> list[Setting]:
    """Return what each point of a design changes, given what the whole experiment sets."""
    settings = []
    for row in points.to_dict("records"):
        values = dict(always)
        for factor in factors:
            values |= factor.sets(row[factor.name])
        settings.append(parted(row[SCENARIO], values))
    return settings


def make_sweep(
    experiment: Experiment,
    *,
    pairs: int | None = None,
    ready: Mapping[str, Scenario | Strategy] | None = None,
) -> Plan:
    """Return the plan of an experiment, its paths and the ends of its ranges tried.

    Scenarios and strategies that are `ready`, by the name the experiment gives them, are not read.

    Raises
    ------
    ResilienzaError
        If a scenario or a strategy does not exist, or a factor's path or value is not valid.
    """
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
    if twice := repeated(names):
        raise ResilienzaError("strategy_twice", found=twice[0])
    if experiment.baseline.endswith(".toml"):  # a file, as in a comparison
        base = load_strategy(experiment.named(experiment.baseline))
        arms = arms if base.name in names else (base, *arms)
        names = [arm.name for arm in arms]
        experiment = experiment.model_copy(update={"baseline": base.name})
    checked_baseline(experiment.baseline, names)
    bench = Bench(scenarios, arms, experiment.decision, experiment.metrics, experiment.series)
    points = values_of(experiment)
    for scenario in experiment.scenarios:
        _try(experiment, bench, scenario)
    arm_texts = {arm.name: arm.model_dump(mode="json") for arm in arms}
    text = canonical(
        {
            **experiment.model_dump(mode="json", exclude=_FREE),
            "scenarios": {name: each.model_dump(mode="json") for name, each in scenarios.items()},
            "strategies": arm_texts,
        }
    )
    facts = {
        "name": experiment.name,
        "baseline": experiment.baseline,
        "pairs": count,
        "seed": experiment.seed,
        "model_version": version_here(),
        "code": sources(),
        "experiment": {"hash": digest(text), "text": text},
        "question": experiment.question.model_dump(),
        "description": experiment.description.model_dump(),
        "sources": list(experiment.sources),
        "effects_of_interest": dict(experiment.effects_of_interest),
        "factors": [factor.model_dump(mode="json") for factor in experiment.factors],
        "design": experiment.design.model_dump(mode="json", exclude={"table"}),
        "points": {name: column.tolist() for name, column in points.items()},
        "strategy_texts": {name: canonical(each) for name, each in arm_texts.items()},
        "titles": {arm.name: arm.title.model_dump() for arm in arms},
    }
    named = Named(
        {name: each.hash for name, each in scenarios.items()},
        {arm.name: arm.hash for arm in arms},
        experiment.decision,
        ",".join([*experiment.metrics, *experiment.series]),
    )
    effects = experiment.effects_of_interest
    asked = {
        name: MetricInfo.of(describe_metric(name)).asked(effects.get(name))
        for name in experiment.metrics
    }
    settings = settings_of(points, experiment.factors, experiment.set)
    return sweep_plan(facts, named, settings, asked=asked, bench=bench)


def _try(experiment: Experiment, bench: Bench, scenario: str) -> None:
    """Make the scenario once with each end of each factor, so that a mistake is told now."""
    tried: list[Mapping[str, Value]] = [{}]
    for factor in experiment.factors:
        span = factor.span()
        ends = (span[0], span[-1]) if factor.is_range else span
        tried += [factor.sets(value) for value in ends]
    for values in tried:
        setting = parted(scenario, {**experiment.set, **values})
        bench.scenario(setting)
        bench.arms(setting)


@dataclass(frozen=True)
class Swept:
    """An experiment ready to run: all that was asked for, read and tried once.

    Parameters
    ----------
    experiment : Experiment
        With what was asked in place.
    plan : Plan
        Of it.
    rule : Stopping, optional
        When a point has pairs enough.
    """

    experiment: Experiment
    plan: Plan
    rule: Stopping | None

    def run(
        self,
        folder: Path | None = None,
        how: Running = Running(),  # noqa: B008 (it cannot be changed)
        on_interim: OnInterim | None = None,
    ) -> Study:
        """Run what is missing of it; the parameters are those of `sweep`."""
        folder = folder or default_folder(self.plan)
        session = how.session(folder, [self.plan.total])
        if self.rule is None:
            session.run(self.plan)
        else:
            names = watched(self.rule, self.plan.metrics, self.experiment.metrics)
            rule = self.rule.model_copy(update={"metrics": names})
            run_until_sure(self.plan, session, rule, on_interim)
        return Study.open(folder)


class Choices(RunningChoices, total=False):
    """What `sweep` is given by name: the fields of `Running`, and those of an `Experiment`."""

    name: str
    question: Bilingual
    description: Bilingual
    sources: tuple[str, ...]
    scenarios: tuple[str, ...]
    strategies: tuple[str, ...]
    baseline: str
    decision: int
    citizens: int | None
    seed: int
    metrics: tuple[str, ...]
    series: tuple[str, ...]
    effects_of_interest: dict[str, float]
    set: dict[str, Value]
    factors: tuple[Factor, ...]
    design: Design
    stopping: Stopping | None


@dataclass(frozen=True, kw_only=True)
class SweepRequest:
    """What is asked of an experiment, before anything is read; the fields are those of `sweep`."""

    experiment: Experiment | str | Path
    pairs: int | None = None
    until_sure: Stopping | None = None
    ready: Mapping[str, Scenario | Strategy] | None = None
    twin: bool = True
    changes: Mapping[str, Any] = field(default_factory=dict)

    def prepared(self) -> Swept:
        """Return the experiment ready to run.

        Raises
        ------
        ResilienzaError
            If something asked for is not there or not allowed.
        """
        given = self.experiment
        experiment = load_experiment(given) if isinstance(given, str | Path) else given
        if self.changes:
            experiment = experiment.changed(self.changes)
        if not self.twin:
            experiment = experiment.without_twins()
        plan = make_sweep(experiment, pairs=self.pairs, ready=self.ready)
        return Swept(experiment, plan, self.until_sure or experiment.stopping)


@named
def sweep(
    experiment: Experiment | str | Path,
    *,
    pairs: int | None = None,
    out: str | Path | None = None,
    until_sure: Stopping | None = None,
    on_interim: OnInterim | None = None,
    ready: Mapping[str, Scenario | Strategy] | None = None,
    twin: bool = True,
    **choices: Unpack[Choices],
) -> Study:
    """Run an experiment.

    Parameters
    ----------
    experiment : Experiment, or its name or file
        What to run.
    pairs : int, optional
        Pairs at each point, in place of the experiment's.
    out : path, optional
        Folder of the study; an existing one is resumed. By default a folder under ``results/``.
    until_sure : Stopping, optional
        Adds pairs to each point until it is sure; in place of the experiment's own rule.
    on_interim : callable, optional
        Called with each interim analysis.
    ready : dict, optional
        Scenarios and strategies already made, by the name the experiment gives them.
    twin : bool
        Whether quiet twins run: without, the loss in all takes the place of that due to shocks.
    **choices
        How it is run (fields of `Running`), and fields of the experiment to replace:
        ``citizens=500``, ``seed=2``.

    Returns
    -------
    Study
        Its points, runs and paired differences as tidy frames.

    Raises
    ------
    ResilienzaError
        If something asked for is not there, or the folder cannot be used.
    StudyInterrupted
        On Ctrl-C; what was done is kept.
    """
    how, changes = taken(choices)
    wanted = SweepRequest(
        experiment=experiment,
        pairs=pairs,
        until_sure=until_sure,
        ready=ready,
        twin=twin,
        changes=changes,
    ).prepared()
    return wanted.run(None if out is None else place_of(out), how, on_interim)
