"""What is left of three functions of the quiet half year: care by services, strength, calm."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from resilienza_sim.model.access import cared
from resilienza_sim.model.contracts import Indicator

_HALF_YEAR = 26

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
        recorder, c = model.recorder, model.state.citizens
        start = -recorder.first_week
        if recorder.rows < start:
            return math.nan

        def before(column: str) -> float:
            seen = recorder.series(column)[start - _HALF_YEAR : start]
            seen = seen[np.isfinite(seen)]
            return float(seen.mean()) if seen.size else math.nan

        now = (
            cared(model).service_coverage(),
            1.0 - float(c.fatigue.mean(dtype=np.float64)),
            1.0 - float(c.anger.mean(dtype=np.float64)),
        )
        then = (before("service_coverage"), 1.0 - before("fatigue"), 1.0 - before("anger"))
        left = [min(1.0, x / max(was, 1e-9)) for x, was in zip(now, then, strict=True)]
        return float(np.mean(left))
