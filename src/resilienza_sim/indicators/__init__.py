"""What is observed each week: decorated functions, by theme."""

from __future__ import annotations

from resilienza_sim.discovery import family
from resilienza_sim.model.contracts import Indicator

__all__ = ["column_names", "describe_indicator", "quarter_of"]


def column_names() -> list[str]:
    """Return the names of the columns recorded of any town, in order of name."""
    every = family("indicators", Indicator).values()
    return sorted(name for each in every for name in each.columns())


def quarter_of(column: str, kind: str) -> int:
    """Return the number of the quarter, from 1, that a column of an indicator is of; else 0."""
    number = column.removeprefix(f"{kind}_")
    return int(number) if number != column and number.isdecimal() else 0


def describe_indicator(column: str) -> dict[str, str]:
    """Return the unit, direction and description of one recorded column."""
    for each in family("indicators", Indicator).values():
        if column in each.columns() or (each.by_quarter and quarter_of(column, each.kind())):
            return {"unit": each.unit, "better": each.better, "title": each.summary()}
    raise KeyError(column)
