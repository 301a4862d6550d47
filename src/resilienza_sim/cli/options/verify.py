"""What ``resilienza verify`` may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from resilienza_sim.cli.options import Seed, number


@dataclass(frozen=True, kw_only=True)
class Options:
    """A study, packed or not, to be checked."""

    path: Annotated[str, typer.Argument(metavar="BUNDLE")]
    rerun: Annotated[int, number("--rerun", 0, 1_000_000)] = 0
    seed: Seed = 1
    trust_extensions: Annotated[bool, typer.Option("--trust-extensions")] = False
