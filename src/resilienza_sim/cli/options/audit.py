"""What ``resilienza audit`` may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from resilienza_sim.bounds import FEWEST_CITIZENS, MOST_CITIZENS
from resilienza_sim.cli.options import Out, Pairs, Workers, number


@dataclass(frozen=True, kw_only=True)
class Options:
    """Claims to be tried again."""

    claims: Annotated[str, typer.Argument(metavar="CLAIMS")]
    reduced: Annotated[bool, typer.Option("--reduced")] = False
    citizens: Annotated[int | None, number("--citizens", FEWEST_CITIZENS, MOST_CITIZENS)] = None
    pairs: Pairs = None
    worlds: Annotated[int | None, number("--worlds", 0, 100_000)] = None
    workers: Workers = None
    out: Out = None
    check: Annotated[bool, typer.Option("--check")] = False
