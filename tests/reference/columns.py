"""How the reference reads columns: as Python floats, rounded only where the model stores them."""

from __future__ import annotations

import struct
from collections.abc import Iterator


def single(value: float) -> float:
    """Round to single precision, where the model works out two stored numbers alone.

    A sum, difference or product of two numbers held in 32 bits is itself held in 32 bits.
    """
    return struct.unpack("f", struct.pack("f", value))[0]


def row(start, degree, i: int) -> Iterator[int]:
    """Return the places of the arcs of person i."""
    return iter(range(int(start[i]), int(start[i]) + int(degree[i])))
