"""What users read about a type, a constraint or a value found, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import reduce
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from resilienza_sim.discovery import OneName, OneOf
from resilienza_sim.errors import Phrase
from resilienza_sim.phrases import Called, Choice

__all__ = [
    "called",
    "choices",
    "inside",
    "model_in",
    "peel",
    "tagged",
    "wanted",
]

_PATTERNS = {
    r"^[a-z][a-z0-9_]{0,39}$": "wanted.name",
    r"^\d{4}-(0[1-9]|1[0-2])$": "wanted.month",
}


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


def called(annotation: Any) -> Called | None:
    """Return what a reader calls the names among which a field chooses, if it is said."""
    return next((each for each in peel(annotation)[1] if isinstance(each, Called)), None)


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
        if spoken := called(annotation):
            allowed_words = Choice(called=spoken, names=tuple(allowed))
            return Phrase("wanted.choice", {"allowed": allowed_words})
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
    values = {"low": _as_written(low), "high": _as_written(high)}
    span = Phrase(f"range.{'_'.join(filter(None, (below, above)))}", values)
    return Phrase("wanted.with_range", {"thing": Phrase(key), "range": span})


def _as_written(bound: object) -> object:
    """Return a day as a file has it: it follows an example of how it is written."""
    return bound.isoformat() if isinstance(bound, date) else bound
