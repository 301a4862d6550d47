"""Writes a study as one workbook that an office suite opens: a sheet a table, nothing that runs.

The tables of the CSV export, but for the weekly series, of which it holds the mean of the runs:
every run would be millions of cells. Numbers are numbers, so that a reader's own comma or point is
shown; whole numbers that a spreadsheet would round (beyond 2⁵³) and dates are text; no text is a
formula or a link. The same study gives the same bytes.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from xlsxwriter import Workbook

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.columns import dictionary
from resilienza_sim.experiments.exchange.export import study_of, tables_of
from resilienza_sim.experiments.exchange.units import exportable
from resilienza_sim.experiments.store import not_writable, write_atomically

__all__ = ["export_workbook"]

MOST_ROWS, LONGEST_CELL = 1_048_576, 32_767
"""Limits of a sheet and of a cell in the file format."""
SERIES, WEEKS = "series.csv", "weekly means"
_EXACT = 2**53
_WIDEST, _NARROWEST = 60, 8


def export_workbook(study: Path | str, out: Path, *, overwrite: bool = False) -> Path:
    """Write a study as a workbook: a sheet a table, and one that says what each column is.

    A table longer than a sheet goes on in the next ("runs", "runs 2", …).

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
    if out.exists() and not overwrite:
        raise ResilienzaError("export_exists", path=out)
    found = exportable(Path(study))
    written = io.BytesIO()
    quiet = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(written, {**quiet, "in_memory": True}) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})  # the same bytes every time
        columns = {}
        for file, frames in tables_of(found):
            weekly = file == SERIES
            name = WEEKS if weekly else file.removesuffix(".csv")
            columns[file] = _Sheets(book, name).write([_means(frames)] if weekly else frames)
        described = dictionary(
            study_of(found[0]), {name: each for name, each in columns.items() if each}
        )
        described["file"] = [_sheet_of(file) for file in described["file"]]
        described["column"] = described["column"].replace("file", "sheet")
        _Sheets(book, "dictionary").write([described.rename(columns={"file": "sheet"})])
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise not_writable(out, problem) from problem
    write_atomically(out, written.getvalue())
    return out


def _sheet_of(file: str) -> str:
    return WEEKS if file == SERIES else file.removesuffix(".csv")


def _means(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return the mean over the runs of each arm and week; what is undefined does not count."""
    sums = counts = None
    keys: list[str] = []
    for frame in frames:
        keys = [k for k in ("study", "decision", "point", "strategy", "week") if k in frame]
        groups = frame.drop(columns=["run_id", "replicate"]).groupby(keys, sort=False)
        total, count = groups.sum(), groups.count()
        sums = total if sums is None else sums.add(total, fill_value=0.0)
        counts = count if counts is None else counts.add(count, fill_value=0)
    if sums is None or counts is None:
        return pd.DataFrame()
    return (sums / counts).sort_index().reset_index()


class _Sheets:
    """The sheets of one table."""

    def __init__(self, book: Workbook, name: str) -> None:
        self._book, self._name = book, name
        self._head = book.add_format({"bold": True})
        self._count = 0
        self._row = 0
        self._sheet: Any = None
        self._widths: dict[int, int] = {}

    def write(self, frames: Iterable[pd.DataFrame]) -> list[str]:
        """Write tables one after the other, with the columns of the first, and return these."""
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
        return columns

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
