"""What is left of three functions of the quiet half year: care by services, strength, calm."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["FunctionalQuality"]


class FunctionalQuality(Indicator):
    """What is left of three functions of the quiet half year: care by services, strength, calm."""

    source: ClassVar[str] = (
        "MODEL.md section 7; form after Bruneau et al. 2003; equal weights: assumption"
    )
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return the mean of min(1, x / x before) for service coverage, 1 - f and 1 - a.

        A function better than before does not make up for another that is worse.
        """
        if model.state.week < 0:
            return math.nan
        mood, before = model.tally.mood, model.recorder.before
        kept = (
            (model.tally.care.service_coverage(), before("service_coverage")),
            (1.0 - mood.fatigue, 1.0 - before("fatigue")),
            (1.0 - mood.anger, 1.0 - before("anger")),
        )
        return sum(min(1.0, now / max(then, 1e-9)) for now, then in kept) / 3.0
