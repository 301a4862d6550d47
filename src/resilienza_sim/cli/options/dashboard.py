"""What ``resilienza dashboard`` may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from resilienza_sim.bounds import MOST_CITIZENS, MOST_TOWNS
from resilienza_sim.cli.options import Assignments, Names, Seed, names, number


@dataclass(frozen=True, kw_only=True)
class Options:
    """A town to be shown."""

    scenario: Annotated[str, typer.Argument(metavar="SCENARIO")] = "quartiere"
    strategies: Annotated[
        Names | None, typer.Option("--strategies", metavar="A,B", parser=names)
    ] = None
    pairs: Annotated[int, number("--pairs", 0, MOST_TOWNS)] = 10
    seed: Seed = 1
    citizens: Annotated[int | None, number("--citizens", 50, MOST_CITIZENS)] = None
    assignments: Assignments = None
    host: Annotated[str, typer.Option("--host", metavar="NAME")] = "127.0.0.1"
    port: Annotated[int | None, number("--port", 1, 65_535)] = None
    browser: Annotated[bool, typer.Option("--browser/--no-browser")] = True
