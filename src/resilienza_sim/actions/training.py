"""Train active citizens: skill and self-efficacy (empowerment)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model.contracts import Action, Ambit
from resilienza_sim.model.lotteries import reached

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Training"]


class Training(Action):
    """Train active citizens: skill and self-efficacy (empowerment)."""

    source: ClassVar[str] = "Bandura, from memory; sizes: assumption"
    ambit: ClassVar[Ambit] = "awareness"

    unit_cost_eur: float = quantity(
        90.0,
        0.1,
        10_000.0,
        unit="EUR per person",
        source="assumption: 16 hours for 20 people, trainer at 80 EUR an hour and materials",
    )
    gain: float = quantity(0.15, 0.0, 1.0, source="assumption: share of what was lacking")

    def need(self, model: CommunityModel) -> float:
        """Return the active citizens."""
        return float(np.count_nonzero(model.state.citizens.active.view(np.bool_)))

    def apply(self, model: CommunityModel, done: float) -> None:
        """Raise the skill and efficacy of those drawn."""
        c = model.state.citizens
        band = model.band("trained", done / self.need(model))
        _train(band, c.active, c.skill, c.efficacy, c.efficacy_anchor, np.float32(self.gain))


@kernel
def _train(band: Any, active: Any, skill: Any, efficacy: Any, anchor: Any, gain: Any) -> None:
    """Fill a share of what those drawn lack: x += gain (1 - x)."""
    one = np.float32(1.0)
    for i in range(active.size):
        if active[i] and reached(band, i):
            skill[i] += (one - skill[i]) * gain
            efficacy[i] += (one - efficacy[i]) * gain
            anchor[i] += (one - anchor[i]) * gain
