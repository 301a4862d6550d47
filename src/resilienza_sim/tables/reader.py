"""Reads sheets into rows of what a scenario can hold, and says everything that is wrong at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from resilienza_sim.community.territory import folded
from resilienza_sim.errors import nearest
from resilienza_sim.files import place_of
from resilienza_sim.model.service_names import OFFICE
from resilienza_sim.model.state import SERVICES
from resilienza_sim.tables import cells
from resilienza_sim.tables.grid import Cell, Sheet, Unworked, sheets
from resilienza_sim.tables.kinds import (
    KINDS,
    MARKS,
    UNMARKED,
    Layout,
    ages_of,
    is_example,
    is_guide,
    is_total,
    layout,
    meanings,
    service_kind,
)
from resilienza_sim.tables.people import Numbered
from resilienza_sim.tables.private import refuse_identifiers
from resilienza_sim.tables.remarks import Place, Remarks

__all__ = ["Row", "Tables", "read_tables"]

SMALL = 5
"""Counts of people from 1 to one below are not kept: 3 stands for them (ISTAT, tables of small
areas: fewer than three or five are not published)."""
_STANDS_FOR_FEW = 3
MOST_LISTED = 2_000
"""Rows of a table whose rows are not people: a scenario holds no more."""
_LABEL, _TEXT = 80, 400
_MOST_PEOPLE, _MOST_EUROS, _MOST_WEEKS = 3_000_000, 1e9, 520
_DAYS, _WEEKS_A_MONTH = 7.0, 52.0 / 12.0
_OLDEST_FOUNDING = date(1100, 1, 1)


@dataclass
class Row:
    """One row that was read: its values by column, None where it is silent, and where it stands."""

    values: dict[str, Any]
    place: Place
    at: dict[str, Place] = field(default_factory=dict)

    def where(self, column: str) -> Place:
        """Return where a value stands, or its row if there is no such column."""
        return self.at.get(column, self.place)


@dataclass
class Tables:
    """All that was read from some files.

    Parameters
    ----------
    associations, services, spaces, residents : list of Row
        Rows by kind.
    ties : list of (int, int)
        Pairs of people, by number.
    memberships : dict
        People by number, for each association as written.
    people : Numbered
        Who was numbered how; their names are kept nowhere else.
    read : list of (Place, str, int)
        Which sheets were read, as what, with how many rows.
    remarks : Remarks
        Mistakes and notes.
    """

    associations: list[Row] = field(default_factory=list)
    services: list[Row] = field(default_factory=list)
    spaces: list[Row] = field(default_factory=list)
    residents: list[Row] = field(default_factory=list)
    ties: list[tuple[int, int]] = field(default_factory=list)
    memberships: dict[str, list[int]] = field(default_factory=dict)
    people: Numbered = field(default_factory=Numbered)
    read: list[tuple[Place, str, int]] = field(default_factory=list)
    remarks: Remarks = field(default_factory=Remarks)

    @property
    def anything(self) -> bool:
        """Tell whether there is a row of any kind."""
        return any((self.associations, self.services, self.spaces, self.residents)) or bool(
            self.ties or self.memberships
        )


def read_tables(paths: Iterable[str | Path], *, pseudonyms: bool = False) -> Tables:
    """Read tables from files; mistakes are kept in `Tables.remarks`, none is raised.

    Parameters
    ----------
    paths : iterable of path
        Workbooks, texts with separators, GraphML.
    pseudonyms : bool
        Whether names of people are replaced by numbers as they are read, instead of refused.

    Raises
    ------
    ResilienzaError
        If a file cannot be read at all.
    """
    tables = Tables()
    for given in paths:
        for sheet in sheets(place_of(given), tables.remarks):
            _read(sheet, tables, pseudonyms)
    return tables


def _read(sheet: Sheet, tables: Tables, pseudonyms: bool) -> None:
    if is_guide(sheet) or not any(cell is not None for row in sheet.rows for cell in row):
        return
    remarks, found = tables.remarks, layout(sheet)
    heads = found.heads if found else ()
    refuse_identifiers(sheet, heads, (found.header if found else -1) + 1, remarks)
    if found is None:
        headings = next((row for row in sheet.rows if sum(c is not None for c in row) > 1), [])
        titles = ", ".join(cells.plain(cell)[0] for cell in headings if cell is not None)
        remarks.mistake(sheet.place(), "unknown_table", found=titles[:200] or "–")
        return
    if found.missing:
        remarks.mistake(
            sheet.place(found.header), f"column_missing.{found.kind}.{found.missing[-1]}"
        )
        return
    for name, k in found.twice:
        other = found.heads[found.columns[name]]
        remarks.mistake(sheet.place(found.header, k, found.heads[k]), "column_twice", found=other)
    for k in found.unknown:
        if not found.matrix and any(
            k < len(row) and row[k] is not None for row in _body(sheet, found)
        ):
            remarks.note(sheet.place(found.header, k, found.heads[k]), "column_unused")
    if found.kind not in ("ties", "memberships") and len(sheet.rows) > MOST_LISTED:
        remarks.mistake(sheet.place(), "too_many_rows", found=len(sheet.rows), allowed=MOST_LISTED)
        sheet = Sheet(sheet.file, sheet.name, sheet.rows[:MOST_LISTED])
    before = _counted(tables)
    _READERS[found.kind](sheet, found, tables, pseudonyms)
    tables.read.append((sheet.place(), found.kind, _counted(tables) - before))


def _counted(tables: Tables) -> int:
    rows = (tables.associations, tables.services, tables.spaces, tables.residents)
    people = sum(len(each) for each in tables.memberships.values())
    return sum(len(each) for each in rows) + len(tables.ties) + people


def _body(sheet: Sheet, found: Layout) -> Sequence[list[Cell]]:
    return sheet.rows[found.header + 1 :]


# -- rows -----------------------------------------------------------------------------------------


class _Reading:
    """One row, cell by cell: what is read, and what is wrong with the rest."""

    def __init__(self, sheet: Sheet, found: Layout, row: int, remarks: Remarks) -> None:
        self._sheet, self._found, self._row, self._remarks = sheet, found, row, remarks

    def cell(self, name: str) -> Cell:
        k = self._found.columns.get(name)
        cells_here = self._sheet.rows[self._row]
        return cells_here[k] if k is not None and k < len(cells_here) else None

    def place(self, name: str) -> Place:
        k = self._found.columns.get(name)
        return self._sheet.place(self._row, k, self.head(name))

    def head(self, name: str) -> str:
        k = self._found.columns.get(name)
        return self._found.heads[k] if k is not None and k < len(self._found.heads) else ""

    def text(self, name: str, most: int = _TEXT) -> str | None:
        """Return a text, cleaned of what nobody sees; one too long is a mistake."""
        cell = self.cell(name)
        if cells.is_missing(cell):
            return None
        text, hidden = cells.plain(cell)
        place = self.place(name)
        if isinstance(cell, Unworked):
            self._remarks.mistake(place, "unworked", found=text)
            return None
        if hidden:
            self._remarks.note(place, "invisible", found=text)
        if len(text) > most:
            self._remarks.mistake(place, "text_too_long", found=len(text), allowed=most)
            return None
        if text[:1] in "=+-@" and text[1:]:
            self._remarks.note(place, "formula_kept", found=text)
        return text or None

    def number(self, name: str, most: float, *, whole: bool, factor: float = 1.0) -> float | None:
        """Return a number from 0 on, None where nothing is known or it is a mistake."""
        cell, place = self.cell(name), self.place(name)
        if cells.is_missing(cell):
            return None
        if isinstance(cell, Unworked):
            self._remarks.mistake(place, "unworked", found=cells.plain(cell)[0])
            return None
        try:
            value = cells.number(cell)
        except cells.UnreadableError as reason:
            self._remarks.mistake(place, f"not_number.{reason}", found=cells.plain(cell)[0])
            return None
        text = cells.plain(cell)[0]
        if value < 0.0:
            self._remarks.mistake(place, "negative", found=text)
        elif whole and not value.is_integer():
            self._remarks.mistake(place, "not_whole", found=text)
        elif value * factor > most:
            self._remarks.mistake(place, "too_large", found=text, allowed=round(most))
        else:
            return value if factor == 1.0 else round(value * factor, 1)
        return None

    def people(self, name: str) -> int | None:
        """Return a number of people."""
        value = self.number(name, _MOST_PEOPLE, whole=True)
        return None if value is None else int(value)

    def few(self, name: str) -> int | None:
        """Return a number of people whom a small one could give away: 3 stands for 1 to 4."""
        value = self.people(name)
        if value is not None and 0 < value < SMALL:
            self._remarks.note(self.place(name), "few", below=SMALL, stands=_STANDS_FOR_FEW)
            return _STANDS_FOR_FEW
        return value

    def day(self, name: str) -> date | None:
        """Return a day of the past."""
        cell = self.cell(name)
        if cells.is_missing(cell):
            return None
        text = cells.plain(cell)[0]
        try:
            found = cells.day(int(cell) if isinstance(cell, float) and cell.is_integer() else cell)
        except cells.UnreadableError:
            self._remarks.mistake(self.place(name), "not_day", found=text)
            return None
        if not _OLDEST_FOUNDING <= found <= date.today():
            self._remarks.mistake(self.place(name), "day_outside", found=text)
            return None
        return found


def _rows(
    sheet: Sheet, found: Layout, tables: Tables, read: Callable[[_Reading], dict[str, Any] | None]
) -> list[Row]:
    rows: list[Row] = []
    for r in range(found.header + 1, len(sheet.rows)):
        row = sheet.rows[r]
        if all(cells.is_missing(cell) for cell in row):
            continue
        if found.header >= 0 and row == sheet.rows[found.header]:
            continue  # headings again, as on every page of a print
        if is_total(row) or is_example(row):
            skipped = "total_skipped" if is_total(row) else "example_skipped"
            tables.remarks.note(sheet.place(r), skipped)
            continue
        reading = _Reading(sheet, found, r, tables.remarks)
        values = read(reading)
        if values is not None:
            rows.append(Row(values, sheet.place(r), {k: reading.place(k) for k in found.columns}))
    return rows


def _named(reading: _Reading, remarks: Remarks) -> str | None:
    name = reading.text("name", _LABEL)
    if name is None and cells.is_missing(reading.cell("name")):
        remarks.mistake(reading.place("name"), "name_missing")
    return name


def _associations(sheet: Sheet, found: Layout, tables: Tables, pseudonyms: bool) -> None:
    def read(reading: _Reading) -> dict[str, Any] | None:
        name = _named(reading, tables.remarks)
        values = {
            "name": name,
            "quarter": reading.text("quarter", _LABEL),
            "members": reading.people("members"),
            "volunteers": reading.people("volunteers"),
            "does": reading.text("does"),
            "serves": reading.text("serves"),
            "euros": reading.number("euros", _MOST_EUROS, whole=False),
            "since": reading.day("since"),
        }
        if name is None:
            return None
        words = " ; ".join(str(values[key] or "") for key in ("does", "serves"))
        return values | {"practices": meanings("practices", words)}

    tables.associations += _rows(sheet, found, tables, read)


def _services(sheet: Sheet, found: Layout, tables: Tables, pseudonyms: bool) -> None:
    def read(reading: _Reading) -> dict[str, Any] | None:
        kind_given, name = reading.text("kind", _LABEL), reading.text("name", _LABEL)
        kind = service_kind(kind_given, name)
        if kind is None:
            column = "kind" if kind_given or not name else "name"
            given = kind_given or name or "–"
            close = nearest(folded(given), [folded(each) for each in OFFICE])
            tables.remarks.mistake(
                reading.place(column), "service_kind", found=given, nearest=close
            )
        unit = folded(reading.head("weeks_waited"))
        factor = 1.0
        if "giorni" in unit or "days" in unit:
            factor = 1.0 / _DAYS
        elif "mesi" in unit or "months" in unit:
            factor = _WEEKS_A_MONTH
        values = {
            "name": name or kind_given,
            "kind": kind,
            "operators": reading.number("operators", 100_000.0, whole=False),
            "followed": reading.few("followed"),
            "waiting": reading.few("waiting"),
            "weeks_waited": reading.number("weeks_waited", _MOST_WEEKS, whole=False, factor=factor),
        }
        return values if kind is not None and values["name"] else None

    tables.services += _rows(sheet, found, tables, read)


def _spaces(sheet: Sheet, found: Layout, tables: Tables, pseudonyms: bool) -> None:
    def read(reading: _Reading) -> dict[str, Any] | None:
        name = _named(reading, tables.remarks)
        values = {
            "name": name,
            "quarter": reading.text("quarter", _LABEL),
            "capacity": reading.people("capacity"),
        }
        return None if name is None else values

    tables.spaces += _rows(sheet, found, tables, read)


def _residents(sheet: Sheet, found: Layout, tables: Tables, pseudonyms: bool) -> None:
    def read(reading: _Reading) -> dict[str, Any] | None:
        quarter = reading.text("quarter", _LABEL)
        if quarter is None:
            tables.remarks.mistake(reading.place("quarter"), "name_missing")
        total = reading.people("residents")
        ages: list[tuple[int, int, int]] = []
        age = reading.text("age", _LABEL)
        if age is not None:
            span = ages_of(age)
            if span is None:
                tables.remarks.mistake(reading.place("age"), "age", found=age)
            elif total is not None:
                ages.append((*span, total))
            total = None
        for k, (low, high) in found.ages.items():
            own = _Reading(
                sheet,
                Layout("residents", found.header, {"age": k}, heads=found.heads),
                reading._row,
                tables.remarks,
            )
            if (count := own.few("age")) is not None:
                ages.append((low, high, count))
        if quarter is None:
            return None
        return {"quarter": quarter, "residents": total, "ages": ages}

    tables.residents += _rows(sheet, found, tables, read)


def _persons(
    sheet: Sheet, found: Layout, tables: Tables, columns: Sequence[str], pseudonyms: bool
) -> list[tuple[int, list[str]]]:
    """Return the texts of some columns row by row, and refuse what are names of people."""
    rows: list[tuple[int, list[str]]] = []
    for r in range(found.header + 1, len(sheet.rows)):
        if all(cells.is_missing(cell) for cell in sheet.rows[r]) or is_example(sheet.rows[r]):
            continue
        reading = _Reading(sheet, found, r, tables.remarks)
        ends = [
            None if cells.is_missing(reading.cell(name)) else cells.plain(reading.cell(name))[0]
            for name in columns
        ]
        for name, text in zip(columns, ends, strict=True):
            if text is None:
                tables.remarks.mistake(reading.place(name), "end_missing")
            elif isinstance(reading.cell(name), Unworked):
                tables.remarks.mistake(reading.place(name), "unworked", found=text)
        if None not in ends:
            rows.append((r, [text or "" for text in ends]))
    for name, texts in zip(columns, zip(*(row for _, row in rows), strict=True), strict=False):
        if name == "association" or pseudonyms:
            continue
        tables.people.refuse_names(
            sheet.place(rows[0][0], found.columns[name]), texts, tables.remarks
        )
    return rows


def _ties(sheet: Sheet, found: Layout, tables: Tables, pseudonyms: bool) -> None:
    pairs: set[tuple[int, int]] = set()
    selves = repeated = 0
    for _, (one, other) in _persons(sheet, found, tables, ("one", "other"), pseudonyms):
        i, j = tables.people.number(one), tables.people.number(other)
        pair = (min(i, j), max(i, j))
        selves += i == j
        repeated += pair in pairs
        if i != j:
            pairs.add(pair)
    for count, key in ((selves, "ties_with_self"), (repeated, "ties_twice")):
        if count:
            tables.remarks.note(sheet.place(), key, count=count)
    tables.ties += sorted(pairs)


def _memberships(sheet: Sheet, found: Layout, tables: Tables, pseudonyms: bool) -> None:
    if found.matrix:
        named = [(k, head) for k, head in enumerate(found.heads) if k and head]
        for r, (person,) in _persons(sheet, found, tables, ("person",), pseudonyms):
            row = sheet.rows[r]
            for k, association in named:
                mark = folded(cells.plain(row[k])[0]) if k < len(row) and row[k] is not None else ""
                if mark not in MARKS:
                    place = sheet.place(r, k, association)
                    tables.remarks.mistake(place, "not_mark", found=cells.plain(row[k])[0])
                elif mark not in UNMARKED:
                    tables.memberships.setdefault(association, []).append(
                        tables.people.number(person)
                    )
    else:
        for _, (person, association) in _persons(
            sheet, found, tables, ("person", "association"), pseudonyms
        ):
            tables.memberships.setdefault(association[:_LABEL], []).append(
                tables.people.number(person)
            )
    for association, people in tables.memberships.items():
        tables.memberships[association] = list(dict.fromkeys(people))


_READERS: dict[str, Callable[[Sheet, Layout, Tables, bool], None]] = {
    "associations": _associations,
    "services": _services,
    "spaces": _spaces,
    "residents": _residents,
    "ties": _ties,
    "memberships": _memberships,
}
assert tuple(_READERS) == KINDS
assert set(OFFICE.values()) == set(SERVICES)
