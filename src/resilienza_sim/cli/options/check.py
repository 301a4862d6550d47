"""What ``resilienza check`` may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer


@dataclass(frozen=True, kw_only=True)
class Options:
    """Files to be validated."""

    files: Annotated[list[str], typer.Argument(metavar="FILE…")]
