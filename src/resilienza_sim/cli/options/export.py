"""What ``resilienza export`` may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from resilienza_sim.errors import ResilienzaError


@dataclass(frozen=True, kw_only=True)
class Options:
    """A study to be exported, in one form."""

    study: Annotated[str, typer.Argument(metavar="STUDY")]
    csv: Annotated[bool, typer.Option("--csv")] = False
    xlsx: Annotated[bool, typer.Option("--xlsx")] = False
    ro_crate: Annotated[bool, typer.Option("--ro-crate")] = False
    bundle: Annotated[bool, typer.Option("--bundle")] = False
    out: Annotated[str | None, typer.Option("--out", metavar="PATH")] = None
    licence: Annotated[str | None, typer.Option("--licence", metavar="SPDX")] = None
    overwrite: Annotated[bool, typer.Option("--overwrite")] = False

    def __post_init__(self) -> None:
        if self.csv + self.xlsx + self.ro_crate + self.bundle != 1:
            raise ResilienzaError("export_one_form")
