"""Need met this week by people, groups and services, per 1,000 euros spent."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["YieldPerKeur"]


class YieldPerKeur(Indicator):
    """Need met this week by people, groups and services, per 1,000 euros spent.

    A need met is one person's whole need of one kind for a week; nan when nothing is spent.
    """

    source: ClassVar[str] = "MODEL.md section 5, row 21"
    unit: ClassVar[str] = "needs per 1,000 EUR"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        cents = sum(model.tally.spent.values())
        met = model.state.met_informal + model.state.met_formal
        return met / (cents / 1e5) if cents else math.nan
