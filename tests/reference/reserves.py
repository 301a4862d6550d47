"""Reserves: what people and households fall back on."""

from __future__ import annotations

from tests.reference.chance import chance
from tests.reference.columns import single


def wear_down(reserve, fatigue, suffering, rest, p) -> None:
    """B += r (1 - B) - B (1 - e^-(d wear)), wear = 1 - (1 - f^2) (1 - (s - s0)+)."""
    for i in range(len(reserve)):
        b, f = float(reserve[i]), float(fatigue[i])
        wear = 1.0 - (1.0 - f * f) * (1.0 - max(0.0, single(float(suffering[i]) - float(rest[i]))))
        reserve[i] = b - b * chance(p.reserve_drain * wear) + p.reserve_rebuilding * (1.0 - b)


def save(start, need, damage, anchor, savings, p) -> None:
    """Savings go while income lacks or the home is damaged, and come back to what they were."""
    for h in range(len(savings)):
        members = range(int(start[h]), int(start[h + 1]))
        lacking = 0.0
        for i in members:
            lacking += float(need[i, 1])
        want = 1.0 - (1.0 - lacking / len(members)) * (1.0 - float(damage[h]))
        kept = float(savings[h]) * (1.0 - chance(p.savings_drain * want))
        savings[h] = kept + p.savings_rebuilding * max(0.0, float(anchor[h]) - kept)
