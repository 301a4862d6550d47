"""Share of the groups born one to two years ago that are still alive."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Survival52"]

_YEAR = 52


class Survival52(Indicator):
    """Share of the groups born one to two years ago that are still alive.

    Undefined when none was born then. Money spent on founding is seen here a year later.
    """

    source: ClassVar[str] = "MODEL.md section 5, row 28"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        groups, week = model.state.groups, model.state.week
        n = len(model.state.citizens)
        # The groups of the start were founded by nobody in the town.
        ages = week - groups.born[(groups.alive == 1) & (groups.founder < n)]
        alive = int(((ages > _YEAR) & (ages <= 2 * _YEAR)).sum())
        born_at = slice(week - 2 * _YEAR - model.recorder.first_week, None)
        if born_at.start < 0:
            return math.nan
        weekly = model.recorder.series("births")[born_at][:_YEAR]
        born = round(float(weekly.sum()) * n / 1e4)
        return alive / born if born else math.nan
