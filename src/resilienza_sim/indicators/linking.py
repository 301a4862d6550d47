"""Citizens who know the services, trust them and do not keep away."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Linking"]


class Linking(Indicator):
    """Citizens who know the services, trust them and do not keep away."""

    source: ClassVar[str] = (
        "Szreter & Woolcock 2004: trust across gradients of power (from memory); "
        "assumption: trust above one half"
    )
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.tally.reach.linked
