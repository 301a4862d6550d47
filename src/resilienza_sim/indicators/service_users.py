"""People with a case in the last twelve months per 1,000 citizens, by service."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator
from resilienza_sim.model.state import SERVICES
from resilienza_sim.model.sums import count_below
from resilienza_sim.model.tally import YEAR

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["ServiceUsers"]


class ServiceUsers(Indicator):
    """People with a case in the last twelve months per 1,000 citizens, by service."""

    source: ClassVar[str] = "ISTAT survey of municipal social services: users in a year (CNEL 2025)"
    unit: ClassVar[str] = "per 1,000"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"

    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns, one a service."""
        return tuple(f"users_{service}" for service in SERVICES)

    def measure(self, model: CommunityModel) -> tuple[float, ...]:
        """Return this week's values."""
        since = model.state.citizens.since_care
        return tuple((1e3 * (count_below(since, YEAR) / len(since))).tolist())
