"""Knock on the doors of those who keep away from help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model.contracts import Action, Ambit
from resilienza_sim.model.lotteries import reached

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Outreach"]


class Outreach(Action):
    """Knock on the doors of those who keep away from help."""

    source: ClassVar[str] = "Kiely et al. 2022; sizes: assumption"
    ambit: ClassVar[Ambit] = "awareness"

    towards: Literal["everyone", "target"] = "everyone"
    unit_cost_eur: float = quantity(
        12.0,
        0.1,
        1_000.0,
        unit="EUR per person reached",
        source="assumption: an educator's hour at 28 EUR, three doors answered an hour",
    )
    success: float = quantity(
        0.25, 0.0, 1.0, source="assumption: distant people who come nearer after a visit"
    )

    def need(self, model: CommunityModel) -> float:
        """Return the people who are distant; of the target groups alone if it goes to them."""
        return float(self._sought(model))

    def apply(self, model: CommunityModel, done: float) -> None:
        """Give each of those sought a chance to be reached and to come nearer."""
        sought = self._sought(model)
        chance = self.success * done / max(sought, 1)
        if self.towards == "everyone":
            model.effort.outreach += chance
        else:
            _knock(model.band("doors", chance), model.state.citizens.distant, model.fixed.target)

    def _sought(self, model: CommunityModel) -> int:
        far = model.state.citizens.distant
        if self.towards == "target":
            far = far & model.fixed.target
        return int(np.count_nonzero(far.view(np.bool_)))


@kernel
def _knock(band: Any, distant: Any, target: Any) -> None:
    """Bring nearer those of the target groups who are drawn."""
    for i in range(distant.size):
        if distant[i] & target[i] and reached(band, i):
            distant[i] = 0
