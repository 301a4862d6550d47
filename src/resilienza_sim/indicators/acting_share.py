"""Share of organisations that act: not hesitating before a demand they do not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["ActingShare"]


class ActingShare(Indicator):
    """Share of organisations that act: not hesitating before a demand they do not fit."""

    source: ClassVar[str] = "MODEL.md section 5, row 17; Weick 1988"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        organisations = model.tally.organisations
        return 1.0 - organisations.hesitating / organisations.living
