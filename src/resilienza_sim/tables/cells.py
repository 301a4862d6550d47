"""What is written in a cell: numbers and days as Italians and others write them, plain texts."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date

from resilienza_sim.tables.grid import Cell

__all__ = ["UnreadableError", "day", "is_missing", "number", "plain"]

_MISSING = {
    "",
    "-",
    "–",
    "—",
    "n.d.",
    "nd",
    "n.d",
    "n/d",
    "n.a.",
    "na",
    "n/a",
    "?",
    "…",
    "...",
    "non so",
    "x.x.",
}
_THOUSANDS = re.compile(r"^[+-]?\d{1,3}(?:([., ’'])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d+)?$")
_PLAIN = re.compile(r"^[+-]?\d+(?:[.,]\d+)?$")
_DAY = re.compile(r"^(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})$")
_YEAR = re.compile(r"^(1[89]|20)\d\d$")
_MONTHS = (
    ("gen", "jan"),
    ("feb",),
    ("mar",),
    ("apr",),
    ("mag", "may"),
    ("giu", "jun"),
    ("lug", "jul"),
    ("ago", "aug"),
    ("set", "sep"),
    ("ott", "oct"),
    ("nov",),
    ("dic", "dec"),
)
_WORDED = re.compile(r"^(?:(\d{1,2})(?:º|°)?\s+(?:of\s+)?)?([a-z]+)\.?,?\s+(\d{4})$")
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}


class UnreadableError(ValueError):
    """A cell does not hold what it should; the argument is the name of the reason."""


def is_missing(cell: Cell) -> bool:
    """Tell whether a cell says that nothing is known."""
    return cell is None or (isinstance(cell, str) and cell.strip().casefold() in _MISSING)


def plain(cell: Cell) -> tuple[str, bool]:
    """Return a cell as text on one line, and whether signs nobody sees were taken out of it.

    These are control characters, marks that turn the direction of writing, and signs of no width.
    """
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell)
    spaced = " ".join(text.split())
    kept = "".join(sign for sign in spaced if unicodedata.category(sign) not in _INVISIBLE)
    return " ".join(kept.split()), kept != spaced


def number(cell: Cell) -> float:
    """Return a number: ``1.234,5``, ``1,234.5``, ``1 234``, ``€ 12.000``, ``12,5``.

    A point or comma followed by three digits parts the thousands.

    Raises
    ------
    UnreadableError
        "date", "formula", "error" or "number".
    """
    if isinstance(cell, bool) or cell is None:
        raise UnreadableError("number")
    if isinstance(cell, date):
        raise UnreadableError("date")
    if isinstance(cell, int | float):
        if not math.isfinite(cell):
            raise UnreadableError("number")
        return float(cell)
    text, _ = plain(cell)
    if text.startswith("="):
        raise UnreadableError("formula")
    if text.startswith("#"):
        raise UnreadableError("error")
    bare = re.sub(r"€|\beuro?\b", "", text.replace("−", "-"), flags=re.IGNORECASE).strip()
    if _PLAIN.match(bare) and not _THOUSANDS.match(bare):
        return _finite(bare.replace(",", "."))
    if found := _THOUSANDS.match(bare):
        mark = found[1]
        return _finite(bare.replace(mark, "").replace(",", "."))
    raise UnreadableError("number")


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise UnreadableError("number")
    return value


def day(cell: Cell) -> date:
    """Return a day: ``15/3/1998``, ``15.03.98``, ``marzo 1998``, ``1998``, or a date of the sheet.

    A month without a day is its first, a year its first of January.

    Raises
    ------
    UnreadableError
        "day".
    """
    if isinstance(cell, date):
        return cell
    text = plain(cell)[0].casefold()
    try:
        if _YEAR.match(text):
            return date(int(text), 1, 1)
        if found := _DAY.match(text):
            first, month, year = map(int, found.groups())
            return date(year if year > 99 else 1900 + year + 100 * (year < 30), month, first)
        if found := _WORDED.match(text):
            month = next(k for k, names in enumerate(_MONTHS, 1) if found[2].startswith(names))
            return date(int(found[3]), month, int(found[1] or 1))
        return date.fromisoformat(text)
    except (ValueError, StopIteration):
        raise UnreadableError("day") from None
