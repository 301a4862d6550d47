"""Two shocks together against each alone: does the second cost more after the first."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from resilienza_sim.experiments.validation.bench import Bench, Case, Window
from resilienza_sim.experiments.validation.reading import Reading

__all__ = ["Interaction"]


class Interaction(Reading):
    """I = L12 - L1 - L2 + L0 as a share of the second shock's own loss.

    Each side has the other's absence beside it: (L12 - L1) / (L2 - L0) - 1.
    """

    case: Case
    first: tuple[int, ...]
    second: tuple[int, ...]
    window: Window
    among_hit: bool = Field(
        False, description="suffering of those whom the second reaches, not of the whole town"
    )

    def read(self, bench: Bench) -> float:
        """Return the share of one world."""
        cells = [(*self.first, *self.second), self.first, self.second, ()]
        both, one, two, none = (
            self.window.of(bench.hit(case, self.second) if self.among_hit else bench.frame(case))
            for case in (self.case.other(shocks=tuple(sorted(cell))) for cell in cells)
        )
        alone = two - none
        return (both - one - two + none) / alone if alone else np.nan
