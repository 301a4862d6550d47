"""A workbook to fill in, in the reader's language: a sheet a table, with an explained example."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.store import not_writable, write_atomically
from resilienza_sim.messages import Catalogue, catalogue
from resilienza_sim.model.state import SERVICES
from resilienza_sim.tables.kinds import KINDS
from resilienza_sim.words import Words

__all__ = ["COLUMNS", "write_template"]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "associations": (
        "name",
        "quarter",
        "members",
        "volunteers",
        "does",
        "serves",
        "euros",
        "since",
    ),
    "services": ("name", "kind", "operators", "followed", "waiting", "weeks_waited"),
    "spaces": ("name", "quarter", "capacity"),
    "residents": ("quarter", "age_0", "age_15", "age_65", "residents"),
    "ties": ("one", "other"),
    "memberships": ("person", "first", "second"),
}
"""Columns of each sheet, in order."""
_HEADER, _ROWS = 3, 400
_WIDTH, _NARROW = 60, 18


def write_template(path: Path, lang: str) -> Path:
    """Write the workbook.

    Parameters
    ----------
    path : Path
        File, which must not be there.
    lang : str
        "it" or "en".

    Raises
    ------
    ResilienzaError
        If the file is there or cannot be written.
    """
    if path.exists():
        raise ResilienzaError("already_there", file=path)
    written = io.BytesIO()
    quiet = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(written, {**quiet, "in_memory": True}) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})  # the same bytes every time
        _guide(book, path.name, catalogue(lang))
        for kind in KINDS:
            _sheet(book, kind, lang)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise not_writable(path, problem) from problem
    write_atomically(path, written.getvalue())
    return path


def _guide(book: Workbook, file: str, words: Catalogue) -> None:
    bold, wrapped = (
        book.add_format({"bold": True}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    sheet = book.add_worksheet(words.text("tables.template.guide"))
    sheet.set_column(0, 0, _NARROW)
    sheet.set_column(1, 1, _NARROW + 4)
    sheet.set_column(2, 2, _WIDTH)
    sheet.merge_range(0, 0, 0, 2, words.text("tables.template.about"), wrapped)
    sheet.set_row(0, 80)
    sheet.write_string(1, 0, words.text("tables.template.after", file=file))
    for k, key in enumerate(("sheet", "heading", "meaning")):
        sheet.write_string(_HEADER, k, words.text(f"tables.template.{key}"), bold)
    row = _HEADER + 1
    for kind in KINDS:
        for name in COLUMNS[kind]:
            texts = (
                words.text(f"tables.template.title.{kind}"),
                words.text(f"tables.template.{kind}.{name}"),
                words.text(f"tables.template.explained.{kind}.{name}"),
            )
            for k, text in enumerate(texts):
                sheet.write_string(row, k, text, wrapped)
            row += 1


def _sheet(book: Workbook, kind: str, lang: str) -> None:
    words = catalogue(lang)
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    pale = book.add_format({"italic": True, "font_color": "#595959"})
    sheet = book.add_worksheet(words.text(f"tables.template.title.{kind}"))
    sheet.write_string(
        0,
        0,
        words.text(f"tables.template.title.{kind}"),
        book.add_format({"bold": True, "font_size": 14}),
    )
    sheet.write_string(1, 0, words.text(f"tables.template.intro.{kind}"))
    sheet.freeze_panes(_HEADER + 1, 1)
    for k, name in enumerate(COLUMNS[kind]):
        title = words.text(f"tables.template.{kind}.{name}")
        sheet.set_column(k, k, max(_NARROW, len(title) + 2))
        sheet.write_string(_HEADER, k, title, head)
        sheet.write_comment(_HEADER, k, words.text(f"tables.template.explained.{kind}.{name}"))
        shown = words.text(f"tables.template.shown.{kind}.{name}")
        _put(sheet, k, words.text("tables.template.example") + shown if k == 0 else shown, pale)
        if name == "kind":
            names = [Words(lang).either("service", each) or each for each in SERVICES]
            sheet.data_validation(
                _HEADER + 2,
                k,
                _ROWS,
                k,
                {"validate": "list", "source": names, "ignore_blank": True},
            )


def _put(sheet: Any, column: int, shown: str, form: Any) -> None:
    try:
        sheet.write_number(_HEADER + 1, column, float(shown), form)
    except ValueError:
        sheet.write_string(_HEADER + 1, column, shown, form)
