"""Equation 6: citizens join activity and leave it, choose a group; efficacy follows success."""

from __future__ import annotations

import math

import numpy as np

from tests.reference.capital import factor
from tests.reference.chance import u01
from tests.reference.columns import single

PERSON = (0x9E3779B97F4A7C15 >> 20) | 1


def around_people(unmet, quarter, groups, visible, drawing, gathering) -> float:
    """Mean unmet need by quarter; what its groups draw, 1 at a mean capability of one half."""
    alive, where, members, capability = groups
    town = 0.0
    for q in range(len(visible)):
        total, residents = 0.0, 0
        for each, at in zip(unmet.tolist(), quarter.tolist(), strict=True):
            if at == q:
                total, residents = total + each, residents + 1
        visible[q] = total / max(residents, 1)
        town += total
        gathered, crowd = 0.0, 0
        for g in range(len(alive)):
            if alive[g] and int(where[g]) == q:
                gathered += int(members[g]) * float(capability[g, 1])
                crowd += int(members[g])
        level = gathered / crowd if crowd else 0.5
        drawing[q] = (1.0 + gathering * level) / (1.0 + gathering * 0.5)
    return town / len(unmet)


def holding(alliance, vertical, memory, hold, allied, horizontal) -> None:
    """What an alliance holds: more if it is horizontal, nothing before it acted together."""
    for g, a in enumerate(alliance.tolist()):
        most = 1.0 - (1.0 - allied) * (1.0 - horizontal * (not vertical[a]))
        hold[g] = most * float(memory[a]) if a >= 0 else 0.0


def enter(
    keys, joins, active, group, target, quarter, alive, where, name, orientation, turned_away
) -> None:
    """The group with the largest u^(1/w), w its orientation for the out-group; some shut it out."""
    living = [g for g in range(len(alive)) if alive[g]]
    for i in joins.tolist():
        active[i] = 1
        if group[i] >= 0:
            continue
        options = [g for g in living if where[g] == quarter[i]] or living
        weighed = []
        for g in options:
            w = max(float(orientation[g]), 1e-6) if target[i] else 1.0
            weighed.append((u01(keys[0], i * PERSON + int(name[g])) ** (1.0 / w), -g))
        if not weighed:
            continue
        g = -max(weighed)[1]
        shut = single(single(turned_away) * single(1.0 - float(orientation[g])))
        if target[i] and u01(keys[1], i) < shut:
            active[i] = 0
        else:
            group[i] = g


def keep_up(capability, used, active, alive, funds, decay, gain, upkeep_eur) -> None:
    """Capability decays and is kept by doing, in single precision; upkeep is paid."""
    for g in range(len(funds)):
        done = single(float(gain) * float(used[g])) if active[g] > 0 else 0.0
        for k, x in enumerate(capability[g].tolist()):
            less = single(x - single(x * float(decay)))
            capability[g, k] = single(less + single(single(single(1.0 - less) * done) * 0.5))
        funds[g] = max(float(funds[g]) - upkeep_eur * int(alive[g]), 0.0)


def decide(
    key, active, group, fatigue, grievance, efficacy, anchor, busy, helped, unmet, quarter, visible,
    inviting, drawing, hold, join0, lapse0, normal_busy, normal_need, closed, age, p, joins,
    generalised, capital,
) -> int:  # fmt: skip
    """Chances are 1 - e^-h; those who join are listed, those who leave are written at once.

    One number a person: the lowest join, those just above them lapse.
    """
    count = 0
    for i in range(len(active)):
        u, f, eta, q = u01(key, i), float(fatigue[i]), float(efficacy[i]), quarter[i]
        g = int(group[i])
        if active[i]:
            keep = float(hold[g]) if g >= 0 else 0.0
            h = p.exit * (1.0 + p.exit_fatigue * f + p.exit_closed * closed) * (1.0 - keep)
            if u < 1.0 - math.exp(-h):
                active[i] = 0
        else:
            pull = 1.0 + p.neighbours * (float(busy[i]) - normal_busy)
            pull += p.visible_need * (float(visible[q]) - normal_need)
            h = join0 * max(0.0, pull) * 2.0 * eta * (1.0 - f) * float(drawing[q])
            h *= 1.0 - p.join_closed * closed
            h *= factor(float(generalised[i]), capital.usual_trust, capital.joining)
            h *= 1.0 + float(inviting[q]) + p.inward * float(grievance[i])
            if age[i] < 14:
                h = 0.0
            lapse = lapse0 * (1.0 + p.lapse_closed * closed)
            if u < 1.0 - math.exp(-h):
                joins[count] = i
                count += 1
            elif g >= 0 and u < 1.0 - math.exp(-(h + lapse)):
                group[i] = -1
        gain = p.efficacy_gain * (int(active[i]) * (1.0 - f) + float(helped[i]))
        efficacy[i] = eta + (1.0 - eta) * gain * 0.5
        eta = float(efficacy[i])
        efficacy[i] = eta - eta * p.efficacy_loss * (float(unmet[i]) + 0.5 * f)
        eta = float(efficacy[i])
        efficacy[i] = eta + p.efficacy_return * single(float(anchor[i]) - eta)
    return count


def take_part(
    key, active, group, fatigue, grievance, efficacy, anchor, busy, helped, unmet, quarter, age,
    inviting, groups, doing, alliance, vertical, memory, join0, lapse0, normal_busy, normal_need,
    closed, p, joins, generalised, capital,
):  # fmt: skip
    """What holds people, what they see, who leaves and who joins; then groups keep up."""
    visible, drawing = np.empty((2, len(inviting)))
    hold = np.empty(len(alliance))
    holding(alliance, vertical, memory, hold, p.hold_alliance, p.hold_horizontal)
    need = around_people(unmet, quarter, groups, visible, drawing, p.gathering)
    normal_need += p.habit * (need - normal_need)
    joined = decide(
        key, active, group, fatigue, grievance, efficacy, anchor, busy, helped, unmet, quarter,
        visible, inviting, drawing, hold, join0, lapse0, normal_busy, normal_need, closed, age, p,
        joins, generalised, capital,
    )  # fmt: skip
    used, at_work, funds = doing
    decay, gain = np.float32(p.capability_decay), np.float32(p.capability_gain)
    keep_up(groups[3], used, at_work, groups[0], funds, decay, gain, p.upkeep_eur)
    return joined, normal_need
