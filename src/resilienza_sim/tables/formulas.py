"""Cells of workbooks that a reader of values takes for empty: formulas never worked out, errors.

A workbook that a program wrote, and no spreadsheet ever opened, holds formulas without results; an
error has no value. Taken for empty they would be lost without a word.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import IO
from xml.etree import ElementTree as ET

__all__ = ["without_value"]

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_LONGEST = 200
Cells = dict[tuple[int, int], str]


def without_value(content: bytes) -> dict[str, Cells]:
    """Return the cells of a workbook that are a formula without a result, or an error.

    Parameters
    ----------
    content : bytes
        An XLSX or ODS file; of any other kind nothing is found.

    Returns
    -------
    dict
        By sheet and by (row, column) from 0: the formula, with its "=", or the error.

    Raises
    ------
    zipfile.BadZipFile, KeyError, ValueError, xml.etree.ElementTree.ParseError
        If the file is broken.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        names = set(packed.namelist())
        if "xl/workbook.xml" in names:
            found = {}
            for sheet, path in _sheets(packed):
                with packed.open(path) as file:
                    found[sheet] = _of_xlsx(file)
            return found
        if "content.xml" in names:
            with packed.open("content.xml") as file:
                return _of_ods(file)
    return {}


def _ends(file: IO[bytes], tag: str) -> Iterator[ET.Element]:
    """Walk the elements of one name as they end; each is emptied after it was looked at."""
    for _, element in ET.iterparse(file, events=("end",)):
        if element.tag == tag:
            yield element
            element.clear()


def _sheets(packed: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Return the sheets of an XLSX workbook, each with the file it is in."""
    rels = ET.fromstring(packed.read("xl/_rels/workbook.xml.rels"))
    targets = {each.get("Id"): posixpath.join("/xl", each.get("Target", "")) for each in rels}
    book = ET.fromstring(packed.read("xl/workbook.xml"))
    found = [
        (each.get("name", ""), posixpath.normpath(targets.get(each.get(_RELATION), ""))[1:])
        for each in book.iter(f"{_MAIN}sheet")
    ]
    return [(name, path) for name, path in found if path in packed.namelist()]


def _of_xlsx(file: IO[bytes]) -> Cells:
    found: Cells = {}
    r = -1
    for row in _ends(file, f"{_MAIN}row"):
        r = int(row.get("r", r + 2)) - 1
        k = -1
        for cell in row.iter(f"{_MAIN}c"):
            place = _REFERENCE.fullmatch(cell.get("r", ""))
            k = _column(place[1]) if place else k + 1
            formula, value = cell.find(f"{_MAIN}f"), cell.findtext(f"{_MAIN}v") or ""
            if cell.get("t") == "e":
                found[r, k] = value or "#"
            elif formula is not None and not value and cell.get("t") != "str":
                found[r, k] = f"={formula.text or '…'}"[:_LONGEST]
    return found


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


def _of_ods(file: IO[bytes]) -> dict[str, Cells]:
    found: dict[str, Cells] = {}
    for table in _ends(file, f"{_TABLE}table"):
        cells = found.setdefault(table.get(f"{_TABLE}name", ""), {})
        r = 0
        for row in table.iter(f"{_TABLE}table-row"):
            k = 0
            for cell in row:
                if formula := _of_cell(cell):
                    cells[r, k] = formula
                k += int(cell.get(f"{_TABLE}number-columns-repeated", 1))
            r += int(row.get(f"{_TABLE}number-rows-repeated", 1))
    return found


def _of_cell(cell: ET.Element) -> str:
    formula = cell.get(f"{_TABLE}formula")
    if formula is None:
        return ""
    shown = "".join(cell.itertext()).strip()
    if shown.startswith(("#", "Err:")):
        return shown[:_LONGEST]
    if cell.get(f"{_OFFICE}value-type") is None and not shown:
        return f"={formula.partition('=')[2]}"[:_LONGEST]
    return ""
