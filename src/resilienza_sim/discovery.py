"""Finds the members of a family of components: one public class in one file."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import TypeVar

from resilienza_sim.component import Component
from resilienza_sim.errors import ResilienzaError, nearest

__all__ = ["family", "member"]

C = TypeVar("C", bound=Component)


@cache
def family(name: str, base: type[C]) -> dict[str, type[C]]:
    """Return the classes of a family by the name they bear in files.

    Parameters
    ----------
    name : str
        Sub-package that holds the family, such as ``"shocks"``; third parties add to it through
        the entry point group ``resilienza_sim.<name>``.
    base : type
        Class every member derives from.
    """
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


def _is_member(thing: object, base: type[C]) -> bool:
    return (
        isinstance(thing, type)
        and issubclass(thing, base)
        and thing is not base
        and not thing.__name__.startswith("_")
    )


def member(name: str, base: type[C], kind: str) -> type[C]:
    """Return one class of a family.

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
