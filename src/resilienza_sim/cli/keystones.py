"""``resilienza keystones``: which service or group, lost, would hurt most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from resilienza_sim.cli._arms import cost_of, failures
from resilienza_sim.cli._running import announce_cost, announce_folder, running
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli.options.keystones import Options
from resilienza_sim.experiments.contribution.keystones import Keystones, Request
from resilienza_sim.experiments.many_arms import strategies_of
from resilienza_sim.experiments.plan import bench_of, default_folder
from resilienza_sim.experiments.spreadsheet import write_csv
from resilienza_sim.report.dossier.keystones import FILE, name_of, names_of
from resilienza_sim.words import Words


def run(terminal: Terminal, asked: Options) -> int:
    """Tell which service or group, lost, would hurt most."""
    wanted = Request(
        **asked.of_town, strategy=asked.strategy, pairs=asked.pairs, decision=asked.decision
    ).prepared()
    plan = wanted.plan
    folder = asked.out or default_folder(plan, "-keystones")
    title = strategies_of(plan)[0].title.text(terminal.lang)
    terminal.say("keystones.announce", losses=len(plan.arms) - 1, pairs=asked.pairs, strategy=title)
    announce_folder(terminal, folder)
    cost = cost_of(plan, [(plan.total / plan.pairs, plan.pairs)], plan.total, asked.workers)
    announce_cost(terminal, cost, folder)
    with running(terminal, plan.total, asked.workers, cost) as how:
        found = wanted.run(folder, how)
    names = names_of(bench_of(plan).only.model_dump(mode="json"))
    _tell(terminal, found, plan.headline, names)
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
