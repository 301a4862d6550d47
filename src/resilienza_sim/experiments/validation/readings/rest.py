"""A town without shocks: how far something is from where it started."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from resilienza_sim.experiments.validation.bench import Bench, Case
from resilienza_sim.experiments.validation.reading import Reading

__all__ = ["Rest"]

_HALF_YEAR = 26


class Rest(Reading):
    """The largest change of an indicator at some weeks of a quiet town, as a share of its start."""

    indicator: str
    case: Case = Case()
    weeks: tuple[int, ...] = Field((260, 520), min_length=1)

    def read(self, bench: Bench) -> float:
        """Return the change of one world, with its sign."""
        long = {"time.weeks": max(self.weeks) + _HALF_YEAR + 1}
        series = bench.frame(self.case.quiet.other(values=long))[self.indicator]
        first = series.loc[0 : _HALF_YEAR - 1].mean()
        changes = [
            series.loc[week : week + _HALF_YEAR - 1].mean() / first - 1.0 for week in self.weeks
        ]
        return float(max(changes, key=abs)) if np.isfinite(changes).all() else np.nan
