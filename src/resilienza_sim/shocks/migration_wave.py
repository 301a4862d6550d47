"""A migration wave: people arrive in a host quarter, to pass through or to stay."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from resilienza_sim.community.build import Community
from resilienza_sim.community.people import Tag
from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Channels, Shock
from resilienza_sim.streams import Streams

__all__ = ["MigrationWave"]


class MigrationWave(Shock):
    """A migration wave: people arrive in a host quarter, to pass through or to stay.

    Newcomers are not simulated one by one: their needs load the services and the places that they
    share with the host quarter, above all with those who already depend on them.
    """

    source: ClassVar[str] = "assumption: forms, sizes and weights"
    hazard: ClassVar[str] = "migration_wave"
    needs: ClassVar[dict[str, float]] = {
        "isolation": 0.2,
        "income": 0.1,
        "care": 0.4,
        "housing": 0.5,
        "health": 0.2,
    }

    mode: Literal["transit", "hosting"] = Field(
        "hosting", description="whether people pass through, or stay and are hosted"
    )
    strike: float = quantity(
        0.1, 0.0, 5.0, source="assumption: lambda_h, a week of crowding to a week of flood"
    )
    peak: float = quantity(0.35, 0.0, 1.5, unit="water", source="assumption: .2-.5")
    services: float = quantity(0.25, 0.0, 1.0, source="assumption: offices taken by arrivals")
    spaces: float = quantity(0.3, 0.0, 1.0, source="assumption: places turned into shelters")
    salience: float = quantity(0.8, 0.0, 1.0, source="assumption: the highest of all shocks")
    arrival_weeks: float = quantity(20.0, 2.0, 104.0, unit="weeks", source="assumption: 12-40")
    settling_weeks: float = quantity(
        26.0,
        1.0,
        260.0,
        unit="weeks",
        source="assumption: time in which the load of those who stay falls to a third",
    )
    passing_load: float = quantity(
        0.2,
        0.0,
        1.0,
        source="assumption: load on needs, services, places of who passes, to that of who stays",
    )
    others: float = quantity(
        0.2, 0.0, 1.0, source="assumption: hit of those not poor nor a minority, to that of these"
    )

    @property
    def _load(self) -> float:
        return self.passing_load if self.mode == "transit" else 1.0

    def profile(self, age: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return arrivals that swell and end; those who are hosted settle little by little."""
        half = self.arrival_weeks / 2.0
        swell = np.sin(0.5 * np.pi * np.minimum((age + 1.0) / half, 1.0))
        if self.mode == "hosting":
            return swell * np.exp(-np.maximum(age - self.arrival_weeks, 0.0) / self.settling_weeks)
        ebb = np.sin(0.5 * np.pi * np.clip((self.arrival_weeks - age) / half, 0.0, 1.0))
        return np.minimum(swell, ebb)

    def channels(self) -> Channels:
        """Return what it does to the town: who passes is seen, and asks for little."""
        own = super().channels()
        return own._replace(services=self._load * own.services, spaces=self._load * own.spaces)

    def need_weights(self) -> NDArray[np.float64]:
        """Return the weights on the kinds of need; who passes leaves a share of them."""
        return self._load * super().need_weights()

    def exposure(self, community: Community, streams: Streams) -> NDArray[np.float64]:
        """Return the residents of the host quarter, in full those who depend on the same help."""
        people = community.people
        depend = people.poor | ((people.tags & Tag.TARGET) > 0)
        return np.where(depend, 1.0, self.others) * self.quarter_share(community)
