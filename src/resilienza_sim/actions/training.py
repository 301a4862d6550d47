"""Train active citizens: skill and self-efficacy (empowerment)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Action, Ambit

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Training"]


class Training(Action):
    """Train active citizens: skill and self-efficacy (empowerment)."""

    source: ClassVar[str] = "MODEL.md section 5, row 41"
    ambit: ClassVar[Ambit] = "awareness"

    unit_cost_eur: float = quantity(
        90.0, 0.1, 10_000.0, unit="EUR per person",
        source="assumption: 16 hours for 20 people, trainer at 80 EUR an hour and materials",
    )  # fmt: skip
    gain: float = quantity(0.15, 0.0, 1.0, source="assumption: share of what was lacking")

    def need(self, model: CommunityModel) -> float:
        """Return the active citizens."""
        return float(model.state.citizens.active.sum())

    def apply(self, model: CommunityModel, done: float) -> None:
        """Raise the skill and efficacy of those drawn."""
        c = model.state.citizens
        who = np.flatnonzero(c.active)
        lucky = who[model.draw("trained", who, done / who.size)]
        c.skill[lucky] += (1.0 - c.skill[lucky]) * np.float32(self.gain)
        for column in (c.efficacy, c.efficacy_anchor):
            column[lucky] += (1.0 - column[lucky]) * np.float32(self.gain)
