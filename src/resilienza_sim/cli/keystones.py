"""``resilienza keystones``: which service or group, lost, would hurt most."""

from __future__ import annotations

from dataclasses import replace
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
    new_folder,
    whole,
)

if TYPE_CHECKING:
    from resilienza_sim.cli._terminal import Terminal
    from resilienza_sim.experiments.worth.keystones import Keystones

FEWEST_PAIRS = 6


def command(
    ctx: typer.Context,
    scenario: Scenario,
    strategy: Annotated[str | None, typer.Option("--strategy", metavar="NAME")] = None,
    pairs: Annotated[str | None, typer.Option("--pairs", metavar="N")] = None,
    decision: Annotated[str | None, typer.Option("--decision", metavar="DATE")] = None,
    citizens: Citizens = None,
    seed: Seed = None,
    assignments: Assignments = None,
    twin: Twin = True,
    workers: Annotated[str | None, typer.Option("--workers", metavar="N")] = None,
    out: Annotated[str | None, typer.Option("--out", metavar="DIR")] = None,
) -> int:
    """Tell which service or group, lost, would hurt most."""
    terminal: Terminal = ctx.obj
    n_pairs = whole("--pairs", pairs, 1, MOST_PAIRS) or FEWEST_PAIRS
    n_citizens = whole("--citizens", citizens, 1, MOST_CITIZENS)
    n_workers = whole("--workers", workers, 1, MOST_WORKERS)
    study_seed = whole("--seed", seed, 0, LARGEST_SEED)
    folder = new_folder("--out", out)

    from resilienza_sim.cli import _arms
    from resilienza_sim.cli._running import announce_cost, progress_of
    from resilienza_sim.experiments.worth.keystones import (
        keystones,
        keystones_folder,
        make_keystones,
    )

    given = _arms.scenario_of(scenario, n_citizens, assignments or (), twin=twin)
    plan = make_keystones(
        given,
        strategy,
        pairs=n_pairs,
        seed=1 if study_seed is None else study_seed,
        decision=decision,
    )
    folder = folder or keystones_folder(plan)
    title = plan.base[0].title.text(terminal.lang)
    terminal.say("keystones.announce", losses=len(plan.arms) - 1, pairs=n_pairs, strategy=title)
    terminal.say("running.measuring")
    week = given.decision_weeks[plan.decision]
    cost = _arms.cost_of(given, week, plan.seed, [(len(plan.arms), n_pairs)], n_workers)
    cost = replace(cost, runs=plan.total)
    announce_cost(terminal, cost, folder)
    with progress_of(terminal, plan.total) as progress:
        found = keystones(
            plan,
            folder,
            workers=n_workers,
            progress=progress,
            expected_seconds=cost.work_seconds,
        )
    _tell(terminal, found, _arms.metric_of(None, given))
    _arms.failures(terminal, [folder])
    return 0


def _tell(terminal: Terminal, found: Keystones, metric: str) -> None:
    from resilienza_sim.experiments.spreadsheet import write_csv
    from resilienza_sim.report.dossier.keystones import FILE, name_of, names_of
    from resilienza_sim.words import Words

    table, words = found.table(metric), terminal.spelling
    say = Words(terminal.lang, "dossier")
    names = names_of(found.plan.scenario.model_dump(mode="json"))
    rows = []
    for row in table.to_dict("records"):
        difference, interval = words.estimate(row["loss"], row["low"], row["high"])
        counted = say("of.counted", some=row["worse"], n=row["n"])
        rows.append((name_of(say, str(row["name"]), names), difference, interval, counted))
    heads = ("who", "loss", "interval", "worse")
    terminal.table([say(f"keystones.{head}") for head in heads], rows, right=(1, 2, 3))
    path = write_csv(found.folder / FILE, table)
    terminal.say("keystones.written", table=path)
