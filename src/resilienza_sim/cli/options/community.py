"""What ``resilienza community`` may be asked."""

from __future__ import annotations

from dataclasses import dataclass

from resilienza_sim.cli.options import Assignments, Citizens, Out, Scenario, Seed


@dataclass(frozen=True, kw_only=True)
class Options:
    """A scenario whose people and ties are shown."""

    scenario: Scenario
    citizens: Citizens = None
    seed: Seed = 1
    assignments: Assignments = None
    out: Out = None
