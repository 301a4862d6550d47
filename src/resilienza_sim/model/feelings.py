"""How moods move, equation by equation: the kernels of phase 8, where the equations are written.

Each loop writes one column and reads a few, so that the compiler can work on many citizens at once;
`feel` takes them through the equations a few hundred at a time.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from resilienza_sim.kernels import kernel
from resilienza_sim.model.chance import chance
from resilienza_sim.model.generalised import eased
from resilienza_sim.model.reserves import left_of
from resilienza_sim.model.state import NEEDS

__all__ = ["feel"]

INCOME = NEEDS.index("income")
_BLOCK = 512
"""Citizens whose mood moves together: their columns fit in the nearest caches."""


@kernel
def suffer(
    b: slice, c: Any, s: Any, care: Any, usual_company: float, p: Any, capital: Any, s_new: Any
) -> None:
    """Equation 2: a hit raises suffering, ease comes back; both from what was before.

    Low reserves make a blow weigh more and ease come back later; so does counting on nobody.
    """
    before, rest, blow, above = c.suffering[b], c.rest_suffering[b], c.blow[b], c.weeks_above[b]
    unmet, stress, helped, company = s.unmet[b], s.stress[b], c.helped[b], c.company[b]
    reserve, perceived = c.reserve[b], c.perceived_support[b]
    worn_out, chronic_weeks = p.chronic, p.chronic_weeks
    for i in range(before.size):
        left = left_of(reserve[i], p.spiral, p.usual_reserve)
        force = p.blow * blow[i] * (2.0 - left) + p.burden * unmet[i]
        hit = chance(force + p.contagion * stress[i])
        backed = left_of(perceived[i], p.support_eases, p.usual_support)
        kept = worn_out if above[i] > chronic_weeks else left
        rate = p.recovery * care[i] * backed * kept
        rate = rate * eased(company[i], usual_company, capital.easing)
        back = chance(rate + p.help_effect * helped[i])
        fallen = back * max(0.0, before[i] - rest[i]) * (1.0 - hit)
        s_new[i] = before[i] + (1.0 - before[i]) * hit - fallen


@kernel
def wear_out(s_new: Any, threshold: Any, above: Any) -> None:
    """Count the weeks in a row above the threshold."""
    for i in range(above.size):
        above[i] = above[i] + 1 if s_new[i] > threshold[i] else 0


@kernel
def tire(b: slice, c: Any, carer: Any, strain: Any, care: Any, p: Any) -> None:
    """Equation 3, fatigue: shares of a week's strength taken one after the other."""
    fatigue, given, active, reserve = c.fatigue[b], c.given[b], c.doing[b], c.reserve[b]
    for i in range(fatigue.size):
        f, left = fatigue[i], left_of(reserve[i], p.spiral, p.usual_reserve)
        load = 1.0 - (1.0 - 0.5 * given[i]) * (1.0 - p.active_load * active[i])
        caring = 1.0 - (1.0 - load) * (1.0 - p.care_load * strain[i])
        load = caring if carer[i] else load
        rest = p.resting * care[i] * left * (1.0 - load)
        fatigue[i] = f + p.tiring * load * (1.0 - f) - rest * f


@kernel
def grow_angry(b: slice, c: Any, s: Any, short: Any, discord: float, p: Any) -> None:
    """Equation 3, anger: disappointment in what comes and in whom one counted on, conflict."""
    anger, active, unmet, mean_trust = c.anger[b], c.doing[b], s.unmet[b], s.mean_trust[b]
    perceived, anchor = c.perceived_support[b], c.support_anchor[b]
    for i in range(anger.size):
        a, lost = anger[i], max(0.0, anchor[i] - perceived[i])
        gap = 1.0 - (1.0 - short[i]) * (1.0 - p.let_down * lost)
        clash = active[i] * (1.0 - mean_trust[i]) * discord
        heat = p.disappointment * unmet[i] * gap + p.conflict * clash
        anger[i] = a + (1.0 - a) * heat - p.calming * a


@kernel
def fuel_of(
    b: slice, c: Any, s: Any, target: Any, s_new: Any, climate: Any, p: Any, fuel: Any
) -> None:
    """Equation 4, fuel: need, envy of the other side, salience, loss, contact without trust."""
    to_others, to_targets, salience, _surge, _discord, _company = climate
    unmet, exposed, received, past = s.unmet[b], s.exposed[b], c.received[b], c.past_ease[b]
    for i in range(unmet.size):
        u = unmet[i]
        envy = max(0.0, (to_others if target[i] else to_targets) - received[i])
        lost = max(0.0, past[i] - (1.0 - s_new[i]))
        burning = p.from_unmet * u + p.from_envy * envy
        burning = burning + p.from_threat * salience + p.from_loss * lost
        threat = 1.0 - (1.0 - salience) * (1.0 - u)
        fuel[i] = burning + p.from_exposure * exposed[i] * (1.0 + p.threat * threat)


@kernel
def resent(b: slice, c: Any, s: Any, fuel: Any, p: Any) -> None:
    """Equation 4, rancour: what others say, one's own anchor, fuel, contact that bridges."""
    grievance, openness, anchor = c.grievance[b], c.openness[b], c.anchor[b]
    heard, bridge = s.heard[b], s.bridge[b]
    for i in range(grievance.size):
        g, sigma = grievance[i], openness[i]
        drift = p.influence * (sigma * heard[i] + (1.0 - sigma) * anchor[i] - g)
        risen = (1.0 - g) * chance(fuel[i])
        fuel[i] = g + drift + risen - p.from_contact * g * bridge[i]


@kernel
def settle_on(b: slice, c: Any, g_new: Any, p: Any) -> None:
    """Let the anchor of equation 4 follow the rancour of the week, which becomes the present.

    The mark that history leaves fades towards the temper of a person.
    """
    grievance, anchor, temper = c.grievance[b], c.anchor[b], c.temper[b]
    for i in range(anchor.size):
        anchor[i] += p.scar * (g_new[i] - anchor[i]) - p.healing * (anchor[i] - temper[i])
    for i in range(grievance.size):
        grievance[i] = g_new[i]


@kernel
def trust_people(b: slice, c: Any, surge: float, p: Any) -> None:
    """Equation 1, generalised trust: up by help, down by refusals and insecurity.

    A response beyond what people are used to raises it, one that falls short lowers it; the anchor
    follows what is lived, over years.
    """
    trust, own, trust_service = c.generalised_trust[b], c.trust_anchor[b], c.trust_service[b]
    helped, refused, need = c.helped[b], c.refused[b], c.need[b]
    perceived, anchor = c.perceived_support[b], c.support_anchor[b]
    seen, missed = p.trust_response * max(0.0, surge), p.trust_response * max(0.0, -surge)
    services = trust_service.shape[1]
    for i in range(trust.size):
        t, institutions = trust[i], 0.0
        for k in range(services):
            institutions += trust_service[i, k]
        more = perceived[i] - anchor[i]
        up = p.trust_help * helped[i] + seen + p.trust_support * max(0.0, more)
        down = p.trust_refusal * refused[i] + p.trust_insecurity * need[i, INCOME] + missed
        down = down + p.trust_support * max(0.0, -more)
        pull = p.trust_return * (own[i] - t)
        pull = pull + p.trust_institutions * (institutions / services - t) * 0.5
        trust[i] = t + (1.0 - t) * up - t * down + pull
    for i in range(trust.size):
        own[i] += p.trust_scar * (trust[i] - own[i])


@kernel
def count_on(b: slice, c: Any, s: Any, short: Any, distress: Any, surge: float, p: Any) -> None:
    """Let perceived support follow what comes when it is needed, and what does not."""
    helped, refused, unmet = c.helped[b], c.refused[b], s.unmet[b]
    perceived, anchor = c.perceived_support[b], c.support_anchor[b]
    seen, missed = p.support_seen * max(0.0, surge), p.support_seen * max(0.0, -surge)
    for i in range(helped.size):
        q = perceived[i]
        let_down = p.support_loss * unmet[i] * (1.0 - (1.0 - short[i]) * (1.0 - refused[i]))
        gained = (1.0 - q) * chance(p.support_gain * helped[i] + seen)
        lost = q * chance(let_down + p.support_distress * distress[i] + missed)
        perceived[i] = q + gained - lost + p.support_return * (anchor[i] - q)


@kernel
def fall_short(b: slice, c: Any, short: Any, distress: Any) -> None:
    """Write how far help falls short of what is expected, and suffering above its rest."""
    expected, received = c.expected[b], c.received[b]
    suffering, rest = c.suffering[b], c.rest_suffering[b]
    for i in range(expected.size):
        short[i] = max(0.0, expected[i] - received[i])
        distress[i] = max(0.0, suffering[i] - rest[i])


@kernel
def remember(b: slice, c: Any, s_new: Any, p: Any) -> None:
    """Let what is expected and the ease of the past follow what is lived; end the week.

    Expectations rise with a surge sooner than they fall: what one has had, one does not give up.
    """
    received, expected, helped = c.received[b], c.expected[b], c.helped[b]
    past, suffering = c.past_ease[b], c.suffering[b]
    hoping, letting_go, memory, unlearning = p.hoping, p.letting_go, p.memory, p.unlearning
    for i in range(received.size):
        received[i] += 0.2 * (helped[i] - received[i])
    for i in range(expected.size):
        learning = hoping if received[i] >= expected[i] else letting_go
        expected[i] += learning * (received[i] - expected[i])
    for i in range(past.size):
        ease = 1.0 - s_new[i]
        learning = memory if ease >= past[i] else unlearning
        past[i] += learning * (ease - past[i])
    for i in range(suffering.size):
        suffering[i] = s_new[i]


@kernel
def feel(
    c: Any, s: Any, people: Any, burden: Any, comfort: Any, climate: Any, p: Any, capital: Any
) -> None:
    """Move the mood of each citizen by one week.

    Equation by equation over a few hundred citizens at a time: loops that write one column go wide,
    and what one equation leaves to the next stays close by. `comfort` is what each group makes of
    recovery; `climate` is help received by others and by targets, salience, surge, discord, the
    usual company.
    """
    _to_others, _to_targets, _salience, surge, discord, usual_company = climate
    comfort = np.concatenate((np.ones(1), comfort))  # first, that of no group
    care, strain = np.empty(_BLOCK), np.empty(_BLOCK)
    s_new, fuel = np.empty(_BLOCK), np.empty(_BLOCK)
    short, distress = np.empty(_BLOCK), np.empty(_BLOCK)
    group, household, carer, target = c.group, people.household, people.carer, people.target
    for low in range(0, group.size, _BLOCK):
        b = slice(low, min(low + _BLOCK, group.size))
        mine, home = group[b], household[b]
        for i in range(mine.size):
            care[i], strain[i] = comfort[mine[i] + 1], burden[home[i]]
        fall_short(b, c, short, distress)
        suffer(b, c, s, care, usual_company, p, capital, s_new)
        wear_out(s_new, c.threshold[b], c.weeks_above[b])
        tire(b, c, carer[b], strain, care, p)
        grow_angry(b, c, s, short, discord, p)
        fuel_of(b, c, s, target[b], s_new, climate, p, fuel)
        resent(b, c, s, fuel, p)
        settle_on(b, c, fuel, p)
        trust_people(b, c, surge, p)
        count_on(b, c, s, short, distress, surge, p)
        remember(b, c, s_new, p)
