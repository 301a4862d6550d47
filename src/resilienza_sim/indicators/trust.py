"""Mean trust along the ties between persons."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Trust"]


class Trust(Indicator):
    """Mean trust along the ties between persons."""

    source: ClassVar[str] = "MODEL.md equation 1"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.state.tie_trust / max(model.tally.degrees, 1.0)
