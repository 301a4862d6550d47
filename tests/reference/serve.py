"""Equation 8: people ask for a service, wait, give up, are served, are followed, are introduced."""

from __future__ import annotations

import math

from tests.reference.chance import mix, pair_id, u01

WAITS = 64


def arrivals(
    key, need, service_of, queue, waited, in_care, informed, distant, trust, helped, quarter, cover,
    weight, level, usual, unmet, severity, overload, waiting, left, work, p, a,
) -> None:  # fmt: skip
    """Ask with hazard seeking x trust x way / usual; give up with reneging x weeks waited / 26."""
    longest = waiting.shape[1] - 1
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
            way = 1.0
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
    unmet, severity, served, intake, waits, p,
) -> None:  # fmt: skip
    """Serve those who waited longer than the cut, and a share of those at it."""
    for i in range(len(queue)):
        if not queue[i]:
            continue
        to = int(queue[i]) - 1
        wait = min(int(waited[i]), WAITS - 1)
        if wait < cut[to] or (wait == cut[to] and u01(key, i) >= float(cut_share[to])):
            continue
        queue[i], care_by[i], followed[i] = 0, to, 0
        u = float(unmet[i])
        weeks = float(length[to]) * math.exp(p.severity_work * (u - float(severity[to])))
        stay = math.log1p(-1.0 / max(weeks, 1.000001))
        in_care[i] = 1 + min(520, int(math.log1p(-u01(mix(key, i), 1)) / stay))
        care_quality[i] = float(quality[to])
        served[to] += 1
        intake[to] += u
        waits[to] += int(waited[i])


def follow(
    key, need, service_of, in_care, followed, care_by, care_quality, trust, efficacy, skill, helped,
    informed, effort, quarter, cover, opened, load, p, c,
) -> float:  # fmt: skip
    """A case meets the share 1 - e^(-strength q with_others) of the service's own needs."""
    together = 0.0
    for i in range(len(in_care)):
        if not in_care[i] and not followed[i]:
            continue
        by, open_now = int(care_by[i]), bool(in_care[i])
        share = 1.0 if open_now else c.accompaniment
        q = float(care_quality[i]) * float(effort[by]) * share
        groups = 1.0 + p.community_yield * float(cover[quarter[i]])
        others = groups * (1.0 + c.coproduction * float(helped[i]))
        alone, met = (1.0 - math.exp(-p.strength * q * x) for x in (1.0, others))
        for n in range(need.shape[1]):
            if service_of[n] == by:
                have = float(need[i, n])
                together += have * (met - alone)
                need[i, n] = have * (1.0 - met)
        have = float(trust[i, by])
        trust[i, by] = have + (1.0 - have) * p.trust_gain * q
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
    return together


def introductions(key, pool, pool_i, in_care, helped, can_meet, c, out) -> int:
    """List the pairs not tied yet that are introduced, by who of the two is in care or helped."""
    pool_j, _layer, pool_active = pool
    found = 0
    for s in range(len(pool_j)):
        i, j = int(pool_i[s]), int(pool_j[s])
        h = float(helped[i]) + float(helped[j]) + bool(in_care[i]) + bool(in_care[j])
        if pool_active[s] or h == 0.0:
            continue
        if u01(key, pair_id(i, j)) < 1.0 - math.exp(-c.introduction * h * can_meet):
            out[found] = s
            found += 1
    return found
