"""What is observed each week: decorated functions, by theme."""

from __future__ import annotations

from resilienza_sim.discovery import family
from resilienza_sim.model.contracts import Indicator

__all__ = ["describe_indicator"]


def describe_indicator(column: str) -> dict[str, str]:
    """Return the unit, direction and description of one recorded column."""
    for each in family("indicators", Indicator).values():
        if column in each.columns():
            return {"unit": each.unit, "better": each.better, "title": each.summary()}
    raise KeyError(column)
