"""Fit of organisations to the hazards not met yet in this run: a diagnosis."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["UnseenFit"]


class UnseenFit(Indicator):
    """Fit of organisations to the hazards not met yet in this run: a diagnosis."""

    source: ClassVar[str] = "MODEL.md equation 11: a diagnosis, never in the headline"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.tally.fits.unseen
