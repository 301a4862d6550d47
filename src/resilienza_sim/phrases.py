"""Pieces of sentences told in the reader's language, and the mistakes made of them."""

from __future__ import annotations

import errno
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from resilienza_sim.errors import ResilienzaError, localised
from resilienza_sim.messages import catalogue
from resilienza_sim.printable import clean

__all__ = ["Phrase", "PhrasedError", "shortened", "shown", "system_reason"]

LONGEST_VALUE = 60
_LEAST, _MOST = 1e-6, 1e15
"""Sizes that are written without a power of ten."""


@dataclass(frozen=True)
class Phrase:
    """A piece of a sentence, told in the language of the sentence that holds it."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, lang: str) -> str:
        """Return the phrase in one language, its numbers as that language writes them."""
        values = {name: localised(value, lang) for name, value in self.values.items()}
        return catalogue(lang).text(f"errors.{self.key}", **_in_words(values, lang))


def _in_words(values: Mapping[str, object], lang: str) -> dict[str, object]:
    """Return the values of a sentence, their phrases told in one language."""
    return {name: v.text(lang) if isinstance(v, Phrase) else v for name, v in values.items()}


class PhrasedError(ResilienzaError):
    """A mistake whose sentence is made of phrases, each told in the language asked for.

    Parameters
    ----------
    key : str
        Name of the sentence in ``locale/<lang>/errors.toml``.
    **values : object
        As in `ResilienzaError`, `Phrase` among them; `more` counts the mistakes not told.
    """

    def text(self, lang: str = "en") -> str:
        """Return the sentence in one language ("it" or "en")."""
        sentence = ResilienzaError(self.key, **_in_words(self.values, lang)).text(lang)
        more = self.values.get("more")
        others = catalogue(lang).text("errors.and_more", more=more) if more else ""
        return f"{sentence} {others}".rstrip()


def system_reason(error: OSError) -> str | Phrase:
    """Return why the system refuses, in words of ours where there are any: its own are English."""
    name = errno.errorcode.get(error.errno or 0, "")
    if f"errors.system.{name}" in catalogue("en"):
        return Phrase(f"system.{name}")
    return error.strerror or type(error).__name__


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
