"""Two towns that differ in one thing: how much more, or less, of an outcome."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from resilienza_sim.experiments.validation.bench import Bench, Case, Window
from resilienza_sim.experiments.validation.reading import Reading

__all__ = ["Contrast"]


class Contrast(Reading):
    """The outcome of one town less that of another, each above its own quiet run if asked."""

    here: Case
    there: Case
    window: Window
    above_quiet: bool = Field(True, description="less the same weeks of the run without shocks")
    relative: bool = Field(True, description="as a share of the other's")

    def _value(self, bench: Bench, case: Case) -> float:
        value = self.window.of(bench.frame(case))
        return value - self.window.of(bench.frame(case.quiet)) if self.above_quiet else value

    def read(self, bench: Bench) -> float:
        """Return the difference of one world."""
        here, there = self._value(bench, self.here), self._value(bench, self.there)
        if not self.relative:
            return here - there
        return (here - there) / there if there else np.nan
