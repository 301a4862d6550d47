"""``resilienza keystones``: which service or group, lost, would hurt most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from resilienza_sim.bounds import MOST_PAIRS
from resilienza_sim.cli._arms import cost_of, failures
from resilienza_sim.cli._options import (
    LARGEST_SEED,
    MOST_CITIZENS,
    MOST_WORKERS,
    Assignments,
    Citizens,
    Decision,
    Out,
    Pairs,
    Scenario,
    Seed,
    Twin,
    Workers,
    new_folder,
    whole,
)
from resilienza_sim.cli._running import announce_cost, announce_folder, running
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.experiments.comparison import asked_scenario
from resilienza_sim.experiments.many_arms import strategies_of
from resilienza_sim.experiments.plan import default_folder
from resilienza_sim.experiments.spreadsheet import write_csv
from resilienza_sim.experiments.worth.keystones import Keystones, keystones, make_keystones
from resilienza_sim.report.dossier.keystones import FILE, name_of, names_of
from resilienza_sim.words import Words

FEWEST_PAIRS = 6


def command(
    ctx: typer.Context,
    scenario: Scenario,
    strategy: Annotated[str | None, typer.Option("--strategy", metavar="NAME")] = None,
    pairs: Pairs = None,
    decision: Decision = None,
    citizens: Citizens = None,
    seed: Seed = None,
    assignments: Assignments = None,
    twin: Twin = True,
    workers: Workers = None,
    out: Out = None,
) -> int:
    """Tell which service or group, lost, would hurt most."""
    terminal: Terminal = ctx.obj
    n_pairs = whole("--pairs", pairs, 1, MOST_PAIRS) or FEWEST_PAIRS
    n_citizens = whole("--citizens", citizens, 1, MOST_CITIZENS)
    n_workers = whole("--workers", workers, 1, MOST_WORKERS)
    study_seed = whole("--seed", seed, 0, LARGEST_SEED)
    folder = new_folder("--out", out)

    given, _ = asked_scenario(scenario, n_citizens, assignments or (), twin)
    plan = make_keystones(
        given,
        strategy,
        pairs=n_pairs,
        seed=1 if study_seed is None else study_seed,
        decision=decision,
    )
    folder = folder or default_folder(plan, "-keystones")
    title = strategies_of(plan)[0].title.text(terminal.lang)
    terminal.say("keystones.announce", losses=len(plan.arms) - 1, pairs=n_pairs, strategy=title)
    announce_folder(terminal, folder)
    cost = cost_of(plan, [(plan.total / plan.pairs, plan.pairs)], plan.total, n_workers)
    announce_cost(terminal, cost, folder)
    with running(terminal, plan.total, n_workers, cost) as how:
        found = keystones(plan, folder, how)
    _tell(terminal, found, plan.headline, names_of(given.model_dump(mode="json")))
    failures(terminal, [folder])
    return 0


def _tell(
    terminal: Terminal, found: Keystones, metric: str, names: Mapping[str, Sequence[object]]
) -> None:
    table, words = found.table(metric), terminal.spelling
    say = Words(terminal.lang, "dossier")
    rows = []
    for row in table.to_dict("records"):
        difference, interval = words.estimate(row["loss"], row["low"], row["high"])
        counted = say("of.counted", some=row["worse"], n=row["n"])
        rows.append((name_of(say, str(row["name"]), names), difference, interval, counted))
    heads = ("who", "loss", "interval", "worse")
    terminal.table([say(f"keystones.{head}") for head in heads], rows, right=(1, 2, 3))
    path = write_csv(found.folder / FILE, table)
    terminal.say("keystones.written", table=path)
