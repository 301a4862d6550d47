"""Engage firms, schools and parishes: the resources and factors they control."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Action, Ambit

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["EngageStakeholders"]


class EngageStakeholders(Action):
    """Engage firms, schools and parishes: the resources and factors they control."""

    source: ClassVar[str] = "MODEL.md section 5, rows 26 and 27"
    ambit: ClassVar[Ambit] = "planning"

    unit_cost_eur: float = quantity(
        280.0, 1.0, 100_000.0, unit="EUR per stakeholder",
        source="assumption: nine hours of a facilitator at 31 EUR",
    )  # fmt: skip
    gain: float = quantity(
        0.3, 0.0, 1.0, source="assumption: engagement won by one round of meetings"
    )

    def need(self, model: CommunityModel) -> float:
        """Return the stakeholders still to engage."""
        return float((1.0 - model.state.stakeholders.engaged).sum())

    def apply(self, model: CommunityModel, done: float) -> None:
        """Raise the engagement of all in proportion."""
        holders = model.state.stakeholders
        share = np.float32(self.gain * done / float((1.0 - holders.engaged).sum()))
        holders.engaged += (1.0 - holders.engaged) * share
