"""Phase 11, levee and memory: what an event leaves behind (equation 10).

A closed event asks for a levee of a size set by its peak, once; euros raise it (the action
``argini``), time wears it. dM = a S (1 - M) - mu M (Di Baldassarre et al. 2015; Viglione et al.
2014).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from resilienza_sim.component import quantity
from resilienza_sim.model.rates import PhaseParameters

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["LeveeParameters", "run"]


class LeveeParameters(PhaseParameters):
    """Size, wear and memory."""

    sizing: Literal["margin", "settled"] = Field(
        "margin",
        description="height asked for: margin x peak, or margin x peak / (1 - xi), "
        "xi of the shock phase",
    )
    margin: float = quantity(
        1.1, 0.0, 3.0, source="epsilon of Di Baldassarre et al. 2013: levees above the last event"
    )
    wear: float = quantity(
        0.0004, 0.0, 0.1, unit="per week", source="kappa of Di Baldassarre et al. 2013: 2 % a year"
    )
    memory_gain: float = quantity(
        1.0, 0.0, 5.0, source="assumption: a town wholly hit remembers fully in a week"
    )
    memory_loss: float = quantity(
        0.0025, 0.0, 0.1, unit="per week", source="mu of MODEL.md equation 10: .0012-.0041"
    )


def run(model: CommunityModel) -> None:
    """Close events, ask for levees, wear them, remember and forget."""
    town, p = model.state.municipality, model.parameters.levee
    shock = model.parameters.shock
    over = (town.in_event == 1) & (town.event_gap >= shock.event_gap_weeks)
    size = p.margin / (1.0 - min(0.99, shock.levee_amplification) if p.sizing == "settled" else 1.0)
    town.design[:] = np.where(over, np.maximum(town.design, size * town.event_peak), town.design)
    town.in_event[over] = 0
    town.event_peak[over] = 0.0
    town.levee *= np.exp(-p.wear)
    gain = 1.0 - np.exp(-p.memory_gain * town.hit)
    town.memory += gain * (1.0 - town.memory)
    town.memory *= np.exp(-p.memory_loss)
