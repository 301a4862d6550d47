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
from resilienza_sim.model.reserves import Inner, left_of
from resilienza_sim.model.state import NEEDS

__all__ = ["feel"]

INCOME = NEEDS.index("income")
_BLOCK = 512
"""Citizens whose mood moves together: their columns fit in the nearest caches."""


@kernel
def suffer(
    s: Any,
    rest: Any,
    blow: Any,
    unmet: Any,
    stress: Any,
    helped: Any,
    above: Any,
    care: Any,
    inner: Any,
    company: Any,
    usual_company: float,
    p: Any,
    capital: Any,
    s_new: Any,
) -> None:
    """Equation 2: a hit raises suffering, ease comes back; both from what was before.

    Low reserves make a blow weigh more and ease come back later; so does counting on nobody.
    """
    for i in range(s.size):
        left = left_of(inner.reserve[i], p.spiral, p.usual_reserve)
        force = p.blow * blow[i] * (2.0 - left) + p.burden * unmet[i]
        hit = chance(force + p.contagion * stress[i])
        backed = left_of(inner.perceived[i], p.support_eases, p.usual_support)
        kept = p.chronic if above[i] > p.chronic_weeks else left
        rate = p.recovery * care[i] * backed * kept
        rate = rate * eased(company[i], usual_company, capital.easing)
        back = chance(rate + p.help_effect * helped[i])
        s_new[i] = s[i] + (1.0 - s[i]) * hit - back * max(0.0, s[i] - rest[i]) * (1.0 - hit)


@kernel
def wear_out(s_new: Any, threshold: Any, above: Any) -> None:
    """Count the weeks in a row above the threshold."""
    for i in range(above.size):
        above[i] = above[i] + 1 if s_new[i] > threshold[i] else 0


@kernel
def tire(
    fatigue: Any, given: Any, active: Any, carer: Any, strain: Any, care: Any, inner: Any, p: Any
) -> None:
    """Equation 3, fatigue: shares of a week's strength taken one after the other."""
    for i in range(fatigue.size):
        f, left = fatigue[i], left_of(inner.reserve[i], p.spiral, p.usual_reserve)
        load = 1.0 - (1.0 - 0.5 * given[i]) * (1.0 - p.active_load * active[i])
        caring = 1.0 - (1.0 - load) * (1.0 - p.care_load * strain[i])
        load = caring if carer[i] else load
        rest = p.resting * care[i] * left * (1.0 - load)
        fatigue[i] = f + p.tiring * load * (1.0 - f) - rest * f


@kernel
def grow_angry(
    anger: Any,
    unmet: Any,
    short: Any,
    active: Any,
    mean_trust: Any,
    discord: float,
    inner: Any,
    p: Any,
) -> None:
    """Equation 3, anger: disappointment in what comes and in whom one counted on, conflict."""
    for i in range(anger.size):
        a, lost = anger[i], max(0.0, inner.anchor[i] - inner.perceived[i])
        gap = 1.0 - (1.0 - short[i]) * (1.0 - p.let_down * lost)
        clash = active[i] * (1.0 - mean_trust[i]) * discord
        heat = p.disappointment * unmet[i] * gap + p.conflict * clash
        anger[i] = a + (1.0 - a) * heat - p.calming * a


@kernel
def fuel_of(
    unmet: Any,
    received: Any,
    past: Any,
    s_new: Any,
    exposed: Any,
    target: Any,
    given_to: Any,
    salience: float,
    p: Any,
    fuel: Any,
) -> None:
    """Equation 4, fuel: need, envy of the other side, salience, loss, contact without trust."""
    to_others, to_targets = given_to
    for i in range(unmet.size):
        u = unmet[i]
        envy = max(0.0, (to_others if target[i] else to_targets) - received[i])
        lost = max(0.0, past[i] - (1.0 - s_new[i]))
        burning = p.from_unmet * u + p.from_envy * envy
        burning = burning + p.from_threat * salience + p.from_loss * lost
        threat = 1.0 - (1.0 - salience) * (1.0 - u)
        fuel[i] = burning + p.from_exposure * exposed[i] * (1.0 + p.threat * threat)


@kernel
def resent(
    grievance: Any,
    openness: Any,
    heard: Any,
    anchor: Any,
    bridge: Any,
    fuel: Any,
    p: Any,
) -> None:
    """Equation 4, rancour: what others say, one's own anchor, fuel, contact that bridges."""
    for i in range(grievance.size):
        g, sigma = grievance[i], openness[i]
        drift = p.influence * (sigma * heard[i] + (1.0 - sigma) * anchor[i] - g)
        risen = (1.0 - g) * chance(fuel[i])
        fuel[i] = g + drift + risen - p.from_contact * g * bridge[i]


@kernel
def settle_on(grievance: Any, anchor: Any, temper: Any, g_new: Any, p: Any) -> None:
    """Let the anchor of equation 4 follow the rancour of the week, which becomes the present.

    The mark that history leaves fades towards the temper of a person.
    """
    for i in range(anchor.size):
        anchor[i] += p.scar * (g_new[i] - anchor[i]) - p.healing * (anchor[i] - temper[i])
    for i in range(grievance.size):
        grievance[i] = g_new[i]


@kernel
def trust_people(
    trust: Any,
    anchor: Any,
    trust_service: Any,
    helped: Any,
    refused: Any,
    need: Any,
    surge: float,
    inner: Any,
    p: Any,
) -> None:
    """Equation 1, generalised trust: up by help, down by refusals and insecurity.

    A response beyond what people are used to raises it, one that falls short lowers it; the anchor
    follows what is lived, over years.
    """
    seen, missed = p.trust_response * max(0.0, surge), p.trust_response * max(0.0, -surge)
    services = trust_service.shape[1]
    for i in range(trust.size):
        t, institutions = trust[i], 0.0
        for k in range(services):
            institutions += trust_service[i, k]
        more = inner.perceived[i] - inner.anchor[i]
        up = p.trust_help * helped[i] + seen + p.trust_support * max(0.0, more)
        down = p.trust_refusal * refused[i] + p.trust_insecurity * need[i, INCOME] + missed
        down = down + p.trust_support * max(0.0, -more)
        pull = p.trust_return * (anchor[i] - t)
        pull = pull + p.trust_institutions * (institutions / services - t) * 0.5
        trust[i] = t + (1.0 - t) * up - t * down + pull
    for i in range(trust.size):
        anchor[i] += p.trust_scar * (trust[i] - anchor[i])


@kernel
def count_on(
    helped: Any,
    refused: Any,
    unmet: Any,
    short: Any,
    distress: Any,
    surge: float,
    inner: Any,
    p: Any,
) -> None:
    """Let perceived support follow what comes when it is needed, and what does not."""
    seen, missed = p.support_seen * max(0.0, surge), p.support_seen * max(0.0, -surge)
    for i in range(helped.size):
        q = inner.perceived[i]
        let_down = p.support_loss * unmet[i] * (1.0 - (1.0 - short[i]) * (1.0 - refused[i]))
        gained = (1.0 - q) * chance(p.support_gain * helped[i] + seen)
        lost = q * chance(let_down + p.support_distress * distress[i] + missed)
        inner.perceived[i] = q + gained - lost + p.support_return * (inner.anchor[i] - q)


@kernel
def fall_short(
    expected: Any, received: Any, suffering: Any, rest: Any, short: Any, distress: Any
) -> None:
    """Write how far help falls short of what is expected, and suffering above its rest."""
    for i in range(expected.size):
        short[i] = max(0.0, expected[i] - received[i])
        distress[i] = max(0.0, suffering[i] - rest[i])


@kernel
def remember(
    received: Any, expected: Any, helped: Any, past: Any, suffering: Any, s_new: Any, p: Any
) -> None:
    """Let what is expected and the ease of the past follow what is lived; end the week.

    Expectations rise with a surge sooner than they fall: what one has had, one does not give up.
    """
    for i in range(received.size):
        received[i] += 0.2 * (helped[i] - received[i])
    for i in range(expected.size):
        learning = p.hoping if received[i] >= expected[i] else p.letting_go
        expected[i] += learning * (received[i] - expected[i])
    for i in range(past.size):
        ease = 1.0 - s_new[i]
        learning = p.memory if ease >= past[i] else p.unlearning
        past[i] += learning * (ease - past[i])
    for i in range(suffering.size):
        suffering[i] = s_new[i]


@kernel
def feel(
    need: Any,
    unmet: Any,
    blow: Any,
    suffering: Any,
    rest: Any,
    threshold: Any,
    above: Any,
    fatigue: Any,
    anger: Any,
    grievance: Any,
    anchor: Any,
    openness: Any,
    gtrust: Any,
    gtrust_anchor: Any,
    trust_service: Any,
    received: Any,
    expected: Any,
    past: Any,
    given: Any,
    helped: Any,
    refused: Any,
    active: Any,
    group: Any,
    comfort: Any,
    carer: Any,
    burden: Any,
    household: Any,
    target: Any,
    stress: Any,
    heard: Any,
    bridge: Any,
    exposed: Any,
    mean_trust: Any,
    given_to: Any,
    salience: float,
    surge: float,
    discord: float,
    temper: Any,
    inner: Any,
    company: Any,
    usual_company: float,
    p: Any,
    capital: Any,
) -> None:
    """Move the mood of each citizen by one week.

    Equation by equation over a few hundred citizens at a time: loops that write one column go wide,
    and what one equation leaves to the next stays close by.
    """
    comfort = np.concatenate((np.ones(1), comfort))  # first, that of no group
    care, strain = np.empty(_BLOCK), np.empty(_BLOCK)
    s_new, fuel = np.empty(_BLOCK), np.empty(_BLOCK)
    short, distress = np.empty(_BLOCK), np.empty(_BLOCK)
    for low in range(0, suffering.size, _BLOCK):
        b = slice(low, min(low + _BLOCK, suffering.size))
        mine, home = group[b], household[b]
        for i in range(mine.size):
            care[i], strain[i] = comfort[mine[i] + 1], burden[home[i]]
        own = Inner(inner.perceived[b], inner.anchor[b], inner.reserve[b])
        fall_short(expected[b], received[b], suffering[b], rest[b], short, distress)
        suffer(
            suffering[b],
            rest[b],
            blow[b],
            unmet[b],
            stress[b],
            helped[b],
            above[b],
            care,
            own,
            company[b],
            usual_company,
            p,
            capital,
            s_new,
        )
        wear_out(s_new, threshold[b], above[b])
        tire(fatigue[b], given[b], active[b], carer[b], strain, care, own, p)
        grow_angry(anger[b], unmet[b], short, active[b], mean_trust[b], discord, own, p)
        fuel_of(
            unmet[b],
            received[b],
            past[b],
            s_new,
            exposed[b],
            target[b],
            given_to,
            salience,
            p,
            fuel,
        )
        resent(grievance[b], openness[b], heard[b], anchor[b], bridge[b], fuel, p)
        settle_on(grievance[b], anchor[b], temper[b], fuel, p)
        trust_people(
            gtrust[b],
            gtrust_anchor[b],
            trust_service[b],
            helped[b],
            refused[b],
            need[b],
            surge,
            own,
            p,
        )
        count_on(helped[b], refused[b], unmet[b], short, distress, surge, own, p)
        remember(received[b], expected[b], helped[b], past[b], suffering[b], s_new, p)
