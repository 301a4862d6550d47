"""Knock on the doors of those who keep away from help."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Action, Ambit

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Outreach"]


class Outreach(Action):
    """Knock on the doors of those who keep away from help."""

    source: ClassVar[str] = "MODEL.md section 5, rows 25 and 40"
    ambit: ClassVar[Ambit] = "awareness"

    towards: Literal["everyone", "target"] = "everyone"
    unit_cost_eur: float = quantity(
        12.0, 0.1, 1_000.0, unit="EUR per person reached",
        source="assumption: an educator's hour at 28 EUR, three doors answered an hour",
    )  # fmt: skip
    success: float = quantity(
        0.25, 0.0, 1.0, source="assumption: distant people who come nearer after a visit"
    )

    def need(self, model: CommunityModel) -> float:
        """Return the people who are distant; of the target groups alone if it goes to them."""
        return float(self._sought(model).size)

    def apply(self, model: CommunityModel, done: float) -> None:
        """Give each of those sought a chance to be reached and to come nearer."""
        sought = self._sought(model)
        chance = self.success * done / max(sought.size, 1)
        if self.towards == "everyone":
            model.effort.outreach += chance
        else:
            model.state.citizens.distant[sought[model.draw("doors", sought, chance)]] = 0

    def _sought(self, model: CommunityModel) -> NDArray[np.int64]:
        far = model.state.citizens.distant == 1
        if self.towards == "target":
            far &= model.fixed.target == 1
        return np.flatnonzero(far)
