"""Equation 12: news of help travels; people drift away from help and come back."""

from __future__ import annotations

import math

from tests.reference.chance import halves, mix, u01


def spread(key, citizens, s, news, quarter, fading, p) -> None:
    """P(reached) = 1 - (1-q)^exposures (1-b)^(informed people met); the informed may forget."""
    campaign_formal, campaign_informal = news
    formal, informal = citizens.informed_formal, citizens.informed_informal
    met_formal, met_informal = s.met_formal, s.met_informal
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


def refer(key, citizens, quarter, tied, p) -> None:
    """Equation 9, connection: allied services tell of groups, allied groups tell of services."""
    cases, in_care, helped = citizens.cases, citizens.in_care, citizens.helped
    formal, informal = citizens.informed_formal, citizens.informed_informal
    for i in range(len(cases)):
        u, here = u01(key, i), tied[quarter[i]]
        if any(weeks and u < p.referral * float(here[k]) for k, weeks in enumerate(in_care[i])):
            informal[i] = 1
        if helped[i] > 0 and u < p.referral * float(here[-1]):
            formal[i] = 1


def distances(key, citizens, outreach, quarter, approach, p) -> None:
    """Anger and refusals estrange, drawn high; help and a knock on the door bring back, low."""
    distant, anger, refused = citizens.distant, citizens.anger, citizens.refused
    helped = citizens.helped
    for i in range(len(distant)):
        u = u01(key, i)
        if distant[i]:
            h = approach * (1.0 + p.approach_helped * float(helped[i]))
            miss = math.exp(-h) * (1.0 - float(outreach[quarter[i]]))
            distant[i] = u >= 1.0 - miss
        else:
            h = p.estrangement * (
                p.estranged_anyway
                + p.estranged_anger * float(anger[i])
                + p.estranged_refused * float(refused[i])
            )
            distant[i] = u >= math.exp(-h)


def travel(keys, citizens, s, people, news, allied, pace, p) -> None:
    """News travel, people come nearer or drift away, the allied tell of one another."""
    hear, distance, tell = keys.tolist()
    *fading, approach = pace
    outreach, *campaigns = news
    spread(hear, citizens, s, campaigns, people.quarter, fading, p)
    distances(distance, citizens, outreach, people.quarter, approach, p)
    refer(tell, citizens, people.quarter, allied, p)
