"""What a row of the benchmark is: what it measures, what was asked of it, what was found."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks import rows

__all__ = ["Ask", "Found", "Line", "Row", "Target", "number", "table"]


@dataclass(frozen=True)
class Target:
    """A figure asked for and a better one aimed at."""

    at_least: float
    aim: float
    unit: str
    more_is_better: bool = False

    def bound(self, value: float) -> str:
        """Return one of its two figures as the table shows it."""
        return f"{'≥' if self.more_is_better else '≤'} {number(value)} {self.unit}".strip()

    def verdict(self, measured: float) -> str:
        """Return how a measured figure stands."""
        sign = 1.0 if self.more_is_better else -1.0
        if sign * measured >= sign * self.aim:
            return "met aim"
        return "met" if sign * measured >= sign * self.at_least else "**MISSED**"


@dataclass(frozen=True)
class Line:
    """One measured figure; `why` it is missing when it is."""

    what: str
    measured: float | None
    target: Target | None = None
    unit: str = ""
    why: str = ""

    def cells(self) -> tuple[str, ...]:
        """Return what, measured, at least, aim and verdict, as the table shows them."""
        target = self.target
        unit = target.unit if target else self.unit
        measured = "–" if self.measured is None else f"{number(self.measured)} {unit}".strip()
        asked = (target.bound(target.at_least), target.bound(target.aim)) if target else ("–", "–")
        if self.measured is None:
            verdict = f"not measured: {self.why}"
        else:
            verdict = target.verdict(self.measured) if target else "–"
        return (self.what, measured, *asked, verdict)


@dataclass
class Found:
    """What measuring a row gave: lines for the table, and more to read below it."""

    lines: list[Line] = field(default_factory=list)
    details: str = ""


@dataclass(frozen=True)
class Ask:
    """How a row is to be measured.

    Parameters
    ----------
    say : callable
        Takes a line of progress.
    quick : bool
        A smoke run on tiny towns: it shows that the row works, its figures mean nothing.
    sizes : tuple of int, optional
        Citizens, for the rows that go through several sizes.
    pictures : path, optional
        Where a row may draw.
    """

    say: Callable[[str], None]
    quick: bool = False
    sizes: tuple[int, ...] | None = None
    pictures: Path | None = None


@dataclass(frozen=True)
class Row:
    """One file of `benchmarks.rows`.

    Parameters
    ----------
    name, title, about : str
        Of the file, of the first line of its docstring, of the rest of it.
    targets : mapping
        What the project is held to, by name; none for a row that only describes.
    measure : callable
        Takes an `Ask` and returns what was `Found`.
    """

    name: str
    title: str
    about: str
    targets: Mapping[str, Target]
    measure: Callable[[Ask], Found]

    @classmethod
    def read(cls, name: str) -> Row:
        """Return the row that a file describes."""
        module: Any = import_module(f"{rows.__name__}.{name}")
        title, _, about = (module.__doc__ or "").strip().partition("\n")
        return cls(name, title, about.strip(), module.TARGETS, module.measure)

    @classmethod
    def all(cls) -> dict[str, Row]:
        """Return every row, by name, as the files are found."""
        names = sorted(each.name for each in pkgutil.iter_modules(rows.__path__))
        return {name: cls.read(name) for name in names}


def number(value: float) -> str:
    """Return a number with three figures, whole from a hundred on."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def table(head: tuple[str, ...], lines: list[tuple[str, ...]]) -> str:
    """Return a table in Markdown."""
    cells = [head, ("---",) * len(head), *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)
