"""Fit of organisations to the hazards not met yet in this run: a diagnosis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from resilienza_sim.model.contracts import Indicator
from resilienza_sim.model.hazards import match
from resilienza_sim.model.practices import organisations

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["UnseenFit"]


class UnseenFit(Indicator):
    """Fit of organisations to the hazards not met yet in this run: a diagnosis."""

    source: ClassVar[str] = "MODEL.md equation 11: a diagnosis, never in the headline"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        unseen = model.state.municipality.memory == 0.0
        unseen[0] = False  # routine is met every day
        if not unseen.any():
            return math.nan
        practised = [kind.table.practice[kind.alive] for kind in organisations(model)]
        return float(match(np.concatenate(practised), unseen / unseen.sum()).mean())
