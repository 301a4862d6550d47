"""``resilienza observe``: what a survey would have told of a town."""

from __future__ import annotations

import pandas as pd

from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli.options.observe import Options
from resilienza_sim.experiments.comparison import asked_scenario
from resilienza_sim.experiments.observation import observe, surveys_in


def run(terminal: Terminal, asked: Options) -> int:
    """Ask the items of a survey."""
    wanted, _ = asked_scenario(asked.scenario, asked.citizens, asked.assignments or ())
    arms = asked.strategies or ("consolidated",)
    for name in arms:
        wanted.strategy(name)
    if not surveys_in(wanted):
        terminal.say("observe.no_survey", name=wanted.title.text(terminal.lang))
        return 0
    table = observe(wanted, arms, towns=asked.pairs, seed=asked.seed)
    if asked.as_json:
        terminal.print(table.to_json(orient="records", double_precision=6))
        return 0
    terminal.say("observe.about_run", towns=asked.pairs, citizens=wanted.town.citizens)
    _show(terminal, table)
    return 0


def _show(terminal: Terminal, table: pd.DataFrame) -> None:
    words = terminal.spelling
    heads = [
        terminal.words(f"observe.head.{name}")
        for name in ("item", "year", "strategy", "value", "interval", "measured")
    ]
    rows = [
        (
            words.name("indicator", str(row.item)),
            str(row.year),
            words.name("strategy", str(row.strategy)),
            words.percent(row.value, 1),
            words.percents(row.low, row.high, 1),
            words.percent(row.measured, 1),
        )
        for row in table.itertuples()
    ]
    terminal.table(heads, rows, right=(1, 3, 4, 5))
    terminal.say("observe.source")
