"""``resilienza export``: a study as tables, as an RO-Crate, or as one zip to check it."""

from __future__ import annotations

from typing import Annotated

import typer

from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.files import place_of


def command(
    ctx: typer.Context,
    study: Annotated[str, typer.Argument(metavar="STUDY")],
    csv: Annotated[bool, typer.Option("--csv")] = False,
    xlsx: Annotated[bool, typer.Option("--xlsx")] = False,
    ro_crate: Annotated[bool, typer.Option("--ro-crate")] = False,
    bundle: Annotated[bool, typer.Option("--bundle")] = False,
    out: Annotated[str | None, typer.Option("--out", metavar="PATH")] = None,
    licence: Annotated[str | None, typer.Option("--licence", metavar="SPDX")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite")] = False,
) -> int:
    """Export a study."""
    terminal: Terminal = ctx.obj
    if csv + xlsx + ro_crate + bundle != 1:
        raise ResilienzaError("export_one_form")
    folder = place_of(study)
    name = folder.resolve().name
    if csv:
        from resilienza_sim.experiments.exchange.export import export_csv

        target = place_of(out or f"{name}-csv")
        files = export_csv(folder, target, overwrite=overwrite)
        terminal.say("export.files", path=target, files=", ".join(path.name for path in files))
    elif xlsx:
        from resilienza_sim.experiments.exchange.workbook import export_workbook

        target = export_workbook(folder, place_of(out or f"{name}.xlsx"), overwrite=overwrite)
        terminal.say("export.workbook", path=target)
    elif ro_crate:
        from resilienza_sim.experiments.exchange.crate import LICENCE, export_crate

        target = place_of(out or f"{name}-crate")
        rights = licence or LICENCE
        names = export_crate(folder, target, licence=rights, overwrite=overwrite)
        terminal.say("export.crate", path=target, count=len(names), licence=rights)
    else:
        from resilienza_sim.experiments.exchange.bundle import export_bundle

        target = place_of(out or f"{name}.zip")
        found = export_bundle(folder, target, overwrite=overwrite)
        terminal.say("export.bundle", path=target, sha256=found)
        terminal.say("export.check", path=target)
    return 0
