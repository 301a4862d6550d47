"""What the services work with in a week, a row each: who is there, who comes, who is next."""

from __future__ import annotations

from typing import Any

import numpy as np

from resilienza_sim.handles import Columns
from resilienza_sim.model.state import SERVICES
from resilienza_sim.model.tables import F64

__all__ = ["WAITS", "Desk"]

WAITS = 64
"""Weeks of waiting told apart; who waited longer is served with the longest."""


class Desk(Columns):
    """Working arrays of the services: nothing in them counts in the next week.

    Parameters
    ----------
    serve, capital : named tuple
        Rates of the phases of those names.
    usual_access : float
        How much of the way to a service the obstacles leave open at the start.
    quarters : int
        Of the town.
    """

    def __init__(self, serve: Any, capital: Any, usual_access: float, quarters: int) -> None:
        kinds = len(SERVICES)

        def of_each(what: str) -> F64:
            return np.array([getattr(serve, f"{what}_{service}") for service in SERVICES])

        self.caseload, self.strength, self.hazard = map(
            of_each, ("caseload", "strength", "seeking")
        )
        self.usual_trust, self.turning = capital.usual_trust, capital.turning
        self.usual_access = usual_access
        self.present, self.overload, self.effort = (np.zeros(kinds) for _ in range(3))
        self.quality, self.share, self.seeking = (np.zeros(kinds) for _ in range(3))
        self.cut, self.waiting = np.zeros(kinds, np.int64), np.zeros((kinds, WAITS), np.int64)
        self.cover, self.obstacles = np.zeros(quarters), np.zeros(0)
        """How far groups reach the need of each quarter; how high each obstacle stands."""
