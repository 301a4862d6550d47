"""What ``resilienza import`` may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from resilienza_sim.errors import ResilienzaError


@dataclass(frozen=True, kw_only=True)
class Options:
    """Workbooks of an office, and where they go."""

    workbooks: Annotated[list[str] | None, typer.Argument(metavar="WORKBOOK...")] = None
    into: Annotated[str | None, typer.Option("--into", metavar="SCENARIO")] = None
    out: Annotated[str | None, typer.Option("--out", metavar="DIR")] = None
    check: Annotated[bool, typer.Option("--check")] = False
    pseudonyms: Annotated[bool, typer.Option("--pseudonyms")] = False
    template: Annotated[str | None, typer.Option("--template", metavar="FILE")] = None

    def __post_init__(self) -> None:
        if not self.workbooks and self.template is None:
            raise ResilienzaError("missing_argument", command="import", found="WORKBOOK")
        if self.workbooks and self.out is not None and self.into is None:
            raise ResilienzaError("import_out_alone")
