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
from resilienza_sim.model.groups_life import SUPPORT, around_usual
from resilienza_sim.model.rates import PhaseParameters, shape

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["MoodParameters", "MoodRates", "feel", "run"]


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
def feel(
    need: Any, unmet: Any, blow: Any, suffering: Any, rest: Any, threshold: Any, above: Any,
    fatigue: Any, anger: Any, grievance: Any, anchor: Any, openness: Any, gtrust: Any,
    gtrust_anchor: Any, trust_service: Any, received: Any, expected: Any, past: Any, given: Any,
    helped: Any, refused: Any, active: Any, group: Any, comfort: Any, carer: Any, burden: Any,
    household: Any, target: Any, stress: Any, heard: Any, bridge: Any, exposed: Any,
    mean_trust: Any, out_received: Any, salience: float, response: float, discord: float, p: Any,
) -> None:  # fmt: skip
    """Move the mood of each citizen by one week."""
    for i in range(suffering.size):
        u, s, f = unmet[i], suffering[i], fatigue[i]
        hit = 1.0 - np.exp(-(p.blow * blow[i] + p.burden * u + p.contagion * stress[i]))
        care = comfort[group[i]] if group[i] >= 0 else 1.0
        rate = p.recovery * care
        if above[i] > p.chronic_weeks:
            rate *= p.chronic
        back = 1.0 - np.exp(-(rate + p.help_effect * helped[i]))
        s_new = s + (1.0 - s) * hit - back * max(0.0, s - rest[i]) * (1.0 - hit)
        above[i] = above[i] + 1 if s_new > threshold[i] else 0

        load = 1.0 - (1.0 - 0.5 * given[i]) * (1.0 - p.active_load * active[i])
        if carer[i]:
            load = 1.0 - (1.0 - load) * (1.0 - p.care_load * burden[household[i]])
        f_new = f + p.tiring * load * (1.0 - f) - p.resting * care * (1.0 - load) * f

        short = max(0.0, expected[i] - received[i])
        a = anger[i]
        clash = active[i] * (1.0 - mean_trust[i]) * discord
        a_new = a + (1.0 - a) * (p.disappointment * u * short + p.conflict * clash) - p.calming * a

        ease = 1.0 - s_new
        lost = max(0.0, past[i] - ease)
        envy = max(0.0, out_received[target[i]] - received[i])
        g = grievance[i]
        drift = p.influence * (openness[i] * heard[i] + (1.0 - openness[i]) * anchor[i] - g)
        fuel = p.from_unmet * u + p.from_envy * envy + p.from_threat * salience + p.from_loss * lost
        threat = 1.0 - (1.0 - salience) * (1.0 - u)
        fuel += p.from_exposure * exposed[i] * (1.0 + p.threat * threat)
        g_new = g + drift + (1.0 - g) * (1.0 - np.exp(-fuel)) - p.from_contact * g * bridge[i]
        anchor[i] += p.scar * (g_new - anchor[i])

        t, ts = gtrust[i], 0.0
        for k in range(trust_service.shape[1]):
            ts += trust_service[i, k] / trust_service.shape[1]
        up = p.trust_help * helped[i] + p.trust_response * response
        down = p.trust_refusal * refused[i] + p.trust_insecurity * need[i, 1]
        pull = p.trust_return * (gtrust_anchor[i] - t) + p.trust_institutions * (ts - t) * 0.5
        gtrust[i] = t + (1.0 - t) * up - t * down + pull

        suffering[i], fatigue[i], anger[i], grievance[i] = s_new, f_new, a_new, g_new
        received[i] += 0.2 * (helped[i] - received[i])
        learning = p.memory if received[i] >= expected[i] else p.unlearning
        expected[i] += learning * (received[i] - expected[i])
        learning = p.memory if ease >= past[i] else p.unlearning
        past[i] += learning * (ease - past[i])


def run(model: CommunityModel) -> None:
    """Gather what people see, then let them feel."""
    state, p, people, fixed = model.state, model.rates.mood, model.community.people, model.fixed
    c, s = state.citizens, model.scratch
    state.mean_trust = float(s.mean_trust.mean(dtype=np.float64))
    # What the other side is seen to receive: mean help of the out-group, for each side.
    mine = np.bincount(fixed.target, weights=c.received, minlength=2)
    size = np.maximum(np.bincount(fixed.target, minlength=2), 1)
    out_received = (mine / size)[::-1].copy()
    in_need = s.asked_load > model.rates.help.asks_above
    response = float(c.helped[in_need].mean()) if in_need.any() else 0.0
    # What was agreed upon in public leaves less to quarrel over (section 5, row 30).
    discord = 1.0 - model.rates.learn.vision * state.municipality.followed
    households = state.households
    comfort = around_usual(p.support, state.groups.capability[:, SUPPORT])
    _burdens(model)
    feel(
        c.need, s.unmet, c.blow, c.suffering, c.rest_suffering, c.threshold, c.weeks_above,
        c.fatigue, c.anger, c.grievance, c.anchor, c.openness, c.generalised_trust, c.trust_anchor,
        c.trust_service, c.received, c.expected, c.past_ease, c.given, c.helped, c.refused,
        c.active, c.group, comfort, fixed.carer, households.burden, people.household, fixed.target,
        s.stress, s.heard, s.bridge, s.exposed, s.mean_trust, out_received,
        state.municipality.salience, response, discord, p,
    )  # fmt: skip


def _burdens(model: CommunityModel) -> None:
    """Write the care need that the dependants of each household are left with."""
    fixed, people = model.fixed, model.community.people
    weights = model.state.citizens.need[:, 2] * fixed.dependant
    n = len(model.state.households)
    total = np.bincount(people.household, weights=weights, minlength=n)
    model.state.households.burden[:] = total / np.maximum(fixed.dependants_at_home, 1.0)
