"""Phase 11, levee and memory: what an event leaves behind (equation 10).

A closed event asks for a levee of a size set by its peak, and for one raise up to it; euros pay for
the raise lot by lot (the action ``argini``). Time wears what stands, and nothing refills it until
the next event asks again. dM = a S (1 - M) - mu M (Di Baldassarre et al. 2015; Viglione et al.
2014).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model.rates import PhaseParameters

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["LeveeParameters", "close_events", "raise_levees", "run"]


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
        0.0,
        0.0,
        1.0,
        unit="water",
        source="lumpy works accrue until paid: none by default, since protocols, stock and "
        "surge capacity can be bought little by little; assumption",
    )
    memory_gain: float = quantity(
        1.0, 0.0, 5.0, source="assumption: a town wholly hit remembers fully in a week"
    )
    memory_loss: float = quantity(
        0.0025,
        0.0,
        0.1,
        unit="per week",
        source="mu: Viglione et al. 2014, Di Baldassarre et al. 2013, .0012-.0041",
    )


@kernel
def close_events(
    ended: Any,
    in_event: Any,
    peak: Any,
    design: Any,
    asked: Any,
    levee: Any,
    works: Any,
    size: float,
) -> None:
    """Close the events that have ended; each asks for a levee of a size of its peak.

    What stands already and what is paid is not asked for again.
    """
    for h in range(in_event.size):
        if ended[h]:
            design[h] = size * peak[h]
            asked[h] = max(asked[h], max(design[h] - levee[h] - works[h], 0.0))
            in_event[h], peak[h] = 0, 0.0


@kernel
def raise_levees(asked: Any, design: Any, levee: Any, works: Any, lot: float) -> None:
    """Let the works that are paid stand: whole lots, and the last one when all is paid."""
    for h in range(asked.size):
        stands = works[h] - (works[h] % lot if lot > 0.0 else 0.0)
        # What concave returns leave unpaid for ever is less than a hundredth of the height asked.
        if asked[h] <= 0.01 * design[h]:
            asked[h], stands = 0.0, works[h]
        levee[h] += stands
        works[h] -= stands


def run(model: CommunityModel) -> None:
    """Close events, ask for levees, wear them, remember and forget."""
    town, p = model.state.municipality, model.parameters.levee
    shock = model.parameters.shock
    size = p.margin / (1.0 - min(0.99, shock.levee_amplification) if p.sizing == "settled" else 1.0)
    ended = (town.in_event == 1) & (town.event_gap >= shock.event_gap_weeks)
    close_events(
        ended,
        town.in_event,
        town.event_peak,
        town.design,
        town.asked,
        town.levee,
        town.works,
        size,
    )
    raise_levees(town.asked, town.design, town.levee, town.works, p.lot)
    town.levee *= np.exp(-p.wear)
    gain = 1.0 - np.exp(-p.memory_gain * town.hit)
    town.memory += gain * (1.0 - town.memory)
    town.memory *= np.exp(-p.memory_loss)
