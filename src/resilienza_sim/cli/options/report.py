"""What ``resilienza report`` may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from resilienza_sim.cli.options import Folder, written


@dataclass(frozen=True, kw_only=True)
class Options:
    """A study whose report is written."""

    folder: Folder
    png: Annotated[bool, typer.Option("--png")] = False
    pdf: Annotated[Path | None, written("--pdf")] = None
    details: Annotated[bool, typer.Option("--details")] = False
