"""Texts of users as they may be shown: nothing in them is obeyed by a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

__all__ = ["clean", "visible", "without_marks"]


def clean(text: object) -> str:
    """Return a text without line breaks, terminal escapes and other invisible characters."""
    return "".join(
        char if char == " " or unicodedata.category(char)[0] not in "CZ" else _escaped(char)
        for char in str(text)
    )


def visible(text: str) -> str:
    """Return a text as `clean` does, all its spaces as they are."""
    return "".join(char if unicodedata.category(char) == "Zs" else clean(char) for char in text)


def without_marks(given: Any) -> Any:
    """Return texts, in lists and mappings too, without marks of direction and their like.

    Nobody sees such signs (Unicode's Cf: zero width, soft hyphens too), yet with them a name is
    another name. What is no text is as it was.
    """
    if isinstance(given, str):
        return "".join(char for char in given if unicodedata.category(char) != "Cf")
    if isinstance(given, Mapping):
        return {without_marks(key): without_marks(value) for key, value in given.items()}
    return [without_marks(each) for each in given] if isinstance(given, list | tuple) else given


def _escaped(char: str) -> str:
    return " " if char in "\u00a0\u202f" else char.encode("unicode_escape").decode("ascii")
