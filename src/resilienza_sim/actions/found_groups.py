"""Found new groups with a start-up grant (moltiplicazione)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Action, Ambit
from resilienza_sim.model.cooperation import active_profile
from resilienza_sim.model.groups_life import found
from resilienza_sim.model.lotteries import winners
from resilienza_sim.model.state import ADULT

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["FoundGroups"]


class FoundGroups(Action):
    """Found new groups with a start-up grant (moltiplicazione)."""

    source: ClassVar[str] = "assumption: no study was found"
    ambit: ClassVar[Ambit] = "ties"
    ways: ClassVar[tuple[str, ...]] = ("among",)

    unit_cost_eur: float = quantity(
        2500.0,
        1.0,
        1_000_000.0,
        unit="EUR per group",
        source="assumption: local micro-grants are of this order, 1,000-5,000 EUR",
    )
    founders_per_group: float = quantity(
        40.0,
        4.0,
        10_000.0,
        unit="people",
        source="assumption: one active citizen in forty would found",
    )

    among: Literal["active", "absent"] = Field(
        "active",
        description="founders sought among those active, or among those whose kind is most absent "
        "from groups",
    )

    def need(self, model: CommunityModel) -> float:
        """Return the groups that active citizens would found."""
        active = model.state.citizens.active.view(np.bool_)
        return float(np.count_nonzero(active)) / self.founders_per_group

    def apply(self, model: CommunityModel, done: float) -> None:
        """Found groups; a fraction of a group is a chance of one."""
        count = model.whole("grant", done)
        if count == 0:
            return
        active, week = model.state.citizens.active.view(np.bool_), model.state.week
        if self.among == "active":
            able = np.flatnonzero(active)
            founders = winners(model.streams.key("grant to", week), able, count)
        else:
            able = np.flatnonzero(~active & (model.community.people.age >= ADULT))
            there = active_profile(model)
            there /= np.maximum(there.sum(axis=1, keepdims=True), 1.0)
            excess = there - model.fixed.residents
            last = excess[model.community.people.quarter[able], model.fixed.profile[able]]
            founders = able[np.lexsort((model.streams.uniform("grant to", week, able), last))]
        for founder in founders[:count]:
            found(model, int(founder), funds_eur=self.unit_cost_eur)

    def relieves(self) -> dict[str, float]:
        """Return what groups meet most: company, company in care, cleaning and hosting."""
        return {"isolation": 0.5, "care": 0.3, "housing": 0.3, "income": 0.2, "health": 0.1}
