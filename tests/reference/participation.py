"""Equation 6: who does something this week, who begins to help on their own and who stops."""

from __future__ import annotations

import math

from tests.reference.chance import mix, u01


def turn_out(keys, people, emergent, closed, working, p, at_work) -> None:
    """Limits stop a fixed share of people; the others do something by chance, helpers always."""
    doing, kind = keys
    at_work[:] = 0
    for i in range(len(people.active)):
        g, active = int(people.group[i]), bool(people.active[i])
        ordinary = g >= 0 and not emergent[g]
        most = closed * (p.stops_work if active else p.stops_part)
        stopped = ordinary and u01(kind, i) < most
        if ordinary and people.suspended[i] and not stopped:
            stopped = u01(mix(doing, i), 1) >= 1.0 - math.exp(-p.resuming)
        people.suspended[i] = stopped
        helps, present = bool(people.helping[i]), g >= 0 and not stopped
        together = helps and g >= 0 and bool(emergent[g])
        works = (present and active and u01(doing, i) < working) or together
        came = works or (present and u01(doing, i) < p.attending)
        at_work[g] += works
        people.doing[i] = works or helps
        for since, did in ((people.since_work, works), (people.since_part, came)):
            since[i] = 0 if did else min(int(since[i]) + 1, 65535)


def rally(key, citizens, s, people, around, emergent, hold, p) -> None:
    """Adults who do not keep away begin by the call, efficacy and trust; helpers stop by hazard."""
    distant, active, group = citizens.distant, citizens.active, citizens.group
    helping, efficacy, fatigue = citizens.helping, citizens.efficacy, citizens.fatigue
    mean_trust = s.mean_trust
    age, quarter = people.age, people.quarter
    call, here = around
    for i in range(len(age)):
        q, g, f = int(quarter[i]), int(group[i]), float(fatigue[i])
        u = u01(key, i)
        if helping[i]:
            keep = float(hold[g]) if g >= 0 else 0.0
            h = p.helping_ends * (1.0 + p.exit_fatigue * f) * (1.0 - keep)
            if u < 1.0 - math.exp(-h):
                helping[i] = 0
                if g >= 0 and emergent[g] and not active[i]:
                    group[i] = -1
        elif age[i] >= 14 and not distant[i]:
            h = p.rally * float(call[q]) * 4.0
            for factor in (float(efficacy[i]), float(mean_trust[i]), 1.0 - f):
                h *= factor
            if u < 1.0 - math.exp(-h):
                helping[i] = 1
                group[i] = g if g >= 0 else here[q]
