"""Accompany the groups that exist, so that they can do more (innovazione)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Action, Ambit
from resilienza_sim.model.names import names_of

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["SupportGroups"]


class SupportGroups(Action):
    """Accompany the groups that exist, so that they can do more (innovazione)."""

    source: ClassVar[str] = "MODEL.md section 5, row 23"
    ambit: ClassVar[Ambit] = "planning"

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
        """Raise the capability of the groups drawn."""
        groups = model.state.groups
        alive = np.flatnonzero(groups.alive)
        lucky = alive[model.draw("accompanied", names_of(groups, alive), done / alive.size)]
        groups.capability[lucky] += (1.0 - groups.capability[lucky]) * np.float32(self.growth)
