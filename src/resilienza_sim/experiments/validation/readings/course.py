"""The course of something after a shock: one stretch of weeks against another."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from resilienza_sim.experiments.validation.bench import Bench, Case, Window
from resilienza_sim.experiments.validation.reading import Reading

__all__ = ["Course"]


class Course(Reading):
    """The value of a window, above quiet, less that of an earlier one if there is one."""

    case: Case
    window: Window
    before: Window | None = Field(None, description="an earlier stretch, taken away")
    above_quiet: bool = Field(True, description="less the same weeks of the run without shocks")
    relative: bool = Field(False, description="as a share of the earlier, or of the quiet value")

    def read(self, bench: Bench) -> float:
        """Return the value of one world."""
        wanted = [self.window] if self.before is None else [self.window, self.before]
        found = bench.values(self.case, wanted)
        quiet = bench.values(self.case.quiet, wanted) if self.above_quiet else [0.0, 0.0]
        value = found[0] - quiet[0]
        if self.before is None:
            return self._share(value, quiet[0])
        earlier = found[1] - quiet[1]
        return self._share(value - earlier, earlier)

    def _share(self, value: float, whole: float) -> float:
        if not self.relative:
            return value
        return value / whole if whole else np.nan
