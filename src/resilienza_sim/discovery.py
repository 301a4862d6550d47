"""Finds the members of a family of components: those of its folder, those of other packages.

What a field accepts of a family is looked up when a value arrives, not when the field is declared:
so a component that came later is as good as those that were there.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from importlib import import_module
from importlib.metadata import entry_points
from operator import or_
from typing import Annotated, Any, Protocol, TypeVar, overload

from pydantic import Discriminator, GetCoreSchemaHandler, Tag, TypeAdapter
from pydantic_core import CoreSchema, PydanticKnownError, core_schema

from resilienza_sim.component import Component
from resilienza_sim.errors import unknown

__all__ = ["OneName", "OneOf", "add", "family", "member"]


class Named(Protocol):
    """What a family is made of beside classes: things that know the name they bear in files."""

    def kind(self) -> str: ...


C = TypeVar("C", bound=Component)
N = TypeVar("N", bound=Named)


@overload
def family(name: str, base: type[C]) -> dict[str, type[C]]: ...
@overload
def family(name: str, base: type[N]) -> dict[str, N]: ...
def family(name: str, base: type[Any]) -> dict[str, Any]:
    """Return the members of a family by the name they bear in files.

    Parameters
    ----------
    name : str
        Sub-package that holds the family, such as ``"shocks"``; third parties add to it through
        the entry point group ``resilienza_sim.<name>``.
    base : type
        A class of components, of which members are subclasses; or a class of things made by a
        decorator, of which they are instances.
    """
    members: dict[str, Any] = _family(name, base)  # type: ignore[arg-type]
    return members


_ADDED: dict[str, Sequence[Any]] = {}
"""Members that a user added in this process, by module."""


def add(module: str, things: Sequence[Any]) -> None:
    """Add the members of a module to their families, in place of those it had before."""
    _ADDED[module] = things
    _family.cache_clear()


@cache
def _family(name: str, base: type[Any]) -> dict[str, Any]:
    package = import_module(f"resilienza_sim.{name}")
    modules = [
        import_module(f"{package.__name__}.{found.name}")
        for found in pkgutil.iter_modules(package.__path__)
        if not found.name.startswith("_")
    ]
    members = {
        thing.kind(): thing
        for module in modules
        for thing in vars(module).values()
        if is_member(thing, base) and thing.__module__ == module.__name__
    }
    for point in entry_points(group=f"resilienza_sim.{name}"):
        thing = point.load()
        if is_member(thing, base):
            members[thing.kind()] = thing
    added = (thing for things in _ADDED.values() for thing in things)
    members |= {thing.kind(): thing for thing in added if is_member(thing, base)}
    return dict(sorted(members.items()))


def is_member(thing: Any, base: type[Any]) -> bool:
    """Tell whether something is a member of the families of a base."""
    if not issubclass(base, Component):
        return isinstance(thing, base)
    return (
        isinstance(thing, type)
        and issubclass(thing, base)
        and thing is not base
        and not thing.__name__.startswith("_")
    )


@overload
def member(name: str, base: type[C], kind: str) -> type[C]: ...
@overload
def member(name: str, base: type[N], kind: str) -> N: ...
def member(name: str, base: type[Any], kind: str) -> Any:
    """Return one member of a family.

    Raises
    ------
    ResilienzaError
        If no member has that name; the nearest one is suggested.
    """
    members = family(name, base)
    if kind not in members:
        raise unknown("unknown_component", kind, members, family=name)
    return members[kind]


@dataclass(frozen=True)
class OneOf:
    """Marks a field that holds one of some components, told apart by its `kind`."""

    members: Callable[[], Mapping[str, type[Component]]]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            lambda value: _adapter(tuple(self.members().items())).validate_python(value)
        )


@cache
def _adapter(members: tuple[tuple[str, type[Component]], ...]) -> TypeAdapter[Any]:
    annotated: Any = Annotated  # a type made at run time, beyond a type checker
    tagged = [annotated[cls, Tag(kind)] for kind, cls in members]
    return TypeAdapter(annotated[reduce(or_, tagged), Discriminator(_kind_of)])


def _kind_of(value: Any) -> str | None:
    if isinstance(value, Mapping):
        kind = value.get("kind")
        return kind if isinstance(kind, str) else None
    return value.kind() if isinstance(value, Component) else None


@dataclass(frozen=True)
class OneName:
    """Marks a text that is one of some names, such as those of the members of a family."""

    names: Callable[[], Collection[str]]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._checked, handler(source))

    def _checked(self, value: str) -> str:
        if value not in self.names():
            raise PydanticKnownError("literal_error", {"expected": ", ".join(self.names())})
        return value
