"""The chance that something comes in a week, from its hazard: 1 - e^-h without calling `exp`."""

from __future__ import annotations

from resilienza_sim.kernels import kernel

__all__ = ["chance"]


@kernel
def chance(h: float) -> float:
    """Return 1 - e^-h of a hazard of 0 or more, in a form that loops over citizens can go wide on.

    The series of 1 - e^-r at r = h/16, then four times 1 - e^-2r = y (2 - y). It is within 1e-15 of
    the true value up to h = 1, where `exp` itself is, and within 1e-10 everywhere; exactly 0 at 0.
    """
    r = min(h, 32.0) * 0.0625
    tail = 1.0 - r * (1.0 / 7.0) * (1.0 - r * (1.0 / 8.0))
    tail = 1.0 - r * (1.0 / 5.0) * (1.0 - r * (1.0 / 6.0) * tail)
    tail = 1.0 - r * (1.0 / 3.0) * (1.0 - r * (1.0 / 4.0) * tail)
    y = r * (1.0 - r * (1.0 / 2.0) * tail)
    y = y * (2.0 - y)
    y = y * (2.0 - y)
    y = y * (2.0 - y)
    return y * (2.0 - y)
