"""What a dossier shows and a comparison does not run: what each line brings, who cannot be lost."""

from __future__ import annotations

import json

from resilienza_sim.cli._arms import cost_of, failures
from resilienza_sim.cli._running import announce_cost, running
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.experiments.contribution.attribution import Attribution, Request
from resilienza_sim.experiments.contribution.keystones import Keystones, make_keystones
from resilienza_sim.experiments.many_arms import read_values
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
    top, views = next(iter(study.decisions.values())), decisions(study, terminal.spelling)
    focus = focus_of(views[0]) if views else None
    if focus is None:
        terminal.say("report.nothing_to_complete")
        return
    scenario = scenario_of_manifest(top.manifest)
    text = json.loads(top.manifest["strategy_texts"][focus.strategy.name])
    proposal = validated(Strategy, text, focus.strategy.name)
    day, seed, metric = views[0].key, top.seed, study.headline
    pairs = min(int(top.manifest["pairs"]), _PAIRS)
    lines = Request(
        scenario=scenario, strategies=[proposal], pairs=pairs, seed=seed, decision=day
    ).prepared()
    losses = make_keystones(
        scenario, proposal, pairs=min(pairs, MINIMUM_PAIRS), seed=seed, decision=day
    )
    terminal.say("report.completing", pairs=pairs, few=losses.pairs)
    plans = lines.plan, losses
    steps = [(plan.total / plan.pairs, plan.pairs) for plan in plans]
    total = sum(plan.total for plan in plans)
    cost = cost_of(lines.plan, steps, total, workers)
    announce_cost(terminal, cost, top.folder)
    with running(terminal, total, workers, cost) as how:
        session = how.session(top.folder, [plan.total for plan in plans])
        shares = session.whole(lines.plan, ATTRIBUTION)
        found = Attribution(shares, lines.plan, lines.games, read_values(shares, lines.plan))
        write_csv(shares / table_of(metric), found.table(metric))
        lost = session.whole(losses, KEYSTONES)
        write_csv(lost / FILE, Keystones(lost, losses, read_values(lost, losses)).table(metric))
    failures(terminal, [shares, lost])
