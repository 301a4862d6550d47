"""What ``resilienza random-allocations`` may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from resilienza_sim.cli.options import (
    Assignments,
    Citizens,
    Decision,
    Metric,
    Out,
    Pairs,
    Scenario,
    Seed,
    Strategies,
    Twin,
    Workers,
    number,
)


@dataclass(frozen=True, kw_only=True)
class Options:
    """Arms to be held against random allocations."""

    scenario: Scenario
    strategies: Strategies = None
    pairs: Pairs = None
    allocations: Annotated[int | None, number("--allocations", 2, 100_000)] = None
    metric: Metric = None
    best: Annotated[bool, typer.Option("--best/--no-best")] = True
    candidates: Annotated[int | None, number("--candidates", 2, 10_000)] = None
    histories: Annotated[int | None, number("--histories", 1, 10_000)] = None
    decision: Decision = None
    citizens: Citizens = None
    seed: Seed = 1
    assignments: Assignments = None
    twin: Twin = True
    workers: Workers = None
    out: Out = None
