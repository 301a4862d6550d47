"""Engage firms, schools and parishes: the resources and factors they control."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
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

    source: ClassVar[str] = "assumption: no study was found"
    ambit: ClassVar[Ambit] = "planning"
    ways: ClassVar[tuple[str, ...]] = ("by",)

    by: Literal["all", "resources", "factors"] = "all"
    unit_cost_eur: float = quantity(
        280.0,
        1.0,
        100_000.0,
        unit="EUR per stakeholder",
        source="assumption: nine hours of a facilitator at 31 EUR",
    )
    gain: float = quantity(
        0.3, 0.0, 1.0, source="assumption: engagement won by one round of meetings"
    )

    def need(self, model: CommunityModel) -> float:
        """Return the stakeholders still to engage."""
        return float((1.0 - model.state.stakeholders.engaged).sum())

    def apply(self, model: CommunityModel, done: float) -> None:
        """Raise the engagement of all in proportion, or of the first in order until it is spent."""
        holders = model.state.stakeholders
        if self.by != "all":
            _engage_in_turn(self._order(model), done, self.gain, holders.engaged)
            return
        room = 1.0 - holders.engaged.astype(np.float64)
        won = room * min(done / room.sum(), 1.0)
        share = (self.gain * won / np.maximum(room, 1e-12)).astype(np.float32)
        holders.engaged += (1.0 - holders.engaged) * share

    def _order(self, model: CommunityModel) -> NDArray[np.int64]:
        """Return whom to seek first."""
        holders = model.state.stakeholders
        first = np.zeros(len(holders), np.bool_)
        if self.by == "factors":
            scarce = bottlenecks(covers(holders))[_greatest(model.state.citizens.need)]
            first = HOLDS[holders.kind, scarce]
        order: NDArray[np.int64] = _largest_first(holders.resources, first)
        return order


@kernel
def _greatest(need: Any) -> int:
    """Return the kind of need that is greatest in the town."""
    isolation = income = care = housing = health = 0.0  # five sums at once, each in a register
    for i in range(need.shape[0]):
        isolation += need[i, 0]
        income += need[i, 1]
        care += need[i, 2]
        housing += need[i, 3]
        health += need[i, 4]
    return int(np.array([isolation, income, care, housing, health]).argmax())


@kernel
def _largest_first(resources: Any, first: Any) -> Any:
    """Return the order by resources, those who come first before the others."""
    order = np.argsort(-resources, kind="mergesort")  # stable: of two alike, the lower row
    before = first[order]
    return np.concatenate((order[before], order[~before]))


@kernel
def _engage_in_turn(order: Any, done: float, gain: float, engaged: Any) -> None:
    """Fill the room of one after the other until the work is spent: e += gain won."""
    gone = 0.0
    for k in order:
        room = 1.0 - engaged[k]
        gone += room
        won = min(max(done - (gone - room), 0.0), room)
        share = np.float32(gain * won / max(room, 1e-12))
        engaged[k] += (np.float32(1.0) - engaged[k]) * share
