"""Equation 8: people ask for a service, wait, give up, are served, are followed, are introduced."""

from __future__ import annotations

import math

import numpy as np

from tests.reference.capital import factor
from tests.reference.chance import mix, u01
from tests.reference.columns import single
from tests.reference.practices import extra, match

WAITS = 64


def arrivals(
    key, need, service_of, queue, waited, in_care, informed, distant, trust, helped, quarter, cover,
    weight, level, usual, unmet, severity, overload, waiting, left, work, p, a,
    generalised, c,
) -> None:  # fmt: skip
    """Ask with hazard seeking x trust x way / usual; give up with reneging x weeks waited / 26."""
    longest = waiting.shape[1] - 1
    left[:] = 0
    for i, kinds in enumerate(need.tolist()):
        if in_care[i]:
            continue
        if not queue[i]:
            worst = max(kinds)
            seen = 1.0 - (1.0 - float(cover[quarter[i]])) * (1.0 - float(helped[i]))
            least = p.seeks_above * (1.0 - a.early_referral * seen)
            if distant[i] or not informed[i] or worst < least:
                continue
            # A citizen without any need goes, if at all, to the first service.
            to = int(service_of[kinds.index(worst)])
            way = factor(float(generalised[i]), c.usual_trust, c.turning)
            for o in range(len(level)):
                way *= 1.0 - float(level[o]) * float(weight[i, o])
            if u01(key, i) < 1.0 - math.exp(-p.seeking * float(trust[i, to]) * way / usual):
                queue[i], waited[i] = to + 1, 0
        else:
            to = int(queue[i]) - 1
            waited[i] += 1
            have = float(trust[i, to])
            trust[i, to] = have - a.overload_distrust * float(overload[to]) * have
            if u01(key, i) < 1.0 - math.exp(-p.reneging * int(waited[i]) / 26.0):
                have = float(trust[i, to])
                trust[i, to] = have - p.trust_loss * have
                queue[i] = 0
                left[to] += 1
        if queue[i]:
            to = int(queue[i]) - 1
            waiting[to, min(int(waited[i]), longest)] += 1
            work[to] += math.exp(p.severity_work * (float(unmet[i]) - float(severity[to])))


def open_cases(
    key, queue, waited, in_care, followed, care_by, care_quality, cut, cut_share, quality, length,
    unmet, severity, served, intake, waits, severity_work,
) -> None:  # fmt: skip
    """Serve those who waited longer than the cut, and a share of those at it."""
    served[:], intake[:], waits[:] = 0, 0, 0
    for i in range(len(queue)):
        if not queue[i]:
            continue
        to = int(queue[i]) - 1
        wait = min(int(waited[i]), WAITS - 1)
        if wait < cut[to] or (wait == cut[to] and u01(key, i) >= float(cut_share[to])):
            continue
        queue[i], care_by[i], followed[i] = 0, to, 0
        u = float(unmet[i])
        weeks = float(length[to]) * math.exp(severity_work * (u - float(severity[to])))
        stay = math.log1p(-1.0 / max(weeks, 1.000001))
        in_care[i] = 1 + min(520, int(math.log1p(-u01(mix(key, i), 1)) / stay))
        care_quality[i] = float(quality[to])
        served[to] += 1
        intake[to] += u
        waits[to] += int(waited[i])


def follow(
    key, need, service_of, in_care, followed, care_by, care_quality, trust, efficacy, skill, helped,
    informed, unmet, effort, quarter, cover, opened, load,
    strength, community_yield, trust_gain, c,
) -> tuple[float, float]:  # fmt: skip
    """A case meets the share 1 - e^(-strength q with_others) of the service's own needs."""
    all_met = together = 0.0
    opened[:], load[:] = 0, 0
    for i in range(len(in_care)):
        if not in_care[i] and not followed[i]:
            continue
        by, open_now = int(care_by[i]), bool(in_care[i])
        share = 1.0 if open_now else c.accompaniment
        q = float(care_quality[i]) * float(effort[by]) * share
        groups = 1.0 + community_yield * float(cover[quarter[i]])
        others = groups * (1.0 + c.coproduction * float(helped[i]))
        alone, met = (1.0 - math.exp(-strength * q * x) for x in (1.0, others))
        for n in range(need.shape[1]):
            if service_of[n] == by:
                have = float(need[i, n])
                together += have * (met - alone)
                need[i, n] = have * (1.0 - met)
                all_met += have - float(need[i, n])
        unmet[i] = 1.0 - math.prod(1.0 - float(each) for each in need[i])
        have = float(trust[i, by])
        trust[i, by] = have + (1.0 - have) * trust_gain * q
        load[by] += share
        if not open_now:
            followed[i] -= 1
            continue
        for column, rate in ((efficacy, c.efficacy_gain), (skill, c.education)):
            have = float(column[i])
            column[i] = have + (1.0 - have) * rate * q
        if not informed[i] and u01(key, i) < 1.0 - math.exp(-c.signposting):
            informed[i] = 1
        in_care[i] -= 1
        opened[by] += 1
        if not in_care[i] and c.accompaniment > 0.0:
            followed[i] = int(c.follow_up_weeks)
    return all_met, together


def introductions(key, pool, pool_i, in_care, helped, can_meet, rate, out) -> int:
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
        h = float(helped[i]) + float(helped[j]) + bool(in_care[i]) + bool(in_care[j])
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


def staff(
    workers, extra, burnout, away, dip, queue, load, caseload, present, overload, effort
) -> None:
    """Equation 8: workers (1 - burnout) (1 - sick) (1 - dip); overload and hands follow."""
    for k in range(len(workers)):
        rested = single(1.0 - float(burnout[k]))
        here = (float(workers[k]) + float(extra[k])) * rested * (1.0 - away) * (1.0 - dip)
        present[k] = here
        overload[k] = min(1.0, int(queue[k]) / max(here * float(caseload[k]), 1.0))
        needed = float(load[k]) / float(caseload[k])
        effort[k] = min(1.0, here / max(needed, 1e-9))


def room(
    present, load, caseload, length, fits, able, dip, deciding, waiting, work, routine_fit, queue,
    capacity, quality, cut, share,
) -> None:  # fmt: skip
    """Equation 8: K_eff = places / weeks x quality / work of a case, and those longest in wait."""
    for k in range(len(present)):
        own = float(able[k]) * single(1.0 - float(deciding[k]))
        q = (routine_fit + (1.0 - routine_fit) * float(fits[k])) * single(1.0 - float(dip[k])) * own
        people = waiting[k].tolist()
        places = float(present[k]) * float(caseload[k])
        each = float(work[k]) / sum(people) if sum(people) else 1.0
        open_ = min(max(places - float(load[k]), 0.0), places / float(length[k]) * q / each)
        quality[k], queue[k], capacity[k] = q, sum(people), open_
        cut[k], share[k] = -1, 1.0
        for weeks in range(len(people)):
            longer = sum(people[weeks + 1 :])
            if longer < open_ <= longer + people[weeks]:
                cut[k], share[k] = weeks, (open_ - longer) / people[weeks]
        if open_ == 0.0:
            cut[k], share[k] = len(people) - 1, 0.0


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


def _at_work(practice, aside, hesitating, demand, hesitation, repertoire_cost):
    """Fit to the demand, and (1 - hesitation) e^(-cost of the attributes kept)."""
    rows = list(zip(practice.tolist(), aside.tolist(), hesitating.tolist(), strict=True))
    fits = [match(own, demand) for own, _, _ in rows]
    able = [
        (1.0 - hesitation * slow) * math.exp(-repertoire_cost * extra(own | kept))
        for own, kept, slow in rows
    ]
    return np.array(fits), np.array(able)
