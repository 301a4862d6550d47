"""What ``resilienza sweep`` may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from resilienza_sim.bounds import FEWEST_CITIZENS, LARGEST_SEED, MOST_CITIZENS
from resilienza_sim.cli.options import Assignments, Out, Pairs, Twin, Workers, number


@dataclass(frozen=True, kw_only=True)
class Options:
    """An experiment to run."""

    experiment: Annotated[str, typer.Argument(metavar="EXPERIMENT")]
    out: Out = None
    pairs: Pairs = None
    points: Annotated[int | None, number("--points", 1, 1_000_000)] = None
    citizens: Annotated[int | None, number("--citizens", FEWEST_CITIZENS, MOST_CITIZENS)] = None
    seed: Annotated[int | None, number("--seed", 0, LARGEST_SEED)] = None
    assignments: Assignments = None
    twin: Twin = True
    workers: Workers = None
    cluster: Annotated[str | None, typer.Option("--cluster", metavar="ADDRESS")] = None
