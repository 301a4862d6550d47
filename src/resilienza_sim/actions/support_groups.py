"""Accompany the groups that exist, so that they can do more (innovazione)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numba
import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Action, Ambit
from resilienza_sim.model.names import names_of

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["SupportGroups"]


class SupportGroups(Action):
    """Accompany the groups that exist, so that they can do more (innovazione).

    `by` says which: drawn among all, those who are strongest already (capability times active
    members: the strengths already present), or those who are weakest.
    """

    source: ClassVar[str] = "MODEL.md section 5, rows 23 and 39"
    ambit: ClassVar[Ambit] = "planning"
    ways: ClassVar[tuple[str, ...]] = ("by",)

    by: Literal["all", "strengths", "needs"] = "all"
    unit_cost_eur: float = quantity(
        56.0, 0.1, 10_000.0, unit="EUR per group and week",
        source="assumption: two hours of an educator a week, 2,900 EUR a year",
    )  # fmt: skip
    growth: float = quantity(
        0.015,
        0.0,
        0.5,
        unit="per week",
        source="assumption: capability gained by an accompanied group",
    )

    def need(self, model: CommunityModel) -> float:
        """Return the groups alive."""
        return float(model.state.groups.alive.sum())

    def apply(self, model: CommunityModel, done: float) -> None:
        """Raise the capability of the groups drawn, or of the first in order of strength."""
        groups, effort = model.state.groups, model.effort
        alive = np.flatnonzero(groups.alive.view(np.bool_))
        level, strength = _levels(alive, groups.capability, groups.active)
        if self.by == "all":
            lucky = model.draw("accompanied", names_of(groups, alive), done / alive.size)
            chosen = np.flatnonzero(lucky)
        else:
            first = model.whole("accompanied first", done)
            if first == 0:
                return
            rank = np.lexsort((names_of(groups, alive), strength))
            chosen = (rank[::-1] if self.by == "strengths" else rank)[:first]
        effort.accompanied += float(chosen.size)
        effort.accompanied_strong += _accompany(
            alive, chosen, level, groups.capability, np.float32(self.growth)
        )

    def relieves(self) -> dict[str, float]:
        """Return what groups meet most: company, company in care, cleaning and hosting."""
        return {"isolation": 0.5, "care": 0.3, "housing": 0.3, "income": 0.2, "health": 0.1}


@numba.njit(cache=True)
def _levels(alive: Any, capability: Any, active: Any) -> Any:
    """Return the mean capability of each group, and its strength: that times active members."""
    level, strength = np.zeros(alive.size), np.zeros(alive.size)
    for at, g in enumerate(alive):
        for k in range(capability.shape[1]):
            level[at] += capability[g, k]
        level[at] /= capability.shape[1]
        strength[at] = level[at] * active[g]
    return level, strength


@numba.njit(cache=True)
def _accompany(alive: Any, chosen: Any, level: Any, capability: Any, growth: Any) -> float:
    """Fill a share of what the chosen lack; return how many of them are above the median."""
    middle, strong, one = np.median(level), 0.0, np.float32(1.0)
    for at in chosen:
        strong += level[at] > middle
        for k in range(capability.shape[1]):
            capability[alive[at], k] += (one - capability[alive[at], k]) * growth
    return strong
