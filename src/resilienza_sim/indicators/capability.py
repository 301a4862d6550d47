"""Mean capability of the living groups, by component."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Capability"]

_PARTS = ("operative", "aggregative", "relational", "support")


class Capability(Indicator):
    """Mean capability of the living groups, by component."""

    source: ClassVar[str] = "MODEL.md section 2 and section 5, row 23"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return tuple(f"capability_{part}" for part in _PARTS)

    def measure(self, model: CommunityModel) -> tuple[float, ...]:
        """Return this week's value."""
        groups = model.tally.groups
        return groups.operative, groups.aggregative, groups.relational, groups.support
