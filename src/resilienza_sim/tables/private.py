"""What says who a person is: such cells are refused, since a simulation has no use for them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from resilienza_sim.community.territory import folded
from resilienza_sim.tables.cells import plain
from resilienza_sim.tables.grid import Sheet
from resilienza_sim.tables.remarks import Piece, Remarks

__all__ = ["full_name", "refuse_identifiers"]

_FISCAL_CODE = re.compile(
    r"\b[A-Z]{6}[0-9LMNP-V]{2}[ABCDEHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]\b", re.I
)
_EMAIL = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,190}\.[a-z]{2,}", re.I)
_TELEPHONE = re.compile(
    r"(?<![\d.,])(?:(?:\+|00)39[\s./-]?)?(?:3\d{2}[\s./-]?\d{3}[\s.-]?\d{3,4}|0\d{1,3}[\s./-]?\d{5,8})"
    r"(?!\d|[.,]\d)"
)
_PATTERNS = {"fiscal_code": _FISCAL_CODE, "email": _EMAIL, "telephone": _TELEPHONE}
_HEADS = {
    "fiscal_code": ("codice fiscale", "cod fiscale", "cf", "fiscal code", "tax code"),
    "email": ("e mail", "email", "mail", "pec"),
    "telephone": ("telefono", "tel", "cellulare", "cell", "telephone", "phone", "mobile"),
    "birth": ("data di nascita", "nato il", "nata il", "date of birth", "birth date"),
    "surname": ("cognome", "surname", "last name", "family name"),
    "address": ("indirizzo di casa", "indirizzo di residenza", "home address"),
}
_WORD = re.compile(r"^[^\W\d_]([^\W\d_'’.-]*['’-]?[^\W\d_]+|\.)$")
"""A word of letters (D'Angelo among them), or an initial with its point."""
_LONGEST = 2_000
_REASON = {"email": "contact", "telephone": "contact", "birth": "birth", "address": "address"}
"""Why a column is of no use; of who somebody is, nothing is."""


def full_name(text: str) -> bool:
    """Tell whether a text may be somebody's name and surname: two words of letters, or more.

    Examples
    --------
    >>> full_name("Maria Rossi"), full_name("M. Rossi"), full_name("persona 12"), full_name("P07")
    (True, True, False, False)
    """
    words = text.replace(",", " ").split()
    return sum(bool(_WORD.match(word)) for word in words) >= 2


def refuse_identifiers(sheet: Sheet, heads: Iterable[str], first: int, remarks: Remarks) -> None:
    """Refuse the columns of a sheet that say who somebody is, each once.

    Parameters
    ----------
    sheet : Sheet
        Cells.
    heads : iterable of str
        Headings, in order.
    first : int
        Row after the headings, from 0.
    remarks : Remarks
        Takes the mistakes.
    """
    named = list(heads)
    width = max((len(row) for row in sheet.rows), default=0)
    for k in range(width):
        head = named[k] if k < len(named) else ""
        found: dict[str, list[int]] = {}
        filled: list[int] = []
        for r, row in enumerate(sheet.rows):
            cell = row[k] if k < len(row) else None
            if cell is None:
                continue
            filled += [r] if r >= first else []
            if isinstance(cell, str):
                text = plain(cell)[0][:_LONGEST]
                for what, pattern in _PATTERNS.items():
                    if pattern.search(text):
                        found.setdefault(what, []).append(r)
        key = next((what for what, words in _HEADS.items() if folded(head) in words), None)
        if key and filled and key not in found:
            found[key] = filled
        if found:
            first_row = min(rows[0] for rows in found.values())
            reasons = dict.fromkeys(_REASON.get(what, "person") for what in found)
            remarks.mistake(
                sheet.place(first_row, k, head),
                "private",
                what=tuple(Piece(f"private.{what}", len(rows)) for what, rows in found.items()),
                reason=Piece(f"reason.{next(iter(reasons)) if len(reasons) == 1 else 'person'}"),
            )
