"""Fit of the services to the hazards that the town remembers, weighted by memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["KnownFit"]


class KnownFit(Indicator):
    """Fit of the services to the hazards that the town remembers, weighted by memory."""

    source: ClassVar[str] = "MODEL.md section 5, row 8"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.tally.fits.known
