"""Equations 2 and 10: who is hit, which homes are damaged, what passes a levee."""

from __future__ import annotations

import math

from tests.reference.chance import chance


def hit_citizens(exposure, weights, amount, c, p) -> int:
    """v = amount e (1 - eta / 2) (1 + sensitisation if hit before); needs and blow rise by it."""
    need, blow, since, sensitised = c.need, c.blow, c.weeks_since_hit, c.sensitised
    hit = 0
    for i, e in enumerate(exposure.tolist()):
        if e <= 0.0:
            continue
        before = int(since[i]) <= p.sensitised_weeks
        if int(since[i]) <= p.event_gap_weeks:  # the event goes on: as it found people
            before = bool(sensitised[i])
        v = amount * e * (1.0 - 0.5 * float(c.efficacy[i]))
        v *= 1.0 + (p.sensitisation if before else 0.0)
        for k, weight in enumerate(weights.tolist()):
            have = float(need[i, k])
            need[i, k] = have + (1.0 - have) * chance(p.hit_rate * v * weight)
        have = float(blow[i])
        blow[i] = have + (1.0 - have) * chance(v)
        if v > p.felt_hit:
            since[i], sensitised[i] = 0, before
            hit += 1
    return hit


def flooded(have, loss, done, p) -> tuple[float, float]:
    """Return damage and worst damage of a home: what was repaired is undone where water is back."""
    worst = max(have, loss) if have > 0.0 else 0.0
    least = max(have, done)
    again = have + done * (1.0 - have / worst) if done < worst else done
    return least + p.undoing * (again - least), max(worst, done)


def damage_homes(exposure, first, amount, homes, p) -> None:
    """A home is hit as its first member is, by its own depth: at least 1 - e^-rate v is damaged."""
    for h in range(len(homes.damage)):
        v = amount * float(exposure[first[h]]) * float(homes.depth[h])
        done = 1.0 - math.exp(-p.home_rate * v)
        if done <= 0.0:
            continue
        homes.dry[h] = 0
        have = float(homes.damage[h])
        now, homes.loss[h] = flooded(have, float(homes.loss[h]), done, p)
        homes.damage[h], homes.paid[h] = now, float(homes.paid[h]) * (have / now)


def overtopping(water: float, works: float, argini: float, rate) -> float:
    """Damage 1 - e^(-depth / alpha): works of earth first, which give way, then the argini."""
    raised = water + rate.levee_amplification * works
    left = raised if water > 0.0 and raised > works else 0.0
    depth = left - rate.levee_holds * argini if left > argini else 0.0
    return 1.0 - math.exp(-depth / rate.damage_depth)


def pass_week(blow, since) -> None:
    """A week passes: no blow yet, one week more since the last hit, unless there never was one."""
    for i in range(len(blow)):
        blow[i] = 0.0
        since[i] = min(int(since[i]) + 1, 65535)


def excursions(water, damage, struck, in_event, peak, gap, starts, ends) -> None:
    """An event opens above one height, goes on below the other; the worst damage of it is kept."""
    for h, height in enumerate(water.tolist()):
        if in_event[h] == 0 and damage[h] > 0.0:
            struck[h] = damage[h]
        struck[h] = max(float(struck[h]), float(damage[h]))
        if height >= starts:
            in_event[h] = 1
        peak[h] = max(float(peak[h]), height) if in_event[h] else 0.0
        gap[h] = gap[h] + 1 if in_event[h] and height < ends else 0
