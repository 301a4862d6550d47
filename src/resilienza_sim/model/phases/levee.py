"""Phase 11, levee and memory: what an event leaves behind (equation 10).

A closed event asks for a levee of a size set by its peak, and for one raise up to it; euros pay for
the raise lot by lot (the action ``argini``). Time wears what stands, and nothing refills it until
the next event asks again. dM = a S (1 - M) - mu M (Di Baldassarre et al. 2015; Viglione et al.
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
    lot: float = quantity(
        0.0, 0.0, 1.0, unit="water",
        source="MODEL.md rule 5, lumpy works accrue until paid: none by default, since protocols, "
        "stock and surge capacity can be bought little by little; assumption, see docs/findings.md",
    )  # fmt: skip
    memory_gain: float = quantity(
        1.0, 0.0, 5.0, source="assumption: a town wholly hit remembers fully in a week"
    )
    memory_loss: float = quantity(
        0.0025, 0.0, 0.1, unit="per week", source="mu of MODEL.md equation 10: .0012-.0041"
    )


def _raise(model: CommunityModel) -> None:
    """Let the works that are paid stand: whole lots, and the last one when all is paid."""
    town, lot = model.state.municipality, model.parameters.levee.lot
    # What concave returns leave unpaid for ever is less than a hundredth of the height asked for.
    paid = town.asked <= 0.01 * town.design
    part = np.fmod(town.works, lot) if lot > 0.0 else 0.0
    stands = np.where(paid, town.works, town.works - part)
    town.asked[paid] = 0.0
    town.levee += stands
    town.works -= stands


def run(model: CommunityModel) -> None:
    """Close events, ask for levees, wear them, remember and forget."""
    town, p = model.state.municipality, model.parameters.levee
    shock = model.parameters.shock
    over = (town.in_event == 1) & (town.event_gap >= shock.event_gap_weeks)
    size = p.margin / (1.0 - min(0.99, shock.levee_amplification) if p.sizing == "settled" else 1.0)
    town.design[:] = np.where(over, size * town.event_peak, town.design)
    lacks = np.maximum(town.design - town.levee - town.works, 0.0)
    town.asked[:] = np.where(over, np.maximum(town.asked, lacks), town.asked)
    town.in_event[over] = 0
    town.event_peak[over] = 0.0
    _raise(model)
    town.levee *= np.exp(-p.wear)
    gain = 1.0 - np.exp(-p.memory_gain * town.hit)
    town.memory += gain * (1.0 - town.memory)
    town.memory *= np.exp(-p.memory_loss)
