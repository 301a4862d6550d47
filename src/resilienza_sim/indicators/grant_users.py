"""People who had a grant of money in the last twelve months, per 1,000 citizens."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from resilienza_sim.model.contracts import Indicator
from resilienza_sim.model.tally import YEAR

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["GrantUsers"]


class GrantUsers(Indicator):
    """People who had a grant of money in the last twelve months, per 1,000 citizens."""

    source: ClassVar[str] = "CNEL 2025: users of money grants of municipalities in a year"
    unit: ClassVar[str] = "per 1,000"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        since = model.state.citizens.since_grant
        return float(1e3 * (np.count_nonzero(since < YEAR) / len(since)))
