"""What the purse is doing this week, where the phases can feel it; gone when the money stops."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from typing import Self

import numpy as np

from resilienza_sim.model.tables import F64

__all__ = ["Effort"]


@dataclass(slots=True)
class Effort:
    """Work bought this week; arrays have one value a quarter."""

    presence: F64
    """Added share of contacts between neighbours (street workers)."""
    crossing: F64
    """Added share of contacts and meetings between different sides and groups."""
    invitation: F64
    """Added share of the hazard to join (people are asked)."""
    outreach: F64
    """Chance that a distant person is reached at the door."""
    campaign_formal: F64
    """Exposures to a campaign on services."""
    campaign_informal: F64
    """Exposures to a campaign on the groups' help."""
    spaces: F64
    """Added share of open places."""
    trials: float = 0.0
    """Trials of a new practice paid for."""
    alliances_paid: float = 0.0
    """Share of the alliances whose coordination is paid."""
    accompanied: float = 0.0
    """Groups accompanied."""
    accompanied_strong: float = 0.0
    """Those of them whose capability is above the median."""
    drawn: dict[str, float] = field(default_factory=dict)
    """Share of those eligible that each lottery has already reached this week."""

    @classmethod
    def none(cls, quarters: int) -> Self:
        """Return a week in which nothing is bought."""
        return cls(*np.zeros((_ARRAYS, quarters)))


_ARRAYS = sum(
    each.default is MISSING and each.default_factory is MISSING for each in fields(Effort)
)
