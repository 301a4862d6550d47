"""A town without shocks: how far something is from where it started."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from resilienza_sim.experiments.validation.bench import Bench, Case, Window
from resilienza_sim.experiments.validation.reading import Reading

__all__ = ["Rest"]

_HALF_YEAR = 26


class Rest(Reading):
    """The largest change of an indicator at some weeks of a quiet town, as a share of its start."""

    indicator: str
    case: Case = Case(point=True)
    weeks: tuple[int, ...] = Field((260, 520), min_length=1)

    def read(self, bench: Bench) -> float:
        """Return the change of one world, with its sign."""
        long = {"time.weeks": max(self.weeks) + _HALF_YEAR + 1}
        frame = bench.frame(self.case.quiet.other(values=long))
        first, *later = (
            Window(indicator=self.indicator, first=week, last=week + _HALF_YEAR - 1).of(frame)
            for week in (0, *self.weeks)
        )
        changes = [value / first - 1.0 for value in later]
        return float(max(changes, key=abs)) if np.isfinite(changes).all() else np.nan
