"""Equation 8: people ask for a service, wait, give up, are served, are followed."""

from __future__ import annotations

import math

from tests.reference.chance import mix, u01

WAITS = 64


def arrivals(
    key, need, service_of, queue, waited, in_care, informed, distant, trust, waiting, left, p
) -> None:
    """Ask with hazard seeking x trust; give up with hazard reneging x weeks waited / 26."""
    longest = waiting.shape[1] - 1
    for i, kinds in enumerate(need.tolist()):
        if in_care[i]:
            continue
        if not queue[i]:
            worst = max(kinds)
            if distant[i] or not informed[i] or worst < p.seeks_above:
                continue
            # A citizen without any need goes, if at all, to the first service.
            to = int(service_of[kinds.index(worst)])
            if u01(key, i) < 1.0 - math.exp(-p.seeking * float(trust[i, to])):
                queue[i], waited[i] = to + 1, 0
        else:
            to = int(queue[i]) - 1
            waited[i] += 1
            if u01(key, i) < 1.0 - math.exp(-p.reneging * int(waited[i]) / 26.0):
                have = float(trust[i, to])
                trust[i, to] = have - p.trust_loss * have
                queue[i] = 0
                left[to] += 1
        if queue[i]:
            waiting[queue[i] - 1, min(int(waited[i]), longest)] += 1


def open_cases(
    key, queue, waited, in_care, care_by, care_quality, cut, cut_share, quality, length, quarter,
    group_cover, served, p,
) -> None:  # fmt: skip
    """Serve those who waited longer than the cut, and a share of those at it."""
    for i in range(len(queue)):
        if not queue[i]:
            continue
        to = int(queue[i]) - 1
        wait = min(int(waited[i]), WAITS - 1)
        if wait < cut[to] or (wait == cut[to] and u01(key, i) >= float(cut_share[to])):
            continue
        queue[i], care_by[i] = 0, to
        draw = u01(mix(key, i), 1)
        stay = math.log1p(-1.0 / max(float(length[to]), 1.000001))
        in_care[i] = 1 + min(520, int(math.log1p(-draw) / stay))
        boost = 1.0 + p.community_yield * float(group_cover[quarter[i]])
        care_quality[i] = min(1.0, float(quality[to]) * boost)
        served[to] += 1


def follow(
    need, service_of, in_care, care_by, care_quality, trust, efficacy, effort, opened, p
) -> None:
    """A case meets the share 1 - e^(-strength q) of the service's own needs, and earns trust."""
    for i in range(len(in_care)):
        if not in_care[i]:
            continue
        by = int(care_by[i])
        q = float(care_quality[i]) * float(effort[by])
        for n in range(need.shape[1]):
            if service_of[n] == by:
                need[i, n] = float(need[i, n]) * (1.0 - (1.0 - math.exp(-p.strength * q)))
        have = float(trust[i, by])
        trust[i, by] = have + (1.0 - have) * p.trust_gain * q
        have = float(efficacy[i])
        efficacy[i] = have + (1.0 - have) * p.efficacy_gain * q
        in_care[i] -= 1
        opened[by] += 1
