"""Accompany the groups that exist, so that they can do more (innovazione)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model.contracts import Action, Ambit
from resilienza_sim.model.lotteries import reached
from resilienza_sim.model.names import name_of, names_of

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["SupportGroups"]


class SupportGroups(Action):
    """Accompany the groups that exist, so that they can do more (innovazione).

    `by` says which: drawn among all, those who are strongest already (capability times active
    members: the strengths already present), or those who are weakest.
    """

    source: ClassVar[str] = "Kretzmann & McKnight 1993, from memory; sizes: assumption"
    ambit: ClassVar[Ambit] = "planning"
    ways: ClassVar[tuple[str, ...]] = ("by",)

    by: Literal["all", "strengths", "needs"] = "all"
    unit_cost_eur: float = quantity(
        56.0,
        0.1,
        10_000.0,
        unit="EUR per group and week",
        source="assumption: two hours of an educator a week, 2,900 EUR a year",
    )
    growth: float = quantity(
        0.015,
        0.0,
        0.5,
        unit="per week",
        source="assumption: capability gained by an accompanied group",
    )

    def need(self, model: CommunityModel) -> float:
        """Return the groups alive."""
        return float(np.count_nonzero(model.state.groups.alive.view(np.bool_)))

    def apply(self, model: CommunityModel, done: float) -> None:
        """Raise the capability of the groups drawn, or of the first in order of strength."""
        groups, effort, growth = model.state.groups, model.effort, np.float32(self.growth)
        if self.by == "all":
            band = model.band("accompanied", done / self.need(model))
            drawn, strong = _accompany_drawn(
                band, groups.alive, groups.founder, groups.born, groups.capability, growth
            )
            effort.accompanied += drawn
            effort.accompanied_strong += strong
            return
        first = model.whole("accompanied first", done)
        if first == 0:
            return
        alive = np.flatnonzero(groups.alive.view(np.bool_))
        level = _levels(alive, groups.capability)
        rank = np.lexsort((names_of(groups, alive), level * groups.active[alive]))
        chosen = (rank[::-1] if self.by == "strengths" else rank)[:first]
        effort.accompanied += float(chosen.size)
        effort.accompanied_strong += _accompany(alive, chosen, level, groups.capability, growth)

    def relieves(self) -> dict[str, float]:
        """Return what groups meet most: company, company in care, cleaning and hosting."""
        return {"isolation": 0.5, "care": 0.3, "housing": 0.3, "income": 0.2, "health": 0.1}


@kernel
def _levels(alive: Any, capability: Any) -> Any:
    """Return the mean capability of each group."""
    level = np.zeros(alive.size)
    for at, g in enumerate(alive):
        for k in range(capability.shape[1]):
            level[at] += capability[g, k]
        level[at] /= capability.shape[1]
    return level


@kernel
def _accompany(alive: Any, chosen: Any, level: Any, capability: Any, growth: Any) -> float:
    """Fill a share of what the chosen lack; return how many of them are above the median."""
    middle, strong, one = np.median(level), 0.0, np.float32(1.0)
    for at in chosen:
        strong += level[at] > middle
        for k in range(capability.shape[1]):
            capability[alive[at], k] += (one - capability[alive[at], k]) * growth
    return strong


@kernel
def _accompany_drawn(
    band: Any, living: Any, founder: Any, born: Any, capability: Any, growth: Any
) -> tuple[float, float]:
    """Accompany those drawn among the living; return how many, and how many above the median."""
    alive = np.flatnonzero(living)
    chosen, count = np.empty(alive.size, np.int64), 0
    for at, g in enumerate(alive):
        if reached(band, name_of(founder[g], born[g])):
            chosen[count] = at
            count += 1
    strong = _accompany(alive, chosen[:count], _levels(alive, capability), capability, growth)
    return float(count), strong
