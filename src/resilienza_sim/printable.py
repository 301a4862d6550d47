"""Texts of users as they may be shown: nothing in them is obeyed by a terminal."""

from __future__ import annotations

import unicodedata

__all__ = ["clean", "visible"]


def clean(text: object) -> str:
    """Return a text without line breaks, terminal escapes and other invisible characters."""
    return "".join(
        char if char == " " or unicodedata.category(char)[0] not in "CZ" else _escaped(char)
        for char in str(text)
    )


def visible(text: str) -> str:
    """Return a text as `clean` does, all its spaces as they are."""
    return "".join(char if unicodedata.category(char) == "Zs" else clean(char) for char in text)


def _escaped(char: str) -> str:
    return " " if char in "\u00a0\u202f" else char.encode("unicode_escape").decode("ascii")
