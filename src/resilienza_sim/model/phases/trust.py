"""Phase 7, trust: ties learn from help and refusal (equation 1).

tau_ij += a+ (1 - tau_ij) H_ij - a- tau_ij R_ij + w (tau_ji - tau_ij) - d_k tau_ij [no contact].
The asymmetry of trust is after Slovic 1993 and Earle & Siegrist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.model.around import (
    ACTIVE,
    FORMAL,
    IN_PERSON,
    INFORMAL,
    REMOTE,
    SIDE,
    Eyes,
    show,
)  # fmt: skip
from resilienza_sim.model.network import columns, row
from resilienza_sim.model.phases.help import AGREED, ASKED
from resilienza_sim.model.phases.meet import FRIENDSHIP, HOUSEHOLD
from resilienza_sim.model.rates import PhaseParameters, shape

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["TrustParameters", "TrustRates", "along_ties", "experience", "run"]

_SECOND, _HALF = 21, 32
_FIRST = (1 << _SECOND) - 1
"""How several counts lie in one number of 64 bits."""


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
def experience(answered: int, scale: float, load: float, pain: float, p: Any) -> tuple[Any, Any]:
    """Return H and R of one who asked: help is one half for the will, one half for what was given.

    A refusal counts as much as the need it met, and is excused to one who suffers (`pain`).
    """
    weight = 1.0 if answered & IN_PERSON else p.remote_weight
    if answered & AGREED:
        return np.float32((0.5 + 0.5 * scale) * weight), np.float32(0.0)
    return np.float32(0.0), np.float32(load * weight * (1.0 - pain))


@numba.njit(cache=True)
def _company_and_fading(p: Any) -> tuple[Any, Any]:
    """Return H of a meeting by how it was, and what fades without one, by close tie or not."""
    company, fading = np.zeros(4, np.float32), np.zeros((2, 4), np.float32)
    company[IN_PERSON], company[REMOTE] = p.company, p.company * p.remote_weight
    fading[0, 0], fading[1, 0] = p.fading, p.fading_close
    return company, fading


@numba.njit(cache=True)
def _tallies() -> tuple[Any, Any]:
    """Return what one tie adds to the counts of a person, by household, meeting and what is shown.

    Several counts are added as one number: others active, others met who know of the services and
    of the groups (21 bits each); others met in person and remotely outside the household (32).
    """
    known, met = np.zeros((2, 4, 16), np.int64), np.zeros((2, 4, 16), np.int64)
    for shown in range(16):
        for how in (0, IN_PERSON, REMOTE):
            for home in range(2):
                known[home, how, shown] = shown & ACTIVE
                if how:
                    known[home, how, shown] += (shown >> FORMAL & 1) << _SECOND
                    known[home, how, shown] += (shown >> INFORMAL & 1) << 2 * _SECOND
                if not home:
                    met[home, how, shown] = (how & IN_PERSON) + ((how >> 1) << _HALF)
    return known, met


@numba.njit(cache=True)
def along_ties(
    start: Any, degree: Any, arcs: Any, load: Any, scale: Any, suffering: Any, grievance: Any,
    shown: Any, learnt: Any, seen: Any, p: Any, eyes: Any,
) -> tuple[Any, float, int, int]:  # fmt: skip
    """Let every tie learn, and everybody look around them, in one pass over the ties.

    What the ties have learnt goes into `learnt`, so that all learn from before the week. Each sees
    stress, grievance within confidence, activity, who knows of help, the other side: a meeting with
    it is contact where there is trust, mere exposure where not. Returns trust summed over the ties,
    bonding contact summed over people, contacts outside the household in person and remote.
    """
    nbr, rev, trust, debt, layer, mark = arcs
    stress, heard, bridge, exposed, busy, mean_trust, met_formal, met_informal = seen
    company, fading = _company_and_fading(p)
    known, meeting = _tallies()
    zero, one = np.float32(0.0), np.float32(1.0)
    gain, loss = np.float32(p.gain), np.float32(p.gain * p.asymmetry)
    align, kept = np.float32(p.alignment), np.float32(1.0 - p.debt_fading)
    confidence, firm = np.float32(eyes.confidence), np.float32(eyes.trusted)
    trust_of_all, bonds, face, remote = np.float64(0.0), 0.0, 0, 0
    for k in range(trust.size):  # fetched beforehand: places far apart are read fastest alone
        learnt[k] = trust[rev[k]]
        debt[k] *= kept
    for i in range(degree.size):
        n, mine, s, g = np.float32(degree[i]), shown[i], suffering[i], grievance[i]
        worse, total, weight, tie = zero, g, one, zero
        inside, outside, strange = zero, zero, zero
        know, met = 0, 0
        first, end = row(start, degree, i)
        for k in range(first, end):
            j, tau, home = nbr[k], trust[k], layer[k] & HOUSEHOLD
            how, there = mark[k] & (IN_PERSON | REMOTE), shown[j]
            help_, refusal = company[how], zero
            if mark[k] & ASKED:
                help_, refusal = experience(mark[k], scale[j], load[i], suffering[j], p)
            fade = fading[int((layer[k] & (FRIENDSHIP | HOUSEHOLD)) != 0), how]
            # Equation 1: tau += a+ (1 - tau) H - a- tau R + w (tau_ji - tau) - d tau [no contact]
            new = tau + gain * (one - tau) * help_ - loss * tau * refusal
            new += align * (learnt[k] - tau) - fade * tau
            learnt[k] = new

            tie += new
            worse += max(suffering[j] - s, zero)
            listened = new if abs(grievance[j] - g) < confidence else zero
            total += listened * grievance[j]
            weight += listened
            know += known[home, how, there]
            met += meeting[home, how, there]
            near = how & IN_PERSON
            across = near & ((there ^ mine) >> SIDE)
            if across:
                outside += new if new > firm else zero
                strange += zero if new > firm else one - new
            bonded = near & ~across & ~home & 1
            inside += new if (bonded != 0) & (new > firm) else zero
        others = max(n, one)
        stress[i], mean_trust[i] = worse / others, tie / others
        busy[i] = np.float32(know & _FIRST) / others
        heard[i] = total / weight
        bridge[i] = 1.0 - np.exp(-np.float64(outside)) if outside > zero else 0.0
        exposed[i] = 1.0 - np.exp(-np.float64(strange)) if strange > zero else 0.0
        met_formal[i] = min(know >> _SECOND & _FIRST, 255)
        met_informal[i] = min(know >> 2 * _SECOND, 255)
        trust_of_all += tie
        if inside > zero:
            bonds += 1.0 - np.exp(-np.float64(inside))
        face += met & ((1 << _HALF) - 1)
        remote += met >> _HALF
    return trust_of_all, bonds, face, remote


def run(model: CommunityModel) -> None:
    """Let the ties learn from the week, and people look around them."""
    state, s, mood = model.state, model.scratch, model.rates.mood
    c, arcs = state.citizens, state.arcs
    show(c.active, model.fixed.target, c.informed_formal, c.informed_informal, s.shown)
    state.tie_trust, state.bonds, state.face_contacts, state.remote_contacts = along_ties(
        state.start, state.degree, columns(arcs), s.asked_load, s.scale, c.suffering, c.grievance,
        s.shown, arcs.learnt, s.seen, model.rates.trust, Eyes(mood.confidence, mood.trusted),
    )  # fmt: skip
    arcs.trust, arcs.learnt = arcs.learnt, arcs.trust
