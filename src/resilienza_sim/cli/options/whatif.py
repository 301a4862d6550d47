"""What ``resilienza whatif`` may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from resilienza_sim.bounds import FEWEST_CITIZENS, MOST_CITIZENS, MOST_PAIRS
from resilienza_sim.cli.options import Assignments, Scenario, Seed, Workers, number
from resilienza_sim.errors import ResilienzaError


@dataclass(frozen=True, kw_only=True)
class Options:
    """A scenario and what is changed in it by hand."""

    scenario: Scenario
    assignments: Assignments = None
    arm: Annotated[str | None, typer.Option("--arm", metavar="NAME")] = None
    pairs: Annotated[int, number("--pairs", 1, MOST_PAIRS)] = 20
    citizens: Annotated[int | None, number("--citizens", FEWEST_CITIZENS, MOST_CITIZENS)] = None
    seed: Seed = 1
    workers: Workers = None
    details: Annotated[bool, typer.Option("--details")] = False

    def __post_init__(self) -> None:
        if not self.assignments:
            raise ResilienzaError("whatif_nothing_set")
