"""``resilienza compare``: runs strategies on the same people and the same shocks, and judges."""

from __future__ import annotations

import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from resilienza_sim.bounds import MOST_PAIRS
from resilienza_sim.cli._options import (
    LARGEST_SEED,
    MOST_CITIZENS,
    MOST_WORKERS,
    Assignments,
    Citizens,
    Scenario,
    Seed,
    Twin,
    names,
    new_folder,
    whole,
)
from resilienza_sim.cli._running import announce_cost, progress_of, speed
from resilienza_sim.cli._study import tell, write
from resilienza_sim.cli._until_sure import announce, rule_of, tell_look, tell_sure
from resilienza_sim.errors import ResilienzaError

if TYPE_CHECKING:
    from pathlib import Path

    from resilienza_sim.cli._terminal import Terminal
    from resilienza_sim.experiments.compare import Comparison
    from resilienza_sim.experiments.estimate import Estimate
    from resilienza_sim.experiments.plan import Plan
    from resilienza_sim.scenario import Scenario as Description
    from resilienza_sim.strategies import Strategy


def command(
    ctx: typer.Context,
    scenario: Scenario,
    pairs: Annotated[str | None, typer.Option("--pairs", metavar="N")] = None,
    strategies: Annotated[str | None, typer.Option("--strategies", metavar="A,B,…")] = None,
    baseline: Annotated[str | None, typer.Option("--baseline", metavar="NAME")] = None,
    citizens: Citizens = None,
    seed: Seed = None,
    assignments: Assignments = None,
    workers: Annotated[str | None, typer.Option("--workers", metavar="N")] = None,
    out: Annotated[str | None, typer.Option("--out", metavar="DIR")] = None,
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

    from resilienza_sim.experiments.compare import Request, default_folder

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
    plan, rule = wanted.plan, wanted.rule
    folder = folder or default_folder(plan)
    if details:
        _announce(terminal, wanted, folder)
        _announce_beside(terminal, wanted)
        terminal.say("running.measuring")
    plans = (plan, *(each.plan for each in wanted.beside))
    cost = _estimate(wanted.scenario, wanted.arms, plans, n_workers)
    if rule is not None:
        cost = announce(terminal, rule, plan, cost)
    if details:
        announce_cost(terminal, cost, folder)
    else:
        _announce_in_short(terminal, wanted.scenario, plan, cost, folder)
    if wanted.scenario.small:
        citizens = terminal.spelling.number(plan.citizens, 0)
        terminal.warn(terminal.words("running.small", citizens=citizens))
    with progress_of(terminal, cost.runs) as progress:
        study = wanted.run(
            folder,
            workers=n_workers,
            progress=progress,
            expected_seconds=cost.work_seconds,
            told=partial(tell_look, terminal),
        )
    tell(terminal, study, details=details)
    if rule is not None:
        tell_sure(terminal, study, rule)
    write(terminal, study, png=png)
    return 0


def _announce(terminal: Terminal, wanted: Comparison, folder: Path) -> None:
    words, plan, scenario = terminal.spelling, wanted.plan, wanted.scenario
    titles = [arm.title.text(terminal.lang) for arm in wanted.arms]
    days = [words.date(datetime.date.fromisoformat(day)) for day in plan.decisions]
    terminal.say(
        "compare.announce",
        title=scenario.title.text(terminal.lang),
        town=scenario.territory.name,
        citizens=words.number(plan.citizens, 0),
        pairs=words.number(plan.pairs, 0),
        arms=words.quoted(titles),
        decisions=words.list(days),
    )
    _tell_if_resumed(terminal, folder)
    if plan.ranges is None:
        terminal.say("compare.point")
    else:
        returns = len(scenario.history.draws) + len(scenario.history.returns)
        numbers = words.number(len(plan.ranges.drawn), 0)
        terminal.say("compare.worlds", numbers=numbers, history=returns)


def _announce_in_short(
    terminal: Terminal, scenario: Description, plan: Plan, cost: Estimate, folder: Path
) -> None:
    """Say in one sentence what is compared and how long it takes."""
    words = terminal.spelling
    terminal.folded(
        terminal.words(
            "compare.short",
            title=scenario.title.text(terminal.lang),
            town=scenario.territory.name,
            citizens=words.number(plan.citizens, 0),
            pairs=words.number(plan.pairs, 0),
            time=words.duration(cost.seconds),
        )
    )
    _tell_if_resumed(terminal, folder)
    if warning := cost.disk_warning(folder, terminal.lang):
        terminal.warn(warning)


def _tell_if_resumed(terminal: Terminal, folder: Path) -> None:
    if (folder / "manifest.json").exists():
        terminal.say("running.resume", folder=folder)


def _announce_beside(terminal: Terminal, wanted: Comparison) -> None:
    """Say which studies run beside the one that is asked for."""
    from resilienza_sim.experiments.beside import LUCK, NULL

    for each in wanted.beside:
        if each.place in (NULL, LUCK):
            terminal.say(f"compare.beside_{each.place.name}", pairs=each.plan.pairs)
    if wanted.groups is not None:
        one, two = (" + ".join(f"shocks.{k}" for k in group) for group in wanted.groups)
        terminal.say("compare.beside_shocks", one=one, two=two)


def _estimate(
    scenario: Description, arms: tuple[Strategy, ...], plans: tuple[Plan, ...], workers: int | None
) -> Estimate:
    from resilienza_sim.experiments.engine import processors
    from resilienza_sim.experiments.estimate import estimate, together

    week, build = speed(scenario, arms[0], plans[0].seed)
    return together(
        [
            estimate(
                citizens=plan.citizens,
                weeks=scenario.time.weeks,
                twins=scenario.study.twin,
                arms=len(arms),
                pairs=plan.pairs,
                workers=workers or processors(),
                seconds_per_citizen_week=week,
                burn_in_weeks=scenario.time.burn_in_weeks,
                decision_weeks=scenario.decision_weeks,
                build_seconds_per_citizen=build,
            )
            for plan in plans
        ]
    )
