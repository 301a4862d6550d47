"""Files of the user's own that are run first: ``--extension``, wherever it stands."""

from __future__ import annotations

from collections.abc import Sequence

from resilienza_sim.errors import ResilienzaError

__all__ = ["take_extensions"]

_OPTION = "--extension"


def take_extensions(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the arguments without ``--extension``, and what it names.

    Raises
    ------
    ResilienzaError
        If it names nothing.
    """
    rest: list[str] = []
    paths: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            rest += [argument, *waiting]
        elif argument == _OPTION or argument.startswith(f"{_OPTION}="):
            _, sign, path = argument.partition("=")
            paths.append(path if sign else next(waiting, ""))
            if not paths[-1]:
                raise ResilienzaError("option_without_value", found=_OPTION)
        else:
            rest.append(argument)
    return rest, paths
