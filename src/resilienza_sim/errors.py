"""Errors that reach a user: one sentence, in the user's language, exit code 2."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from resilienza_sim.messages import NAMING, catalogue
from resilienza_sim.words import Words

__all__ = ["ResilienzaError", "nearest", "unknown"]


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
        What the sentence needs: file, place, value found, what is allowed, nearest name.
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
        sentence = words.text(f"errors.{self.key}", **values)
        close = self.values.get("nearest")
        return (
            f"{sentence} {words.text('errors.did_you_mean', nearest=close)}" if close else sentence
        )

    def __str__(self) -> str:
        return self.text("en")

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.key, self.values)


def localised(value: object, lang: str) -> object:
    """Return a number as a language writes it, anything else as it is."""
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


def unknown(key: str, found: str, known: Iterable[str], **values: object) -> ResilienzaError:
    """Return the mistake of a name that is not among those known, with the nearest of them."""
    names = list(known)
    return ResilienzaError(
        key, found=found, allowed=", ".join(names), nearest=nearest(found, names), **values
    )
