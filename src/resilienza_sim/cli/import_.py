"""``resilienza import``: a planner's own tables, held against what may be, into a scenario."""

from __future__ import annotations

import shlex
from pathlib import Path

from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli.options.import_ import Options
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.files import place_of
from resilienza_sim.scenario import load_scenario
from resilienza_sim.tables import Tables, hold, into_scenario, read_tables, write_template
from resilienza_sim.tables.remarks import Remark

MOST_TOLD = 200
"""Mistakes written out; of the others their number is."""


def run(terminal: Terminal, asked: Options) -> int:
    """Read tables, say all that is wrong with them, put them into a scenario."""
    if asked.template is not None:
        path = write_template(place_of(asked.template), terminal.lang)
        terminal.say("import.template", path=path)
        if not asked.workbooks:
            return 0
    workbooks, into, out = asked.workbooks or [], asked.into, asked.out
    scenario = None if into is None else load_scenario(into)
    tables = read_tables(workbooks, pseudonyms=asked.pseudonyms)
    held = hold(tables, scenario)
    if _refused(terminal, tables):
        return ResilienzaError.exit_code
    _tell(terminal, tables)
    if not tables.anything:
        raise ResilienzaError("import_nothing", file=", ".join(workbooks))
    if asked.check or into is None:
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


def _refused(terminal: Terminal, tables: Tables) -> bool:
    """Say every mistake, in the order of the tables; return whether there is one."""
    mistakes = tables.remarks.mistakes
    found = len(mistakes) + tables.remarks.left_out
    sentences = [mistake.text(terminal.lang) for mistake in mistakes[:MOST_TOLD]]
    if found == 1:
        terminal.warn(terminal.words("import.refused.one", mistake=sentences[0]))
    elif found:
        for text in sentences:
            terminal.warn(text)
        key = "some" if found <= MOST_TOLD else "many"
        terminal.warn(terminal.words(f"import.refused.{key}", found=found, shown=MOST_TOLD))
    return found > 0


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
