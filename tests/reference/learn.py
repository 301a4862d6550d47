"""Equation 12: news of help travels; people drift away from help and come back."""

from __future__ import annotations

import math

from tests.reference.alliances import tied
from tests.reference.chance import halves, mix, u01


def spread(
    key,
    formal,
    informal,
    met_formal,
    met_informal,
    campaign_formal,
    campaign_informal,
    quarter,
    fading,
    p,
) -> None:
    """P(reached) = 1 - (1-q)^exposures (1-b)^(informed people met); the informed may forget."""
    for i, q in enumerate(quarter.tolist()):
        for u, flag, met, campaign, lost in zip(
            halves(mix(key, i)),
            (formal, informal),
            (met_formal, met_informal),
            (campaign_formal, campaign_informal),
            fading,
            strict=True,
        ):
            if flag[i]:
                flag[i] = u >= lost
                continue
            unreached = 1.0
            for _ in range(int(met[i])):
                unreached *= 1.0 - p.word_of_mouth
            miss = (1.0 - p.campaign_reach) ** float(campaign[q]) * unreached
            flag[i] = u < 1.0 - miss


def refer(key, cases, in_care, helped, quarter, tied, formal, informal, p) -> None:
    """Equation 9, connection: allied services tell of groups, allied groups tell of services."""
    for i in range(len(cases)):
        u, here = u01(key, i), tied[quarter[i]]
        if any(weeks and u < p.referral * float(here[k]) for k, weeks in enumerate(in_care[i])):
            informal[i] = 1
        if helped[i] > 0 and u < p.referral * float(here[-1]):
            formal[i] = 1


def distances(key, distant, anger, refused, helped, outreach, quarter, p) -> None:
    """Anger and refusals estrange, drawn high; help and a knock on the door bring back, low."""
    for i in range(len(distant)):
        u = u01(key, i)
        if distant[i]:
            h = p.approach * (1.0 + p.approach_helped * float(helped[i]))
            miss = math.exp(-h) * (1.0 - float(outreach[quarter[i]]))
            distant[i] = u >= 1.0 - miss
        else:
            h = p.estrangement * (
                p.estranged_anyway
                + p.estranged_anger * float(anger[i])
                + p.estranged_refused * float(refused[i])
            )
            distant[i] = u >= math.exp(-h)


def travel(
    keys,
    formal,
    informal,
    met_formal,
    met_informal,
    campaign_formal,
    campaign_informal,
    distant,
    anger,
    refused,
    helped,
    outreach,
    cases,
    in_care,
    quarter,
    tables,
    masks,
    living,
    at,
    where,
    services,
    fading,
    p,
) -> None:
    """News travel, people come nearer or drift away, the allied tell of one another."""
    hear, distance, tell = keys.tolist()
    spread(
        hear,
        formal,
        informal,
        met_formal,
        met_informal,
        campaign_formal,
        campaign_informal,
        quarter,
        fading,
        p,
    )
    distances(distance, distant, anger, refused, helped, outreach, quarter, p)
    shares = tied(tables, masks, living, at, where, services, len(outreach))
    refer(tell, cases, in_care, helped, quarter, shares, formal, informal, p)
