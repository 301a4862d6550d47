"""Practices taken up from others this week, per organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Adoptions"]


class Adoptions(Indicator):
    """Practices taken up from others this week, per organisation."""

    source: ClassVar[str] = "MODEL.md section 5, row 21; Rogers 2003"
    unit: ClassVar[str] = "per organisation"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.state.adoptions / model.tally.organisations.living
