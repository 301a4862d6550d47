"""Finds the members of a family of components by reading its folder."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, Protocol, TypeVar, overload

from resilienza_sim.component import Component
from resilienza_sim.errors import ResilienzaError, nearest

__all__ = ["family", "member"]


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
        if _is_member(thing, base) and thing.__module__ == module.__name__
    }
    for point in entry_points(group=f"resilienza_sim.{name}"):
        thing = point.load()
        if _is_member(thing, base):
            members[thing.kind()] = thing
    return dict(sorted(members.items()))


def _is_member(thing: Any, base: type[Any]) -> bool:
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
        raise ResilienzaError(
            "unknown_component",
            family=name,
            found=kind,
            allowed=", ".join(members),
            nearest=nearest(kind, members),
        )
    return members[kind]
