"""Names of groups and alliances: who lived and when, never a row of a table."""

from __future__ import annotations

from typing import Any

from resilienza_sim.model.state import AllianceTable, GroupTable

__all__ = ["names_of"]


def names_of(table: GroupTable | AllianceTable, rows: Any = ...) -> Any:
    """Return the names of groups or alliances: founder and week of birth, never the row."""
    return table.founder[rows] * 4096 + (table.born[rows] + 2048)
