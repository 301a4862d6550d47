"""``resilienza compare``: runs strategies on the same people and the same shocks, and judges."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from resilienza_sim.bounds import MOST_PAIRS
from resilienza_sim.cli._options import (
    LARGEST_SEED,
    MOST_CITIZENS,
    MOST_WORKERS,
    Assignments,
    Citizens,
    Out,
    Pairs,
    Scenario,
    Seed,
    Strategies,
    Twin,
    Workers,
    names,
    new_folder,
    whole,
)
from resilienza_sim.cli._running import (
    announce_cost,
    announce_folder,
    announce_small,
    running,
    speed,
    titles_of,
)
from resilienza_sim.cli._study import tell, write
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli._until_sure import announce, rule_of, tell_interim, tell_sure
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.compare import Comparison, Request
from resilienza_sim.experiments.comparison import scenario_of
from resilienza_sim.experiments.engine import processors
from resilienza_sim.experiments.estimate import Estimate, estimate, together
from resilienza_sim.experiments.null_verdicts import LUCK, NULL
from resilienza_sim.experiments.plan import bench_of, default_folder


def command(
    ctx: typer.Context,
    scenario: Scenario,
    pairs: Pairs = None,
    strategies: Strategies = None,
    baseline: Annotated[str | None, typer.Option("--baseline", metavar="NAME")] = None,
    citizens: Citizens = None,
    seed: Seed = None,
    assignments: Assignments = None,
    workers: Workers = None,
    out: Out = None,
    null: Annotated[bool, typer.Option("--null/--no-null")] = True,
    luck: Annotated[bool, typer.Option("--luck/--no-luck")] = True,
    point: Annotated[bool, typer.Option("--point")] = False,
    world: Annotated[str | None, typer.Option("--world", metavar="N")] = None,
    twin: Twin = True,
    interaction: Annotated[str | None, typer.Option("--interaction", metavar="I,J")] = None,
    until_sure: Annotated[bool, typer.Option("--until-sure")] = False,
    metric: Annotated[str | None, typer.Option("--metric", metavar="A,B,…")] = None,
    half_width: Annotated[str | None, typer.Option("--half-width", metavar="A=X,B=Y,…")] = None,
    most_pairs: Annotated[str | None, typer.Option("--most-pairs", metavar="N")] = None,
    step: Annotated[str | None, typer.Option("--step", metavar="N")] = None,
    png: Annotated[bool, typer.Option("--png")] = False,
    details: Annotated[bool, typer.Option("--details")] = False,
) -> int:
    """Compare strategies on a scenario."""
    terminal: Terminal = ctx.obj
    n_pairs = whole("--pairs", pairs, 1, MOST_PAIRS)
    n_citizens = whole("--citizens", citizens, 1, MOST_CITIZENS)
    n_workers = whole("--workers", workers, 1, MOST_WORKERS)
    study_seed = whole("--seed", seed, 0, LARGEST_SEED)
    one_world = whole("--world", world, 0, MOST_PAIRS)
    if one_world is not None:
        against = {"--point": point, "--pairs": pairs, "--until-sure": until_sure}
        against["--interaction"] = interaction
        if other := next((name for name, given in against.items() if given), None):
            raise ResilienzaError("option_against", option="--world", other=other)
        null = False
    folder = new_folder("--out", out)
    asked = {"--metric": metric, "--half-width": half_width}
    asked |= {"--most-pairs": most_pairs, "--step": step}
    if not until_sure and (
        alone := next((o for o, text in asked.items() if text is not None), None)
    ):
        raise ResilienzaError("option_alone", option=alone, needs="--until-sure")

    rule_asked = partial(
        rule_of, metric=metric, half_width=half_width, most_pairs=most_pairs, step=step
    )
    wanted = Request(
        scenario=scenario,
        strategies=names(strategies),
        pairs=n_pairs,
        citizens=n_citizens,
        parameters=assignments or (),
        seed=1 if study_seed is None else study_seed,
        baseline=baseline,
        null=null,
        luck=luck,
        worlds=not point,
        world=one_world,
        twin=twin,
        interaction=interaction,
        until_sure=rule_asked if until_sure else None,
    ).prepared()
    rule = wanted.rule
    folder = folder or default_folder(wanted.plan)
    if details:
        _announce(terminal, wanted)
        announce_folder(terminal, folder)
    cost = _estimate(wanted, n_workers)
    if rule is not None:
        cost = announce(terminal, rule, wanted.plan, cost)
    if details:
        announce_cost(terminal, cost, folder)
    else:
        _announce_in_short(terminal, wanted, cost, folder)
    announce_small(terminal, scenario_of(wanted.plan))
    with running(terminal, cost.runs, n_workers, cost) as how:
        study = wanted.run(folder, how, partial(tell_interim, terminal))
    tell(terminal, study, details=details)
    if rule is not None:
        tell_sure(terminal, study, rule)
    write(terminal, study, png=png)
    return 0


def _announce(terminal: Terminal, wanted: Comparison) -> None:
    words, plan, scenario = terminal.spelling, wanted.plan, scenario_of(wanted.plan)
    days = [words.date(date.fromisoformat(day)) for day in plan.decisions]
    terminal.say(
        "compare.announce",
        title=scenario.title.text(terminal.lang),
        town=scenario.territory.name,
        citizens=words.number(scenario.town.citizens, 0),
        pairs=words.number(plan.pairs, 0),
        arms=titles_of(terminal, bench_of(plan)),
        decisions=words.list(days),
    )
    ranges = bench_of(plan).ranges
    if ranges is None:
        terminal.say("compare.point")
    else:
        returns = len(scenario.history.draws) + len(scenario.history.returns)
        numbers = words.number(len(ranges.drawn), 0)
        terminal.say("compare.worlds", numbers=numbers, history=returns)
    for each in wanted.companions:
        if each.place in (NULL, LUCK):
            terminal.say(f"compare.beside_{each.place.name}", pairs=each.plan.pairs)
    if wanted.groups is not None:
        one, two = (" + ".join(f"shocks.{k}" for k in group) for group in wanted.groups)
        terminal.say("compare.beside_shocks", one=one, two=two)


def _announce_in_short(
    terminal: Terminal, wanted: Comparison, cost: Estimate, folder: Path
) -> None:
    """Say in one sentence what is compared and how long it takes."""
    words, plan, scenario = terminal.spelling, wanted.plan, scenario_of(wanted.plan)
    terminal.folded(
        terminal.words(
            "compare.short",
            title=scenario.title.text(terminal.lang),
            town=scenario.territory.name,
            citizens=words.number(scenario.town.citizens, 0),
            pairs=words.number(plan.pairs, 0),
            time=words.duration(cost.seconds),
        )
    )
    announce_folder(terminal, folder, measuring=False)
    if warning := cost.disk_warning(folder, terminal.lang):
        terminal.warn(warning)


def _estimate(wanted: Comparison, workers: int | None) -> Estimate:
    scenario, plan = scenario_of(wanted.plan), wanted.plan
    week, build = speed(scenario, scenario.past, plan.seed)
    return together(
        [
            estimate(
                citizens=scenario.town.citizens,
                weeks=scenario.time.weeks,
                twins=scenario.study.twin,
                arms=len(plan.arms),
                pairs=each.pairs,
                workers=workers or processors(),
                seconds_per_citizen_week=week,
                burn_in_weeks=scenario.time.burn_in_weeks,
                decision_weeks=scenario.decision_weeks,
                build_seconds_per_citizen=build,
            )
            for each in (plan, *(other.plan for other in wanted.companions))
        ]
    )
