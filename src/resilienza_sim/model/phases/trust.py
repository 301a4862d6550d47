"""Phase 7, trust: ties learn from help and refusal (equation 1).

tau_ij += a+ (1 - tau_ij) H_ij - a- tau_ij R_ij + w (tau_ji - tau_ij) - d_k tau_ij [no contact].
The asymmetry of trust is after Slovic 1993 and Earle & Siegrist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model.around import (
    ACTIVE,
    FORMAL,
    IN_PERSON,
    INFORMAL,
    REMOTE,
    SIDE,
    show,
)
from resilienza_sim.model.mutual_aid import AGREED, place
from resilienza_sim.model.network import row
from resilienza_sim.model.phases.meet import FRIENDSHIP, HOUSEHOLD
from resilienza_sim.model.rates import PhaseParameters, shape

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["TrustParameters", "TrustRates", "along_ties", "experience", "run"]

_SECOND, _HALF = 21, 32
_FIRST = (1 << _SECOND) - 1
"""How several counts lie in one number of 64 bits."""
_ZERO, _ONE = np.float32(0.0), np.float32(1.0)


class TrustParameters(PhaseParameters):
    """How ties learn; the ranges keep trust in [0, 1] whatever is chosen in them."""

    gain: float = quantity(0.05, 0.0, 0.2, unit="per week", source="alpha+: prior .02-.10")
    asymmetry: float = quantity(
        1.2, 0.0, 3.0, source="lambda between persons, 1-1.5: Slovic 1993, Earle & Siegrist"
    )
    company: float = quantity(
        0.03, 0.0, 1.0, source="assumption: H of a meeting in which nobody asked for help"
    )
    alignment: float = quantity(0.02, 0.0, 0.1, unit="per week", source="omega: prior .01-.05")
    fading: float = quantity(
        0.0009,
        0.0,
        0.1,
        unit="per week",
        source="delta; fitted: what meetings bring at rest is what is forgotten between "
        "them, gain company c (1 - tau) = delta (1 - c) tau",
    )
    fading_close: float = quantity(
        0.0008, 0.0, 0.1, unit="per week", source="as above, for friendships"
    )
    relied: float = quantity(
        0.3,
        0.0,
        1.0,
        source="fitted: trust above which somebody is one to rely on, so that 81.5 % have one, as "
        "in Italy (ISTAT BES 2019); it is the trust of a new tie between trusting people as well",
    )
    remote_weight: float = quantity(
        0.5, 0.0, 1.0, source="assumption: a remote contact is worth half of a face-to-face one"
    )
    debt_fading: float = quantity(
        0.02, 0.0, 0.5, unit="per week", source="assumption: a debt is half forgotten in 35 weeks"
    )


TrustRates = shape("TrustRates", TrustParameters)


@kernel
def experience(answered: int, scale: float, load: float, pain: float, p: Any) -> tuple[Any, Any]:
    """Return H and R of one who asked: help is one half for the will, one half for what was given.

    A refusal counts as much as the need it met, and is excused to one who suffers (`pain`).
    """
    weight = 1.0 if answered & IN_PERSON else p.remote_weight
    agreed = np.float32((answered & AGREED) != 0)
    given, withheld = np.float32((0.5 + 0.5 * scale) * weight), load * weight * (1.0 - pain)
    return given * agreed, np.float32(withheld) * (_ONE - agreed)


@kernel
def _learn(ties: Any, p: Any) -> None:
    """Equation 1 of all ties, as if nobody had asked for help; `learnt` comes with tau_ji."""
    trust, layer, mark, learnt = ties.trust, ties.layer, ties.mark, ties.learnt
    gain, align, zero, one = np.float32(p.gain), np.float32(p.alignment), _ZERO, _ONE
    company, remote = np.float32(p.company), np.float32(p.company * p.remote_weight)
    fading, close = np.float32(p.fading), np.float32(p.fading_close)
    for k in range(trust.size):
        tau, how = trust[k], mark[k]
        help_ = company if how & IN_PERSON else zero
        help_ = remote if how & REMOTE else help_
        fade = close if layer[k] & (FRIENDSHIP | HOUSEHOLD) else fading
        fade = zero if how & (IN_PERSON | REMOTE) else fade
        new = tau + gain * (one - tau) * help_
        learnt[k] = new + (align * (learnt[k] - tau) - fade * tau)


@kernel
def _learn_from_answers(ties: Any, s: Any, suffering: Any, p: Any) -> None:
    """Equation 1 of the ties along which help was asked."""
    start, learnt = ties.start, ties.learnt
    asked, load, scale = s.asked, s.asked_load, s.scale
    nbr, rev, trust, mark = ties.nbr, ties.rev, ties.trust, ties.mark
    gain, loss = np.float32(p.gain), np.float32(p.gain * p.asymmetry)
    align = np.float32(p.alignment)
    for n in range(asked.shape[0]):
        i, k = asked[n, 0], place(start, asked, n)
        j, tau = nbr[k], trust[k]
        help_, refusal = experience(mark[k], scale[j], load[i], suffering[j], p)
        new = tau + gain * (_ONE - tau) * help_ - loss * tau * refusal
        learnt[k] = new + align * (trust[rev[k]] - tau)


@kernel
def _tallies() -> tuple[Any, Any]:
    """Return what one tie adds to the counts of a person, by meeting and what is shown.

    Several counts are added as one number: others active, others met who know of the services and
    of the groups (21 bits each); others met in person and remotely outside the household (32).
    """
    known, met = np.zeros(64, np.int64), np.zeros(8, np.int64)
    for shown in range(16):
        for how in (0, IN_PERSON, REMOTE):
            at = how << 4 | shown
            known[at] = shown & ACTIVE
            if how:
                known[at] += (shown >> FORMAL & 1) << _SECOND
                known[at] += (shown >> INFORMAL & 1) << 2 * _SECOND
            met[how << 1] = (how & IN_PERSON) + ((how >> 1) << _HALF)
    return known, met


@kernel
def along_ties(ties: Any, citizens: Any, s: Any, p: Any, mood: Any) -> tuple[Any, float, int, int]:
    """Let every tie learn, then everybody look around them.

    Equation 1: tau += a+ (1 - tau) H - a- tau R + w (tau_ji - tau) - d tau [no contact], first as
    if nobody had asked for help, then again where somebody did. What the ties have learnt goes into
    `learnt`, so that all learn from before the week. Returns what `_look` does.
    """
    learnt = ties.learnt
    rev, trust, debt = ties.rev, ties.trust, ties.debt
    kept = np.float32(1.0 - p.debt_fading)
    for k in range(trust.size):  # fetched beforehand: places far apart are read fastest alone
        learnt[k] = trust[rev[k]]
    for k in range(debt.size):
        debt[k] *= kept
    _learn(ties, p)
    _learn_from_answers(ties, s, citizens.suffering, p)
    return _look(ties, citizens, s, mood)


@kernel
def _look(ties: Any, citizens: Any, s: Any, mood: Any) -> tuple[Any, float, int, int]:
    """Let everybody look around them, at their ties as they are now.

    Each sees stress, grievance within confidence, activity, who knows of help, the other side: a
    meeting with it is contact where there is trust, mere exposure where not. Returns trust summed
    over the ties, bonding contact summed over people, contacts outside the household in person and
    remote. What does not count is counted 0 times: a branch that goes both ways costs more.
    """
    start, degree, learnt = ties.start, ties.degree, ties.learnt
    suffering, grievance = citizens.suffering, citizens.grievance
    shown, stress, heard, bridge, exposed = s.shown, s.stress, s.heard, s.bridge, s.exposed
    busy, mean_trust, met_formal = s.busy, s.mean_trust, s.met_formal
    met_informal = s.met_informal
    nbr, layer, mark = ties.nbr, ties.layer, ties.mark
    known, meeting = _tallies()
    zero, one = _ZERO, _ONE
    confidence, firm = np.float32(mood.confidence), np.float32(mood.trusted)
    trust_of_all, bonds, face, remote = np.float64(0.0), 0.0, 0, 0
    for i in range(degree.size):
        mine, own, g = shown[i], suffering[i], grievance[i]
        worse, total, weight, tie = zero, g, one, zero
        inside, outside, strange = zero, zero, zero
        know, met = 0, 0
        first, end = row(start, degree, i)
        for k in range(first, end):
            j, tau, home = nbr[k], learnt[k], layer[k] & HOUSEHOLD
            how, there = mark[k] & (IN_PERSON | REMOTE), shown[j]
            tie += tau
            worse += max(suffering[j] - own, zero)
            listened = tau if abs(grievance[j] - g) < confidence else zero
            total += listened * grievance[j]
            weight += listened
            know += known[how << 4 | there]
            met += meeting[how << 1 | home]
            near, apart = how & IN_PERSON, (there ^ mine) >> SIDE & 1
            across = np.float32(near & apart)
            firmly = tau * np.float32(tau > firm)
            outside += firmly * across
            strange += (one - tau) * np.float32(tau <= firm) * across
            inside += firmly * np.float32(near & (apart ^ 1) & (home ^ 1))
        others = max(np.float32(degree[i]), one)
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
        state.ties, c.handle, s.handle, model.rates.trust.handle, mood.handle
    )
    arcs.trust, arcs.learnt = arcs.learnt, arcs.trust
