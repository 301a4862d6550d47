"""What is observed each week: one class in one file."""

from __future__ import annotations

from resilienza_sim.discovery import family
from resilienza_sim.model.contracts import Indicator

__all__ = ["describe_indicator"]


def describe_indicator(column: str) -> dict[str, str]:
    """Return the unit, direction and description of one recorded column."""
    for cls in family("indicators", Indicator).values():
        if column in cls().columns():
            return {"unit": cls.unit, "better": cls.better, "title": cls.summary()}
    raise KeyError(column)
