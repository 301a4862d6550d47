"""What ``resilienza validate`` may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from resilienza_sim.bounds import MOST_CITIZENS
from resilienza_sim.cli.options import Seed, Workers, number, written


@dataclass(frozen=True, kw_only=True)
class Options:
    """Measured patterns to ask the model for."""

    patterns: Annotated[list[str] | None, typer.Argument(metavar="[PATTERN…]")] = None
    check: Annotated[bool, typer.Option("--check")] = False
    as_json: Annotated[bool, typer.Option("--json")] = False
    worlds: Annotated[int, number("--worlds", 2, 10_000)] = 8
    citizens: Annotated[int, number("--citizens", 200, MOST_CITIZENS)] = 2_000
    seed: Seed = 1
    workers: Workers = None
    write: Annotated[Path | None, written("--write")] = None
