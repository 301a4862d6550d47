"""Phase 10, learn: who hears of help, what organisations practise (equations 11 and 12).

Word of mouth: P(reached) = 1 - (1-q)^exposures (1-b)^(reached neighbours); one campaign moves 5-9
points (Snyder et al. 2004). Less informed is not distant: two flags, and being distant is a third.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model import alliances, practices
from resilienza_sim.model.alliances import tied
from resilienza_sim.model.balance import DISTANT, count, distances_kept, factor
from resilienza_sim.model.rates import PhaseParameters, shape
from resilienza_sim.model.state import SERVICES
from resilienza_sim.model.tables import F64
from resilienza_sim.streams import halves, mix, u01

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["LearnParameters", "LearnRates", "distances", "refer", "run", "spread", "travel"]


class LearnParameters(PhaseParameters):
    """Visibility of help, practices, alliances."""

    campaign_reach: float = quantity(
        0.07, 0.0, 1.0, unit="per exposure", source="q: Snyder et al. 2004, 5-9 points a campaign"
    )
    word_of_mouth: float = quantity(
        0.0005,
        0.0,
        0.5,
        unit="per week",
        source="b: assumption, so that what is forgotten at rest is near .002 a week",
    )
    forgetting: float = quantity(
        0.002,
        0.0,
        0.1,
        unit="per week",
        source="what is forgotten a week, .0005-.002; where the past starts, and without a past",
    )
    estrangement: float = quantity(
        0.002,
        0.0,
        0.1,
        unit="per week",
        source="assumption: anger and refusals make people distant",
    )
    estranged_anyway: float = quantity(
        0.25, 0.0, 5.0, source="assumption: drift of those with no reason, as a share of the rate"
    )
    estranged_anger: float = quantity(
        2.0, 0.0, 20.0, source="assumption: drift added by full anger"
    )
    estranged_refused: float = quantity(
        0.5, 0.0, 20.0, source="assumption: drift added when everybody asked refuses"
    )
    approach_helped: float = quantity(
        10.0, 0.0, 200.0, source="assumption: how much a full help speeds the return"
    )
    approach: float = quantity(
        0.001, 0.0, 0.1, unit="per week", source="assumption: being helped brings people back"
    )
    exploit: float = quantity(
        0.02,
        0.0,
        0.5,
        unit="per week",
        source="March 1991: one attribute towards today's demand in about a year; prior",
    )
    explore: float = quantity(
        0.0005, 0.0, 0.1, unit="per week", source="assumption: trials that nobody pays for"
    )
    dip: float = quantity(0.3, 0.0, 0.9, source="Hedberg 1981, Tsang & Zahra 2008; plausible .1-.5")
    dip_weeks: float = quantity(
        16.0, 1.0, 104.0, unit="weeks", source="Hedberg 1981, Tsang & Zahra 2008; plausible 8-26"
    )
    giving_up: float = quantity(
        0.5,
        0.0,
        1.0,
        unit="per week",
        source="assumption: chance to go back to what was done before, where it fits better",
    )
    trial_dip: float = quantity(
        0.05,
        0.0,
        0.9,
        source="assumption: a small try takes the 24 hours of training of a paid pilot, .05 over "
        "16 weeks",
    )
    hesitation: float = quantity(
        0.3,
        0.0,
        0.9,
        source="Weick 1988 for hesitating until one acts; share of capacity: assumption",
    )
    undertaking: float = quantity(
        0.2,
        0.0,
        3.0,
        unit="per week",
        source="il fare (Weick 1988): assumption, half have tried something in a month",
    )
    unlearning: float = quantity(
        0.5,
        0.0,
        1.0,
        source="Hedberg 1981: who has unlearned before does so sooner and cheaper; size assumption",
    )
    unlearning_gain: float = quantity(
        0.2, 0.0, 1.0, unit="per change", source="assumption: five changes of practice teach most"
    )
    unlearning_fading: float = quantity(
        0.004, 0.0, 0.5, unit="per week", source="assumption: fades in a few years, as memory does"
    )
    repertoire_cost: float = quantity(
        0.01,
        0.0,
        0.2,
        unit="per attribute",
        source="a repertoire is costly to keep: assumption, 0 is off",
    )
    adoption: float = quantity(
        0.01,
        0.0,
        1.0,
        unit="per week",
        source="Rogers 2003: practices are compared with the best seen; about once in two years, "
        "prior; 0 is off",
    )
    alliance_learning: float = quantity(
        0.04,
        0.0,
        1.0,
        unit="per week",
        source="assumption: allies see each other's practice twice a year; 0 is off",
    )
    horizon_weeks: float = quantity(
        26.0,
        1.0,
        520.0,
        unit="weeks",
        source="a planning cycle is 26-52 weeks; the shorter",
    )
    referral: float = quantity(
        0.05,
        0.0,
        1.0,
        unit="per week",
        source="connection gives referrals: assumption, 0 is off",
    )
    services_invited: int = quantity(
        1, 0, 4, unit="services", source="assumption: one public service sits at a new table"
    )
    cooperation: float = quantity(
        1.0, 0.0, 1.0, source="convention: factor of commitment; 0 is connection alone"
    )
    vision: float = quantity(
        0.5,
        0.0,
        1.0,
        source="share of the doubt of allies, and of the conflict of taking part, that a "
        "wholly shared plan takes away; assumption",
    )
    alliance_memory: float = quantity(
        0.03, 0.0, 0.5, unit="per joint week", source="assumption: experience of working together"
    )
    alliance_forgetting: float = quantity(
        0.004, 0.0, 0.5, unit="per week", source="assumption: fades in a few years"
    )
    alliance_end: float = quantity(
        0.02, 0.0, 0.5, unit="per week", source="assumption: hazard without memory nor money"
    )
    lag_per_partner: float = quantity(
        0.5, 0.0, 10.0, unit="weeks", source="assumption: horizontal decisions; a third if vertical"
    )
    horizontal_cost: float = quantity(
        0.02, 0.0, 0.5, source="c in c n(n-1)/2 (1 - tau): assumption"
    )
    vertical_cost: float = quantity(0.05, 0.0, 0.5, source="c in c n: assumption")


LearnRates = shape("LearnRates", LearnParameters)


@kernel
def _reached(chance: float, most: int) -> Any:
    """Return (1 - chance)^n for n = 0 ... most: what is left unreached after n times."""
    left = np.ones(most + 1)
    for n in range(most):
        left[n + 1] = left[n] * (1.0 - chance)
    return left


@kernel
def spread(key: Any, citizens: Any, s: Any, news: Any, quarter: Any, fading: Any, p: Any) -> None:
    """Let people hear of help from campaigns and from those they have met, and forget.

    `fading` is the share of the informed of services, and of groups, who forget in a week. One draw
    of a person gives the two numbers, one for the services and one for the groups' help.
    """
    campaign_formal, campaign_informal = news
    formal, informal = citizens.informed_formal, citizens.informed_informal
    met_formal, met_informal = s.met_formal, s.met_informal
    missed = _reached(p.word_of_mouth, 255)
    deaf_formal = (1.0 - p.campaign_reach) ** campaign_formal
    deaf_informal = (1.0 - p.campaign_reach) ** campaign_informal
    for i in range(quarter.size):
        u, v = halves(mix(key, np.uint64(i)))
        q = quarter[i]
        if formal[i]:
            formal[i] = u >= fading[0]
        else:
            formal[i] = u < 1.0 - deaf_formal[q] * missed[met_formal[i]]
        if informal[i]:
            informal[i] = v >= fading[1]
        else:
            informal[i] = v < 1.0 - deaf_informal[q] * missed[met_informal[i]]


@kernel
def distances(key: Any, citizens: Any, outreach: Any, quarter: Any, approach: Any, p: Any) -> None:
    """Let people drift away when angry or refused, and come back when helped or reached.

    Low numbers bring back, high ones estrange: what brings one person near in an arm does not send
    away the same person in another.
    """
    distant, anger, refused = citizens.distant, citizens.anger, citizens.refused
    helped = citizens.helped
    # Whom even full help, full anger and refusal would leave where they are: most people.
    nearest = approach * (1.0 + p.approach_helped)
    farthest = p.estrangement * (p.estranged_anyway + p.estranged_anger + p.estranged_refused)
    for i in range(distant.size):
        u = u01(key, np.uint64(i))
        if distant[i]:
            reached = outreach[quarter[i]]
            if u < nearest + reached:
                h = approach * (1.0 + p.approach_helped * helped[i])
                if u < 1.0 - np.exp(-h) * (1.0 - reached):
                    distant[i] = 0
        elif u > 1.0 - farthest:
            why = p.estranged_anyway + p.estranged_anger * anger[i]
            why += p.estranged_refused * refused[i]
            if u >= np.exp(-p.estrangement * why):
                distant[i] = 1


@kernel
def refer(key: Any, citizens: Any, quarter: Any, tied: Any, p: Any) -> None:
    """Let allied organisations tell those they follow of one another.

    `tied` is, by quarter, the share of its groups allied with each service, and last with any.
    """
    cases, in_care, helped = citizens.cases, citizens.in_care, citizens.helped
    formal, informal = citizens.informed_formal, citizens.informed_informal
    anyone = tied.shape[1] - 1
    for i in range(cases.size):
        if cases[i] == 0 and helped[i] == 0.0:
            continue
        u, q = u01(key, np.uint64(i)), quarter[i]
        for k in range(in_care.shape[1]):
            if in_care[i, k] > 0 and u < p.referral * tied[q, k]:
                informal[i] = 1
        if helped[i] > 0.0 and u < p.referral * tied[q, anyone]:
            formal[i] = 1


@kernel
def travel(
    keys: Any, citizens: Any, s: Any, people: Any, news: Any, allied: Any, pace: Any, p: Any
) -> None:
    """Let news of help travel, people come nearer or drift away, the allied tell of one another."""
    formal, informal, approach = pace
    outreach, campaign_formal, campaign_informal = news
    quarter = people.quarter
    spread(
        keys[0], citizens, s, (campaign_formal, campaign_informal), quarter, (formal, informal), p
    )
    distances(keys[1], citizens, outreach, quarter, approach, p)
    if allied.any():
        refer(keys[2], citizens, quarter, allied, p)


_PRIOR_WEEKS = 13
"""Weeks of the whole town that the rate assumed is worth beside those counted: assumption."""


def informed(model: CommunityModel) -> F64:
    """Return how many know of the services, and of the groups' help, shape (2,)."""
    c = model.state.citizens
    return np.array([c.informed_formal.sum(), c.informed_informal.sum()], np.float64)


def forgetting(model: CommunityModel) -> F64:
    """Return the share of the informed who forget in a week: as many as hear of help at rest.

    Those who hear are counted in the town's past, whoever tells them; from week 0 on the share
    stays, so that without a shock or another purse news neither spreads nor is lost.
    """
    town, prior = model.state.municipality, _PRIOR_WEEKS * float(len(model.state.citizens))
    share: F64 = (town.heard + prior * model.rates.learn.forgetting) / (town.known + prior)
    return share


def count_news(model: CommunityModel, knew: F64, fading: F64) -> None:
    """Count, in the past, who has heard of help since last week; `knew` were informed before."""
    town, now = model.state.municipality, informed(model)
    before = town.informed if town.known.any() else knew
    town.heard = town.heard + now - before + fading * knew
    town.known = town.known + knew
    town.informed = now


_PROCESSES = ("hear", "distance", "refer")


def run(model: CommunityModel) -> None:
    """Let news of help travel, people come nearer or drift away, organisations learn."""
    state, scratch, effort = model.state, model.scratch, model.effort
    c, groups, tables = state.citizens, state.groups, state.alliances
    knew, fading = informed(model), forgetting(model)
    distances_flow = distances_kept(model) if state.week < 0 else (0.0, 0.0)
    p = model.rates.learn
    allied = tied(
        tables.alive,
        tables.services,
        groups.alive,
        groups.alliance,
        groups.quarter,
        len(SERVICES),
        len(effort.outreach),
    )
    travel(
        model.streams.keys(_PROCESSES, state.week),
        c.handle,
        scratch.handle,
        model.people.handle,
        (effort.outreach, effort.campaign_formal, effort.campaign_informal),
        allied,
        (*fading.tolist(), p.approach * factor(model, DISTANT)),
        p.handle,
    )
    if state.week < 0:
        count_news(model, knew, fading)
        count(model, DISTANT, *distances_flow)
    practices.learn(model)
    alliances.ally(model)
