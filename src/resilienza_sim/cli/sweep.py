"""``resilienza sweep``: runs an experiment over its design, on this machine or on a cluster."""

from __future__ import annotations

from functools import partial
from typing import Any

from resilienza_sim.cli._running import (
    announce_cost,
    announce_folder,
    announce_small,
    running,
    speed,
    titles_of,
)
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli._until_sure import tell_interim, tell_sure
from resilienza_sim.cli.options.sweep import Options
from resilienza_sim.experiments.engine import cluster_executor, processors
from resilienza_sim.experiments.estimate import Estimate, Work, estimate, together
from resilienza_sim.experiments.experiment import Experiment, load_experiment
from resilienza_sim.experiments.plan import Plan, bench_of, default_folder
from resilienza_sim.experiments.study import Study
from resilienza_sim.experiments.sweep import SweepRequest, Swept
from resilienza_sim.reading import read_assignments

SHOWN = 5
SAMPLED = 24


def run(terminal: Terminal, asked: Options) -> int:
    """Run an experiment."""
    wanted = SweepRequest(experiment=_changed(asked), twin=asked.twin).prepared()
    folder = asked.out or default_folder(wanted.plan)
    _announce(terminal, wanted)
    announce_folder(terminal, folder)
    cost = _estimate(wanted.plan, asked.workers or processors())
    announce_cost(terminal, cost, folder)
    there = None if asked.cluster is None else cluster_executor(asked.cluster)
    with running(terminal, wanted.plan.total, asked.workers, cost, there) as how:
        done = wanted.run(folder, how, partial(tell_interim, terminal))
    _tell(terminal, done)
    if wanted.rule is not None:
        tell_sure(terminal, done, wanted.rule)
    return 0


def _changed(asked: Options) -> Experiment:
    """Return the experiment with what the command line changes in it."""
    experiment = load_experiment(asked.experiment)
    given = {"pairs": asked.pairs, "citizens": asked.citizens, "seed": asked.seed}
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if asked.points is not None:
        changes["design"] = experiment.design.model_copy(update={"points": asked.points})
    changes["set"] = {**experiment.set, **read_assignments(asked.assignments or [])}
    return experiment.changed(changes)


def _announce(terminal: Terminal, wanted: Swept) -> None:
    asked, plan, bench = wanted.experiment, wanted.plan, bench_of(wanted.plan)
    terminal.paragraph(asked.question.text(terminal.lang))
    terminal.say(
        "sweep.announce",
        points=len(plan.points),
        scenarios=", ".join(asked.scenarios),
        arms=titles_of(terminal, bench),
        pairs=plan.pairs,
        factors=", ".join(factor.title.text(terminal.lang) for factor in asked.factors) or "–",
    )
    announce_small(terminal, *bench.scenarios.values())


def _estimate(plan: Plan, workers: int) -> Estimate:
    """Time one town here and now, and scale it to some points that stand for all of them."""
    bench, step = bench_of(plan), -(-len(plan.own) // SAMPLED)
    stand_for = {
        point: sum(plan.counts[each] for each in plan.own[k : k + step])
        for k, point in list(enumerate(plan.own))[::step]
    }
    scenarios = {point: bench.scenario(plan.points[point].setting) for point in stand_for}
    first = scenarios[plan.own[0]]
    week, build = speed(first, bench.strategies[0], plan.seed)
    parts = [
        estimate(
            Work.of(
                scenario,
                twins=bench.runs_twins(scenario),
                arms=len(bench.strategies),
                pairs=stand_for[point],
                decision_weeks=(scenario.decision_weeks[bench.decision or 0],),
                indicators=len(bench.series or ()),
            ),
            workers=1,
            seconds_per_citizen_week=week,
            build_seconds_per_citizen=build,
        )
        for point, scenario in scenarios.items()
    ]
    return together(parts).shared(min(workers, sum(stand_for.values())))


def _tell(terminal: Terminal, done: Study) -> None:
    """Say how often each arm wins, what failed, and what to ask next."""
    metric = done.metrics[0]
    heads = [
        terminal.words(f"sweep.head.{name}")
        for name in ("strategy", "better", "equivalent", "worse", "undecided")
    ]
    rows = []
    for strategy in done.strategies:
        if strategy != done.baseline:
            said = done.comparison(metric, strategy)["verdict"].value_counts()
            counts = [int(said.get(key, 0)) for key in ("better", "equivalent", "worse")]
            rest = int(said.sum()) - sum(counts)
            rows.append([done.strategy_title(strategy, terminal.lang), *counts, rest])
    if rows:
        terminal.print()
        terminal.say(
            "sweep.verdicts",
            metric=terminal.spelling.name("metric", metric),
            baseline=done.strategy_title(done.baseline, terminal.lang),
        )
        terminal.table(heads, rows, right=(1, 2, 3, 4))
    failed = done.failures
    if len(failed):
        terminal.say("study.failed", count=len(failed))
        for error in failed["error"].drop_duplicates().head(SHOWN):
            terminal.bullet(error)
    terminal.say("sweep.next", folder=done.folder)
