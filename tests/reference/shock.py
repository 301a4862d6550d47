"""Equations 2 and 10: who is hit, which homes are damaged, what passes a levee."""

from __future__ import annotations

import math


def hit_citizens(exposure, weights, amount, need, blow, since, efficacy, p) -> int:
    """v = amount e (1 - eta / 2) (1 + sensitisation if hit before); needs and blow rise by it."""
    hit = 0
    for i, e in enumerate(exposure.tolist()):
        if e <= 0.0:
            continue
        before = p.event_gap_weeks < int(since[i]) <= p.sensitised_weeks
        v = amount * e * (1.0 - 0.5 * float(efficacy[i]))
        v *= 1.0 + (p.sensitisation if before else 0.0)
        for k, weight in enumerate(weights.tolist()):
            have = float(need[i, k])
            need[i, k] = have + (1.0 - have) * (1.0 - math.exp(-p.hit_rate * v * weight))
        have = float(blow[i])
        blow[i] = have + (1.0 - have) * (1.0 - math.exp(-v))
        if v > p.felt_hit:
            since[i] = 0
            hit += 1
    return hit


def damage_homes(exposure, first, amount, weight, damage, p) -> None:
    """A home is hit as its first member is: damage += (1 - damage) (1 - e^-rate v)."""
    for h in range(len(damage)):
        v = amount * weight * float(exposure[first[h]])
        have = float(damage[h])
        damage[h] = have + (1.0 - have) * (1.0 - math.exp(-p.home_rate * v))


def passes(water: float, levee: float, rule: str, xi: float) -> float:
    """Return the depth that passes: W + xi H if that exceeds H, or W - H if only W does."""
    if water <= 0.0:
        return 0.0
    if rule == "full_depth":
        raised = water + xi * levee
        return raised if raised > levee else 0.0
    return max(0.0, water - levee)


def overtopping(water: float, works: float, argini: float, rule: str, rate) -> float:
    """Damage 1 - e^(-depth / alpha): the works of others first, then the argini."""
    xi = rate.levee_amplification
    depth = passes(passes(water, works, "full_depth", xi), argini, rule, xi)
    return 1.0 - math.exp(-depth / rate.damage_depth)
