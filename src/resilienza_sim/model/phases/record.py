"""Phase 12, record: observe the week."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["run"]


def run(model: CommunityModel) -> None:
    """Add to the running sums and write the indicators."""
    c = model.state.citizens
    c.cumulative += c.suffering
    model.recorder.take(model)
