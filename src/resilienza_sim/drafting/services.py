"""What a planner's euros can buy: the actions of the model, under the names an office uses."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from resilienza_sim.discovery import family
from resilienza_sim.model.contracts import Action
from resilienza_sim.model.state import SERVICES

__all__ = ["OFFICE", "spendings"]

OFFICE: Mapping[str, str] = {
    "servizio_sociale": "social_work",
    "segretariato_sociale": "social_work",
    "sad": "home_care",
    "adi": "home_care",
    "assistenza_domiciliare": "home_care",
    "pronto_intervento_sociale": "shelter",
    "accoglienza": "shelter",
    "sostegno_alla_famiglia": "family_support",
    "centro_per_le_famiglie": "family_support",
}
"""Services of a municipality, and the one of the model that each is."""


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
