"""What ``resilienza sensitivity`` may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from resilienza_sim.cli.options import Baseline, Folder, Strategy


@dataclass(frozen=True, kw_only=True)
class Options:
    """A sweep whose factors are weighed."""

    folder: Folder
    metric: Annotated[str | None, typer.Option("--metric", metavar="M")] = None
    strategy: Strategy = None
    baseline: Baseline = None
