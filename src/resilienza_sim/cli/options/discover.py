"""What ``resilienza discover`` may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from resilienza_sim.cli.options import Baseline, Folder, Strategy


@dataclass(frozen=True, kw_only=True)
class Options:
    """A sweep in which it is sought when each strategy wins."""

    folder: Folder
    metric: Annotated[str | None, typer.Option("--metric", metavar="METRIC")] = None
    strategy: Strategy = None
    baseline: Baseline = None
    x: Annotated[str | None, typer.Option("--x", metavar="FACTOR")] = None
    y: Annotated[str | None, typer.Option("--y", metavar="FACTOR")] = None
