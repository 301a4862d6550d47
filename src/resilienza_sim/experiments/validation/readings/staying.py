"""Who stays: the chance that a volunteer is one a year later, and what it goes with."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from resilienza_sim.experiments.validation.bench import Bench, Case
from resilienza_sim.experiments.validation.reading import Reading

__all__ = ["Staying"]

_YEAR = 52


class Staying(Reading):
    """The share of volunteers who are volunteers a year later: of all, or of some less others."""

    case: Case = Case(shocks=())
    week: int = Field(0, ge=0, description="week from which the year is counted")
    of: Literal["all", "allied_less_others", "tired_less_rested"] = "all"

    def read(self, bench: Bench) -> float:
        """Return the share, or the difference of shares, of one town."""
        model = bench.model(self.case, self.week)
        c, groups = model.state.citizens, model.state.groups
        active = c.active == 1
        allied = (c.group >= 0) & (groups.alliance[c.group] >= 0)
        tired = c.fatigue > np.median(c.fatigue[active])
        model.run_to(self.week + _YEAR)
        stays = model.state.citizens.active == 1
        if self.of == "all":
            return float(stays[active].mean())
        some = active & (allied if self.of == "allied_less_others" else tired)
        others = active & ~some
        if not some.any() or not others.any():
            return np.nan
        return float(stays[some].mean() - stays[others].mean())
