"""Places of proximity open and in use, per 1,000 citizens."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["SpacesUsed"]


class SpacesUsed(Indicator):
    """Places of proximity open and in use, per 1,000 citizens.

    Those re-purposed stay open when the others close; those that the purse runs count for more.
    """

    source: ClassVar[str] = (
        "MODEL.md section 5, row 15; assumption: an open place is used as far as contact is "
        "not closed"
    )
    unit: ClassVar[str] = "per 1,000"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        used = model.tally.territory.usable * (1.0 - model.state.municipality.contact_closed)
        return 1e3 * used / model.tally.citizens
