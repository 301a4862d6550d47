"""Named random numbers in plain integers: the finaliser of SplitMix64."""

from __future__ import annotations

_WORD = 2**64


def mix(key: int, ident: int) -> int:
    """Return 64 scattered bits for one identity under one key."""
    z = (int(ident) * 0x9E3779B97F4A7C15 + int(key)) % _WORD
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) % _WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) % _WORD
    return z ^ (z >> 31)


def u01(key: int, ident: int) -> float:
    """Return a number in [0, 1): the upper 53 bits."""
    return (mix(key, ident) >> 11) / 2**53


def halves(bits: int) -> tuple[float, float]:
    """Return two numbers in [0, 1): the upper and the lower 32 bits."""
    return (bits >> 32) / 2**32, (bits % 2**32) / 2**32


def pair_id(i: int, j: int) -> int:
    """Return the name of a tie, the same both ways."""
    return (min(i, j) << 32) | max(i, j)


def arc_id(i: int, j: int) -> int:
    """Return the name of a tie from i to j."""
    return (i << 32) | j


def chance(h: float) -> float:
    """Return 1 - e^-h: the first eight terms of the series at h/16, doubled four times."""
    r = min(h, 32.0) * 0.0625
    y = 1.0 - r * (1 / 7) * (1.0 - r * (1 / 8))
    for k in (6, 5, 4, 3, 2):
        y = 1.0 - r * (1 / k) * y
    y = r * y
    for _ in range(4):
        y = y * (2.0 - y)
    return y
