"""What is observed each week: decorated functions, by theme."""

from __future__ import annotations

from resilienza_sim.discovery import family
from resilienza_sim.model.contracts import Indicator

__all__ = ["column_names", "describe_indicator"]


def column_names() -> list[str]:
    """Return the names of all recorded columns, in order of name."""
    every = family("indicators", Indicator).values()
    return sorted(name for each in every for name in each.columns())


def describe_indicator(column: str) -> dict[str, str]:
    """Return the unit, direction and description of one recorded column."""
    for each in family("indicators", Indicator).values():
        if column in each.columns():
            return {"unit": each.unit, "better": each.better, "title": each.summary()}
    raise KeyError(column)
