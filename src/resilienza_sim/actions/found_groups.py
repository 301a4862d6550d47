"""Found new groups with a start-up grant (moltiplicazione)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Action, Ambit
from resilienza_sim.model.groups_life import found

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["FoundGroups"]


class FoundGroups(Action):
    """Found new groups with a start-up grant (moltiplicazione)."""

    source: ClassVar[str] = "MODEL.md section 5, row 22"
    ambit: ClassVar[Ambit] = "ties"

    unit_cost_eur: float = quantity(
        2500.0, 1.0, 1_000_000.0, unit="EUR per group",
        source="assumption: local micro-grants are of this order, 1,000-5,000 EUR",
    )  # fmt: skip
    founders_per_group: float = quantity(
        40.0,
        4.0,
        10_000.0,
        unit="people",
        source="assumption: one active citizen in forty would found",
    )

    def need(self, model: CommunityModel) -> float:
        """Return the groups that active citizens would found."""
        return float(model.state.citizens.active.sum()) / self.founders_per_group

    def apply(self, model: CommunityModel, done: float) -> None:
        """Found groups; a fraction of a group is a chance of one."""
        able = np.flatnonzero(model.state.citizens.active == 1)
        u = model.streams.uniform("grant to", model.state.week, able)
        order = np.argsort(u, kind="stable")
        for founder in able[order[: model.whole("grant", done)]]:
            found(model, int(founder), funds_eur=self.unit_cost_eur)

    def relieves(self) -> dict[str, float]:
        """Return what groups meet most: company, company in care, cleaning and hosting."""
        return {"isolation": 0.5, "care": 0.3, "housing": 0.3, "income": 0.2, "health": 0.1}
