"""What ``resilienza frontier`` may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from resilienza_sim.bounds import FEWEST_CITIZENS, MOST_CITIZENS, MOST_PAIRS
from resilienza_sim.cli.options import Out, Scenario, Seed, Strategies, Workers, number


@dataclass(frozen=True, kw_only=True)
class Options:
    """A scenario lived at several budgets."""

    scenario: Scenario
    budgets: Annotated[str | None, typer.Option("--budgets", metavar="A,B,…")] = None
    arms: Strategies = None
    pairs: Annotated[int, number("--pairs", 1, MOST_PAIRS)] = 20
    citizens: Annotated[int | None, number("--citizens", FEWEST_CITIZENS, MOST_CITIZENS)] = None
    seed: Seed = 1
    workers: Workers = None
    out: Out = None
