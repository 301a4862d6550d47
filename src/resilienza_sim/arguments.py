"""What functions of Python take by name: a name that they do not take is one sentence."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import ParamSpec, TypeVar, get_args, get_type_hints

from resilienza_sim.errors import unknown

__all__ = ["keywords", "named"]

P = ParamSpec("P")
R = TypeVar("R")

_BY_NAME = (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)


def keywords(function: Callable[..., object]) -> tuple[str, ...]:
    """Return all that can be given by name to a function.

    Parameters
    ----------
    function : callable
        Of its ``**choices``, if it takes any, the type is ``Unpack`` of a typed dictionary.
    """
    parameters = signature(function).parameters.values()
    names = [each.name for each in parameters if each.kind in _BY_NAME]
    for each in parameters:
        if each.kind is Parameter.VAR_KEYWORD:
            (choices,) = get_args(get_type_hints(function)[each.name])
            names += choices.__annotations__
    return tuple(names)


def named(function: Callable[P, R]) -> Callable[P, R]:
    """Return the function, which answers to a name that it does not take with the nearest.

    Raises
    ------
    ResilienzaError
        If, when it is called, it takes nothing of such a name.
    """

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        if kwargs:
            known = keywords(function)
            for name in kwargs:
                if name not in known:
                    raise unknown("unknown_argument", name, known, function=function.__name__)
        return function(*args, **kwargs)

    return call
