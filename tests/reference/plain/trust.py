"""Phase 7, person by person: ties learn from help and refusal (equation 1)."""

from __future__ import annotations

from tests.reference.plain.help import AGREED, ASKED, IN_CONTACT, IN_PERSON
from tests.reference.plain.meet import FRIENDSHIP, HOUSEHOLD
from tests.reference.trust import OWING


def after(tau, back, answered, layer, other, me, p):
    """tau + a+ (1 - tau) H - a- tau R + w (tau_ji - tau) - d tau [no contact]."""
    weight = 1.0 if answered & IN_PERSON else p.remote_weight
    if answered & AGREED:
        h = (0.5 + 0.5 * other.scale) * weight
        new = tau + p.gain * (1.0 - tau) * h
    elif answered & ASKED:
        r = me.load * weight * (1.0 - other.suffering)
        new = tau - p.gain * p.asymmetry * tau * r
    elif answered & IN_CONTACT:
        new = tau + p.gain * (1.0 - tau) * (p.company * weight)
    else:
        fade = p.fading_close if layer & (FRIENDSHIP | HOUSEHOLD) else p.fading
        return tau + p.alignment * (back - tau) - fade * tau
    return new + p.alignment * (back - tau)


class Trusting:
    def learn_trust(self, p, count):
        """Update both directions of the ties to people further on, from last week's values."""
        me, my_scale, kept = self.number, self.scale, 1.0 - p.debt_fading
        for tie in self.ties.values():
            other = tie.other
            if other.number < me:
                continue
            back = tie.back
            mine, theirs, layer = tie.mark, back.mark, tie.layer
            here, there = tie.trust, back.trust
            tie.trust = after(here, there, theirs, layer, other, self, p)
            back.trust = after(there, here, mine, layer, self, other, p)
            owed, due = tie.debt, back.debt
            got = gave = 0.0
            if theirs & AGREED:
                got = other.scale
                count[0] += 1
                count[1] += due > OWING
            if mine & AGREED:
                gave = my_scale
                count[0] += 1
                count[1] += owed > OWING
            tie.debt = owed * kept * (1.0 - gave) + (1.0 - owed) * got * 0.5
            back.debt = due * kept * (1.0 - got) + (1.0 - due) * gave * 0.5


def run(town):
    state, count = town.tables.state, [0, 0]
    town.citizens.do("learn_trust", town.tables.rates.trust, count)
    state.help_acts, state.help_returned = count
