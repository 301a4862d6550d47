"""Reads a study's manifest, whatever form it keeps, and what lies behind it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import ValidationError

from resilienza_sim.community.territory import load_town, united
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.scenario import Scenario
from resilienza_sim.words import plain

if TYPE_CHECKING:
    from resilienza_sim.community.territory import Town
    from resilienza_sim.model.contracts import Shock

__all__ = [
    "as_date",
    "as_float",
    "facts_of",
    "look_up",
    "shock_weeks",
    "town_of",
]


_FELT = 0.10  # a shock is shaded while it is above this share of its peak


def facts_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return a manifest with `scenario` and `strategies` as mappings, whatever form it keeps.

    The canonical texts (``scenario.text``, ``strategy_texts``) fill what is not said beside them.
    """
    scenario = manifest.get("scenario")
    scenario = dict(scenario) if isinstance(scenario, Mapping) else {}
    scenario = {**_unfolded(scenario.pop("text", None)), **scenario}
    given = manifest.get("strategies") or {}
    texts = manifest.get("strategy_texts") or {}
    strategies = {
        str(name): {
            **_unfolded(look_up(texts, name)),
            **((given[name] or {}) if isinstance(given, Mapping) else {}),
        }
        for name in given
    }
    return {**manifest, "scenario": scenario, "strategies": strategies}


def _unfolded(text: object) -> dict[str, Any]:
    try:
        found = json.loads(text) if isinstance(text, str) else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def shock_weeks(text: str) -> dict[int, int]:
    """Return the weeks from the start of each shock to the last that it marks at all.

    Empty when this version does not read the scenario, whose shocks may be of another.
    """
    try:
        scenario = Scenario.model_validate_json(text)
    except (ValidationError, ResilienzaError):
        return {}
    calendar, lengths = scenario.calendar, {}
    shocks: tuple[Shock, ...] = scenario.shocks
    for place, shock in enumerate(shocks):
        felt = np.maximum(shock.water(calendar), shock.closure(calendar))
        marked = np.flatnonzero(felt > _FELT * felt.max()) if felt.max() > 0 else np.empty(0)
        if len(marked):
            lengths[place] = max(1, int(marked[-1]) + 1 - shock.first_week(calendar))
    return lengths


def town_of(manifest: Mapping[str, Any]) -> Town | None:
    """Return the scenario's town as the installed data have it, if it can be read."""
    town = (manifest.get("scenario") or {}).get("town")
    if not isinstance(town, Mapping) or not town.get("municipality"):
        return None
    try:
        first = load_town(str(town["municipality"]), town.get("province"))
        others = [load_town(str(name)) for name in town.get("union_with") or ()]
        return united([first, *others], town.get("called"))
    except (ResilienzaError, TypeError):
        return None


def look_up(tree: Any, *path: str) -> Any:
    """Return what lies in nested mappings under a path of names, None if nothing does."""
    for step in path:
        if not isinstance(tree, Mapping):
            return None
        tree = tree.get(step)
    return tree


def as_date(value: object) -> date | None:
    """Return an ISO date, None if it is none."""
    try:
        return date.fromisoformat(plain(value)[:10])
    except ValueError:
        return None


def as_float(value: Any, otherwise: float = math.nan) -> float:
    """Return a number, or what to take where there is none."""
    try:
        return otherwise if value is None else float(value)
    except (TypeError, ValueError):
        return otherwise
