"""Phase 7, trust: ties learn from help and refusal (equation 1).

tau_ij += a+ (1 - tau_ij) H_ij - a- tau_ij R_ij + w (tau_ji - tau_ij) - d_k tau_ij [no contact].
The asymmetry of trust is after Slovic 1993 and Earle & Siegrist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba

from resilienza_sim.component import quantity
from resilienza_sim.model.network import columns
from resilienza_sim.model.phases.help import AGREED, ASKED
from resilienza_sim.model.phases.meet import FRIENDSHIP, HOUSEHOLD, IN_PERSON, REMOTE
from resilienza_sim.model.rates import PhaseParameters, shape

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["OWING", "TrustParameters", "TrustRates", "learn_trust", "run"]

OWING = 0.1
"""Debt below which help is not counted as returned: what is left of a full help in 80 weeks."""


class TrustParameters(PhaseParameters):
    """How ties learn; the ranges keep trust in [0, 1] whatever is chosen in them."""

    gain: float = quantity(
        0.05, 0.0, 0.2, unit="per week", source="alpha+ of MODEL.md equation 1: prior .02-.10"
    )
    asymmetry: float = quantity(
        1.2, 0.0, 3.0, source="lambda between persons, 1-1.5: Slovic 1993, Earle & Siegrist"
    )
    company: float = quantity(
        0.03, 0.0, 1.0, source="assumption: H of a meeting in which nobody asked for help"
    )
    alignment: float = quantity(
        0.02, 0.0, 0.1, unit="per week", source="omega of MODEL.md equation 1: prior .01-.05"
    )
    fading: float = quantity(
        0.004, 0.0, 0.1, unit="per week", source="assumption: delta of ties without contact"
    )
    fading_close: float = quantity(
        0.001, 0.0, 0.1, unit="per week", source="assumption: delta of friendships without contact"
    )
    remote_weight: float = quantity(
        0.5, 0.0, 1.0, source="assumption: a remote contact is worth half of a face-to-face one"
    )
    debt_fading: float = quantity(
        0.02, 0.0, 0.5, unit="per week", source="assumption: a debt is half forgotten in 35 weeks"
    )


TrustRates = shape("TrustRates", TrustParameters)


@numba.njit(cache=True)
def _step(
    tau: float, back: float, answered: int, layer: int, scale: float, load: float, pain: float,
    p: Any,
) -> float:  # fmt: skip
    """Return tau_ij after the week; `answered` is the mark of the arc from j to i.

    H is one half for the will and one half for what was given; a refusal counts as much as the need
    it met, and is excused to one who suffers (`pain`).
    """
    weight = 1.0 if answered & IN_PERSON else p.remote_weight
    h, r = 0.0, 0.0
    if answered & AGREED:
        h = (0.5 + 0.5 * scale) * weight
    elif answered & ASKED:
        r = load * weight * (1.0 - pain)
    elif answered & (IN_PERSON | REMOTE):
        h = p.company * weight
    fade = 0.0
    if not answered & (IN_PERSON | REMOTE):
        fade = p.fading_close if layer & (FRIENDSHIP | HOUSEHOLD) else p.fading
    new = tau + p.gain * (1.0 - tau) * h - p.gain * p.asymmetry * tau * r
    return float(new + p.alignment * (back - tau) - fade * tau)


@numba.njit(cache=True)
def learn_trust(
    start: Any, degree: Any, arcs: Any, load: Any, scale: Any, suffering: Any, p: Any
) -> tuple[int, int]:
    """Update both directions of every tie at once, from their values before the week.

    Returns how many times help was given, and how many of those by one who owed it.
    """
    nbr, rev, trust, debt, layer, mark = arcs
    acts, returned = 0, 0
    for i in range(degree.size):
        for k in range(start[i], start[i] + degree[i]):
            j = nbr[k]
            if j < i:
                continue
            r = rev[k]
            here, there = trust[k], trust[r]
            mine, theirs = mark[k], mark[r]
            trust[k] = _step(here, there, theirs, layer[k], scale[j], load[i], suffering[j], p)
            trust[r] = _step(there, here, mine, layer[k], scale[i], load[j], suffering[i], p)
            owed, due = debt[k], debt[r]
            got = scale[j] if theirs & AGREED else 0.0
            gave = scale[i] if mine & AGREED else 0.0
            if theirs & AGREED:
                acts += 1
                returned += due > OWING
            if mine & AGREED:
                acts += 1
                returned += owed > OWING
            debt[k] = owed * (1.0 - p.debt_fading) * (1.0 - gave) + (1.0 - owed) * got * 0.5
            debt[r] = due * (1.0 - p.debt_fading) * (1.0 - got) + (1.0 - due) * gave * 0.5
    return acts, returned


def run(model: CommunityModel) -> None:
    """Let the ties learn from the week."""
    state, s = model.state, model.scratch
    state.help_acts, state.help_returned = learn_trust(
        state.start, state.degree, columns(state.arcs), s.asked_load, s.scale,
        state.citizens.suffering, model.rates.trust,
    )  # fmt: skip
