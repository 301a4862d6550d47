"""The services of the model under the names that Italian offices use."""

from __future__ import annotations

from collections.abc import Mapping

from resilienza_sim.community.territory import folded

__all__ = ["OFFICE", "service_in", "service_of"]

OFFICE: Mapping[str, str] = {
    "servizio_sociale": "social_work",
    "servizio_sociale_professionale": "social_work",
    "segretariato_sociale": "social_work",
    "sad": "home_care",
    "adi": "home_care",
    "assistenza_domiciliare": "home_care",
    "pronto_intervento_sociale": "shelter",
    "accoglienza": "shelter",
    "sostegno_alla_famiglia": "family_support",
    "centro_per_le_famiglie": "family_support",
}
"""Services of a municipality, and the one of the model that each is (assumption: the nearest)."""


def service_of(name: object) -> object:
    """Return the service of the model that an office's name stands for, else the name itself."""
    if not isinstance(name, str):
        return name
    return OFFICE.get(name.strip().casefold().replace(" ", "_"), name)


def service_in(text: str) -> str | None:
    """Return the service of the model whose office's name stands in a text, the longest if several.

    Examples
    --------
    >>> service_in("SAD comunale"), service_in("Ufficio tributi")
    ('home_care', None)
    """
    words = f" {folded(text)} "
    office = {folded(name): service for name, service in OFFICE.items()}
    held = [name for name in office if f" {name} " in words]
    return office[max(held, key=len)] if held else None
