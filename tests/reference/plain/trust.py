"""Phase 7, person by person: ties learn from help and refusal (equation 1)."""

from __future__ import annotations

from tests.reference.plain.help import AGREED, ASKED, IN_CONTACT, IN_PERSON
from tests.reference.plain.meet import FRIENDSHIP, HOUSEHOLD


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
    def learn_trust(self, p):
        """Update both directions of the ties to people further on, from last week's values."""
        me, kept = self.number, 1.0 - p.debt_fading
        for tie in self.ties.values():
            other = tie.other
            if other.number < me:
                continue
            back, layer = tie.back, tie.layer
            here, there = tie.trust, back.trust
            tie.trust = after(here, there, tie.mark, layer, other, self, p)
            back.trust = after(there, here, back.mark, layer, self, other, p)
            tie.debt *= kept
            back.debt *= kept


def run(town):
    """Let the ties learn from the week, and people look around them."""
    tables, people = town.tables, town.people
    state = tables.state
    town.citizens.do("learn_trust", tables.rates.trust)
    seen = [person.around(tables.rates.mood) for person in people]
    state.tie_trust, state.bonds, state.face_contacts, state.remote_contacts = map(
        sum, zip(*seen, strict=True)
    )
