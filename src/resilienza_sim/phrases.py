"""Values found in files as a sentence can show them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from resilienza_sim.errors import Phrase
from resilienza_sim.printable import clean

__all__ = ["shortened", "shown"]

LONGEST_VALUE = 60
_LEAST, _MOST = 1e-6, 1e15
"""Sizes that are written without a power of ten."""


def shown(value: object) -> str | Phrase:
    """Return a value found in a file as a sentence can show it: short, on one line, harmless."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        digits = int(value.bit_length() * math.log10(2)) + 1  # str() refuses thousands of digits
        if digits > LONGEST_VALUE:
            return Phrase("shown.digits", {"digits": digits})
        return Phrase("shown.number", {"value": value})
    if isinstance(value, float) and _LEAST <= abs(value) < _MOST:
        return Phrase("shown.number", {"value": value})
    if isinstance(value, str):
        return f'"{shortened(value)}"'
    if isinstance(value, Mapping) or hasattr(value, "model_fields_set"):
        return Phrase("shown.table")
    if isinstance(value, list | tuple):
        return Phrase("shown.list", {"count": len(value)})
    if value is None:
        return Phrase("shown.nothing")
    return clean(str(value)[:LONGEST_VALUE])


def shortened(text: str) -> str:
    """Return the beginning of a text, clean."""
    start = clean(text[: LONGEST_VALUE + 1])
    return start if len(start) <= LONGEST_VALUE else f"{start[: LONGEST_VALUE - 1]}…"
