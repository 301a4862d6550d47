"""Social capital in use: generalised trust, the collective efficacy of quarters, company.

Generalised trust, where there is no tie to trust. What a person of trust t does is multiplied by
    trusting(t) = (1 + w t) / (1 + w t_usual),
1 at the mean of Italy: asking those trusted little, joining. Who is asked by somebody trusted
little, or not known, weighs own generalised trust (Uslaner 2002; Bekkers 2012: it predicts
volunteering; Dawson 2019: it is a lasting trait, moved for a time).

Collective efficacy of a quarter (Sampson, Raudenbush & Earls 1997: cohesion and trust, and the
expectation that neighbours step in), the mean of three parts, each 1/2 at its usual level:
    E += r (mean_k x_k / (x_k + x_k,usual) - E),
x: generalised trust, trust along ties of neighbours and of the building (sum, a resident), share of
the adults who are active. Its uses:
    a hit becomes e_i (2 (1 - E))^b: measures kept in a pandemic (Durante, Guiso & Gulino 2021;
    Bartscher et al. 2021), warning and checking on each other in a disaster (Klinenberg 2002;
    Bouchama et al. 2007; Aldrich & Sawada 2015), none where neighbours can do nothing;
    help between neighbours who do not know each other comes 2 E times as often as usual.

Company: m += r (1 - e^-(trust along this week's contacts outside the household + b group) - m).
Who has it recovers faster and is less alone (Zalta et al. 2021; Mead et al. 2010; Cruwys et al.
2013): by (1 + k m) / (1 + k n), 1 at the company n that people hold their own against. Being lonely
is having less than what one expects (Perlman & Peplau 1981), and what one expects is partly what
others have (Festinger 1954): when all have less, each misses it less,
    n = (1 - c) m_usual + c m_town,  1 / (1 + k m_town) = mean of 1 / (1 + k m).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from resilienza_sim.community.ties import Layer
from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model.around import IN_PERSON, REMOTE
from resilienza_sim.model.generalised import trusting
from resilienza_sim.model.groups_life import SUPPORT
from resilienza_sim.model.mutual_aid import informally_met, met_part
from resilienza_sim.model.network import row
from resilienza_sim.model.rates import PhaseParameters, shape
from resilienza_sim.model.state import ADULT
from resilienza_sim.model.tables import F32, F64
from resilienza_sim.streams import arc_id, halves, mix, u01

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = [
    "CapitalParameters",
    "CapitalRates",
    "ask_neighbours",
    "guard",
    "look",
    "look_around",
    "shield",
    "usual_company",
]

HOUSEHOLD = int(Layer.HOUSEHOLD)
NEAR = int(Layer.BUILDING) | int(Layer.NEIGHBOURHOOD)
_MET, _LAYERS = IN_PERSON | REMOTE, 2 * int(max(Layer)) - 1
"""All the bits of how people met, and of the layers."""


class CapitalParameters(PhaseParameters):
    """Generalised trust in use, collective efficacy of quarters, company; 0 turns each use off."""

    usual_trust: float = quantity(
        0.355,
        0.01,
        1.0,
        source="measured in towns at rest with the figures of Italy, where 23.9 % trust most "
        "people (ISTAT BES 2019; scripts/social_capital.py)",
    )
    usual_local: float = quantity(
        0.32,
        0.01,
        50.0,
        unit="trust a resident",
        source="measured in towns at rest (scripts/social_capital.py): ties of neighbours and of "
        "the building",
    )
    usual_active: float = quantity(
        0.056,
        0.001,
        1.0,
        source="measured in towns at rest with the figures of Italy, where 9.8 % volunteered in "
        "twelve months (ISTAT BES 2019; scripts/social_capital.py)",
    )
    usual_company: float = quantity(
        0.43,
        0.01,
        1.0,
        source="measured in towns at rest (scripts/social_capital.py): what leaves the mean of "
        "1 / (1 + k m), and with it suffering, as it is",
    )
    asking: float = quantity(
        1.0,
        0.0,
        20.0,
        source="assumption: who trusts people at large fully asks those trusted little half as "
        "often again as the average person",
    )
    helping: float = quantity(
        2.0,
        0.0,
        10.0,
        source="assumption: b6 beside equation 5, generalised trust where there is no tie trust; "
        "somewhat less than the 2.5 of trust along the tie",
    )
    joining: float = quantity(
        1.0,
        0.0,
        20.0,
        source="Bekkers 2012 (from memory), trust predicts who volunteers; size assumption",
    )
    turning: float = quantity(
        0.3,
        0.0,
        20.0,
        source="assumption: trust in people at large counts little beside trust in the service",
    )
    neighbours: float = quantity(
        0.3,
        0.0,
        1.0,
        unit="chance a week",
        source="assumption: who is in full need comes across a neighbour not known in three weeks "
        "of ten",
    )
    reputation: float = quantity(
        0.005,
        0.0,
        1.0,
        unit="per week",
        source="Sampson 2012 (from memory): collective efficacy lasts over years; assumption: "
        "what a quarter expects of itself is half new in less than three",
    )
    distancing: float = quantity(
        5.0,
        0.0,
        20.0,
        source="fitted (scripts/social_capital.py) to Bartscher et al. 2021: +1 sd of social "
        "capital, 6-35 % fewer excess deaths. Sized on its middle, a fifth, when pandemics were "
        "stronger; 13 % (11-16) less suffering due to the present one. Not sized again: 10 gives a "
        "fifth, and six times the hits in a quarter whose efficacy is .4 for .5",
    )
    watching: float = quantity(
        1.0,
        0.0,
        20.0,
        source="assumption: what a hit leaves falls in proportion to what neighbours do not do; "
        "sign from Bouchama et al. 2007 (social contact in heat waves, odds ratio .40) and Aldrich "
        "& Sawada 2015",
    )
    keeping_company: float = quantity(
        0.1, 0.0, 1.0, unit="per week", source="assumption: company is that of the last months"
    )
    belonging: float = quantity(
        0.5,
        0.0,
        10.0,
        unit="trust",
        source="assumption: a group of the usual support is worth the company of one trusted "
        "contact a week; Cruwys et al. 2013 for the sign",
    )
    remote_weight: float = quantity(
        0.5, 0.0, 1.0, source="assumption: a remote contact is worth half of a face-to-face one"
    )
    easing: float = quantity(
        1.5,
        0.0,
        20.0,
        source="sized on befriending (Mead et al. 2010): fitted (scripts/social_capital.py); "
        "recovery of those who have company",
    )
    comparing: float = quantity(
        0.5,
        0.0,
        1.0,
        source="Perlman & Peplau 1981, Festinger 1954 (from memory) for the sign; assumption: half "
        "of what people expect is what others have, half does not change; 0: none of it, 1: all",
    )
    accompanying: float = quantity(
        1.5,
        0.0,
        20.0,
        source="assumption: isolation passes the faster for company as suffering does",
    )


CapitalRates = shape("CapitalRates", CapitalParameters)


@kernel
def _weights(remote_weight: float) -> Any:
    """Return what a tie of each kind counts, by how people met and its layers, and how local it is.

    Looked up, since this is asked of every tie every week.
    """
    seen, known = np.zeros((_MET + 1, _LAYERS + 1)), np.zeros(_LAYERS + 1)
    for which in range(_LAYERS + 1):
        if which & HOUSEHOLD:
            continue
        known[which] = int(which & NEAR != 0)
        for how in range(_MET + 1):
            seen[how, which] = int(how & IN_PERSON != 0) + remote_weight * int(how & REMOTE != 0)
    return seen, known


@kernel
def look_around(ties: Any, citizens: Any, people: Any, warmth: Any, efficacy: Any, p: Any) -> None:
    """Move the company that each person has and the efficacy of each quarter by one week.

    `warmth` is what belonging to each group is worth this week. What a quarter has never been
    looked at for is taken as it is found.
    """
    start, degree = ties.start, ties.degree
    trust, active, group = citizens.generalised_trust, citizens.active, citizens.group
    company = citizens.company
    quarter, age = people.quarter, people.age
    tie_trust, layer, mark = ties.trust, ties.layer, ties.mark
    trusted, near = np.zeros(efficacy.size), np.zeros(efficacy.size)
    residents, adults = np.zeros(efficacy.size), np.zeros(efficacy.size)
    doing = np.zeros(efficacy.size)
    seen, known = _weights(p.remote_weight)
    for i in range(degree.size):
        met, local = 0.0, 0.0
        first, end = row(start, degree, i)
        for k in range(first, end):
            tau, which = np.float64(tie_trust[k]), np.uint64(layer[k] & _LAYERS)
            met += tau * seen[np.uint64(mark[k] & _MET), which]
            local += tau * known[which]
        if group[i] >= 0:
            met += warmth[group[i]]
        company[i] += p.keeping_company * (1.0 - np.exp(-met) - company[i])
        q = quarter[i]
        trusted[q] += trust[i]
        near[q] += local
        residents[q] += 1.0
        if age[i] >= ADULT:
            adults[q] += 1.0
            doing[q] += active[i]
    for q in range(efficacy.size):
        if residents[q] == 0.0:
            continue
        people, ties = trusted[q] / residents[q], near[q] / residents[q]
        acting = doing[q] / max(adults[q], 1.0)
        found = people / (people + p.usual_trust) + ties / (ties + p.usual_local)
        found = (found + acting / (acting + p.usual_active)) / 3.0
        moved = p.reputation * (found - efficacy[q])
        efficacy[q] = found if efficacy[q] == 0.0 else efficacy[q] + moved


@kernel
def guard(exposure: Any, quarter: Any, kept: Any, out: Any) -> None:
    """Write the exposure that is left where neighbours keep part of the hit from each other."""
    for i in range(exposure.size):
        out[i] = exposure[i] * kept[quarter[i]]


@kernel
def ask_neighbours(
    key: Any, people: Any, citizens: Any, s: Any, meets: Any, b0: float, p: Any, c: Any
) -> float:
    """Let those in need be helped by neighbours they have no tie with; return the need met.

    `meets` is how often strangers meet in each quarter, `b0` readiness to help, calls included.
    Each comes across one neighbour a week at most, drawn by name, asks with the chance that need
    and own trust give, and is helped with sigma(b0 - b3 s - b4 f - b5 g + b6 (t - usual)) by what
    is left of the other's capacity. No need to know of any help: the distant are reached too.
    """
    quarter, household, begins = people.quarter, people.household, people.quarter_start
    target = people.target
    suffering, fatigue, grievance = citizens.suffering, citizens.fatigue, citizens.grievance
    skill, active, trust = citizens.skill, citizens.active, citizens.generalised_trust
    need, helped, given = citizens.need, citizens.helped, citizens.given
    load = s.asked_load
    kinds, all_met = informally_met(p), 0.0
    for i in range(load.size):
        u, q = load[i], quarter[i]
        if u < p.asks_above:
            continue
        comes, which = halves(mix(key, np.uint64(i)))
        if comes >= meets[q]:
            continue  # no chance is higher
        chance = meets[q] * (1.0 - (1.0 - u) ** trusting(trust[i], c.usual_trust, c.asking))
        if comes >= chance:
            continue
        j = begins[q] + int(which * (begins[q + 1] - begins[q]))
        if household[j] == household[i]:
            continue
        will = b0 - p.b3 * suffering[j] - p.b4 * fatigue[j]
        will += c.helping * (trust[j] - c.usual_trust)
        if target[i] != target[j]:
            will -= p.b5 * grievance[j]
        if u01(mix(key, arc_id(i, j)), np.uint64(1)) >= 1.0 / (1.0 + np.exp(-will)):
            continue
        room = p.capacity * (1.0 - fatigue[j]) * (1.0 - load[j]) * (0.5 + 0.5 * skill[j])
        room *= (1.0 + p.active_boost * active[j]) * (1.0 - given[j])
        if room <= 0.0:
            continue
        part, busy = min(1.0, room / u), min(1.0, u / room)
        given[j] += (1.0 - given[j]) * busy
        met = 1.0 - np.exp(-p.strength * part * (0.5 + 0.5 * skill[j]))
        before, after = met_part(need[i], met, kinds)
        helped[i] = 1.0 - (1.0 - helped[i]) * (after / before)
        all_met += before - after
    return all_met


@kernel
def usual_company(company: Any, p: Any) -> float:
    """Return the company that people hold their own against this week."""
    left = 0.0
    for i in range(company.size):
        left += 1.0 / (1.0 + p.easing * company[i])
    if p.easing == 0.0 or left == 0.0:
        return float(p.usual_company)
    town = (company.size / left - 1.0) / p.easing
    return float((1.0 - p.comparing) * p.usual_company + p.comparing * town)


def warmth_of(model: CommunityModel) -> F64:
    """Return what belonging to each group is worth this week, as trust: 0 where it is dead.

    A group of the usual support is worth `belonging`; of what closed places take, part is remote.
    """
    p, groups = model.rates.capital, model.state.groups
    met = 1.0 - model.state.municipality.contact_closed * (1.0 - p.remote_weight)
    support = 2.0 * groups.capability[:, SUPPORT].astype(np.float64)
    warmth: F64 = p.belonging * met * support * groups.alive
    return warmth


def look(model: CommunityModel) -> None:
    """Let company and efficacy follow contacts, trust, activity; what is usual follows them."""
    state = model.state
    c = state.citizens
    look_around(
        state.ties,
        c.handle,
        model.people.handle,
        warmth_of(model),
        state.quarters.efficacy,
        model.rates.capital.handle,
    )
    state.municipality.usual_company = usual_company(c.company, model.rates.capital.handle)


def kept_off(model: CommunityModel, protects: str) -> F64 | None:
    """Return, by quarter, the share of a hit that neighbours do not keep off; none: all of it."""
    p = model.rates.capital
    strength = {"distance": p.distancing, "watch": p.watching}.get(protects, 0.0)
    if strength == 0.0:
        return None
    kept: F64 = (2.0 * (1.0 - model.state.quarters.efficacy)) ** strength
    return kept


def shield(model: CommunityModel, exposure: F32, protects: str) -> F32:
    """Return the exposure that is left of a shock's once neighbours have done what they can."""
    kept = kept_off(model, protects)
    if kept is None:
        return exposure
    left = np.empty_like(exposure)
    guard(exposure, model.community.people.quarter, kept, left)
    return left
