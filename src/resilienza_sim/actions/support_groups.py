"""Accompany the groups that exist, so that they can do more (innovazione)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

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
        alive = np.flatnonzero(groups.alive)
        level = groups.capability[alive].mean(axis=1, dtype=np.float64)
        if self.by == "all":
            chosen = model.draw("accompanied", names_of(groups, alive), done / alive.size)
        else:
            strength = level * groups.active[alive]
            rank = np.lexsort((names_of(groups, alive), strength))
            rank = rank[::-1] if self.by == "strengths" else rank
            chosen = np.zeros(alive.size, bool)
            chosen[rank[: model.whole("accompanied first", done)]] = True
        effort.accompanied += float(chosen.sum())
        effort.accompanied_strong += float((chosen & (level > np.median(level))).sum())
        rows = alive[chosen]
        groups.capability[rows] += (1.0 - groups.capability[rows]) * np.float32(self.growth)

    def relieves(self) -> dict[str, float]:
        """Return what groups meet most: company, company in care, cleaning and hosting."""
        return {"isolation": 0.5, "care": 0.3, "housing": 0.3, "income": 0.2, "health": 0.1}
