"""Equation 8: people ask for a service, wait, give up, are served, are followed, are introduced."""

from __future__ import annotations

import math

import numpy as np

from resilienza_sim.model.state import NEED_SERVICE
from tests.reference.capital import factor
from tests.reference.chance import mix, u01
from tests.reference.columns import single
from tests.reference.practices import extra, match

WAITS = 64


def own_need(kinds, row, service) -> float:
    """Return the worst of the needs that a service answers."""
    return max((x for x, by in zip(kinds, row, strict=True) if by == service), default=0.0)


def arrivals(key, c, f, services, desk, unmet, p, a) -> None:
    """Ask with hazard seeking x trust x way / usual; give up with reneging x weeks waited / 26."""
    waiting, left, waited = desk.waiting, services.reneged, c.waited
    longest, kinds_of_service = waiting.shape[1] - 1, len(left)
    left[:], waiting[:] = 0, 0
    desk.seeking[:] = p.seeking * desk.hazard * services.asking
    for i, kinds in enumerate(c.need.tolist()):
        seen = 1.0 - (1.0 - float(desk.cover[f.quarter[i]])) * (1.0 - float(c.helped[i]))
        least = p.seeks_above * (1.0 - a.early_referral * seen)
        reachable = not c.distant[i] and c.informed_formal[i]
        way = factor(float(c.generalised_trust[i]), desk.usual_trust, desk.turning)
        way /= desk.usual_access
        for o in range(len(desk.obstacles)):
            way *= 1.0 - float(desk.obstacles[o]) * float(f.hindrance[i, o])
        for k in range(kinds_of_service):
            if c.in_care[i, k]:
                continue
            own = own_need(kinds, NEED_SERVICE[f.family[i]], k)
            u, seeking = u01(key, i * kinds_of_service + k), float(desk.seeking[k])
            have, weeks = float(c.trust_service[i, k]), int(waited[i, k])
            if not weeks:
                if reachable and own >= least and u < 1.0 - math.exp(-seeking * have * way):
                    waited[i, k] = 1
                    waiting[k, 0] += 1
                continue
            c.trust_service[i, k] = have - a.overload_distrust * float(desk.overload[k]) * have
            if own < p.closes_below:
                waited[i, k] = 0
            elif u < 1.0 - math.exp(-p.reneging * weeks / 26.0):
                have = float(c.trust_service[i, k])
                c.trust_service[i, k] = have - p.trust_loss * have
                waited[i, k] = 0
            else:
                waiting[k, min(weeks, longest)] += 1
                waited[i, k] = weeks + 1
            left[k] += not waited[i, k]


def open_cases(key, c, f, services, desk, unmet) -> None:
    """Serve those who waited longer than the cut, and a share of those at it."""
    waited, kinds = c.waited, len(services.served)
    services.served[:], services.intake[:], services.waits[:] = 0, 0, 0
    for i, k in np.ndindex(*waited.shape):
        weeks = int(waited[i, k]) - 1
        wait = min(weeks, WAITS - 1)
        if weeks < 0 or wait < desk.cut[k]:
            continue
        if wait == desk.cut[k] and u01(key, i * kinds + k) >= float(desk.share[k]):
            continue
        waited[i, k], c.in_care[i, k], c.followed[i, k] = 0, 1, 0
        c.reviewed[i, k] = own_need(c.need[i].tolist(), NEED_SERVICE[f.family[i]], k)
        services.served[k] += 1
        services.intake[k] += float(unmet[i])
        services.waits[k] += weeks


def follow(key, c, f, services, desk, unmet, w, p) -> tuple[float, float]:
    """A case meets the share 1 - e^(-strength with_others) of the service's own needs.

    It closes when next to nothing is left of them, or when a review finds no progress.
    """
    need, in_care, followed, reviewed = c.need, c.in_care, c.followed, c.reviewed
    since, cases, trust, informed = c.since_care, c.cases, c.trust_service, c.informed_informal
    opened, load = services.open_cases, services.load
    quality = desk.quality * desk.effort
    strength = desk.strength * desk.quality * desk.effort
    all_met = together = 0.0
    opened[:], load[:], cases[:] = 0, 0, 0
    since[since < 65535] += 1
    for i in range(len(unmet)):
        row, busy = NEED_SERVICE[f.family[i]], in_care[i].any() or followed[i].any()
        groups = 1.0 + w.community_yield * float(desk.cover[f.quarter[i]])
        others = groups * (1.0 + p.coproduction * float(c.helped[i]))
        for k in range(len(load)):
            if not in_care[i, k] and not followed[i, k]:
                continue
            open_now = bool(in_care[i, k])
            share = 1.0 if open_now else p.accompaniment
            q, strong = quality[k] * share, strength[k] * share
            alone, met = (1.0 - math.exp(-strong * x) for x in (1.0, others))
            for n in range(need.shape[1]):
                if row[n] == k:
                    have = float(need[i, n])
                    together += have * (met - alone)
                    need[i, n] = have * (1.0 - met)
                    all_met += have * met
            have = float(trust[i, k])
            trust[i, k] = have + (1.0 - have) * w.trust_gain * q
            if open_now:
                for column, rate in ((c.efficacy, p.efficacy_gain), (c.skill, p.education)):
                    have = float(column[i])
                    column[i] = have + (1.0 - have) * rate * q
                if not informed[i] and u01(key, i) < 1.0 - math.exp(-p.signposting):
                    informed[i] = 1
                since[i, k] = 0
                weeks, left = int(in_care[i, k]), own_need(need[i].tolist(), row, k)
                closed = left < w.closes_below
                if not closed and weeks % w.review_weeks == 0:
                    closed = left > (1.0 - w.progress) * float(reviewed[i, k])
                    reviewed[i, k] = left
                in_care[i, k] = 0 if closed else weeks + 1
                if closed and p.accompaniment > 0.0:
                    followed[i, k] = int(p.follow_up_weeks)
            else:
                followed[i, k] -= 1
            if in_care[i, k]:
                cases[i] += 1
                opened[k] += 1
                load[k] += 1.0
            elif followed[i, k]:
                load[k] += p.accompaniment
        if busy:
            unmet[i] = 1.0 - math.prod(1.0 - float(each) for each in need[i])
    return all_met, together


def introductions(key, pool, pool_i, cases, helped, can_meet, rate, out) -> int:
    """List the pairs not tied yet that are introduced, by who of the two is in care or helped.

    The places that the greatest hazard, 4 introduction, would find; then the share that is theirs.
    """
    pool_j, _layer, pool_active = pool
    most, place, places = 4.0 * rate, 0, []
    while most > 0.0 and place < len(pool_j):
        step = -math.log(1.0 - u01(key, place)) / most
        if step < len(pool_j) - place:
            places.append(place + int(step))
        place += math.floor(step) + 1
    found = 0
    for s in places:
        i, j = int(pool_i[s]), int(pool_j[s])
        h = float(helped[i]) + float(helped[j]) + bool(cases[i]) + bool(cases[j])
        chance = 1.0 - math.exp(-rate * h * can_meet)
        if not pool_active[s] and u01(mix(key, s), 1) * -math.expm1(-most) < chance:
            out[found] = s
            found += 1
    return found


def absent(operator, blow, suffering, threshold, sickness) -> float:
    """Mean over operators of 1 - e^(-sickness (blow + suffering over the threshold))."""
    away, count = 0.0, 0
    for is_one, b, s, t in zip(operator, blow, suffering, threshold, strict=True):
        if is_one:
            worn = single(max(float(s) - float(t), 0.0))
            away -= math.expm1(-sickness * single(float(b) + worn))
            count += 1
    return away / count if count else 0.0


def staff(services, desk, away, dip) -> None:
    """Equation 8: workers (1 - burnout) (1 - sick) (1 - dip); overload and hands follow."""
    for k in range(len(services.workers)):
        rested = single(1.0 - float(services.burnout[k]))
        here = (float(services.workers[k]) + float(services.extra[k])) * rested
        here *= 1.0 - away
        here *= 1.0 - dip
        caseload = float(services.caseload[k])
        desk.present[k] = here
        desk.overload[k] = min(1.0, int(services.queue[k]) / max(here * caseload, 1.0))
        needed = float(services.load[k]) / caseload
        desk.effort[k] = min(1.0, here / max(needed, 1e-9)) * (float(desk.caseload[k]) / caseload)


def room(services, desk, demand, routine_fit, learn) -> None:
    """Places are workers x caseload; those longest in the queue find the free ones."""
    for k in range(len(services.practice)):
        practice, kept = int(services.practice[k]), int(services.aside[k])
        able = 1.0 - learn.hesitation * int(services.hesitating[k])
        able *= math.exp(-learn.repertoire_cost * extra(practice | kept))
        own = able * single(1.0 - float(services.deciding[k]))
        fits = match(practice, demand)
        dip = single(1.0 - float(services.dip[k]))
        people = desk.waiting[k].tolist()
        places = float(desk.present[k]) * float(services.caseload[k])
        open_ = max(places - float(services.load[k]), 0.0)
        desk.quality[k] = (routine_fit + (1.0 - routine_fit) * fits) * dip * own
        services.queue[k], services.capacity[k] = sum(people), places
        desk.cut[k], desk.share[k] = -1, 1.0
        for weeks in range(len(people)):
            longer = sum(people[weeks + 1 :])
            if longer < open_ <= longer + people[weeks]:
                desk.cut[k], desk.share[k] = weeks, (open_ - longer) / people[weeks]
        if open_ == 0.0:
            desk.cut[k], desk.share[k] = len(people) - 1, 0.0


def wear(fatigue, burnout, workers, places, queue, operator, given, p) -> None:
    """Fatigue follows overload, burnout the fatigue above one half; operators share the load."""
    overload = [min(1.0, n / max(k, 1.0)) for n, k in zip(queue.tolist(), places, strict=True)]
    for k, over in enumerate(overload):
        f, b = float(fatigue[k]), float(burnout[k])
        f = single(f + single(single(1.0 - f) * single(p.wear)) * over)
        f = single(f - single(f * single(p.rest)) * (1.0 - over))
        spent = single(max(f - 0.5, 0.0))
        b = single(b + single(single(single(1.0 - b) * single(p.burnout_rate)) * spent))
        b = single(b - single(b * single(p.burnout_return)))
        fatigue[k], burnout[k] = f, b
    hands = workers.tolist()
    mean = sum(o * w for o, w in zip(overload, hands, strict=True)) / sum(hands)
    load = single(p.operator_load * mean)
    for i in range(len(given)):
        if operator[i]:
            have = float(given[i])
            given[i] = have + single(single(1.0 - have) * load)


def creep(level, a) -> None:
    """Each obstacle makes up the share `creeping` of its distance from where it started."""
    for o, name in enumerate(("cost", "distance", "bureaucracy")):
        have = float(level[o])
        level[o] = have + a.creeping * (getattr(a, f"obstacle_{name}") - have)
