"""Disagreement on the priorities left after the last deliberation."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["VisionDispersion"]


class VisionDispersion(Indicator):
    """Disagreement on the priorities left after the last deliberation.

    Standard deviation between voices of the share given to a kind of need, mean over the kinds;
    undefined until somebody has deliberated.
    """

    source: ClassVar[str] = "MODEL.md section 5, row 30"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "lower"

    def measure(self, model: CommunityModel) -> float:
        """Return what the last deliberation left."""
        return model.state.municipality.dispersion_after
