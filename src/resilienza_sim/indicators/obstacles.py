"""Mean level of the obstacles to services, weighted by those concerned."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Obstacles"]


class Obstacles(Indicator):
    """Mean level of the obstacles to services, weighted by those concerned."""

    source: ClassVar[str] = "MODEL.md section 5, row 37"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "lower"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        concerned = model.fixed.hindrance.sum(axis=0, dtype=np.float64)
        level = model.state.municipality.obstacles
        return float((level * concerned).sum() / max(float(concerned.sum()), 1e-9))
