"""Sheets of cells out of files: workbooks, text with separators, GraphML, told by content."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import networkx as nx
import python_calamine as calamine
from charset_normalizer import from_bytes

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.reading import read_whole
from resilienza_sim.tables.formulas import without_value
from resilienza_sim.tables.remarks import Place, Remarks

__all__ = ["LONGEST_CELL", "Cell", "Sheet", "Unworked", "sheets"]

Cell = str | float | int | bool | date | None

LARGEST_BYTES = 50_000_000
"""Of a file; a workbook may hold six times as much unpacked."""
_UNPACKED = 300_000_000
MOST_ROWS, MOST_COLUMNS = 200_000, 2_000
_ENOUGH_TO_TELL = 200
"""Rows and columns looked at for other mistakes in a sheet that is too large anyway."""
LONGEST_CELL = 2_000
"""Signs of a cell: more is no name, number or sentence."""
_ZIPPED = b"PK\x03\x04"
_SEPARATORS = ";,\t|"
_SAMPLE_LINES, _SAMPLE_BYTES = 50, 200_000
_ENCODINGS = ["cp1252", "iso8859_15", "mac_roman", "cp850", "cp1250", "utf_16"]
"""What Italian offices save besides UTF-8, the likeliest first."""
_AS_WELL = 0.2
"""Mess that a text may be in the likeliest encoding: assumption."""


class Unworked(str):
    """What stands in a cell that has no value: a formula without its result, or an error."""


@dataclass(frozen=True)
class Sheet:
    """Rows of cells with where they come from; row k is number k + 1 of the file."""

    file: str
    name: str
    rows: list[list[Cell]]

    def place(self, row: int | None = None, column: int | None = None, head: str = "") -> Place:
        """Return where a cell is, both counted from 0."""
        return Place(self.file, self.name, None if row is None else row + 1, column, head)


def sheets(path: Path, remarks: Remarks) -> list[Sheet]:
    """Return the sheets of a file, whatever it is called.

    Parameters
    ----------
    path : Path
        CSV, XLSX, XLSB, XLS, ODS or GraphML.
    remarks : Remarks
        Takes what there is to say of single cells and sheets.

    Raises
    ------
    ResilienzaError
        If there is no such file, it is larger than 50 MB, or is none of these.
    """
    content = read_whole(path, LARGEST_BYTES)
    if content.startswith(_ZIPPED):
        _not_too_large(path, content)
        found = _workbook(path, content, remarks)
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        found = _workbook(path, content, remarks)
    elif b"<graphml" in content[:4_096]:
        found = [_graph(path, content)]
    else:
        found = [_text(path, content, remarks)]
    return [_bounded(sheet, remarks) for sheet in found]


# -- workbooks ------------------------------------------------------------------------------------


def _not_too_large(path: Path, content: bytes) -> None:
    """Refuse what would unpack to more than a machine holds."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(each.file_size for each in packed.infolist())
    except (zipfile.BadZipFile, ValueError, OSError):
        raise ResilienzaError("table_unreadable", file=path) from None
    if size > _UNPACKED:
        raise ResilienzaError("file_too_large", file=path, found=size, allowed=_UNPACKED)


def _workbook(path: Path, content: bytes, remarks: Remarks) -> list[Sheet]:
    try:
        lacking = without_value(content) if content.startswith(_ZIPPED) else {}
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        shown = {
            each.name: each.visible == calamine.SheetVisibleEnum.Visible
            and each.typ == calamine.SheetTypeEnum.WorkSheet
            for each in book.sheets_metadata
        }
        found = []
        for name in book.sheet_names:
            sheet = Sheet(path.name, name, [])
            if not shown.get(name, True):
                remarks.note(sheet.place(), "hidden")
                continue
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            read = [[_plain(cell) for cell in row] for row in rows]
            _put(lacking.get(name, {}), read)
            found.append(Sheet(path.name, name, read))
    except calamine.PasswordError:
        raise ResilienzaError("table_locked", file=path) from None
    except calamine.CalamineError:
        raise ResilienzaError("table_unreadable", file=path) from None
    except BaseException as error:  # the library's own collapse is no Exception
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise ResilienzaError("table_unreadable", file=path) from None
        raise
    return found


def _put(lacking: Mapping[tuple[int, int], str], rows: list[list[Cell]]) -> None:
    """Put what has no value in the place that it left empty, or beyond the last value."""
    for (r, k), formula in lacking.items():
        if r < MOST_ROWS and k < MOST_COLUMNS:
            rows += [[] for _ in range(r + 1 - len(rows))]
            rows[r] += [None] * (k + 1 - len(rows[r]))
            if rows[r][k] is None:
                rows[r][k] = Unworked(formula)


def _plain(cell: Any) -> Cell:
    """Return a cell as one of a few types; midnight of a day is the day."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, str | bool | int | float | date):
        return None if cell == "" else cell
    return None if cell is None else str(cell)


# -- text -----------------------------------------------------------------------------------------


def _text(path: Path, content: bytes, remarks: Remarks) -> Sheet:
    sheet = Sheet(path.name, "", [])
    text = _decoded(path, content, remarks)
    if "\0" in text:
        raise ResilienzaError("table_unreadable", file=path)
    mark = _separator(text)
    rows: list[list[Cell]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error:
            remarks.mistake(sheet.place(len(rows)), "cell_too_long", allowed=LONGEST_CELL)
            break
        rows += [[] for _ in range(reader.line_num - len(rows) - 1)]  # a cell of several lines
        rows.append([cell if cell.strip() else None for cell in row])
    return Sheet(path.name, "", rows)


def _decoded(path: Path, content: bytes, remarks: Remarks) -> str:
    for start, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(start):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    found = from_bytes(content[:_SAMPLE_BYTES], cp_isolation=_ENCODINGS)
    # Of a short text little can be told: what offices save is taken where it does as well.
    usual = (each for each in found if each.encoding == _ENCODINGS[0])
    best = next((each for each in usual if each.chaos <= _AS_WELL), found.best())
    encoding = best.encoding if best else _ENCODINGS[0]
    remarks.note(Place(path.name), "encoding", found=encoding.replace("_", "-"))
    return content.decode(encoding, errors="replace")


def _separator(text: str) -> str:
    """Return what parts the cells: what cuts most lines into the same number of cells."""
    lines = "".join(line for _, line in zip(range(_SAMPLE_LINES), io.StringIO(text), strict=False))

    def evenness(mark: str) -> tuple[float, int]:
        try:
            sizes = [len(row) for row in csv.reader(io.StringIO(lines), delimiter=mark) if row]
        except csv.Error:
            return 0.0, 0
        widths = [size for size in sizes if size > 1]
        if not widths:
            return 0.0, 0
        usual = max(set(widths), key=widths.count)
        return widths.count(usual) / len(sizes), usual

    return max(_SEPARATORS, key=evenness)


# -- graphs ---------------------------------------------------------------------------------------


def _graph(path: Path, content: bytes) -> Sheet:
    """Return the ties of a GraphML file as a table of two columns."""
    head = content[:4_096].lower()
    if b"<!doctype" in head or b"<!entity" in head:
        raise ResilienzaError("table_unreadable", file=path)  # nothing that unfolds itself
    try:
        graph = nx.read_graphml(io.BytesIO(content))
    except Exception:  # whatever an XML file can be wrong in
        raise ResilienzaError("table_unreadable", file=path) from None
    rows: list[list[Cell]] = [["i", "j"]]
    rows += [[str(one), str(other)] for one, other in graph.edges()]
    return Sheet(path.name, "", rows)


# -- bounds ---------------------------------------------------------------------------------------


def _bounded(sheet: Sheet, remarks: Remarks) -> Sheet:
    """Return a sheet without cells too long to be any; what is cut off is a mistake, never lost."""
    if len(sheet.rows) > MOST_ROWS:
        remarks.mistake(sheet.place(), "too_many_rows", found=len(sheet.rows), allowed=MOST_ROWS)
        sheet = Sheet(sheet.file, sheet.name, sheet.rows[:_ENOUGH_TO_TELL])
    widest = max((len(row) for row in sheet.rows), default=0)
    if widest > MOST_COLUMNS:
        remarks.mistake(sheet.place(), "too_many_columns", found=widest, allowed=MOST_COLUMNS)
    rows = [row[:_ENOUGH_TO_TELL] if widest > MOST_COLUMNS else row for row in sheet.rows]
    for r, k, size in _too_long(rows):
        place = sheet.place(r, k)
        remarks.mistake(place, "cell_too_long_at", found=size, allowed=LONGEST_CELL)
        rows[r][k] = None
    return Sheet(sheet.file, sheet.name, rows)


def _too_long(rows: list[list[Cell]]) -> Iterator[tuple[int, int, int]]:
    for r, row in enumerate(rows):
        for k, cell in enumerate(row):
            if isinstance(cell, str) and len(cell) > LONGEST_CELL:
                yield r, k, len(cell)
