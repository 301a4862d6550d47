"""Values inside nested data, by dotted path: ``shocks.0.peak``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from resilienza_sim.errors import ResilienzaError, among

__all__ = ["assigned"]

D = TypeVar("D", bound=dict[str, Any])


def assigned(data: D, values: Mapping[str, object]) -> D:
    """Put values at their paths in nested data, which is changed, and return it.

    Raises
    ------
    ResilienzaError
        If a path does not exist.
    """
    for path, value in values.items():
        _assign(data, path, value)
    return data


def _assign(data: Any, path: str, value: object) -> None:
    steps = path.split(".")
    place = data
    for depth, step in enumerate(steps):
        allowed = _names(place)
        key: Any = int(step) if isinstance(place, list) and step.isdecimal() else step
        known = (
            key < len(place) if isinstance(key, int) else isinstance(place, dict) and key in place
        )
        if not known:
            found = ".".join(steps[: depth + 1])
            raise ResilienzaError("unknown_path", **{**among(step, allowed), "found": found})
        if depth == len(steps) - 1:
            place[key] = value
        else:
            place = place[key]


def _names(place: Any) -> list[str]:
    if isinstance(place, dict):
        return [str(name) for name in place]
    return [str(k) for k in range(len(place))] if isinstance(place, list) else []
