"""Open places of proximity and find new uses for closed ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model.contracts import Action, Ambit

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["OpenSpaces"]


class OpenSpaces(Action):
    """Open places of proximity and find new uses for closed ones."""

    source: ClassVar[str] = "assumption: no study was found"
    ambit: ClassVar[Ambit] = "ties"

    unit_cost_eur: float = quantity(
        650.0,
        1.0,
        100_000.0,
        unit="EUR per space and week",
        source="assumption: 15 hours of presence at 28 EUR, and rent, heating, insurance",
    )
    added: float = quantity(
        0.5, 0.0, 5.0, source="assumption: room added when every place has someone who runs it"
    )
    reuse: float = quantity(
        0.05, 0.0, 1.0, unit="per week", source="assumption: new use found in about half a year"
    )

    def need(self, model: CommunityModel) -> float:
        """Return the places there are."""
        return float(len(model.state.spaces))

    def apply(self, model: CommunityModel, done: float) -> None:
        """Add room, and re-purpose what is closed."""
        spaces = model.state.spaces
        share = done / len(spaces)
        model.effort.spaces += self.added * share
        _reuse(spaces.repurposed, np.float32(self.reuse * share))

    def relieves(self) -> dict[str, float]:
        """Return isolation: people meet."""
        return {"isolation": 1.0}


@kernel
def _reuse(repurposed: Any, gain: Any) -> None:
    """Find new uses for a share of what has none: r += gain (1 - r)."""
    for k in range(repurposed.size):
        repurposed[k] += (np.float32(1.0) - repurposed[k]) * gain
