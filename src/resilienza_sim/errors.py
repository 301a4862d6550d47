"""Errors that reach a user: one sentence, in the user's language, exit code 2."""

from __future__ import annotations

import difflib
import errno
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from resilienza_sim.messages import NAMING, catalogue
from resilienza_sim.words import Words

__all__ = ["Phrase", "ResilienzaError", "among", "nearest", "repeated", "system_reason", "unknown"]


H = TypeVar("H", bound=Hashable)

LONGEST, _SOME = 400, 4
"""Signs of one value in a sentence; items from which a text is taken for a list."""


_LARGEST = 1e15


class ResilienzaError(Exception):
    """A mistake the user can mend, told in one sentence.

    Parameters
    ----------
    key : str
        Name of the sentence in ``locale/<lang>/errors.toml``.
    **values : object
        What the sentence needs: file, place, value found, what is allowed. Numbers, dates and
        phrases are written in the language asked for. After the sentence come the `nearest` name
        and how many `more` mistakes there are, where they are given.
    """

    exit_code = 2

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(key)

    def text(self, lang: str = "en") -> str:
        """Return the sentence in one language ("it" or "en")."""
        words = catalogue(lang)
        values = {
            name: brief(value if name in NAMING else localised(value, lang))
            for name, value in self.values.items()
        }
        parts = [words.text(f"errors.{self.key}", **values)]
        if values.get("nearest"):
            parts.append(words.text("errors.did_you_mean", **values))
        if self.values.get("more"):
            parts.append(words.text("errors.and_more", **values))
        return " ".join(parts)

    def __str__(self) -> str:
        return self.text("en")

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.key, self.values)


@dataclass(frozen=True)
class Phrase:
    """A piece of a sentence, written in the language of the sentence that holds it."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, lang: str) -> str:
        """Return the phrase in one language, its numbers, dates and phrases too."""
        values = {name: localised(value, lang) for name, value in self.values.items()}
        return catalogue(lang).text(f"errors.{self.key}", **values)


def localised(value: object, lang: str) -> object:
    """Return a number, a date or a phrase as a language writes it, anything else as it is."""
    if isinstance(value, Phrase | ResilienzaError):
        return value.text(lang)
    if isinstance(value, date):
        return Words(lang).date(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if isinstance(value, int):
        return Words(lang).number(value, 0) if abs(value) < _LARGEST else value
    return Words(lang).exact(value) if abs(value) < _LARGEST else value


def brief(value: object) -> object:
    """Return what a sentence can hold: of a long list its first items, of a text both ends."""
    text = str(value)
    if len(text) <= LONGEST:
        return value
    items = text[:LONGEST].split(", ")[:-1]
    if len(items) >= _SOME:
        return f"{', '.join(items)}, … ({text.count(', ') + 1})"
    return f"{text[: LONGEST // 2]}…{text[-LONGEST // 2 :]}"


def _rebuild(cls: type[ResilienzaError], key: str, values: dict[str, object]) -> ResilienzaError:
    return cls(key, **values)


def nearest(name: str, allowed: Iterable[str], alike: float = 0.6) -> str | None:
    """Return the allowed name closest to `name`, or None if none is close."""
    folded = {candidate.casefold(): candidate for candidate in allowed}
    found = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=alike)
    return folded[found[0]] if found else None


def repeated(names: Iterable[H]) -> list[H]:
    """Return the names that are there more than once."""
    return [name for name, times in Counter(names).items() if times > 1]


def among(found: object, known: Iterable[str]) -> dict[str, object]:
    """Return what a sentence says of a name that is not among those known, the nearest with it."""
    names = list(known)
    return {
        "found": found,
        "allowed": ", ".join(names) or "–",
        "nearest": nearest(str(found), names),
    }


def unknown(key: str, found: object, known: Iterable[str], **values: object) -> ResilienzaError:
    """Return the mistake of a name that is not among those known."""
    return ResilienzaError(key, **among(found, known), **values)


def system_reason(error: OSError) -> str | Phrase:
    """Return why the system refuses, in words of ours where there are any: its own are English."""
    name = errno.errorcode.get(error.errno or 0, type(error).__name__)
    if f"errors.system.{name}" in catalogue("en"):
        return Phrase(f"system.{name}")
    return error.strerror or str(error) or type(error).__name__
