"""Regions side by side: whether two levels go together."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field

from resilienza_sim.experiments.validation.bench import Bench, Case, Window
from resilienza_sim.experiments.validation.reading import Reading

__all__ = ["Regions"]


class Regions(Reading):
    """The correlation of two indicators over towns of several regions, without shocks."""

    towns: tuple[Annotated[str, Field(pattern=r"^[^\n]{1,80}$")], ...] = Field(min_length=3)
    one: Window
    other: Window
    case: Case = Case(scenario="quartiere")

    def read(self, bench: Bench) -> float:
        """Return the correlation of one world."""
        values = []
        for town in self.towns:
            name, _, province = town.partition(", ")
            place = {"town.municipality": name, "town.province": province}
            values.append(bench.values(self.case.quiet.other(values=place), (self.one, self.other)))
        return float(np.corrcoef(np.array(values).T)[0, 1])
