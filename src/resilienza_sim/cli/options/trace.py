"""What ``resilienza trace`` may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from resilienza_sim.bounds import MOST_CITIZENS
from resilienza_sim.cli.options import Seed, Workers, number, written


@dataclass(frozen=True, kw_only=True)
class Options:
    """Concepts to be switched off."""

    concepts: Annotated[list[str] | None, typer.Argument(metavar="[CONCEPT…]")] = None
    check: Annotated[bool, typer.Option("--check")] = False
    pairs: Annotated[int, number("--pairs", 2, 10_000)] = 24
    seed: Seed = 1
    workers: Workers = None
    contribution: Annotated[bool, typer.Option("--contribution")] = False
    citizens: Annotated[int, number("--citizens", 200, MOST_CITIZENS)] = 2_000
    write: Annotated[Path | None, written("--write")] = None
