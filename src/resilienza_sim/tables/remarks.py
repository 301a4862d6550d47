"""What there is to say of a table: mistakes that stop it, and notes of what was done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from resilienza_sim.errors import brief
from resilienza_sim.messages import catalogue
from resilienza_sim.phrases import shown
from resilienza_sim.printable import clean
from resilienza_sim.words import Words

__all__ = ["Piece", "Place", "Remark", "Remarks", "letters"]

MOST = 10_000
"""Remarks beyond so many are counted, not kept."""


def letters(column: int) -> str:
    """Return what spreadsheets call a column, counted from 0.

    Examples
    --------
    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    name, left = "", column + 1
    while left:
        left, digit = divmod(left - 1, 26)
        name = chr(ord("A") + digit) + name
    return name


@dataclass(frozen=True)
class Place:
    """Where something is: file, sheet, row counted from 1, column from 0 with its head."""

    file: str
    sheet: str = ""
    row: int | None = None
    column: int | None = None
    head: str = ""

    def text(self, lang: str) -> str:
        """Return the place in words."""
        words = catalogue(lang)
        parts = [clean(self.file)]
        if self.sheet:
            parts.append(words.text("tables.place.sheet", name=clean(self.sheet)))
        if self.row is not None:
            parts.append(words.text("tables.place.row", row=self.row))
        if self.column is not None:
            key = "tables.place.headed" if self.head else "tables.place.column"
            parts.append(words.text(key, column=letters(self.column), head=clean(self.head)[:60]))
        return ", ".join(parts)


@dataclass(frozen=True)
class Piece:
    """A piece of a remark, and how often it was met.

    Parameters
    ----------
    key : str
        Name of the piece in ``locale/<lang>/tables.toml``.
    count : int
        How often.
    """

    key: str
    count: int = 1

    def text(self, lang: str) -> str:
        """Return the piece in one language."""
        return catalogue(lang).text(f"tables.{self.key}", count=self.count)


@dataclass(frozen=True)
class Remark:
    """One thing to say of a place.

    Parameters
    ----------
    place : Place
        Where it is.
    key : str
        Name of the sentence in ``locale/<lang>/tables.toml``.
    values : mapping
        What the sentence needs, pieces and lists of them among it; `nearest` if a name that is
        allowed is close. Texts found in a table are shown harmless and short.
    """

    place: Place
    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, lang: str) -> str:
        """Return the sentence in one language, with the place before it."""
        words = catalogue(lang)
        values = {name: _written(value, lang) for name, value in self.values.items()}
        sentence = words.text(f"tables.{self.key}", **values)
        if close := self.values.get("nearest"):
            sentence += " " + words.text("errors.did_you_mean", nearest=clean(close))
        return f"{self.place.text(lang)}: {sentence}"


def _written(value: object, lang: str) -> object:
    if isinstance(value, Piece):
        return value.text(lang)
    if isinstance(value, tuple):
        return Words(lang).list([str(_written(each, lang)) for each in value])
    if isinstance(value, str):
        return shown(value) if len(value) > 400 else clean(brief(value))
    return value


@dataclass
class Remarks:
    """Everything that was found, in the order of the tables."""

    mistakes: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)
    left_out: int = 0

    def mistake(self, place: Place, key: str, **values: object) -> None:
        """Keep a mistake: nothing will be written."""
        self._keep(self.mistakes, Remark(place, f"mistake.{key}", values))

    def note(self, place: Place, key: str, **values: object) -> None:
        """Keep what the reader should know of what was done."""
        self._keep(self.notes, Remark(place, f"note.{key}", values))

    def refused_as_private(self, place: Place) -> bool:
        """Tell whether a column was refused already for saying who somebody is."""
        return any(
            each.key == "mistake.private"
            and (each.place.file, each.place.sheet, each.place.column)
            == (place.file, place.sheet, place.column)
            for each in self.mistakes
        )

    def _keep(self, kept: list[Remark], remark: Remark) -> None:
        if len(kept) >= MOST:
            self.left_out += 1
        elif remark not in kept[-200:]:
            kept.append(remark)
