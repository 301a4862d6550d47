"""Counts and sums over the citizens that several indicators ask for, each column read once."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from resilienza_sim.community.people import SEGMENTS
from resilienza_sim.kernels import kernel
from resilienza_sim.model.state import ADULT, NEEDS, SERVICES
from resilienza_sim.model.sums import total, total_of

__all__ = [
    "Care",
    "Moods",
    "Reach",
    "Surveys",
    "TakingPart",
    "care_of",
    "moods_of",
    "reach_of",
    "relying",
    "surveyed",
    "taking_part",
    "users",
]

_NEEDS, _SERVICES, _SEGMENTS = len(NEEDS), len(SERVICES), len(SEGMENTS)
_HALF = np.float32(0.5)


class Moods(NamedTuple):
    """Means over the citizens, and shares of them."""

    suffering: float
    unmet: float
    fatigue: float
    anger: float
    grievance: float
    efficacy: float
    bridge: float
    rancorous: float
    """Share whose grievance is above one half."""
    closed: float
    """Share of those among them who have next to no contact with the other side."""
    above: float
    """Citizens above their threshold of suffering."""
    weeks_above: float
    """Weeks that these have been above it, summed."""
    worn_out: float
    """Share of citizens above it for longer than `chronic` weeks."""


@kernel
def moods_of(citizens: Any, s: Any, chronic: float) -> Moods:
    """Read what people feel."""
    grievance, weeks_above, bridge = citizens.grievance, citizens.weeks_above, s.bridge
    n = grievance.size
    rancorous, closed, above, weeks, worn = 0, 0, 0, 0, 0
    apart = np.float32(0.1)
    for i in range(n):
        rancorous += grievance[i] > _HALF
        closed += (grievance[i] > _HALF) & (bridge[i] < apart)
        above += weeks_above[i] > 0
        weeks += weeks_above[i]
        worn += weeks_above[i] > chronic
    return Moods(
        total(citizens.suffering) / n,
        total(s.unmet) / n,
        total(citizens.fatigue) / n,
        total(citizens.anger) / n,
        total(grievance) / n,
        total(citizens.efficacy) / n,
        total(bridge) / n,
        rancorous / n,
        closed / n,
        float(above),
        float(weeks),
        worn / n,
    )


class Reach(NamedTuple):
    """Shares of the citizens whom help of one kind or the other can reach."""

    distant: float
    informed_formal: float
    informed_informal: float
    informed_distant: float
    """Share of the distant who are informed of the groups' help; nan if nobody is distant."""
    distant_citizens: float
    trusting: float
    """Share who trust people at large."""
    trust_services: float
    """Mean trust, over citizens and services."""
    linked: float
    """Share who are informed of the services, not distant, and trust them more than not."""


@kernel
def reach_of(citizens: Any) -> Reach:
    """Read who knows of help and trusts those who give it."""
    distant, generalised_trust = citizens.distant, citizens.generalised_trust
    informed_formal, informed_informal = citizens.informed_formal, citizens.informed_informal
    n, trust = distant.size, citizens.trust_service.ravel()
    far, formal, informal, reached, trusting, linked = 0, 0, 0, 0, 0, 0
    for i in range(n):
        far += distant[i]
        formal += informed_formal[i]
        informal += informed_informal[i]
        reached += informed_informal[i] & distant[i]
        trusting += generalised_trust[i] > _HALF
    for i in range(n):
        level = 0.0
        for s in range(_SERVICES):
            level += trust[_SERVICES * i + s]
        linked += (level > 0.5 * _SERVICES) & (informed_formal[i] == 1) & (distant[i] == 0)
    return Reach(
        far / n,
        formal / n,
        informal / n,
        reached / far if far else np.nan,
        float(far),
        trusting / n,
        total(trust) / trust.size,
        linked / n,
    )


class TakingPart(NamedTuple):
    """What the adults do, those who are old enough to take part."""

    active: float
    """Share of the adults active in a group."""
    members: float
    """Share of the adults who belong to one."""
    skill_in_use: float
    """Share of the adults' skill that those active among them have."""
    overlap: float
    """Overlap of the segments of those active in a group with those of all adults; nan if none."""


@kernel
def taking_part(citizens: Any, people: Any) -> TakingPart:
    """Read who takes part."""
    age, segment = people.age, people.segment
    active, group, skill = citizens.active, citizens.group, citizens.skill
    n = age.size
    adult, busy, inside = np.empty(n, np.uint8), np.empty(n, np.uint8), np.empty(n, np.uint8)
    adults, actives, members = 0, 0, 0
    for i in range(n):
        able = age[i] >= ADULT
        adult[i] = able
        busy[i] = able & (active[i] == 1)
        inside[i] = able & (active[i] == 1) & (group[i] >= 0)
        adults += able
        actives += able & (active[i] == 1)
        members += able & (group[i] >= 0)
    everyone, those = np.zeros(_SEGMENTS, np.int64), np.zeros(_SEGMENTS, np.int64)
    for i in range(n):
        everyone[segment[i]] += adult[i]
        if inside[i]:
            those[segment[i]] += 1
    shared, acting = 0.0, those.sum()
    for s in range(everyone.size):
        shared += abs(everyone[s] / adults - those[s] / max(acting, 1))
    return TakingPart(
        actives / adults,
        members / adults,
        total_of(skill, busy) / total_of(skill, adult),
        1.0 - 0.5 * shared if acting else np.nan,
    )


class Care(NamedTuple):
    """Citizens in need and in care; each count again for those in the target groups alone."""

    serious: float
    """With, of some kind, a need that sends to a service people whom nobody sees."""
    serious_target: float
    cared: float
    """Those among them helped this week, by a service, a tie or a group."""
    cared_target: float
    served: float
    """In care, whether or not they need it still."""
    concerned: float
    """In care or in serious need."""

    def service_coverage(self) -> float:
        """Return the share of those concerned who are in care; nan if there are none."""
        return self.served / self.concerned if self.concerned else float("nan")


@kernel
def care_of(citizens: Any, people: Any, threshold: float) -> Care:
    """Count who is in serious need, and who is cared for."""
    cases, followed, helped = citizens.cases, citizens.followed, citizens.helped
    target, level = people.target, citizens.need.ravel()
    n = target.size
    bad, least = np.empty(n, np.uint8), np.float32(threshold)
    for i in range(n):
        worst = False
        for k in range(_NEEDS):
            worst |= level[_NEEDS * i + k] >= least
        bad[i] = worst
    nobody = np.float32(0.0)
    serious, of_target, cared, cared_target, served, concerned = 0, 0, 0, 0, 0, 0
    for i in range(n):
        held = cases[i] > 0
        seen = held | (helped[i] > nobody)
        for k in range(_SERVICES):
            seen |= followed[i, k] > 0
        serious += bad[i]
        of_target += bad[i] & target[i]
        cared += bad[i] & seen
        cared_target += bad[i] & seen & target[i]
        served += held
        concerned += bad[i] | held
    return Care(
        float(serious),
        float(of_target),
        float(cared),
        float(cared_target),
        float(served),
        float(concerned),
    )


class Surveys(NamedTuple):
    """Shares of those whom surveys ask, people of 14 and over; nan where nobody is asked."""

    trusting: float
    """Who say that most people can be trusted."""
    satisfied: float
    """Who suffer less than the level given."""
    took_part: float
    """Who took part in a group in the last twelve months."""
    volunteered: float


@kernel
def surveyed(citizens: Any, people: Any, satisfied_below: float, year: int) -> Surveys:
    """Ask people."""
    trust, suffering = citizens.generalised_trust, citizens.suffering
    part, work = citizens.since_part, citizens.since_work
    age, least = people.age, np.float32(satisfied_below)
    asked, trusting, satisfied, took_part, volunteered = 0, 0, 0, 0, 0
    for i in range(age.size):
        able = age[i] >= ADULT
        asked += able
        trusting += able & (trust[i] > _HALF)
        satisfied += able & (suffering[i] < least)
        took_part += able & (part[i] < year)
        volunteered += able & (work[i] < year)
    if asked == 0:
        return Surveys(np.nan, np.nan, np.nan, np.nan)
    return Surveys(trusting / asked, satisfied / asked, took_part / asked, volunteered / asked)


@kernel
def users(citizens: Any, year: int) -> Any:
    """Count who had a case in the last twelve months, by service; last, who had a grant."""
    since, since_grant = citizens.since_care, citizens.since_grant
    counts = np.zeros(_SERVICES + 1, np.int64)
    for i in range(since_grant.size):
        for k in range(_SERVICES):
            counts[k] += since[i, k] < year
        counts[_SERVICES] += since_grant[i] < year
    return counts


@kernel
def relying(ties: Any, people: Any, home: int, least: float) -> float:
    """Return the share of the adults who trust somebody outside their household that much."""
    start, degree, trust, layer = ties.start, ties.degree, ties.trust, ties.layer
    age = people.age
    adults, some, enough = 0, 0, np.float32(least)
    for i in range(degree.size):
        if age[i] < ADULT:
            continue
        adults += 1
        for k in range(start[i], start[i] + degree[i]):
            if trust[k] > enough and not layer[k] & home:
                some += 1
                break
    return some / adults if adults else np.nan
