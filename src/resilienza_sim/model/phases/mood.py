"""Phase 8, mood: suffering, fatigue, anger and rancour move together (equations 2, 3 and 4).

Equation 2, suffering (Hobfoll 1989: loss; Kaniasty & Norris 1993: ties carry stress and support).
    s  += (1-s) hit - back (s-s0)+ (1-hit)
    hit  = 1 - e^-(v blow (2 - left(B)) + nu U + chi mean_nb (s_j - s)+)
    back = 1 - e^-(rho c left(B) left(P) + h helped), with `chronic` for left(B) after more than D
           weeks above theta; left(x) = 1 + k (x - usual) of the reserve B (`model.reserves`) and
           of P
Equation 3, fatigue and anger (taking part costs: Perach et al. 2023).
    f  += phi load (1-f) - r_f c left(B) (1-load) f
          load = 1 - (1 - given/2) (1 - l_a active) (1 - l_c burden of a caregiver's household)
    a  += (1-a) (kappa_a U gap + kappa_c active (1 - mean tie trust)) - r_a a
          gap = 1 - (1 - short) (1 - l (P0 - P)+),  short = (expected - received)+
    c = (1 + k kappa_support) / (1 + k/2) for members of a group, 1 for the others; in equation 2
        times what company multiplies (`capital`)
Equation 4, grievance (Friedkin & Johnsen 1990: anchors; Hegselmann & Krause 2002: confidence;
Pettigrew & Tropp 2006: contact; Barlow et al. 2012: contact that goes wrong).
    g  += gamma [sigma W g + (1-sigma) g0 - g] + (1-g) (1 - e^-fuel) - b4 g bridge
    g0 += nu (g - g0) - h (g0 - temper): the mark that history leaves fades in years
    fuel = b1 U + b2 (out - own received)+ + b3 salience + b5 (own past ease - now)+
           + b6 exposed (1 + t threat),  threat = 1 - (1-salience) (1-U)
    bridge = 1 - e^-(sum of trust), exposed = 1 - e^-(sum of 1 - trust): in-person contacts with the
    out-group this week, above and not above the trust that makes a contact meaningful
Perceived support (Norris & Kaniasty 1996: help received holds up what people count on, which the
disaster wears away; Wang et al. 2021: support eases distress, distress drives support away).
    P  += (1-P) (1 - e^-(c1 helped + c2 surge+)) - P (1 - e^-(c3 U let + c4 (s-s0)+ + c2 surge-))
          + r (P0 - P),   let = 1 - (1 - short) (1 - refused)
    surge = m / (m + usual) - 1/2: help received in the town, m its mean, against what people are
            used to, which rises with it at `hoping` and falls at `letting_go`
Expectations, each one's and the town's, rise with a surge sooner than they fall (Tversky & Kahneman
1992: a loss weighs 2.25 times a gain): what fades is missed.
Own past, adaptation (Frederick & Loewenstein 1999; Hedberg 1981, unlearning): what was expected and
the ease of the past follow what is lived, upwards at rate `memory`, downwards at `unlearning`.
Generalised trust (equation 1): up by help, a surge seen and support felt, down by refusals,
insecurity, and a response or support below the usual; its anchor follows what is lived at rate
`trust_scar` (Dawson 2019: lasting, moved for a time).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model import reserves
from resilienza_sim.model.capital import look
from resilienza_sim.model.feelings import feel
from resilienza_sim.model.groups_life import SUPPORT, around_usual
from resilienza_sim.model.rates import PhaseParameters, shape
from resilienza_sim.model.state import NEEDS

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel
    from resilienza_sim.model.state import Municipality

__all__ = ["MoodParameters", "MoodRates", "burdens", "feel", "run", "sights", "surge_of"]

CARE = NEEDS.index("care")


class MoodParameters(PhaseParameters):
    """How people feel; the ranges keep every state in [0, 1] whatever is chosen in them."""

    blow: float = quantity(
        0.04,
        0.0,
        3.0,
        source="v of equation 2: fitted (scripts/calibrate_model.py) to the mental health of "
        "people flooded, whose errors leave open .01-.15",
    )
    burden: float = quantity(
        0.032,
        0.0,
        0.5,
        unit="per week",
        source="nu of equation 2, unmet need: suffering at rest, held by the trial of cash "
        "(McGuire et al. 2022)",
    )
    contagion: float = quantity(
        0.03, 0.0, 0.5, unit="per week", source="chi of equation 2; Kaniasty & Norris 1993; prior"
    )
    recovery: float = quantity(0.05, 0.0, 0.5, unit="per week", source="rho: prior .03-.10")
    help_effect: float = quantity(
        0.05, 0.0, 0.5, unit="per week", source="assumption: recovery added by help that meets all"
    )
    chronic: float = quantity(
        0.35, 0.0, 1.0, source="Hobfoll 1989, from memory: recovery left after too long above theta"
    )
    chronic_weeks: int = quantity(12, 1, 260, unit="weeks", source="D: prior 6-26")
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
        source="mere exposure raises g; Barlow et al. 2012 (from memory): contact that goes "
        "wrong weighs at least as much as good contact; size prior",
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
        source="citizens unlearn too: old expectations fade in a year; assumption: as fast "
        "as new ones are learnt",
    )
    support: float = quantity(
        1.0,
        0.0,
        1.0,
        source="support in a group's capability: members recover faster; neutral at 0.5; "
        "size assumption",
    )
    healing: float = quantity(
        0.004,
        0.0,
        0.1,
        unit="per week",
        source="assumption: the mark of history fades as fast as it is made, half in three years; "
        "0: never",
    )
    hoping: float = quantity(
        0.1,
        0.0,
        0.5,
        unit="per week",
        source="Suh, Diener & Fujita 1996 (from memory): people get used to what happens in "
        "three months; two thirds in ten weeks",
    )
    letting_go: float = quantity(
        0.045,
        0.0,
        0.5,
        unit="per week",
        source="Tversky & Kahneman 1992 (from memory): a loss weighs 2.25 times a gain; it "
        "is given up as much more slowly: assumption",
    )
    support_gain: float = quantity(
        0.03,
        0.0,
        0.5,
        unit="per week",
        source="Norris & Kaniasty 1996: help received raises what is counted on; size assumption",
    )
    support_seen: float = quantity(
        0.02,
        0.0,
        0.5,
        unit="per week",
        source="Zunin & Myers 2000, honeymoon: a surge of help is seen by all; size assumption",
    )
    support_loss: float = quantity(
        0.012,
        0.0,
        0.5,
        unit="per week",
        source="Kaniasty & Norris 1993, support deteriorates as it is needed and does not come; "
        "size assumption; 0 with `support_distress` 0: never",
    )
    support_distress: float = quantity(
        0.015,
        0.0,
        0.5,
        unit="per week",
        source="Wang et al. 2021: distress to later support beta -.09; size assumption",
    )
    support_return: float = quantity(
        0.015,
        0.0,
        0.3,
        unit="per week",
        source="assumption: back to a person's own level in a year",
    )
    support_eases: float = quantity(
        0.5,
        0.0,
        1.0,
        source="Wang et al. 2021: support to later distress beta -.10; size assumption; 0: off",
    )
    usual_support: float = quantity(
        0.648,
        0.0,
        1.0,
        source="mean perceived support of a quiet town, at which it is neutral "
        "(scripts/neutral_points.py)",
    )
    let_down: float = quantity(
        0.5,
        0.0,
        1.0,
        source="assumption: support lost angers as much as help that fails to come; 0: off",
    )
    spiral: float = quantity(
        0.91,
        0.0,
        1.0,
        source="Hobfoll 1989, loss spirals; sized so that an empty reserve leaves of recovery what "
        "being worn out does, `chronic`: (1 - .35) / .71; 0: off",
    )
    usual_reserve: float = quantity(
        0.71,
        0.0,
        1.0,
        source="mean reserve of a quiet town, at which it is neutral (scripts/neutral_points.py)",
    )
    reserve_drain: float = quantity(
        0.08,
        0.0,
        0.5,
        unit="per week",
        source="assumption: full fatigue and suffering halve a reserve in nine weeks",
    )
    reserve_rebuilding: float = quantity(
        0.02, 0.0, 0.5, unit="per week", source="assumption: two thirds are rebuilt in a year"
    )
    savings_drain: float = quantity(
        0.05,
        0.0,
        0.5,
        unit="per week",
        source="assumption: with no income, half of the savings in fourteen weeks",
    )
    savings_rebuilding: float = quantity(
        0.006, 0.0, 0.1, unit="per week", source="assumption: two thirds are rebuilt in three years"
    )
    trust_help: float = quantity(
        0.012, 0.0, 0.1, unit="per week", source="assumption: generalised trust from help received"
    )
    trust_response: float = quantity(
        0.006,
        0.0,
        0.1,
        unit="per week",
        source="assumption: from a collective response beyond or below what people are used to",
    )
    trust_support: float = quantity(
        0.003, 0.0, 0.1, unit="per week", source="assumption: from support felt or missed"
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
    trust_scar: float = quantity(
        0.0005,
        0.0,
        0.1,
        unit="per week",
        source="Dawson 2019: generalised trust reverts to a lasting level after what is lived; "
        "assumption: half of a lasting change is its own level in 27 years",
    )


MoodRates = shape("MoodRates", MoodParameters)


@kernel
def sights(received: Any, target: Any, mean_trust: Any) -> tuple[float, tuple[float, float], float]:
    """Return what everyone can see: mean trust in ties, help received by side, and by all.

    Help received: its mean over those not in the target groups and over those in them.
    """
    n, trust = target.size, 0.0
    to_targets, to_others, targets = 0.0, 0.0, 0
    for i in range(n):
        trust += mean_trust[i]
        targets += target[i]
        to_targets += received[i] if target[i] else 0.0
        to_others += 0.0 if target[i] else received[i]
    given_to = to_others / max(n - targets, 1), to_targets / max(targets, 1)
    return trust / n, given_to, (to_others + to_targets) / n


@kernel
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


def surge_of(town: Municipality, given: float, p: Any) -> float:
    """Return how far help goes beyond what people are used to, [-1/2, 1/2]; let them get used."""
    if math.isnan(town.usual_help):
        town.usual_help = given
    usual = town.usual_help
    town.usual_help += (p.hoping if given >= usual else p.letting_go) * (given - usual)
    return given / (given + usual) - 0.5 if given > 0.0 else 0.0


def run(model: CommunityModel) -> None:
    """Gather what people see, then let them feel."""
    look(model)
    state, p, people, fixed = model.state, model.rates.mood, model.community.people, model.fixed
    c, s, town = state.citizens, model.scratch, state.municipality
    state.mean_trust, given_to, given = sights(c.received, fixed.target, s.mean_trust)
    surge = surge_of(town, given, p)
    # What was agreed upon in public leaves less to quarrel over (section 5, row 30).
    discord = 1.0 - model.rates.learn.vision * town.followed
    comfort = around_usual(p.support, state.groups.capability[:, SUPPORT])
    burden = state.households.burden
    burdens(fixed.dependants, people.household, c.need, burden)
    climate = *given_to, town.salience, surge, discord, town.usual_company
    feel(
        c.handle,
        s.handle,
        model.people.handle,
        burden,
        comfort,
        climate,
        p.handle,
        model.rates.capital.handle,
    )
    reserves.run(model)
