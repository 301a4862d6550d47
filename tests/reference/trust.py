"""Equation 1, ties learn from help and refusal; and what each person then sees around them.

Single precision, as the model works it out: a number of 32 bits with another, or with a plain
number, gives one of 32 bits.
"""

from __future__ import annotations

import math

import numpy as np

from resilienza_sim.community.ties import Layer
from tests.reference.columns import row

IN_PERSON, REMOTE, ASKED, AGREED = 1, 2, 4, 8
F = np.float32


def learn(tau, back, answered: int, layer: int, scale, load, pain, p):
    """tau += a+ (1 - tau) H - a- tau R + w (tau_ji - tau) - d tau [no contact]."""
    weight = 1.0 if answered & IN_PERSON else p.remote_weight
    help_, refusal, fade = F(0.0), F(0.0), F(0.0)
    if answered & AGREED:
        help_ = F((0.5 + 0.5 * float(scale)) * weight)
    elif answered & ASKED:
        refusal = F(float(load) * weight * (1.0 - float(pain)))
    elif answered:
        help_ = F(p.company * weight)
    if not answered & (IN_PERSON | REMOTE):
        close = layer & (Layer.FRIENDSHIP | Layer.HOUSEHOLD)
        fade = F(p.fading_close if close else p.fading)
    new = tau + F(p.gain) * (F(1.0) - tau) * help_ - F(p.gain * p.asymmetry) * tau * refusal
    return new + (F(p.alignment) * (back - tau) - fade * tau)


def along_ties(ties, citizens, s, p, mood):
    """All ties learn from before the week; then everybody looks around."""
    start, degree, learnt = ties.start, ties.degree, ties.learnt
    suffering, load, scale = citizens.suffering, s.asked_load, s.scale
    nbr, rev, trust, debt, layer, mark = (
        ties.nbr,
        ties.rev,
        ties.trust,
        ties.debt,
        ties.layer,
        ties.mark,
    )
    learnt[:] = trust[rev]
    debt *= F(1.0 - p.debt_fading)
    for i in range(len(degree)):
        for k in row(start, degree, i):
            j = int(nbr[k])
            learnt[k] = learn(
                trust[k],
                trust[rev[k]],
                int(mark[k]),
                int(layer[k]),
                scale[j],
                load[i],
                suffering[j],
                p,
            )
    found = [0.0, 0.0, 0, 0]
    for i in range(len(degree)):
        for n, each in enumerate(look(i, ties, citizens, s, mood)):
            found[n] += each
    return tuple(found)


def look(i, ties, citizens, s, mood):
    """Worse-off others, rancour within confidence, the other side, activity, who knows of help."""
    start, degree, tau = ties.start, ties.degree, ties.learnt
    suffering, grievance = citizens.suffering, citizens.grievance
    shown, stress, heard, bridge, exposed = s.shown, s.stress, s.heard, s.bridge, s.exposed
    busy, mean_trust, met_formal = s.busy, s.mean_trust, s.met_formal
    met_informal = s.met_informal
    nbr, layer, mark = ties.nbr, ties.layer, ties.mark
    places = list(row(start, degree, i))
    own, g = suffering[i], grievance[i]
    worse, said, weight, tie = F(0.0), g, F(1.0), F(0.0)
    inside, outside, strange = F(0.0), F(0.0), F(0.0)
    for k in places:
        j, t = int(nbr[k]), tau[k]
        tie += t
        worse += max(F(0.0), suffering[j] - own)
        if abs(grievance[j] - g) < F(mood.confidence):
            said += t * grievance[j]
            weight += t
        near, other_side = mark[k] & IN_PERSON, (shown[i] ^ shown[j]) & 2
        trusted = t > F(mood.trusted)
        if near and other_side and trusted:
            outside += t
        if near and other_side and not trusted:
            strange += F(1.0) - t
        if near and not other_side and trusted and not layer[k] & Layer.HOUSEHOLD:
            inside += t
    n = F(max(len(places), 1))
    stress[i], heard[i], mean_trust[i] = worse / n, said / weight, tie / n
    busy[i] = F(sum(int(shown[nbr[k]]) & 1 for k in places)) / n
    # The chances are worked out in double precision, of sums held in single.
    bridge[i] = 1.0 - math.exp(-float(outside))
    exposed[i] = 1.0 - math.exp(-float(strange))
    met = [k for k in places if mark[k] & (IN_PERSON | REMOTE)]
    met_formal[i] = sum(int(shown[nbr[k]]) >> 2 & 1 for k in met)
    met_informal[i] = sum(int(shown[nbr[k]]) >> 3 & 1 for k in met)
    away = [int(mark[k]) for k in met if not layer[k] & Layer.HOUSEHOLD]
    face, remote = (sum(bool(how & kind) for how in away) for kind in (IN_PERSON, REMOTE))
    return float(tie), 1.0 - math.exp(-float(inside)), face, remote
