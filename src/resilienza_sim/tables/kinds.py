"""Which table a sheet is, where its headings are and what each means."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from typing import Any

from resilienza_sim.community.territory import folded
from resilienza_sim.model.service_names import service_in
from resilienza_sim.tables.cells import plain
from resilienza_sim.tables.grid import Cell, Sheet

__all__ = [
    "KINDS",
    "MARKS",
    "UNMARKED",
    "Layout",
    "ages_of",
    "is_example",
    "is_guide",
    "is_total",
    "layout",
    "meanings",
    "service_kind",
    "words",
]

KINDS = ("associations", "services", "spaces", "residents", "ties", "memberships")
NEEDED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "associations": (("name",), ("quarter", "members", "volunteers", "does", "serves", "euros")),
    "services": (("name", "kind"), ("operators", "followed", "waiting", "weeks_waited")),
    "spaces": (("name",), ("quarter", "capacity")),
    "residents": (("quarter",), ("residents", "ages")),
    "ties": (("one",), ("other",)),
    "memberships": (("person",), ("association",)),
}
"""Columns without which a table is none of its kind: one at least of each set."""
_HEADINGS_WITHIN = 30
_ALIKE, _SLIPS = 0.86, 2
"""How alike a misspelt heading is, and by how many letters it may be longer or shorter."""
_SAME = 3.0
"""What a heading that is the word itself counts; one that holds it counts 2."""
_MOSTLY = 0.8
"""Share of what is written in a table of memberships that must be a mark for it to be one."""
_TITLE = 3.0
"""What the name of a sheet counts, in columns."""


@cache
def words() -> dict[str, Any]:
    """Return the words of ``headings.toml``, folded."""
    text = files("resilienza_sim.tables").joinpath("headings.toml").read_text("utf-8")
    return {name: _folded(each) for name, each in tomllib.loads(text).items()}


def _folded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _folded(each) for name, each in value.items()}
    return [folded(each) for each in value]


@dataclass(frozen=True)
class Layout:
    """How a sheet is to be read.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    header : int
        Row of the headings, from 0; -1 where there are none.
    columns : dict of int
        Place of each column by its meaning.
    ages : dict
        Place of columns that are classes of age, with the first and the last year.
    heads : tuple of str
        Headings as written.
    unknown : tuple of int
        Columns with a heading that means nothing here.
    twice : tuple
        Meaning and place of a second column of one meaning.
    matrix : bool
        Whether rows are persons and the other columns associations.
    """

    kind: str
    header: int
    columns: dict[str, int]
    ages: dict[int, tuple[int, int]] = field(default_factory=dict)
    heads: tuple[str, ...] = ()
    unknown: tuple[int, ...] = ()
    twice: tuple[tuple[str, int], ...] = ()
    matrix: bool = False

    def has(self, names: Sequence[str]) -> bool:
        """Tell whether one of some columns is there."""
        return any(name in self.columns or (name == "ages" and self.ages) for name in names)

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the columns, one of which is needed and none there; empty if all is well."""
        if self.matrix:
            return ()
        return next((names for names in NEEDED[self.kind] if not self.has(names)), ())


def is_guide(sheet: Sheet) -> bool:
    """Tell whether a sheet explains the others."""
    return folded(sheet.name) in words()["guides"]


def is_total(row: Sequence[Cell]) -> bool:
    """Tell whether a row adds up those above it."""
    first = _first_word(row)
    return first in words()["totals"] or any(
        first.startswith(f"{word} ") for word in words()["totals_of"]
    )


def is_example(row: Sequence[Cell]) -> bool:
    """Tell whether a row is the template's own."""
    return _first_word(row).split(" ")[0] in words()["examples"]


def _first_word(row: Sequence[Cell]) -> str:
    """Return the first text of a row, folded; nothing if it begins with a sign."""
    text = next((plain(cell)[0] for cell in row if isinstance(cell, str)), "")
    return folded(text) if text[:1].isalnum() else ""


def meanings(table: str, text: str) -> list[str]:
    """Return the names of a table of words of which one is in a text, those found longest first."""
    here = f" {folded(text)} "
    found = {
        name: max((len(word) for word in listed if f" {word} " in here), default=0)
        for name, listed in words()[table].items()
    }
    return sorted((name for name in found if found[name]), key=lambda name: -found[name])


# -- headings -------------------------------------------------------------------------------------


def _likeness(head: str, word: str) -> float:
    """Return how far a heading is a word: above 1 if it holds it, the more so the longer it is."""
    if head == word:
        return _SAME + len(word) / 100.0
    if f" {word} " in f" {head} ":
        return 2.0 + len(word) / 100.0 if len(word) > 2 else 0.0
    if len(word) < 4 or abs(len(word) - len(head)) > _SLIPS:
        return 0.0
    alike = SequenceMatcher(None, head, word).ratio()
    return 1.0 + alike if alike >= _ALIKE else 0.0


@cache
def _meanings(kind: str, head: str) -> dict[str, float]:
    """Return which columns of a kind a folded heading may be, and how surely."""
    scores = {
        name: max((_likeness(head, word) for word in listed), default=0.0)
        for name, listed in words()[kind]["columns"].items()
    }
    return {name: sure for name, sure in scores.items() if sure > 0.0}


def ages_of(head: str) -> tuple[int, int] | None:
    """Return the first and last year of a class of age, None if a heading is none.

    Examples
    --------
    >>> ages_of("0-14 anni"), ages_of("65 e oltre"), ages_of("over 80"), ages_of("Soci")
    ((0, 14), (65, 120), (80, 120), None)
    """
    words = folded(head)
    tokens = [each for each in words.split() if each not in _AGE_WORDS]
    numbers = [int(each) for each in tokens if each.isdecimal() and len(each) <= 3]
    rest = [each for each in tokens if not each.isdecimal()]
    if not numbers or max(numbers) > 120 or any(each not in _ABOVE | _BELOW for each in rest):
        return None
    if len(numbers) == 2 and numbers[0] <= numbers[1] and not rest:
        return numbers[0], numbers[1]
    if len(numbers) != 1:
        return None
    if "<" in head or any(each in _BELOW for each in rest):
        return 0, numbers[0] - 1
    if any(sign in head for sign in "+>≥") or any(each in _ABOVE for each in rest):
        return numbers[0], 120
    return numbers[0], numbers[0]


_AGE_WORDS = {
    "anni",
    "anno",
    "years",
    "year",
    "eta",
    "age",
    "di",
    "da",
    "a",
    "to",
    "tra",
    "e",
    "and",
    "of",
    "residenti",
    "residents",
    "ed",
}
_ABOVE = {"oltre", "piu", "over", "more", "older", "up"}
_BELOW = {"under", "meno", "younger", "fino", "below"}


def _read_row(kind: str, row: Sequence[Cell], header: int) -> Layout:
    heads = tuple("" if cell is None else plain(cell)[0] for cell in row)
    ages: dict[int, tuple[int, int]] = {}
    ranked: list[tuple[float, int, str]] = []
    unknown = []
    for k, head in enumerate(heads):
        if not head:
            continue
        if kind == "residents" and (span := ages_of(head)):
            ages[k] = span
            continue
        ranked += [(-sure, k, name) for name, sure in _meanings(kind, folded(head)).items()]
        unknown.append(k)
    columns: dict[str, int] = {}
    twice: dict[int, str] = {}
    for sure, k, name in sorted(ranked):
        if name not in columns and k in unknown:
            columns[name] = k
            unknown.remove(k)
        elif k in unknown and -sure >= _SAME:
            twice.setdefault(k, name)
    again = tuple((name, k) for k, name in twice.items() if k in unknown)
    left = tuple(k for k in unknown if k not in twice)
    return Layout(kind, header, columns, ages, heads, left, again)


def _score(found: Layout, title: str) -> float:
    named = any(
        title == word or f" {word} " in f" {title} " for word in words()[found.kind]["titles"]
    )
    sure = sum(
        min(_meanings(found.kind, folded(found.heads[k]))[name], _SAME)
        for name, k in found.columns.items()
    )
    return sure / _SAME + min(len(found.ages), 4) + _TITLE * named - 0.1 * len(found.unknown)


def layout(sheet: Sheet) -> Layout | None:
    """Return how to read a sheet, None if it is no table that is known.

    A sheet whose name or headings say what it is, but which lacks a column it cannot do without,
    is returned with what is `missing`.
    """
    title = folded(sheet.name or sheet.file.rpartition(".")[0])
    whole: list[tuple[float, int, Layout]] = []
    partial: list[tuple[float, int, Layout]] = []
    for header, row in enumerate(sheet.rows[:_HEADINGS_WITHIN]):
        if sum(cell is not None for cell in row) < 2:
            continue
        for kind in KINDS:
            found = _read_row(kind, row, header)
            if not found.columns:
                continue
            score = _score(found, title)
            (partial if found.missing else whole).append((score, -header, found))
    best = max(whole, key=lambda each: each[:2], default=None)
    if best is not None and best[0] >= 1.0:
        return best[2]
    if layout := _matrix(sheet) or _two_columns(sheet):
        return layout
    best = max(partial, key=lambda each: each[:2], default=None)
    if best is None or best[0] < 1.9:
        return None
    found = best[2]
    if found.kind == "memberships" and found.columns.keys() == {"person"} and found.unknown:
        return replace(found, matrix=True, unknown=())
    return found


# -- tables told by what they hold ----------------------------------------------------------------

MARKS = frozenset({"", "0", "1", "x", "si", "no", "true", "false", "v", "yes"})
UNMARKED = frozenset({"", "0", "no", "false"})
"""Signs that say whether a person belongs to an association, and those that say not."""


def _mark(cell: Cell) -> str:
    return "" if cell is None else folded(plain(cell)[0])


def _matrix(sheet: Sheet) -> Layout | None:
    """Return the layout of a table of persons by associations, told by its cells: 0, 1 or x."""
    for header, row in enumerate(sheet.rows[:_HEADINGS_WITHIN]):
        heads = tuple("" if cell is None else plain(cell)[0] for cell in row)
        named = [k for k, head in enumerate(heads) if k and head]
        body = [each for each in sheet.rows[header + 1 :] if any(c is not None for c in each)]
        if len(named) < 2 or len(body) < 2:
            continue
        marked = [_mark(each[k]) for each in body for k in named if k < len(each)]
        first = [each[0] for each in body if each]
        filled = [mark for mark in marked if mark]
        if (
            sum(mark in MARKS for mark in filled) >= _MOSTLY * len(filled)
            and any(mark not in UNMARKED for mark in filled)
            and all(cell is not None for cell in first)
            and len(set(map(_mark, first))) == len(first)
        ):
            return Layout("memberships", header, {"person": 0}, heads=heads, matrix=True)
    return None


def _two_columns(sheet: Sheet) -> Layout | None:
    """Return the layout of two columns that hold the same people: those of a row are tied."""
    rows = [row for row in sheet.rows if any(cell is not None for cell in row)]
    if len(rows) < 3 or any(sum(cell is not None for cell in row) != 2 for row in rows):
        return None
    if any(len(row) < 2 or row[0] is None or row[1] is None for row in rows):
        return None
    first, *others = [tuple(_mark(cell) for cell in row[:2]) for row in rows]
    ones, twos = {one for one, _ in others}, {two for _, two in others}
    if not ones & twos:
        return None
    headed = not set(first) & (ones | twos) and not first[0].isdecimal()
    header = sheet.rows.index(rows[0]) if headed else -1
    heads = tuple(plain(cell)[0] for cell in rows[0][:2]) if headed else ()
    return Layout("ties", header, {"one": 0, "other": 1}, heads=heads)


def service_kind(*texts: str | None) -> str | None:
    """Return which service of the model some texts speak of, None if they speak of none."""
    for text in filter(None, texts):
        if office := service_in(text):
            return office
        if found := meanings("service_words", text):
            return found[0]
    return None
