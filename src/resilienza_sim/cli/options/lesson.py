"""What ``resilienza lesson`` may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from resilienza_sim.bounds import LARGEST_SEED, MOST_CITIZENS, MOST_TOWNS
from resilienza_sim.cli.options import Assignments, Names, Scenario, names, number, written
from resilienza_sim.errors import ResilienzaError

RECORDED = ".json.gz"
"""How the name of a recording ends."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """A scenario, or a recording, to make a lesson of."""

    scenario: Scenario
    out: Annotated[Path | None, written("--out")] = None
    recording: Annotated[Path | None, written("--recording")] = None
    handout: Annotated[Path | None, written("--handout")] = None
    strategies: Annotated[
        Names | None, typer.Option("--strategies", metavar="A,B", parser=names)
    ] = None
    pairs: Annotated[int | None, number("--pairs", 0, MOST_TOWNS)] = None
    no_actions: Annotated[bool, typer.Option("--no-actions")] = False
    seed: Annotated[int | None, number("--seed", 0, LARGEST_SEED)] = None
    citizens: Annotated[int | None, number("--citizens", 50, MOST_CITIZENS)] = None
    assignments: Assignments = None

    def __post_init__(self) -> None:
        if not self.recorded:
            return
        given = {
            "--recording": self.recording,
            "--strategies": self.strategies,
            "--pairs": self.pairs,
            "--no-actions": self.no_actions,
            "--seed": self.seed,
            "--citizens": self.citizens,
            "--set": self.assignments,
        }
        if option := next((name for name, value in given.items() if value), None):
            raise ResilienzaError("lesson_already_recorded", option=option, file=self.scenario)

    @property
    def recorded(self) -> bool:
        """Whether what is given is a recording."""
        return self.scenario.endswith(RECORDED)
