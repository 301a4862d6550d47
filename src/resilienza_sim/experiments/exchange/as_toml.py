"""Writes plain data as TOML that `tomllib` reads back the same; Python reads TOML, no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tomlkit

__all__ = ["as_toml"]


def as_toml(data: Mapping[str, Any]) -> str:
    """Return the TOML text of a mapping; what is None is left out, as TOML has no such value."""
    return tomlkit.dumps(_said(data))


def _said(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _said(each) for key, each in value.items() if each is not None}
    return [_said(each) for each in value] if isinstance(value, list | tuple) else value
