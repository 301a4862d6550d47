"""People out of home, per 1,000 citizens, by where they live."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from resilienza_sim.model.contracts import Indicator
from resilienza_sim.model.state import KIN, LODGINGS, RENTED, SHELTER

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Displaced"]

_WHERE = (KIN, RENTED, SHELTER)


class Displaced(Indicator):
    """People out of home, per 1,000 citizens: with kin or friends, rented, sheltered, gone, all.

    The gone are those who have left the town since the start, whose places newcomers have taken.
    """

    source: ClassVar[str] = "MODEL.md section 4, displacement"
    unit: ClassVar[str] = "per 1,000"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "lower"

    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return (*(f"displaced_{LODGINGS[k]}" for k in _WHERE), "displaced_gone", "displaced")

    def measure(self, model: CommunityModel) -> tuple[float, ...]:
        """Return this week's value."""
        homes, start = model.state.households, model.community.people.household_start
        if not (homes.lodging.any() or homes.left.any()):
            return (0.0,) * len(self.columns())
        size = np.diff(start.astype(np.int64))
        lodged = np.bincount(homes.lodging, size, len(LODGINGS))
        gone = int((size * homes.left).sum())
        people = [*(float(lodged[k]) for k in _WHERE), float(gone)]
        return tuple(1e3 * each / model.tally.citizens for each in (*people, sum(people)))
