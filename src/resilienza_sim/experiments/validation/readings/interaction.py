"""Two shocks together against each alone: does the second cost more after the first."""

from __future__ import annotations

import numpy as np

from resilienza_sim.experiments.validation.bench import Bench, Case, Window
from resilienza_sim.experiments.validation.reading import Reading

__all__ = ["Interaction"]


class Interaction(Reading):
    """I = L12 - L1 - L2 + L0 as a share of the second shock's own loss (MODEL.md section 7)."""

    case: Case
    first: tuple[int, ...]
    second: tuple[int, ...]
    window: Window

    def read(self, bench: Bench) -> float:
        """Return the share of one world."""
        cells = [(*self.first, *self.second), self.first, self.second, ()]
        both, one, two, none = (
            self.window.of(bench.frame(self.case.other(shocks=tuple(sorted(cell)))))
            for cell in cells
        )
        alone = two - none
        return (both - one - two + none) / alone if alone else np.nan
