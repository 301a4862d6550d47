"""Share of people in serious need helped this week by anybody; by services alone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["CareCoverage"]


class CareCoverage(Indicator):
    """Share of people in serious need helped this week by anybody; by services alone."""

    source: ClassVar[str] = "MODEL.md section 5, row 3"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return ("care_coverage", "service_coverage")

    def measure(self, model: CommunityModel) -> tuple[float, float]:
        """Return this week's values; the services' counts those in care who need it no more."""
        care = model.tally.care
        by_anybody = care.cared / care.serious if care.serious else math.nan
        return by_anybody, care.service_coverage()
