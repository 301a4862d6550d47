"""Contacts of a person this week outside the household, in person or remote."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Contacts"]


class Contacts(Indicator):
    """Contacts of a person this week outside the household, in person or remote."""

    source: ClassVar[str] = "MODEL.md section 5, rows 5 and 13"
    unit: ClassVar[str] = "a week"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        state = model.state
        return (state.face_contacts + state.remote_contacts) / model.tally.citizens
