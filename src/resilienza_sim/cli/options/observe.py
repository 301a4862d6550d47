"""What ``resilienza observe`` may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from resilienza_sim.cli.options import Assignments, Citizens, Names, Scenario, Seed, names, number


@dataclass(frozen=True, kw_only=True)
class Options:
    """A town to be surveyed."""

    scenario: Scenario
    strategies: Annotated[
        Names | None, typer.Option("--strategies", metavar="NAMES", parser=names)
    ] = None
    pairs: Annotated[int, number("--pairs", 1, 10_000)] = 6
    citizens: Citizens = None
    seed: Seed = 1
    assignments: Assignments = None
    as_json: Annotated[bool, typer.Option("--json")] = False
