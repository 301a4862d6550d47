"""Reads TOML files and turns what is wrong with them into one sentence."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from operator import index
from pathlib import Path
from types import UnionType
from typing import Any, Self, SupportsIndex, TypeVar, Union, get_origin

import numpy as np
from pydantic import BaseModel, PrivateAttr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from resilienza_sim.bounds import LARGEST_SEED
from resilienza_sim.component import Component
from resilienza_sim.errors import Phrase, ResilienzaError, nearest, system_reason, unknown
from resilienza_sim.files import place_of
from resilienza_sim.phrases import Closest, shortened, shown
from resilienza_sim.printable import clean
from resilienza_sim.wording import called, choices, inside, model_in, peel, tagged, wanted

__all__ = [
    "FromFile",
    "file_of",
    "read_toml",
    "read_value",
    "read_whole",
    "refusal",
    "seed_of",
    "shipped_files",
    "validated",
    "whole_number",
]

M = TypeVar("M", bound=BaseModel)

LARGEST_BYTES = 1_000_000
"""A scenario is a few kilobytes: beyond this the file is something else."""
_MOST_MISTAKES = 1_000
"""Beyond so many the others are counted, not looked into."""
_MISSING = object()


def whole_number(name: str, value: object, low: int, high: int) -> int:
    """Return a whole number that came from Python as a plain int, whatever type of integer it was.

    Raises
    ------
    ResilienzaError
        If it is no integer from `low` to `high`; a float or a truth value is none.
    """
    if isinstance(value, SupportsIndex) and not isinstance(value, bool):
        number = index(value)
        if low <= number <= high:
            return number
    span = Phrase("range.from_to", {"low": low, "high": high})
    asked = Phrase("wanted.with_range", {"thing": Phrase("wanted.whole"), "range": span})
    found = shown(value.item() if isinstance(value, np.generic) else value)
    raise ResilienzaError("option_wrong", option=name, found=found, wanted=asked)


def seed_of(value: object) -> int:
    """Return a seed as a plain int."""
    return whole_number("seed", value, 0, LARGEST_SEED)


class FromFile(BaseModel):
    """What is read from a file, and finds beside it the files that it names."""

    _folder: Path | None = PrivateAttr(None)

    def relative_to(self, other: FromFile | Path | None) -> Self:
        """Return the same, with its files beside those of another or in a folder."""
        self._folder = other._folder if isinstance(other, FromFile) else other and other.absolute()
        return self

    def named(self, name: str) -> str | Path:
        """Return what this file names: a shipped name as it is, a file where it lies."""
        return place_of(name, self._folder) if name.endswith(".toml") else name


def refusal(key: str, **values: object) -> PydanticCustomError:
    """Return the error a validator raises to refuse a value in the user's language.

    Parameters
    ----------
    key : str
        Name of the reason: ``errors.toml`` holds it as ``refused.<key>``.
    **values : object
        What the reason needs, and `nearest` if a name is close.
    """
    reason = Phrase(f"refused.{key}", values).text("en")  # for whoever builds the model in Python
    return PydanticCustomError(f"refused.{key}", "{reason}", {**values, "reason": reason})


def shipped_files(folder: str) -> tuple[Path, ...]:
    """Return the TOML files in a folder of the package, in the order of their names."""
    here = files("resilienza_sim").joinpath(folder)
    names = sorted(each.name for each in here.iterdir() if each.name.endswith(".toml"))
    return tuple(Path(str(here.joinpath(name))) for name in names)


def file_of(given: str | Path, shipped: Iterable[Path], key: str) -> Path:
    """Return the file that a shipped name, or the path of a user's own file, stands for.

    Raises
    ------
    ResilienzaError
        With this key, if it is neither.
    """
    name, known = str(given), {path.stem: path for path in sorted(shipped)}
    if name not in known and not name.endswith(".toml"):
        raise unknown(key, name, known)
    return known[name] if name in known else place_of(name)


def read_toml(path: str | Path, names: Iterable[str] = ()) -> dict[str, Any]:
    """Return the content of a TOML file.

    Parameters
    ----------
    path : str or Path
        The file.
    names : iterable of str, optional
        Names that do as well as a file, to suggest when there is no such file.

    Raises
    ------
    ResilienzaError
        If the file is missing, is not a readable text of at most 1 MB, or is not TOML.
    """
    file = str(path)
    content = read_whole(Path(path), LARGEST_BYTES, names)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ResilienzaError("file_not_utf8", file=file, line=line) from None
    try:
        return tomllib.loads(text)
    except RecursionError:
        pass  # raised below: no error should carry a thousand frames about
    except ValueError as error:  # TOMLDecodeError, or an integer of thousands of digits
        raise _not_toml(str(error), text, file) from None
    raise ResilienzaError("file_too_deep", file=file)


def read_whole(path: Path, most: int, names: Iterable[str] = ()) -> bytes:
    """Return the content of a plain file that is not too large to be held.

    What is no plain file (a folder, a device, a pipe, a socket, or a link to one) is refused
    before a byte of it is read: some never end, others never begin.

    Raises
    ------
    ResilienzaError
        If there is no such file, it is of another kind, larger than that, or cannot be read.
    """
    try:
        if not path.is_file():
            raise _no_file(path, names)
        with path.open("rb") as file:
            content = file.read(most + 1)  # a file of the system may tell no size, or another
            size = max(len(content), path.stat().st_size)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = system_reason(error) if isinstance(error, OSError) else str(error)
        raise ResilienzaError("file_unreadable", file=str(path), reason=reason) from None
    if size > most:
        raise ResilienzaError("file_too_large", file=str(path), found=size, allowed=most)
    return content


def read_value(text: str) -> Any:
    """Return the value written after = in a file; a text that is none stands for itself.

    Raises
    ------
    ResilienzaError
        If it is a number, or a nest of brackets, too large to be read.
    """
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
    except (ValueError, RecursionError):
        wanted_value = Phrase("wanted.another")
        raise ResilienzaError("value_wrong", found=shown(text), wanted=wanted_value) from None


def read_assignments(assignments: Iterable[str]) -> dict[str, Any]:
    """Return the values by path of assignments such as ``shocks.0.peak=0.7``.

    Raises
    ------
    ResilienzaError
        If one is not ``path=value``, or its value is too large to be read.
    """
    values = {}
    for assignment in assignments:
        path, sign, text = assignment.partition("=")
        if not sign or not path.strip():
            raise ResilienzaError("bad_assignment", found=assignment)
        values[path.strip()] = read_value(text.strip())
    return values


def _no_file(path: Path, names: Iterable[str]) -> ResilienzaError:
    if path.exists():
        return ResilienzaError("file_not_a_file", file=path)
    here = [f.name for f in path.parent.glob("*.toml")] if path.parent.is_dir() else []
    near = nearest(path.name, here)
    close = str(path.with_name(near)) if near else nearest(path.stem, names)
    return ResilienzaError("file_missing", file=path, nearest=close)


_AT = re.compile(r"\s*\(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")
_LIKE_A_DATE = re.compile(r"=\s*\d{4}-\d+-\d+")
_TOML = {
    "Cannot overwrite": "twice",
    "Cannot declare": "twice",
    "Cannot mutate": "twice",
    "Cannot redefine": "twice",
    "Duplicate inline": "twice",
    "Expected '='": "equals",
    "Expected newline": "newline",
    "Expected ']'": "bracket",
    "Expected ']]'": "bracket",
    "Unclosed array": "bracket",
    "Unclosed inline": "brace",
    "Invalid date": "date",
    "Invalid value": "value",
    "Invalid statement": "statement",
    "Invalid initial character for a key": "statement",
    "Unterminated": "string",
    "Unescaped": "string",
    "Expected '\"": "string",
    "Illegal character": "character",
    "Found invalid character": "character",
    "Exceeds the limit": "digits",
}


def _not_toml(message: str, text: str, file: str) -> ResilienzaError:
    place = _AT.search(message)
    reason = message[: place.start()] if place else message
    key = next((key for start, key in _TOML.items() if reason.startswith(start)), None)
    lines = text.splitlines() or [""]
    line = int(place["line"]) if place and place["line"] else len(lines)
    found = lines[min(line, len(lines)) - 1]
    if key == "newline" and _LIKE_A_DATE.search(found):
        key = "date"
    why = Phrase(f"toml.{key}") if key else clean(reason)
    if place is None:
        return ResilienzaError("file_not_toml", file=file, reason=why)
    column = int(place["column"]) if place["column"] else len(found) + 1
    return ResilienzaError(
        "file_not_toml_at", file=file, line=line, column=column, found=shown(found), reason=why
    )


def validated(model: type[M], data: Any, file: str) -> M:
    """Return the instance that some data describe.

    Parameters
    ----------
    model : type
        What the data should be.
    data : mapping
        Content of the file.
    file : str
        Name of the file, told in the sentence.

    Raises
    ------
    ResilienzaError
        If the data are not valid: one sentence with file, place, value found, what is allowed and
        the nearest name.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise _first_mistake(model, data, file, error) from None
    except RecursionError:
        raise ResilienzaError("file_too_deep", file=file) from None
    except ArithmeticError:  # a date that leaves the calendar, a number that leaves the floats
        raise ResilienzaError("file_beyond_numbers", file=file) from None


def _first_mistake(
    model: type[BaseModel], data: Any, file: str, error: ValidationError
) -> ResilienzaError:
    errors = error.errors(include_url=False)
    around = {each["loc"][:depth] for each in errors for depth in range(len(each["loc"]))}
    sentences: dict[str, tuple[str, dict[str, Any]]] = {}
    for each in errors[:_MOST_MISTAKES]:
        if each["type"] == "too_short" and each["loc"] in around:
            continue  # its items are not missing, they are wrong
        sentence = _tell(_Spot.find(model, data, each["loc"]), each)
        # a union complains once for each of its members
        sentences.setdefault(repr(sentence), sentence)
    mistakes = list(sentences.values())
    unknown = [each for each in mistakes if each[0] == "field.unknown"]
    # A misspelt name is both unknown and missing: that it is unknown says more.
    misspelt = {each[1].get("meant") for each in unknown if each[1].get("nearest")}
    rest = [
        each
        for each in mistakes
        if each[0] != "field.unknown"
        and not (each[0] == "field.missing" and each[1]["place"] in misspelt)
    ]
    key, values = (unknown + rest)[0]
    values.pop("meant", None)
    more = len(unknown) + len(rest) - 1 + max(0, len(errors) - _MOST_MISTAKES)
    return ResilienzaError(key, file=file, **values, more=more)


@dataclass
class _Spot:
    """Where an error lies: in the types, and in the data."""

    annotation: Any
    owner: type[BaseModel] | None
    """Model that has (or should have) the last name of the place."""
    place: list[str]
    value: Any
    outer: Sequence[str] = ()
    """Names that stand beside those of `owner`, where the file writes two levels as one."""

    @classmethod
    def find(cls, model: type[BaseModel], data: Any, loc: Iterable[int | str]) -> _Spot:
        spot = cls(model, None, [], data)
        parent: Any = data
        for step in loc:
            if step == "[key]":
                continue
            annotation, tags = peel(spot.annotation)[0], tagged(spot.annotation)
            if isinstance(step, str) and step in tags:
                spot.annotation = peel(tags[step])[0]
                continue
            inner = inside(annotation, step)
            if inner is None and get_origin(annotation) in (Union, UnionType):
                continue  # the name of a member of the union
            if spot.place and not isinstance(spot.value, Mapping | list | tuple | BaseModel):
                # Written flat: the value names the kind and its fields stand beside it.
                spot.outer = tuple(_fields(spot.owner))
                spot.place.pop()
                spot.value = parent
            parent = spot.value
            spot.owner = model_in(annotation)
            spot.annotation = inner
            spot.place.append(str(step))
            spot.value = _at(parent, step)
        return spot

    @property
    def dotted(self) -> str:
        return ".".join(shortened(step) or '""' for step in self.place)

    def names(self) -> list[str]:
        own = [name for name in _fields(self.owner) if name not in self.outer]
        if self.outer:
            return [*self.outer, *own]
        return ["kind", *own] if self.owner and issubclass(self.owner, Component) else own


def _at(parent: Any, step: int | str) -> Any:
    try:
        return parent[step]
    except (LookupError, TypeError):
        return _MISSING


def _fields(model: type[BaseModel] | None) -> Mapping[str, FieldInfo]:
    return model.model_fields if model else {}


def _tell(spot: _Spot, error: ErrorDetails) -> tuple[str, dict[str, Any]]:
    """Return the key of a sentence and its values."""
    type_, place = error["type"], spot.dotted
    if type_ == "extra_forbidden":
        names = spot.names()
        close = nearest(spot.place[-1], names)
        return "field.unknown", {
            "place": place,
            "allowed": ", ".join(names) or "-",
            "nearest": close,
            "meant": ".".join([*spot.place[:-1], close or ""]),
        }
    if type_ in ("union_tag_not_found", "union_tag_invalid") and isinstance(spot.value, Mapping):
        spot = _Spot(spot.annotation, None, [*spot.place, "kind"], _at(spot.value, "kind"))
        place = spot.dotted
    if spot.value is _MISSING and type_ in ("missing", "union_tag_not_found"):
        return "field.missing", {"place": place, "wanted": wanted(spot.annotation)}
    if type_.startswith(("refused.", "value_error", "assertion_error")):
        context = dict(error.get("ctx", {}))
        if type_.startswith("refused."):
            reason: object = Phrase(type_, {k: v for k, v in context.items() if k != "nearest"})
        else:
            reason = clean(str(context.get("error", error["msg"])))
        values = {"place": place, "reason": reason, "nearest": context.get("nearest")}
        return ("field.refused" if place else "field.refused_top"), values
    value = error["input"] if spot.value is _MISSING else spot.value
    if type_ == "union_tag_not_found" and spot.place[-1].isdecimal():
        kinds = ", ".join(tagged(spot.annotation))
        table = Phrase("wanted.table_of", {"allowed": kinds})
        return "field.wrong", {"place": place, "found": shown(value), "wanted": table}
    allowed = choices(spot.annotation)
    near: object = nearest(value, allowed) if isinstance(value, str) and allowed else None
    if allowed and (spoken := called(spot.annotation)):
        near = Closest(called=spoken, names=tuple(allowed), found=str(value))
    if not place:
        return "field.wrong_top", {"found": shown(value), "wanted": wanted(spot.annotation)}
    return "field.wrong", {
        "place": place,
        "found": shown(value),
        "wanted": wanted(spot.annotation) if spot.annotation is not None else clean(error["msg"]),
        "nearest": near,
    }
