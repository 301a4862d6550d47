"""What a dossier shows and a comparison does not run: what each line brings, who cannot be lost."""

from __future__ import annotations

import json
from collections.abc import Callable

from resilienza_sim.cli._arms import cost_of, failures
from resilienza_sim.cli._running import announce_cost, running
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.experiments.contribution.attribution import Attribution, Request
from resilienza_sim.experiments.contribution.keystones import Keystones, make_keystones
from resilienza_sim.experiments.many_arms import read_values
from resilienza_sim.experiments.plan import Plan
from resilienza_sim.experiments.spreadsheet import write_csv
from resilienza_sim.experiments.study import Study
from resilienza_sim.reading import validated
from resilienza_sim.report.dossier.focus import focus_of
from resilienza_sim.report.dossier.keystones import FILE, KEYSTONES
from resilienza_sim.report.dossier.money import ATTRIBUTION, table_of
from resilienza_sim.report.view import decisions
from resilienza_sim.statistics import MINIMUM_PAIRS
from resilienza_sim.strategies import Strategy
from resilienza_sim.worlds import scenario_of_manifest

__all__ = ["complete"]

_PAIRS = 2 * MINIMUM_PAIRS
"""Of the attribution at the most: each pair of it is dozens of runs."""


def complete(terminal: Terminal, study: Study, workers: int | None) -> None:
    """Run what the dossier of a study lacks, into its folder, with its own town and proposal.

    Both are at the first decision. What was run is not run again.
    """
    top, focus = next(iter(study.decisions.values())), None
    views = decisions(study, terminal.spelling)
    if views:
        focus = focus_of(views[0])
    if focus is None:
        terminal.say("report.nothing_to_complete")
        return
    told = top.manifest
    scenario = scenario_of_manifest(told)
    text = json.loads(told["strategy_texts"][focus.strategy.name])
    proposal = validated(Strategy, text, focus.strategy.name)
    seed, day, metric = int(told["seed"]), views[0].key, study.headline
    pairs = min(int(told["pairs"]), _PAIRS)
    lines = Request(
        scenario=scenario, strategies=[proposal], pairs=pairs, seed=seed, decision=day
    ).prepared()
    losses = make_keystones(
        scenario, proposal, pairs=min(pairs, MINIMUM_PAIRS), seed=seed, decision=day
    )
    plans: tuple[Plan, ...] = (lines.plan, losses)
    terminal.say("report.completing", pairs=pairs, few=losses.pairs)
    steps = [(plan.total / plan.pairs, plan.pairs) for plan in plans]
    total = sum(plan.total for plan in plans)
    cost = cost_of(lines.plan, steps, total, workers)
    announce_cost(terminal, cost, top.folder)
    worth, lost = top.folder / ATTRIBUTION, top.folder / KEYSTONES
    tables: tuple[Callable[[], object], ...] = (
        lambda: write_csv(
            worth / table_of(metric),
            Attribution(worth, plans[0], lines.games, read_values(worth, plans[0])).table(metric),
        ),
        lambda: write_csv(
            lost / FILE, Keystones(lost, losses, read_values(lost, losses)).table(metric)
        ),
    )
    with running(terminal, total, workers, cost) as how:
        session = how.session(top.folder, [plan.total for plan in plans])
        for plan, place, table in zip(plans, (ATTRIBUTION, KEYSTONES), tables, strict=True):
            session.run(plan, place)
            session.stages.finished()
            table()
    failures(terminal, [worth, lost])
