"""Engage firms, schools and parishes: the resources and factors they control."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Action, Ambit
from resilienza_sim.model.factors import HOLDS, bottlenecks, covers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["EngageStakeholders"]


class EngageStakeholders(Action):
    """Engage firms, schools and parishes: the resources and factors they control.

    The same work wins the same engagement whoever is sought: `by` says with whom it begins. With
    all at once, with those who hold most resources, or with those who hold the factor that the
    town's worst problem lacks most (its bottleneck), the largest of them first.
    """

    source: ClassVar[str] = "MODEL.md section 5, rows 26 and 27"
    ambit: ClassVar[Ambit] = "planning"
    ways: ClassVar[tuple[str, ...]] = ("by",)

    by: Literal["all", "resources", "factors"] = "all"
    unit_cost_eur: float = quantity(
        280.0, 1.0, 100_000.0, unit="EUR per stakeholder",
        source="assumption: nine hours of a facilitator at 31 EUR",
    )  # fmt: skip
    gain: float = quantity(
        0.3, 0.0, 1.0, source="assumption: engagement won by one round of meetings"
    )

    def need(self, model: CommunityModel) -> float:
        """Return the stakeholders still to engage."""
        return float((1.0 - model.state.stakeholders.engaged).sum())

    def apply(self, model: CommunityModel, done: float) -> None:
        """Raise the engagement of all in proportion, or of the first in order until it is spent."""
        holders = model.state.stakeholders
        room = 1.0 - holders.engaged.astype(np.float64)
        if self.by == "all":
            won = room * min(done / room.sum(), 1.0)
        else:
            order = self._order(model)
            before = np.cumsum(room[order]) - room[order]
            won = np.empty_like(room)
            won[order] = np.clip(done - before, 0.0, room[order])
        share = (self.gain * won / np.maximum(room, 1e-12)).astype(np.float32)
        holders.engaged += (1.0 - holders.engaged) * share

    def _order(self, model: CommunityModel) -> NDArray[np.int64]:
        """Return whom to seek first."""
        holders = model.state.stakeholders
        first = np.zeros(len(holders), bool)
        if self.by == "factors":
            worst = int(model.state.citizens.need.sum(axis=0, dtype=np.float64).argmax())
            first = HOLDS[holders.kind, bottlenecks(covers(holders))[worst]]
        return np.lexsort((-holders.resources, ~first))
