"""Share of what groups do that they do jointly, in an alliance."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["JointShare"]


class JointShare(Indicator):
    """Share of what groups do that they do jointly, in an alliance."""

    source: ClassVar[str] = "MODEL.md section 5, rows 11 and 16"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.state.joint_share
