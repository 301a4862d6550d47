"""Writes a study as one workbook that an office suite opens: a sheet a table, nothing that runs.

The same tables as the CSV export. Numbers are numbers, so that a reader's own comma or point is
shown; whole numbers that a spreadsheet would round (beyond 2⁵³) and dates are text; no text is a
formula or a link. The same study gives the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from resilienza_sim.experiments.exchange.export import study_tables
from resilienza_sim.experiments.store import write_atomically

if TYPE_CHECKING:
    from xlsxwriter import Workbook

__all__ = ["export_workbook"]

MOST_ROWS, LONGEST_CELL = 1_048_576, 32_767
"""Limits of a sheet and of a cell in the file format."""
_EXACT = 2**53
_WIDEST, _NARROWEST = 60, 8


def export_workbook(study: Path | str, out: Path, *, overwrite: bool = False) -> Path:
    """Write a study as a workbook: the dictionary of columns first, then a sheet a table.

    A table longer than a sheet goes on in the next ("series", "series 2", …).

    Parameters
    ----------
    study : path
        Folder of a comparison or of a sweep.
    out : Path
        The file.
    overwrite : bool
        Whether a file of that name may be replaced.

    Raises
    ------
    ResilienzaError
        If there is no study, the file is there, or it cannot be written.
    """
    import io

    from xlsxwriter import Workbook

    from resilienza_sim.errors import ResilienzaError

    if out.exists() and not overwrite:
        raise ResilienzaError("export_exists", path=out)
    written = io.BytesIO()
    quiet = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(written, {**quiet, "in_memory": True}) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})  # the same bytes every time
        for name, frames in study_tables(Path(study)):
            _Sheets(book, name.removesuffix(".csv")).write(frames)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(out, written.getvalue())
    return out


class _Sheets:
    """The sheets of one table."""

    def __init__(self, book: Workbook, name: str) -> None:
        self._book, self._name = book, name
        self._head = book.add_format({"bold": True})
        self._count = 0
        self._row = 0
        self._sheet: Any = None
        self._widths: dict[int, int] = {}

    def write(self, frames: Iterable[pd.DataFrame]) -> None:
        """Write tables one after the other, with the columns of the first."""
        columns: list[str] = []
        for frame in frames:
            if frame.empty:
                continue
            columns = columns or list(frame.columns)
            rows = frame.reindex(columns=columns).itertuples(index=False, name=None)
            for row in rows:
                if self._sheet is None or self._row == MOST_ROWS:
                    self._start(columns)
                for column, cell in enumerate(row):
                    self._put(column, cell)
                self._row += 1
        self._end(columns)

    def _start(self, columns: list[str]) -> None:
        self._end(columns)
        self._count += 1
        name = self._name if self._count == 1 else f"{self._name} {self._count}"
        self._sheet = self._book.add_worksheet(name)
        self._sheet.freeze_panes(1, 0)
        self._row = 0
        for column, head in enumerate(columns):
            self._sheet.write_string(0, column, str(head), self._head)
            self._widths[column] = len(str(head)) + 2
        self._row = 1

    def _end(self, columns: list[str]) -> None:
        if self._sheet is None:
            return
        self._sheet.autofilter(0, 0, max(1, self._row - 1), max(0, len(columns) - 1))
        for column, width in self._widths.items():
            self._sheet.set_column(column, column, min(max(width, _NARROWEST), _WIDEST))

    def _put(self, column: int, cell: Any) -> None:
        found = shown(cell)
        if found is None:
            return
        if isinstance(found, bool):
            self._sheet.write_boolean(self._row, column, found)
        elif isinstance(found, str):
            self._sheet.write_string(self._row, column, found)
            self._widths[column] = max(self._widths[column], len(found) + 2)
        else:
            self._sheet.write_number(self._row, column, found)


def shown(cell: Any) -> bool | float | str | None:
    """Return a cell as a workbook holds it: None where there is nothing."""
    if cell is None or cell is pd.NA:
        return None
    if hasattr(cell, "item"):
        cell = cell.item()
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, int):
        return cell if abs(cell) <= _EXACT else str(cell)
    if isinstance(cell, float):
        if math.isnan(cell):
            return None
        return cell if math.isfinite(cell) else str(cell)
    if isinstance(cell, Mapping | list | tuple):
        cell = str(cell)
    text = str(cell)
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"
