"""``resilienza observe``: what a survey would have told of a town."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from resilienza_sim.cli._options import (
    LARGEST_SEED,
    MOST_CITIZENS,
    Assignments,
    Citizens,
    Pairs,
    Scenario,
    Seed,
    names,
    whole,
)
from resilienza_sim.cli._terminal import Terminal

if TYPE_CHECKING:
    import pandas as pd

TOWNS, MOST_TOWNS = 6, 10_000


def command(
    ctx: typer.Context,
    scenario: Scenario,
    strategies: Annotated[str | None, typer.Option("--strategies", metavar="NAMES")] = None,
    pairs: Pairs = None,
    citizens: Citizens = None,
    seed: Seed = None,
    assignments: Assignments = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> int:
    """Ask the items of a survey."""
    terminal: Terminal = ctx.obj
    towns = whole("--pairs", pairs, 1, MOST_TOWNS) or TOWNS
    n_citizens = whole("--citizens", citizens, 1, MOST_CITIZENS)
    chosen_seed = whole("--seed", seed, 0, LARGEST_SEED)
    arms = names(strategies) or ("consolidated",)

    from resilienza_sim.experiments.observation import observe, told_in
    from resilienza_sim.scenario import load_scenario

    wanted = load_scenario(scenario)
    if n_citizens is not None:
        wanted = wanted.with_citizens(n_citizens)
    if assignments:
        wanted = wanted.with_set(*assignments)
    for name in arms:
        wanted.strategy(name)
    if not told_in(wanted):
        terminal.say("observe.no_survey", name=wanted.title.text(terminal.lang))
        return 0
    table = observe(wanted, arms, towns=towns, seed=1 if chosen_seed is None else chosen_seed)
    if as_json:
        terminal.print(table.to_json(orient="records", double_precision=6))
        return 0
    terminal.say("observe.about_run", towns=towns, citizens=wanted.town.citizens)
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
