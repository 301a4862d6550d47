"""What users read about a type, a constraint or a value found, in both languages."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from resilienza_sim.discovery import OneName, OneOf
from resilienza_sim.errors import ResilienzaError, localised
from resilienza_sim.messages import catalogue
from resilienza_sim.printable import clean

__all__ = [
    "Phrase",
    "PhrasedError",
    "choices",
    "inside",
    "model_in",
    "peel",
    "shortened",
    "shown",
    "tagged",
    "wanted",
]

LONGEST_VALUE = 60
_LEAST, _MOST = 1e-6, 1e15
"""Sizes that are written without a power of ten."""
_PATTERNS = {
    r"^[a-z][a-z0-9_]{0,39}$": "wanted.name",
    r"^\d{4}-(0[1-9]|1[0-2])$": "wanted.month",
}


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


def peel(annotation: Any) -> tuple[Any, list[Any]]:
    """Return a type without its wrappings and without None, and its constraints."""
    constraints: list[Any] = []
    while True:
        if isinstance(annotation, FieldInfo):
            constraints += annotation.metadata
            annotation = annotation.annotation
        elif get_origin(annotation) is Annotated:
            annotation, *extra = get_args(annotation)
            for each in extra:
                constraints += each.metadata if isinstance(each, FieldInfo) else [each]
        elif get_origin(annotation) in (Union, UnionType):
            members = [each for each in get_args(annotation) if each is not NoneType]
            if len(members) != 1:
                return annotation, constraints
            annotation = members[0]
        else:
            return annotation, constraints


def tagged(annotation: Any) -> dict[str, Any]:
    """Return the components a field accepts, by kind; nothing if it holds no component."""
    marks = (each for each in peel(annotation)[1] if isinstance(each, OneOf))
    return {kind: cls for mark in marks for kind, cls in mark.members().items()}


def model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model a type is, without its wrappings; None if it is none."""
    bare, marks = peel(annotation)
    if any(isinstance(each, OneOf) for each in marks):
        return None
    return bare if isinstance(bare, type) and issubclass(bare, BaseModel) else None


def inside(annotation: Any, step: int | str) -> Any:
    """Return the type of what lies inside a type under a name or a number, if known."""
    bare = peel(annotation)[0]
    if model := model_in(bare):
        return model.model_fields.get(str(step))
    origin, args = get_origin(bare), get_args(bare)
    if origin in (tuple, list, set, frozenset) and args:
        fixed = origin is tuple and args[-1] is not Ellipsis and isinstance(step, int)
        return args[int(step)] if fixed and int(step) < len(args) else args[0]
    if isinstance(origin, type) and issubclass(origin, Mapping) and len(args) == 2:
        return args[1]
    return None


def choices(annotation: Any) -> list[str]:
    """Return the words among which a field chooses: empty if it is not a choice."""
    bare, marks = peel(annotation)
    if get_origin(bare) is Literal:
        return [str(each) for each in get_args(bare)]
    for each in marks:
        if isinstance(each, OneName):
            return sorted(each.names())
    return list(tagged(annotation))


def wanted(annotation: Any) -> Phrase:
    """Return what a type or a field accepts, in words.

    Parameters
    ----------
    annotation : type or pydantic FieldInfo
        Constraints (range, length, pattern) are told too.
    """
    bare, constraints = peel(annotation)
    bounds = {
        name: getattr(bound, "pattern", bound)
        for each in constraints
        for name in ("ge", "gt", "le", "lt", "min_length", "max_length", "pattern")
        if (bound := getattr(each, name, None)) is not None
    }
    origin = get_origin(bare) or bare
    if allowed := choices(annotation):
        return Phrase("wanted.choice", {"allowed": ", ".join(allowed)})
    if origin in (Union, UnionType):
        members = [wanted(each) for each in get_args(bare) if each is not NoneType]
        return reduce(lambda a, b: Phrase("wanted.either", {"one": a, "other": b}), members)
    if origin is bool:
        return Phrase("wanted.flag")
    if not isinstance(origin, type):
        return Phrase("wanted.another")
    if issubclass(origin, int):
        return _ranged("wanted.whole", bounds)
    if issubclass(origin, float):
        return _ranged("wanted.number", bounds)
    if issubclass(origin, str):
        return _wanted_text(bounds)
    if issubclass(origin, tuple | list | set | frozenset):
        args = get_args(bare)
        if origin is tuple and Ellipsis not in args:
            return Phrase("wanted.list_of", {"count": len(args)})
        low, high = bounds.get("min_length"), bounds.get("max_length")
        key = f"wanted.list{'_from' if low else ''}{'_to' if high else ''}"
        return Phrase(key, {"low": low, "high": high})
    if issubclass(origin, BaseModel | Mapping):
        return Phrase("wanted.table")
    if origin.__name__ == "date":
        return _ranged("wanted.date", bounds)
    return Phrase("wanted.another")


def _wanted_text(bounds: Mapping[str, Any]) -> Phrase:
    if pattern := bounds.get("pattern"):
        return Phrase(_PATTERNS.get(pattern, "wanted.pattern"), {"pattern": pattern})
    if longest := bounds.get("max_length"):
        return Phrase("wanted.text_of", {"low": bounds.get("min_length", 0), "high": longest})
    return Phrase("wanted.text")


def _ranged(key: str, bounds: Mapping[str, Any]) -> Phrase:
    low, high = bounds.get("ge", bounds.get("gt")), bounds.get("le", bounds.get("lt"))
    if low is None and high is None:
        return Phrase(key)
    below = "from" if "ge" in bounds else "above" if low is not None else ""
    above = "to" if "le" in bounds else "below" if high is not None else ""
    values = {"low": low, "high": high}
    span = Phrase(f"range.{'_'.join(filter(None, (below, above)))}", values)
    return Phrase("wanted.with_range", {"thing": Phrase(key), "range": span})


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
    if isinstance(value, Mapping | BaseModel):
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
