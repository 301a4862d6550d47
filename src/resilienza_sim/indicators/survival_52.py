"""Share of the groups born one to two years ago that are still alive."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator
from resilienza_sim.model.tally import YEAR

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Survival52"]


class Survival52(Indicator):
    """Share of the groups born one to two years ago that are still alive.

    Undefined when none was born then. Money spent on founding is seen here a year later.
    """

    source: ClassVar[str] = "MODEL.md section 5, row 28"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        week, recorder = model.state.week, model.recorder
        then = week - 2 * YEAR - recorder.first_week
        if then < 0:
            return math.nan
        weekly = recorder.series("births")[then : then + YEAR]
        born = round(float(weekly.sum()) * model.tally.citizens / 1e4)
        return model.tally.groups.lasting / born if born else math.nan
