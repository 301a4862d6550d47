"""``resilienza import``: a planner's own tables, held against what may be, into a scenario."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resilienza_sim.cli._options import Out
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.files import place_of

if TYPE_CHECKING:
    from resilienza_sim.cli._terminal import Terminal
    from resilienza_sim.tables import Tables
    from resilienza_sim.tables.remarks import Remark

MOST_TOLD = 200
"""Mistakes written out; of the others their number is."""


def command(
    ctx: typer.Context,
    workbooks: Annotated[list[str] | None, typer.Argument(metavar="WORKBOOK...")] = None,
    into: Annotated[str | None, typer.Option("--into", metavar="SCENARIO")] = None,
    out: Out = None,
    check: Annotated[bool, typer.Option("--check")] = False,
    pseudonyms: Annotated[bool, typer.Option("--pseudonyms")] = False,
    template: Annotated[str | None, typer.Option("--template", metavar="FILE")] = None,
) -> int:
    """Read tables, say all that is wrong with them, put them into a scenario."""
    from resilienza_sim.tables import hold, into_scenario, read_tables, write_template

    terminal: Terminal = ctx.obj
    if template is not None:
        path = write_template(place_of(template), terminal.lang)
        terminal.say("import.template", path=path)
        if not workbooks:
            return 0
    if not workbooks:
        raise ResilienzaError("missing_argument", command="import", found="WORKBOOK")
    if out is not None and into is None:
        raise ResilienzaError("import_out_alone")
    scenario = None
    if into is not None:
        from resilienza_sim.scenario import load_scenario

        scenario = load_scenario(into)
    tables = read_tables(workbooks, pseudonyms=pseudonyms)
    held = hold(tables, scenario)
    _refuse(terminal, tables)
    _tell(terminal, tables)
    if not tables.anything:
        raise ResilienzaError("import_nothing", file=", ".join(workbooks))
    if check or into is None:
        if scenario is None:
            terminal.say("import.without_scenario")
        files = shlex.join(workbooks)
        terminal.say("import.next_into", command=f"resilienza import {files} --into SCENARIO")
        return 0
    folder = None if out is None else place_of(out)
    written = into_scenario(into, held, folder, terminal.lang)
    terminal.say("import.written", path=written.scenario)
    if written.kept is not None:
        terminal.say("import.kept", path=written.kept)
    _next(terminal, written.scenario)
    return 0


def _refuse(terminal: Terminal, tables: Tables) -> None:
    """Say every mistake, in the order of the tables, and stop if there is one."""
    mistakes = tables.remarks.mistakes
    if not mistakes:
        return
    for mistake in mistakes[:MOST_TOLD]:
        terminal.warn(mistake.text(terminal.lang))
    found = len(mistakes) + tables.remarks.untold
    raise ResilienzaError("import_refused", found=found, told=min(found, MOST_TOLD))


def _tell(terminal: Terminal, tables: Tables) -> None:
    for place, kind, count in tables.read:
        what = terminal.catalogue.text(f"tables.kind.{kind}")
        terminal.say("import.read", place=place.text(terminal.lang), count=count, what=what)
    notes: list[Remark] = tables.remarks.notes
    if notes:
        terminal.say("import.notes")
    for note in notes[:MOST_TOLD]:
        terminal.bullet(note.text(terminal.lang))
    more = len(notes) - MOST_TOLD
    if more > 0:
        terminal.say("import.more_notes", count=more)


def _next(terminal: Terminal, path: Path) -> None:
    terminal.say("import.next")
    terminal.print(f"  resilienza compare {shlex.quote(str(path))}")
