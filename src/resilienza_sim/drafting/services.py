"""What a planner's euros can buy: the actions of the model, under the names an office uses."""

from __future__ import annotations

from functools import cache
from typing import Any

from resilienza_sim.discovery import family
from resilienza_sim.model.contracts import Action
from resilienza_sim.model.service_names import OFFICE
from resilienza_sim.model.state import SERVICES

__all__ = ["spendings"]


@cache
def spendings() -> dict[str, dict[str, Any]]:
    """Return what a line may buy, by name: the action and its own fields."""
    found: dict[str, dict[str, Any]] = {}
    for kind in sorted(family("actions", Action)):
        if kind == "service_staff":
            for service in SERVICES:
                found[service] = {"action": kind, "service": service}
        else:
            found[kind] = {"action": kind}
    return found | {name: found[service] for name, service in OFFICE.items()}
