"""Equation 6: citizens join activity and leave it; efficacy follows success."""

from __future__ import annotations

import math

from tests.reference.chance import mix, u01
from tests.reference.columns import single


def decide(
    key, active, group, fatigue, grievance, efficacy, anchor, busy, helped, unmet, quarter, visible,
    inviting, drawing, hold, join0, lapse0, normal_busy, normal_need, closed, age, p, joins,
) -> int:  # fmt: skip
    """Chances are 1 - e^-h; those who join are listed, those who leave are written at once."""
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
            h *= 1.0 + float(inviting[q]) + p.inward * float(grievance[i])
            if age[i] >= 14 and u < 1.0 - math.exp(-h):
                joins[count] = i
                count += 1
            elif g >= 0:
                leave = 1.0 - math.exp(-lapse0 * (1.0 + p.lapse_closed * closed))
                if u01(mix(key, i), 1) < leave:
                    group[i] = -1
        gain = p.efficacy_gain * (int(active[i]) * (1.0 - f) + float(helped[i]))
        efficacy[i] = eta + (1.0 - eta) * gain * 0.5
        eta = float(efficacy[i])
        efficacy[i] = eta - eta * p.efficacy_loss * (float(unmet[i]) + 0.5 * f)
        eta = float(efficacy[i])
        efficacy[i] = eta + p.efficacy_return * single(float(anchor[i]) - eta)
    return count
