"""Equation 6: citizens join activity and leave it, choose a group; efficacy follows success."""

from __future__ import annotations

import math

import numpy as np

from tests.reference.capital import factor
from tests.reference.chance import u01
from tests.reference.columns import single

INCOME = 1
PERSON = (0x9E3779B97F4A7C15 >> 20) | 1


def around_people(unmet, quarter, groups, visible, drawing, gathering) -> None:
    """Mean unmet need by quarter; what its groups draw, 1 at a mean capability of one half."""
    alive, where, members, capability = groups
    for q in range(len(visible)):
        total, residents = 0.0, 0
        for each, at in zip(unmet.tolist(), quarter.tolist(), strict=True):
            if at == q:
                total, residents = total + each, residents + 1
        visible[q] = total / max(residents, 1)
        gathered, crowd = 0.0, 0
        for g in range(len(alive)):
            if alive[g] and int(where[g]) == q:
                gathered += int(members[g]) * float(capability[g, 1])
                crowd += int(members[g])
        level = gathered / crowd if crowd else 0.5
        drawing[q] = (1.0 + gathering * level) / (1.0 + gathering * 0.5)


def holding(alliance, vertical, memory, hold, allied, horizontal) -> None:
    """What an alliance holds: more if it is horizontal, nothing before it acted together."""
    for g, a in enumerate(alliance.tolist()):
        most = 1.0 - (1.0 - allied) * (1.0 - horizontal * (not vertical[a]))
        hold[g] = most * float(memory[a]) if a >= 0 else 0.0


def enter(keys, joins, citizens, people, groups, name, p) -> None:
    """The group with the largest u^(1/w): w is its draw, times, for the out-group, its orientation.

    Groups of the own quarter are open, and those the town lists; some shut the out-group out.
    """
    active, group = citizens.active, citizens.group
    target, quarter = people.target, people.quarter
    alive, where, orientation = groups.alive, groups.quarter, groups.orientation
    draw, listed = groups.draw, groups.listed
    living = [g for g in range(len(alive)) if alive[g]]
    for i in joins.tolist():
        if group[i] >= 0:
            active[i] = 1
            continue
        here = any(where[g] == quarter[i] for g in living)
        options = [g for g in living if not here or where[g] == quarter[i] or listed[g]]
        weighed = []
        for g in options:
            w = float(draw[g]) * (max(float(orientation[g]), 1e-6) if target[i] else 1.0)
            weighed.append((u01(keys[0], i * PERSON + int(name[g])) ** (1.0 / w), -g))
        if not weighed:
            continue
        g = -max(weighed)[1]
        shut = single(single(p.turned_away) * single(1.0 - float(orientation[g])))
        if not (target[i] and u01(keys[1], i) < shut):
            group[i], active[i] = g, u01(keys[2], i) < p.begins


def keep_up(capability, used, active, alive, funds, decay, gain, upkeep_eur) -> None:
    """Capability decays and is kept by doing, in single precision; upkeep is paid."""
    for g in range(len(funds)):
        done = single(float(gain) * float(used[g])) if active[g] > 0 else 0.0
        for k, x in enumerate(capability[g].tolist()):
            less = single(x - single(x * float(decay)))
            capability[g, k] = single(less + single(single(single(1.0 - less) * done) * 0.5))
        funds[g] = max(float(funds[g]) - upkeep_eur * int(alive[g]), 0.0)


def decide(key, citizens, s, people, around, hold, rest, p) -> tuple:
    """Chances are 1 - e^-h; those who come in or begin are listed, those who leave are written.

    One number a person: the lowest begin, those just above them leave.
    """
    inviting, drawing = around
    joins, hazards = s.joins, np.zeros(4)
    count = 0
    for i in range(len(citizens.active)):
        u, f, q, g = (
            u01(key, i),
            float(citizens.fatigue[i]),
            people.quarter[i],
            int(citizens.group[i]),
        )
        felt, s0 = float(citizens.suffering[i]), float(citizens.rest_suffering[i])
        distress = max(0.0, single(felt - s0))
        setback = float(citizens.setback[i])
        load = p.hardship * (1.0 - (1.0 - setback) * (1.0 - distress))
        more = p.suspended_lapse if citizens.suspended[i] else 1.0
        if citizens.active[i]:
            keep = float(hold[g]) if g >= 0 else 0.0
            h = p.exit * (1.0 + p.exit_fatigue * f) * (1.0 - keep) * more
            h *= rest.wearing * math.exp(load)
            hazards[3] += h
            if u < 1.0 - math.exp(-h):
                citizens.active[i] = 0
        else:
            pull = 1.0 + p.neighbours * (float(s.busy[i]) - rest.busy)
            h = (rest.join if g < 0 else rest.take_up) * max(0.0, pull)
            h *= 2.0 * float(citizens.efficacy[i]) * (1.0 - f) * float(drawing[q])
            h *= 1.0 - (p.stops_part if g < 0 else p.stops_work) * rest.closed
            h *= 1.0 + float(inviting[q]) + p.inward * float(citizens.grievance[i])
            h *= rest.easing * math.exp(-load)
            h *= factor(float(citizens.generalised_trust[i]), rest.usual_trust, rest.trust_weight)
            if people.age[i] < 14:
                h = 0.0
            lapse = p.lapse * more * rest.wearing * math.exp(load) if g >= 0 else 0.0
            hazards[1] += lapse
            hazards[0 if g < 0 else 2] += h
            if u < 1.0 - math.exp(-h):
                joins[count] = i
                count += 1
            elif u < 1.0 - math.exp(-(h + lapse)):
                citizens.group[i] = -1
        live_and_learn(i, citizens, s, f, p)
    return count, hazards


def live_and_learn(i, citizens, s, f, p) -> None:
    """Efficacy follows what is done and received; setbacks follow what income lacks, and fade."""
    eta = float(citizens.efficacy[i])
    gain = p.efficacy_gain * (int(citizens.doing[i]) * (1.0 - f) + float(citizens.helped[i]))
    citizens.efficacy[i] = eta + (1.0 - eta) * gain * 0.5
    eta = float(citizens.efficacy[i])
    citizens.efficacy[i] = eta - eta * p.efficacy_loss * (float(s.unmet[i]) + 0.5 * f)
    eta = float(citizens.efficacy[i])
    citizens.efficacy[i] = eta + p.efficacy_return * single(
        float(citizens.efficacy_anchor[i]) - eta
    )
    d = float(citizens.setback[i])
    citizens.setback[i] = d - p.setback_recovery * d
    d = float(citizens.setback[i])
    lost = 1.0 - math.exp(-p.setback * float(citizens.need[i, INCOME]))
    citizens.setback[i] = d + (1.0 - d) * lost
