"""What ``resilienza explain`` may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer


@dataclass(frozen=True, kw_only=True)
class Options:
    """A name to be explained."""

    name: Annotated[str, typer.Argument(metavar="NAME")]
