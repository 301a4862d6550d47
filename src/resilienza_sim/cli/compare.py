"""``resilienza compare``: runs strategies on the same people and the same shocks, and judges."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

from resilienza_sim.cli._running import (
    announce_cost,
    announce_folder,
    announce_small,
    running,
    speed,
    title_and_town,
    titles_of,
)
from resilienza_sim.cli._study import tell, write
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli._until_sure import announce, rule_of, tell_interim, tell_sure
from resilienza_sim.cli.options.compare import Options
from resilienza_sim.experiments.compare import Comparison, Request
from resilienza_sim.experiments.comparison import scenario_of
from resilienza_sim.experiments.engine import processors
from resilienza_sim.experiments.estimate import Estimate, Work, estimate, together
from resilienza_sim.experiments.null_verdicts import CHANCE, NULL
from resilienza_sim.experiments.plan import bench_of, default_folder


def run(terminal: Terminal, asked: Options) -> int:
    """Compare strategies on a scenario."""
    wanted = Request(
        **asked.of_town,
        strategies=asked.strategies,
        pairs=asked.pairs,
        baseline=asked.baseline,
        null=asked.null and asked.world is None,
        chance=asked.chance,
        worlds=not asked.point,
        world=asked.world,
        interaction=asked.interaction,
        until_sure=partial(rule_of, asked=asked) if asked.until_sure else None,
    ).prepared()
    rule = wanted.rule
    folder = asked.out or default_folder(wanted.plan)
    if asked.details:
        _announce(terminal, wanted)
        announce_folder(terminal, folder)
    cost = _estimate(wanted, asked.workers)
    if rule is not None:
        cost = announce(terminal, rule, wanted.plan, cost)
    if asked.details:
        announce_cost(terminal, cost, folder)
    else:
        _announce_in_short(terminal, wanted, cost, folder)
    announce_small(terminal, scenario_of(wanted.plan))
    with running(terminal, cost.runs, asked.workers, cost) as how:
        study = wanted.run(folder, how, partial(tell_interim, terminal))
    tell(terminal, study, details=asked.details)
    if rule is not None:
        tell_sure(terminal, study, rule)
    write(terminal, study, png=asked.png)
    return 0


def _announce(terminal: Terminal, wanted: Comparison) -> None:
    words, plan, scenario = terminal.spelling, wanted.plan, scenario_of(wanted.plan)
    days = [words.date(date.fromisoformat(day)) for day in plan.decisions]
    terminal.say(
        "compare.announce",
        place=title_and_town(terminal, scenario),
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
        if each.place in (NULL, CHANCE):
            terminal.say(f"compare.companion_{each.place.name}", pairs=each.plan.pairs)
    if wanted.groups is not None:
        one, two = (" + ".join(f"shocks.{k}" for k in group) for group in wanted.groups)
        terminal.say("compare.companion_shocks", one=one, two=two)


def _announce_in_short(
    terminal: Terminal, wanted: Comparison, cost: Estimate, folder: Path
) -> None:
    """Say in one sentence what is compared and how long it takes."""
    words, plan, scenario = terminal.spelling, wanted.plan, scenario_of(wanted.plan)
    terminal.folded(
        terminal.words(
            "compare.short",
            place=title_and_town(terminal, scenario),
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
                Work.of(scenario, arms=len(plan.arms), pairs=each.pairs),
                workers=workers or processors(),
                seconds_per_citizen_week=week,
                build_seconds_per_citizen=build,
            )
            for each in (plan, *(other.plan for other in wanted.companions))
        ]
    )
