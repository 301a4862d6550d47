"""``resilienza frontier``: what every budget buys, on the same people, worlds and chance."""

from __future__ import annotations

from math import isnan

import pandas as pd

from resilienza_sim.cli._running import announce_folder, progress_of
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli.options.frontier import Options
from resilienza_sim.drafting.spoken import euros_of
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.comparison import asked_scenario
from resilienza_sim.experiments.frontier import frontier
from resilienza_sim.experiments.plan import default_folder
from resilienza_sim.experiments.session import Running
from resilienza_sim.experiments.spreadsheet import write_csv
from resilienza_sim.experiments.whatif import at_budgets, live, planned
from resilienza_sim.report.frontier import draw_frontier
from resilienza_sim.scenario import Scenario as Description
from resilienza_sim.statistics import MINIMUM_PAIRS

_PARTS = (0.0, 0.5, 1.0, 1.5, 2.0)
"""Budgets tried by default, in parts of the scenario's own."""
_MOST_BUDGETS, _MOST_EUROS = 50, 1e11
TABLE = "frontier.csv"


def run(terminal: Terminal, asked: Options) -> int:
    """Live the town at every budget."""
    town, _ = asked_scenario(asked.scenario, asked.citizens, ())
    euros = _budgets(asked.budgets, town)
    cases = at_budgets(town, euros, asked.arms)
    plans, first = planned(cases, pairs=asked.pairs, seed=asked.seed), cases[0].name
    folder = asked.out or default_folder(plans[first], "-frontier")
    if (folder / TABLE).exists() and not (folder / first / "manifest.json").exists():
        raise ResilienzaError("already_there", file=folder / TABLE)
    words = terminal.spelling
    budgets = words.list([words.euros(each) for each in euros])
    terminal.say("frontier.announce", town=town.territory.name, budgets=budgets, pairs=asked.pairs)
    announce_folder(terminal, folder / first, measuring=False)
    with progress_of(terminal, sum(plan.total for plan in plans.values())) as progress:
        studies = live(plans, folder, Running(workers=asked.workers, progress=progress))
    table = frontier(studies, town)
    titles = {arm.name: arm.title.text(terminal.lang) for arm in cases[0].arms}
    _tell(terminal, table, titles)
    write_csv(folder / TABLE, table)
    written = [folder / TABLE, *draw_frontier(words, table, titles, folder)]
    terminal.say("frontier.written", paths=", ".join(map(str, written)))
    terminal.say("frontier.studies", folder=folder / first)
    return 0


def _budgets(text: str | None, town: Description) -> list[float]:
    """Return the budgets asked for, in euros a year of the whole town, from the smallest.

    Raises
    ------
    ResilienzaError
        If one is no amount, or they are fewer than two or too many.
    """
    if text is None:
        found = [part * town.purse_eur for part in _PARTS]
    else:
        found = [euros_of(each) for each in text.replace(";", ",").split(",") if each.strip()]
    found = sorted(set(found))
    if not 2 <= len(found) <= _MOST_BUDGETS or found[-1] > _MOST_EUROS:
        raise ResilienzaError("frontier_budgets", found=text, most=_MOST_BUDGETS)
    return found


def _tell(terminal: Terminal, table: pd.DataFrame, titles: dict[str, str]) -> None:
    words = terminal.spelling
    terminal.say("frontier.read", metric=words.name("metric", str(table["metric"].iloc[0])))
    table = table[table["metric"] == table["metric"].iloc[0]]
    for arm, rows in table.groupby("strategy", sort=False):
        terminal.print()
        terminal.print(titles[str(arm)])
        terminal.table(
            [
                terminal.words(f"frontier.head.{head}")
                for head in ("budget", "spent", "loss", "spared", "interval", "next")
            ],
            [
                (
                    words.euros(row.budget_eur),
                    words.euros(row.spent_eur_per_year),
                    words.number(row.loss),
                    words.number(row.spared, sign=True),
                    words.interval(row.low, row.high)
                    if row.pairs >= MINIMUM_PAIRS and row.low < row.high
                    else "",
                    "" if isnan(row.next_10000) else words.number(row.next_10000, sign=True),
                )
                for row in rows.itertuples()
            ],
            right=(0, 1, 2, 3, 5),
        )
    if int(table["pairs"].min()) < MINIMUM_PAIRS:
        terminal.say("whatif.few", least=MINIMUM_PAIRS)
