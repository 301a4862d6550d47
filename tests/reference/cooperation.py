"""Equation 9: what each group can do, which ground it covers alone and in an alliance."""

from __future__ import annotations

import math

import numpy as np

from tests.reference.columns import single
from tests.reference.practices import extra, match


def sit_together(alive, alliance, acts):
    """Which living groups are allied, and which of them act jointly this week."""
    allied = [bool(here and k >= 0) for here, k in zip(alive, alliance, strict=True)]
    joint = [bool(a and acts[k] == 1) for a, k in zip(allied, alliance, strict=True)]
    return np.array(allied), np.array(joint)


def strength(groups, cost, asks, space, demand, upkeep_eur, p, learn):
    """Needs that a group can follow: each factor of the equation in its turn."""
    capacity = np.zeros(len(groups.alive))
    for g in range(len(capacity)):
        practice, k, q = int(groups.practice[g]), int(groups.alliance[g]), groups.quarter[g]
        kept = extra(practice | int(groups.aside[g]))
        free = 1.0 - learn.hesitation * int(groups.hesitating[g])
        factors = [
            p.group_hours,
            1.0 + p.funded * bool(groups.funds[g] >= upkeep_eur - 0.005),
            float(groups.capability[g, 0]),
            p.routine_fit + (1.0 - p.routine_fit) * match(practice, demand),
            single(1.0 - float(groups.dip[g])),
            single(1.0 - float(cost[k])) if k >= 0 else 1.0,
            1.0 if groups.emergent[g] else float(space[q]),
            free * math.exp(-learn.repertoire_cost * kept),
        ]
        able = float(groups.at_work[g]) if groups.alive[g] else 0.0
        for factor in factors:
            able *= factor
        capacity[g] = able
        groups.reach[g] = min(able / float(asks[q]), 1.0)
    return capacity


def ground(capacity, quarter, asks, unit, joint, pooling):
    """Own quarter first; in a joint alliance what is over its mean level is lent to who lacks."""
    reach = np.zeros((len(capacity), len(asks)))
    for g, q in enumerate(quarter):
        reach[g, q] = capacity[g] / asks[q]
    for k in sorted({int(u) for u, acts in zip(unit, joint, strict=True) if acts}):
        mine = [g for g in range(len(capacity)) if joint[g] and unit[g] == k]
        own, need = [0.0] * len(asks), [0.0] * len(asks)
        for g in mine:
            own[quarter[g]] += float(capacity[g])
            need[quarter[g]] = float(asks[quarter[g]])
        fair = [sum(own) * each / max(sum(need), 1.0) for each in need]
        lack = [max(f - o, 0.0) for f, o in zip(fair, own, strict=True)]
        for g in mine if sum(lack) >= 1e-12 else []:
            q = quarter[g]
            over = max(own[q] - fair[q], 0.0) / max(own[q], 1e-12)
            lent = float(capacity[g]) * pooling * over
            reach[g, q] -= lent / asks[q]
            for other, short in enumerate(lack):
                reach[g, other] += lent * (short / sum(lack)) / asks[other]
    return reach


def coverage(reach, unit, joint):
    """1 - prod (1 - p) over the groups alone and the joint alliances, each as one of its sum."""
    covered = np.zeros(reach.shape[1])
    for q in range(reach.shape[1]):
        alone = [float(r) for r, acts in zip(reach[:, q], joint, strict=True) if not acts]
        tables: dict[int, float] = {}
        for r, k, acts in zip(reach[:, q], unit, joint, strict=True):
            if acts:
                tables[int(k)] = tables.get(int(k), 0.0) + float(r)
        missed = [0.0, 0.0]
        for side, each in enumerate((alone, [tables[k] for k in sorted(tables)])):
            for share in each:
                missed[side] += math.log1p(-min(share, 1.0 - 1e-12))
        covered[q] = 1.0 - math.exp(missed[0] + missed[1])
    return covered


def outcome(reach, cover, capacity, asks, table, seats, referral):
    """Means over the groups weighed by reach, and the share of its strength that each uses."""
    quarters, groups, (allied, joint) = range(len(asks)), range(len(capacity)), seats
    total, closed, told = ([0.0 for _ in quarters] for _ in range(3))
    for q in quarters:
        caring = 0.0
        for g in groups:
            r = float(reach[g, q])
            total[q] += r
            caring += r * float(table.orientation[g])
            told[q] += r if allied[g] else 0.0
        total[q] = max(total[q], 1e-12)
        closed[q], told[q] = 1.0 - caring / total[q], referral * told[q] / total[q]
    for g in groups:
        worked = 0.0
        for q in quarters:
            worked += float(reach[g, q]) * float(asks[q]) * min(float(cover[q]) / total[q], 1.0)
        table.used[g] = min(worked / max(float(capacity[g]), 1e-12), 1.0)
    everything = together = 0.0
    for g in groups:
        everything += float(capacity[g])
        together += float(capacity[g]) if joint[g] else 0.0
    share = together / everything if everything else math.nan
    return np.array(closed), np.array(told), share


def share_out(rows, alliance, funds, share, upkeep_eur) -> None:
    """Whole cents from who has more than the upkeep to who has less, table by table."""
    for k in sorted({int(alliance[g]) for g in rows}):
        mine = [g for g in rows if alliance[g] == k]
        beyond = {g: 100.0 * (float(funds[g]) - upkeep_eur) for g in mine}
        offer = {g: math.floor(share * max(beyond[g], 0.0)) for g in mine}
        paid, wanted = dict.fromkeys(mine, 0), 0
        for g in mine:
            lack = math.ceil(max(-beyond[g], 0.0))
            wanted += lack
            paid[g] = lack if wanted <= sum(offer.values()) else 0
        due = sum(paid.values())
        for g in mine:
            taken = min(due, offer[g])
            due -= taken
            funds[g] += (paid[g] - taken) / 100.0


def profile(active, group, where, segment, quarters, segments):
    """Count the active members of groups by the quarter of the group and their own segment."""
    count = np.zeros((quarters, segments))
    for i in range(len(active)):
        if active[i] and group[i] >= 0:
            count[where[group[i]], segment[i]] += 1
    return count


def likeness(active, residents, prior):
    """Share among the active, with `prior` residents, over that among the residents; at most 1."""
    like = np.ones(active.shape)
    for q, s in np.ndindex(active.shape):
        here = float(residents[q, s])
        if here > 0.0:
            share = (float(active[q, s]) + prior * here) / (float(active[q].sum()) + prior)
            like[q, s] = min(1.0, share / max(here, 1e-12))
    return like


def reached(cover, like, representation):
    """What the groups cover, less for those whom their active do not resemble."""
    return np.array(
        [
            [float(c) * (1.0 - representation + representation * float(x)) for x in row]
            for c, row in zip(cover, like, strict=True)
        ]
    )


def reach_out(capacity, asks, groups, seats, active, residents, p):
    """The ground of each group, what they cover together, what comes of it, for whom."""
    unit, joint = groups.alliance, seats[1]
    reach = ground(capacity, groups.quarter, asks, unit, joint, p.pooling)
    cover = coverage(reach, unit, joint)
    found = outcome(reach, cover, capacity, asks, groups, seats, p.referral)
    chance = reached(cover, likeness(active, residents, p.profile_prior), p.representation)
    return chance, *found
