"""Contacts of this week that street workers made possible, per 1,000 citizens."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["ContactsOpened"]


class ContactsOpened(Indicator):
    """Contacts of this week that street workers made possible, per 1,000 citizens."""

    source: ClassVar[str] = "MODEL.md section 5, row 13"
    unit: ClassVar[str] = "per 1,000"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        opened: int = sum(model.state.presence.opened.tolist())
        return 1e3 * opened / model.tally.citizens
