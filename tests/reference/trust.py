"""Equation 1: ties learn from help and refusal."""

from __future__ import annotations

from resilienza_sim.community.ties import Layer
from tests.reference.columns import row, single

IN_PERSON, REMOTE, ASKED, AGREED = 1, 2, 4, 8
OWING = 0.1


def learn_trust(start, degree, arcs, load, scale, suffering, p) -> tuple[int, int]:
    """tau += a+ (1 - tau) H - a- tau R + w (tau_ji - tau) - d tau [no contact], of last week's."""
    nbr, rev, trust, debt, layer, mark = arcs
    tau, owed = trust.tolist(), debt.tolist()
    acts = returned = 0
    u, share, pain = load.tolist(), scale.tolist(), suffering.tolist()
    for i in range(len(degree)):
        for k in row(start, degree, i):
            j, back = int(nbr[k]), int(rev[k])
            answered, given = int(mark[back]), int(mark[k])
            weight = 1.0 if answered & IN_PERSON else p.remote_weight
            help_, refusal, fade = 0.0, 0.0, 0.0
            if answered & AGREED:
                help_ = (0.5 + 0.5 * share[j]) * weight
            elif answered & ASKED:
                refusal = u[i] * weight * (1.0 - pain[j])
            elif answered & (IN_PERSON | REMOTE):
                help_ = p.company * weight
            else:
                close = layer[k] & (Layer.FRIENDSHIP | Layer.HOUSEHOLD)
                fade = p.fading_close if close else p.fading
            new = tau[k] + p.gain * (1.0 - tau[k]) * help_
            new -= p.gain * p.asymmetry * tau[k] * refusal
            trust[k] = new + p.alignment * single(tau[back] - tau[k]) - fade * tau[k]

            got = share[j] if answered & AGREED else 0.0
            gave = share[i] if given & AGREED else 0.0
            if given & AGREED:
                acts += 1
                returned += owed[k] > OWING
            left = owed[k] * (1.0 - p.debt_fading) * (1.0 - gave)
            debt[k] = left + (1.0 - owed[k]) * got * 0.5
    return acts, returned
