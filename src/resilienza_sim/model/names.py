"""Names of groups and alliances: who lived and when, never a row of a table."""

from __future__ import annotations

from typing import Any

from resilienza_sim.kernels import kernel
from resilienza_sim.model.state import AllianceTable, GroupTable

__all__ = ["name_of", "names_of"]


def _name(founder: Any, born: Any) -> Any:
    """Return the name made of a founder and a week of birth."""
    return founder * 4096 + (born + 2048)


name_of = kernel(_name)


def names_of(table: GroupTable | AllianceTable, rows: Any = ...) -> Any:
    """Return the names of groups or alliances: founder and week of birth, never the row."""
    return _name(table.founder[rows], table.born[rows])
