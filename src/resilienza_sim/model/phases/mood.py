"""Phase 8, mood: suffering, fatigue, anger and rancour move together (equations 2, 3 and 4).

Equation 2, suffering (Hobfoll 1989: loss; Kaniasty & Norris 1993: ties carry stress and support).
    s  += (1-s) hit - back (s-s0)+ (1-hit)
    hit  = 1 - e^-(v blow + nu U + chi mean_nb (s_j - s)+)
    back = 1 - e^-(rho c + h helped), rho times `chronic` after more than D weeks above theta
Equation 3, fatigue and anger (taking part costs: Perach et al. 2023).
    f  += phi load (1-f) - r_f c (1-load) f
          load = 1 - (1 - given/2) (1 - l_a active) (1 - l_c burden of a caregiver's household)
    a  += (1-a) (kappa_a U (expected - received)+ + kappa_c active (1 - mean tie trust)) - r_a a
    c = (1 + k kappa_support) / (1 + k/2) for members of a group, 1 for the others
Equation 4, grievance (Friedkin & Johnsen 1990: anchors; Hegselmann & Krause 2002: confidence;
Pettigrew & Tropp 2006: contact; Barlow et al. 2012: contact that goes wrong).
    g  += gamma [sigma W g + (1-sigma) g0 - g] + (1-g) (1 - e^-fuel) - b4 g bridge
    g0 += nu (g - g0)
    fuel = b1 U + b2 (out - own received)+ + b3 salience + b5 (own past ease - now)+
           + b6 exposed (1 + t threat),  threat = 1 - (1-salience) (1-U)
    bridge = 1 - e^-(sum of trust), exposed = 1 - e^-(sum of 1 - trust): in-person contacts with the
    out-group this week, above and not above the trust that makes a contact meaningful
Own past, adaptation (Frederick & Loewenstein 1999; Hedberg 1981, unlearning): what was expected and
the ease of the past follow what is lived, upwards at rate `memory`, downwards at `unlearning`.
Generalised trust (equation 1): up by help and visible response, down by refusals and insecurity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.model.chance import chance
from resilienza_sim.model.groups_life import SUPPORT, around_usual
from resilienza_sim.model.network import columns
from resilienza_sim.model.phases.meet import IN_PERSON
from resilienza_sim.model.rates import PhaseParameters, shape
from resilienza_sim.model.state import NEEDS

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["MoodParameters", "MoodRates", "around", "burdens", "feel", "run", "sights"]

INCOME, CARE = NEEDS.index("income"), NEEDS.index("care")
_BLOCK = 512
"""Citizens whose mood moves together: their columns fit in the nearest caches."""


class MoodParameters(PhaseParameters):
    """How people feel; the ranges keep every state in [0, 1] whatever is chosen in them."""

    blow: float = quantity(
        0.071, 0.0, 3.0, source="v of equation 2: fitted (scripts/calibrate_model.py)"
    )
    burden: float = quantity(
        0.032,
        0.0,
        0.5,
        unit="per week",
        source="nu of equation 2, unmet need: fitted (scripts/calibrate_model.py)",
    )
    contagion: float = quantity(
        0.03, 0.0, 0.5, unit="per week", source="chi of equation 2; Kaniasty & Norris 1993; prior"
    )
    recovery: float = quantity(
        0.05, 0.0, 0.5, unit="per week", source="rho of MODEL.md equation 2: prior .03-.10"
    )
    help_effect: float = quantity(
        0.05, 0.0, 0.5, unit="per week", source="assumption: recovery added by help that meets all"
    )
    chronic: float = quantity(
        0.35, 0.0, 1.0, source="MODEL.md equation 2: recovery left after too long above theta"
    )
    chronic_weeks: int = quantity(
        12, 1, 260, unit="weeks", source="D of MODEL.md equation 2: prior 6-26"
    )
    tiring: float = quantity(
        0.06, 0.0, 0.5, unit="per week", source="phi_f of equation 3: assumption"
    )
    resting: float = quantity(
        0.08, 0.0, 0.5, unit="per week", source="r_f of equation 3: assumption"
    )
    active_load: float = quantity(
        0.25, 0.0, 1.0, source="assumption: share of a week's strength taken by being active"
    )
    care_load: float = quantity(
        0.4, 0.0, 1.0, source="assumption: load of a caregiver whose dependants are not helped"
    )
    disappointment: float = quantity(
        0.30, 0.0, 0.5, unit="per week", source="kappa_a of equation 3: assumption"
    )
    conflict: float = quantity(
        0.008,
        0.0,
        0.5,
        unit="per week",
        source="kappa_c of equation 3, conflict of taking part: assumption",
    )
    calming: float = quantity(
        0.05, 0.0, 0.5, unit="per week", source="r_a of equation 3: assumption"
    )
    influence: float = quantity(
        0.03,
        0.0,
        0.3,
        unit="per week",
        source="gamma of equation 4; Friedkin & Johnsen 1990; prior",
    )
    confidence: float = quantity(
        0.35, 0.0, 1.0, source="epsilon_c of equation 4; Hegselmann & Krause 2002; prior"
    )
    from_unmet: float = quantity(
        0.004, 0.0, 0.2, unit="per week", source="beta1 of equation 4: prior"
    )
    from_envy: float = quantity(
        0.02, 0.0, 0.2, unit="per week", source="beta2 of equation 4: prior"
    )
    from_threat: float = quantity(
        0.01, 0.0, 0.2, unit="per week", source="beta3 of equation 4: prior"
    )
    from_contact: float = quantity(
        0.02, 0.0, 0.2, unit="per week", source="beta4; sign from Pettigrew & Tropp 2006, r = -.21"
    )
    from_loss: float = quantity(
        0.03, 0.0, 0.2, unit="per week", source="beta5 of equation 4, nostalgia as loss: prior"
    )
    trusted: float = quantity(
        0.2,
        0.0,
        1.0,
        source="assumption: trust above which contact with the out-group is meaningful",
    )
    from_exposure: float = quantity(
        0.01,
        0.0,
        0.2,
        unit="per week",
        source="MODEL.md equation 4, mere exposure raises g; Barlow et al. 2012 (from memory): "
        "contact that goes wrong weighs at least as much as good contact; size prior",
    )
    threat: float = quantity(
        1.0,
        0.0,
        5.0,
        source="Stephan & Stephan 2000 (from memory): threat worsens contact; size assumption",
    )
    scar: float = quantity(
        0.004, 0.0, 0.1, unit="per week", source="nu of equation 4: history leaves a mark; prior"
    )
    memory: float = quantity(
        0.02, 0.001, 0.5, unit="per week", source="assumption: own past is a year-long average"
    )
    unlearning: float = quantity(
        0.02,
        0.0,
        0.5,
        unit="per week",
        source="MODEL.md equation 11, citizens unlearn too: old expectations fade in a year; "
        "assumption: as fast as new ones are learnt",
    )
    support: float = quantity(
        1.0,
        0.0,
        1.0,
        source="MODEL.md section 2, support in a group's capability: members recover faster; "
        "neutral at 0.5; size assumption",
    )
    trust_help: float = quantity(
        0.012, 0.0, 0.1, unit="per week", source="assumption: generalised trust from help received"
    )
    trust_response: float = quantity(
        0.006, 0.0, 0.1, unit="per week", source="assumption: from a visible collective response"
    )
    trust_refusal: float = quantity(
        0.002, 0.0, 0.1, unit="per week", source="assumption: lost by refusals"
    )
    trust_insecurity: float = quantity(
        0.001, 0.0, 0.1, unit="per week", source="assumption: lost by economic insecurity"
    )
    trust_institutions: float = quantity(
        0.004, 0.0, 0.1, unit="per week", source="assumption: pulled by trust in services"
    )
    trust_return: float = quantity(
        0.02, 0.0, 0.3, unit="per week", source="assumption: pull of a person's own level"
    )


MoodRates = shape("MoodRates", MoodParameters)


@numba.njit(cache=True)
def around(
    start: Any, degree: Any, arcs: Any, suffering: Any, grievance: Any, active: Any, target: Any,
    stress: Any, heard: Any, bridge: Any, exposed: Any, busy: Any, mean_trust: Any, p: Any,
) -> None:  # fmt: skip
    """Gather what each person sees: stress, grievance within confidence, the other side, activity.

    A meeting with the out-group counts as contact where there is trust, as mere exposure where not.
    """
    nbr, _rev, trust, _debt, _layer, mark = arcs
    for i in range(degree.size):
        n = degree[i]
        s, g = suffering[i], grievance[i]
        worse, total, weight, outside, strange, doing, tie = 0.0, g, 1.0, 0.0, 0.0, 0, 0.0
        for k in range(start[i], start[i] + n):
            j = nbr[k]
            tau = trust[k]
            tie += tau
            doing += active[j]
            if suffering[j] > s:
                worse += suffering[j] - s
            if abs(grievance[j] - g) < p.confidence:
                total += tau * grievance[j]
                weight += tau
            if target[i] != target[j] and mark[k] & IN_PERSON:
                if tau > p.trusted:
                    outside += tau
                else:
                    strange += 1.0 - tau
        stress[i] = worse / n if n else 0.0
        heard[i] = total / weight
        bridge[i] = 1.0 - np.exp(-outside)
        exposed[i] = 1.0 - np.exp(-strange)
        busy[i] = doing / n if n else 0.0
        mean_trust[i] = tie / n if n else 0.0


@numba.njit(cache=True)
def suffer(
    s: Any, rest: Any, blow: Any, unmet: Any, stress: Any, helped: Any, above: Any, care: Any,
    p: Any, s_new: Any,
) -> None:  # fmt: skip
    """Equation 2: a hit raises suffering, ease comes back; both from what was before."""
    for i in range(s.size):
        hit = chance(p.blow * blow[i] + p.burden * unmet[i] + p.contagion * stress[i])
        rate = p.recovery * care[i]
        rate = rate * p.chronic if above[i] > p.chronic_weeks else rate
        back = chance(rate + p.help_effect * helped[i])
        s_new[i] = s[i] + (1.0 - s[i]) * hit - back * max(0.0, s[i] - rest[i]) * (1.0 - hit)


@numba.njit(cache=True)
def wear_out(s_new: Any, threshold: Any, above: Any) -> None:
    """Count the weeks in a row above the threshold."""
    for i in range(above.size):
        above[i] = above[i] + 1 if s_new[i] > threshold[i] else 0


@numba.njit(cache=True)
def tire(fatigue: Any, given: Any, active: Any, carer: Any, strain: Any, care: Any, p: Any) -> None:
    """Equation 3, fatigue: shares of a week's strength taken one after the other."""
    for i in range(fatigue.size):
        f = fatigue[i]
        load = 1.0 - (1.0 - 0.5 * given[i]) * (1.0 - p.active_load * active[i])
        caring = 1.0 - (1.0 - load) * (1.0 - p.care_load * strain[i])
        load = caring if carer[i] else load
        fatigue[i] = f + p.tiring * load * (1.0 - f) - p.resting * care[i] * (1.0 - load) * f


@numba.njit(cache=True)
def grow_angry(
    anger: Any, unmet: Any, expected: Any, received: Any, active: Any, mean_trust: Any,
    discord: float, p: Any,
) -> None:  # fmt: skip
    """Equation 3, anger: disappointment and conflict."""
    for i in range(anger.size):
        a = anger[i]
        short = max(0.0, expected[i] - received[i])
        clash = active[i] * (1.0 - mean_trust[i]) * discord
        heat = p.disappointment * unmet[i] * short + p.conflict * clash
        anger[i] = a + (1.0 - a) * heat - p.calming * a


@numba.njit(cache=True)
def fuel_of(
    unmet: Any, received: Any, past: Any, s_new: Any, exposed: Any, target: Any, given_to: Any,
    salience: float, p: Any, fuel: Any,
) -> None:  # fmt: skip
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


@numba.njit(cache=True)
def resent(
    grievance: Any, openness: Any, heard: Any, anchor: Any, bridge: Any, fuel: Any, p: Any,
) -> None:  # fmt: skip
    """Equation 4, rancour: what others say, one's own anchor, fuel, contact that bridges."""
    for i in range(grievance.size):
        g, sigma = grievance[i], openness[i]
        drift = p.influence * (sigma * heard[i] + (1.0 - sigma) * anchor[i] - g)
        risen = (1.0 - g) * chance(fuel[i])
        fuel[i] = g + drift + risen - p.from_contact * g * bridge[i]


@numba.njit(cache=True)
def settle_on(grievance: Any, anchor: Any, g_new: Any, p: Any) -> None:
    """Let the anchor of equation 4 follow the rancour of the week, which becomes the present."""
    for i in range(anchor.size):
        anchor[i] += p.scar * (g_new[i] - anchor[i])
    for i in range(grievance.size):
        grievance[i] = g_new[i]


@numba.njit(cache=True)
def trust_people(
    trust: Any, anchor: Any, trust_service: Any, helped: Any, refused: Any, need: Any,
    response: float, p: Any,
) -> None:  # fmt: skip
    """Equation 1, generalised trust: up by help and response, down by refusals and insecurity."""
    services = trust_service.shape[1]
    for i in range(trust.size):
        t, institutions = trust[i], 0.0
        for k in range(services):
            institutions += trust_service[i, k]
        up = p.trust_help * helped[i] + p.trust_response * response
        down = p.trust_refusal * refused[i] + p.trust_insecurity * need[i, INCOME]
        pull = p.trust_return * (anchor[i] - t)
        pull = pull + p.trust_institutions * (institutions / services - t) * 0.5
        trust[i] = t + (1.0 - t) * up - t * down + pull


@numba.njit(cache=True)
def remember(
    received: Any, expected: Any, helped: Any, past: Any, suffering: Any, s_new: Any, p: Any
) -> None:
    """Let what is expected and the ease of the past follow what is lived; end the week."""
    for i in range(received.size):
        received[i] += 0.2 * (helped[i] - received[i])
    for i in range(expected.size):
        learning = p.memory if received[i] >= expected[i] else p.unlearning
        expected[i] += learning * (received[i] - expected[i])
    for i in range(past.size):
        ease = 1.0 - s_new[i]
        learning = p.memory if ease >= past[i] else p.unlearning
        past[i] += learning * (ease - past[i])
    for i in range(suffering.size):
        suffering[i] = s_new[i]


@numba.njit(cache=True)
def feel(
    need: Any, unmet: Any, blow: Any, suffering: Any, rest: Any, threshold: Any, above: Any,
    fatigue: Any, anger: Any, grievance: Any, anchor: Any, openness: Any, gtrust: Any,
    gtrust_anchor: Any, trust_service: Any, received: Any, expected: Any, past: Any, given: Any,
    helped: Any, refused: Any, active: Any, group: Any, comfort: Any, carer: Any, burden: Any,
    household: Any, target: Any, stress: Any, heard: Any, bridge: Any, exposed: Any,
    mean_trust: Any, given_to: Any, salience: float, response: float, discord: float, p: Any,
) -> None:  # fmt: skip
    """Move the mood of each citizen by one week.

    Equation by equation over a few hundred citizens at a time: loops that write one column go wide,
    and what one equation leaves to the next stays close by.
    """
    comfort = np.concatenate((np.ones(1), comfort))  # first, that of no group
    care, strain = np.empty(_BLOCK), np.empty(_BLOCK)
    s_new, fuel = np.empty(_BLOCK), np.empty(_BLOCK)
    for low in range(0, suffering.size, _BLOCK):
        b = slice(low, min(low + _BLOCK, suffering.size))
        mine, home = group[b], household[b]
        for i in range(mine.size):
            care[i], strain[i] = comfort[mine[i] + 1], burden[home[i]]
        suffer(
            suffering[b], rest[b], blow[b], unmet[b], stress[b], helped[b], above[b], care, p, s_new
        )
        wear_out(s_new, threshold[b], above[b])
        tire(fatigue[b], given[b], active[b], carer[b], strain, care, p)
        grow_angry(
            anger[b], unmet[b], expected[b], received[b], active[b], mean_trust[b], discord, p
        )
        fuel_of(
            unmet[b], received[b], past[b], s_new, exposed[b], target[b], given_to, salience, p,
            fuel,
        )  # fmt: skip
        resent(grievance[b], openness[b], heard[b], anchor[b], bridge[b], fuel, p)
        settle_on(grievance[b], anchor[b], fuel, p)
        trust_people(
            gtrust[b], gtrust_anchor[b], trust_service[b], helped[b], refused[b], need[b],
            response, p,
        )  # fmt: skip
        remember(received[b], expected[b], helped[b], past[b], suffering[b], s_new, p)


@numba.njit(cache=True)
def sights(
    received: Any, target: Any, asked: Any, asks_above: float, helped: Any, mean_trust: Any
) -> tuple[float, tuple[float, float], float]:
    """Return what everyone can see: mean trust in ties, help received by side, public response.

    Help received: its mean over those not in the target groups and over those in them. Response:
    the mean share of their need that others than services met, over those who needed help.
    """
    n, trust, line = target.size, 0.0, np.float32(asks_above)
    to_targets, to_others, targets = 0.0, 0.0, 0
    met, asking = 0.0, 0
    for i in range(n):
        trust += mean_trust[i]
        targets += target[i]
        to_targets += received[i] if target[i] else 0.0
        to_others += 0.0 if target[i] else received[i]
        asking += asked[i] > line
        met += helped[i] if asked[i] > line else 0.0
    given_to = to_others / max(n - targets, 1), to_targets / max(targets, 1)
    return trust / n, given_to, met / max(asking, 1)


@numba.njit(cache=True)
def burdens(dependants: Any, household: Any, need: Any, burden: Any) -> None:
    """Write the care need that the dependants of each household are left with: their mean.

    `dependants` come household by household; where there are none the burden stays at 0.
    """
    k = 0
    while k < dependants.size:
        home, total, first = household[dependants[k]], 0.0, k
        while k < dependants.size and household[dependants[k]] == home:
            total += need[dependants[k], CARE]
            k += 1
        burden[home] = total / (k - first)


def run(model: CommunityModel) -> None:
    """Gather what people see, then let them feel."""
    state, p, people, fixed = model.state, model.rates.mood, model.community.people, model.fixed
    c, s, town = state.citizens, model.scratch, state.municipality
    around(
        state.start, state.degree, columns(state.arcs), c.suffering, c.grievance, c.active,
        fixed.target, s.stress, s.heard, s.bridge, s.exposed, s.busy, s.mean_trust, p,
    )  # fmt: skip
    asks_above = model.rates.help.asks_above
    state.mean_trust, given_to, response = sights(
        c.received, fixed.target, s.asked_load, asks_above, c.helped, s.mean_trust
    )
    # What was agreed upon in public leaves less to quarrel over (section 5, row 30).
    discord = 1.0 - model.rates.learn.vision * town.followed
    comfort = around_usual(p.support, state.groups.capability[:, SUPPORT])
    burden = state.households.burden
    burdens(fixed.dependants, people.household, c.need, burden)
    feel(
        c.need, s.unmet, c.blow, c.suffering, c.rest_suffering, c.threshold, c.weeks_above,
        c.fatigue, c.anger, c.grievance, c.anchor, c.openness, c.generalised_trust, c.trust_anchor,
        c.trust_service, c.received, c.expected, c.past_ease, c.given, c.helped, c.refused,
        c.active, c.group, comfort, fixed.carer, burden, people.household, fixed.target,
        s.stress, s.heard, s.bridge, s.exposed, s.mean_trust, given_to,
        town.salience, response, discord, p,
    )  # fmt: skip
