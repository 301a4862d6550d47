"""What ``resilienza keystones`` may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from resilienza_sim.bounds import MOST_PAIRS
from resilienza_sim.cli.options import (
    Assignments,
    Citizens,
    Decision,
    Out,
    Scenario,
    Seed,
    Strategy,
    Twin,
    Workers,
    number,
)

FEWEST_PAIRS = 6


@dataclass(frozen=True, kw_only=True)
class Options:
    """A scenario whose services and groups are lost in turn."""

    scenario: Scenario
    strategy: Strategy = None
    pairs: Annotated[int, number("--pairs", 1, MOST_PAIRS)] = FEWEST_PAIRS
    decision: Decision = None
    citizens: Citizens = None
    seed: Seed = 1
    assignments: Assignments = None
    twin: Twin = True
    workers: Workers = None
    out: Out = None
