"""Which colour, line and marker an arm has: its own in every study, by name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from resilienza_sim.reading import shipped_files

__all__ = ["MARKS", "marks_of", "own_mark"]

MARKS = 7
"""Colours that any eye can tell apart, each with a line and a marker of its own."""
_SALT = 30_266
"""Gives the strategies that scenarios compare by default the marks 0 to 4."""


def own_mark(name: str) -> int:
    """Return the mark of an arm that nothing else in its study has."""
    text = f"{_SALT}|{name}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little") % MARKS


def marks_of(names: Iterable[str]) -> dict[str, int]:
    """Return the mark of every arm of a study.

    Each has its own, whatever the order and the company, but where two of one study would have the
    same: then a shipped strategy keeps it, or the first in the alphabet, and the other takes the
    next that is free. From the eighth arm on marks are used again.
    """
    shipped = {file.stem for file in shipped_files("strategies")}
    found: dict[str, int] = {}
    for name in sorted(set(names), key=lambda each: (each not in shipped, each)):
        taken = set(found.values())
        mark = own_mark(name)
        while mark in taken and len(taken) < MARKS:
            mark = (mark + 1) % MARKS
        found[name] = mark
    return found
