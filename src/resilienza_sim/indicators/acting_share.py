"""Share of organisations that act: not hesitating before a demand they do not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator
from resilienza_sim.model.practices import organisations

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
        kinds = organisations(model)
        waiting = sum(int(kind.table.hesitating[kind.alive].sum()) for kind in kinds)
        return 1.0 - waiting / sum(int(kind.alive.sum()) for kind in kinds)
