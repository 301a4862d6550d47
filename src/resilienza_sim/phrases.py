"""Values found in files as a sentence can show them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from resilienza_sim.errors import Phrase, nearest
from resilienza_sim.messages import catalogue, languages
from resilienza_sim.printable import clean

__all__ = [
    "Called",
    "Choice",
    "Closest",
    "shortened",
    "shown",
]

LONGEST_VALUE = 60
_LEAST, _MOST = 1e-6, 1e15
"""Sizes that are written without a power of ten."""


@dataclass(frozen=True)
class Called:
    """What a reader calls each of some names: she may write it so, and reads it so.

    Parameters
    ----------
    tables : tuple of str
        Tables of the catalogue that may have a name, such as ``names.shock``.
    """

    tables: tuple[str, ...] = ()

    def full(self, name: str, lang: str) -> str:
        """Return what the catalogue calls a name, or the name itself as a word."""
        words = catalogue(lang)
        key = next((key for each in self.tables if (key := f"{each}.{name}") in words), None)
        return words.raw(key) if key else name.replace("_", " ")

    def word(self, name: str, lang: str) -> str:
        """Return the short form that stands inside a sentence: nothing in brackets, no capital."""
        short = re.split(r"\s*[(,:]", self.full(name, lang))[0]
        return short if short[1:2].isupper() else short[:1].lower() + short[1:]

    def meant(self, text: str, names: Sequence[str]) -> str | None:
        """Return which of some names a text says in any language, None if none or several.

        The name itself counts, what it is called, in full or short, and a beginning of at least
        four letters that no other has.
        """
        spoken = _plain(text)
        said = {
            name: {name, *(_plain(f(name, lang)) for f in (self.full, self.word) for lang in _BOTH)}
            for name in names
        }
        exact = [name for name, words in said.items() if spoken in {*map(_plain, words)}]
        begun = [
            name
            for name, words in said.items()
            if len(spoken) >= _FEWEST_LETTERS and any(word.startswith(spoken) for word in words)
        ]
        found = exact or begun
        return found[0] if len(found) == 1 else None


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


_BOTH = languages()
_FEWEST_LETTERS = 4


@dataclass(frozen=True)
class Choice(Phrase):
    """The names a reader may choose among, as she would say them."""

    key: str = ""
    called: Called = field(default_factory=Called)
    names: tuple[str, ...] = ()

    def text(self, lang: str) -> str:
        """Return the list in one language."""
        return ", ".join(dict.fromkeys(self.called.word(name, lang) for name in self.names))


@dataclass(frozen=True)
class Closest(Choice):
    """Which of the names a reader may have meant, as she would say it."""

    found: str = ""

    def text(self, lang: str) -> str:
        """Return the closest word in one language, nothing if none is close."""
        words = {
            _plain(word): word for name in self.names if (word := self.called.word(name, lang))
        }
        close = nearest(_plain(self.found), words)
        return words[close] if close else ""


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
