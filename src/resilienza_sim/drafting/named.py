"""What answers choose among, in the reader's words: as she reads it and as she may say it."""

from __future__ import annotations

from typing import Literal, get_args

from resilienza_sim.drafting.services import spendings
from resilienza_sim.errors import Phrase, ResilienzaError
from resilienza_sim.model.service_names import OFFICE, service_in, service_of
from resilienza_sim.model.state import SERVICES
from resilienza_sim.phrases import Called, Choice, Closest
from resilienza_sim.scenario import Recipient

__all__ = [
    "EVENT",
    "FEARS",
    "PACE",
    "PACES",
    "RECIPIENT",
    "RECIPIENTS",
    "SERVICE",
    "SPENDING",
    "Feared",
    "Pace",
    "among",
    "choice",
    "event",
    "pace",
    "recipient",
    "service",
    "spending",
    "spending_names",
]

Feared = Literal["flood", "pandemic", "heat_wave", "earthquake", "blackout", "economic_crisis"]
FEARS: tuple[str, ...] = get_args(Feared)
Pace = Literal["minutes", "night"]
PACES: tuple[str, ...] = get_args(Pace)
RECIPIENTS: tuple[str, ...] = get_args(Recipient)

EVENT = Called(("names.shock",))
PACE = Called(("draft.pace",))
RECIPIENT = Called(("draft.recipient",))
SERVICE = Called(("names.service",))
SPENDING = Called(("names.service", "names.action"))

_EVENTS = {
    "allag": "flood",
    "alluv": "flood",
    "esond": "flood",
    "inond": "flood",
    "epidem": "pandemic",
    "pandem": "pandemic",
    "cald": "heat_wave",
    "calor": "heat_wave",
    "heat": "heat_wave",
    "terremot": "earthquake",
    "sisma": "earthquake",
    "crisi economica": "economic_crisis",
    "economic": "economic_crisis",
}
_PACES = {"minut": "minutes", "nott": "night"}
_RECIPIENTS = {
    "emargina": "target",
    "exclusion": "target",
    "margin": "target",
    "autosuff": "dependants",
    "depend": "dependants",
    "caregiver": "caregivers",
    "carer": "caregivers",
    "chi cura": "caregivers",
    "famil": "families",
    "operator": "operators",
    "terzo settore": "third_sector",
    "third": "third_sector",
    "volontar": "third_sector",
}
"""Parts of words that say what is meant, in Italian or in English."""


def _meant(text: str, called: Called, names: tuple[str, ...], parts: dict[str, str]) -> str | None:
    whole = text.casefold()
    by_part = next((name for part, name in parts.items() if part in whole), None)
    return called.meant(text, names) or by_part


def event(text: str) -> str | None:
    """Return the kind of shock that a text says, None if it says none."""
    return _meant(text, EVENT, FEARS, _EVENTS)


def pace(text: str) -> str | None:
    """Return ``minutes`` or ``night``, None if a text says neither."""
    return _meant(text, PACE, PACES, _PACES)


def recipient(text: str) -> str | None:
    """Return the recipients that a text says, None if it says none."""
    return _meant(text, RECIPIENT, RECIPIENTS, _RECIPIENTS)


def service(text: str) -> str | None:
    """Return the service of the model that an office's name for it says, None if it says none."""
    own = service_of(text)
    if own in SERVICES:
        return str(own)
    return SERVICE.meant(text, SERVICES) or service_in(text)


def spending_names() -> tuple[str, ...]:
    """Return what a line may buy, by the names of the model."""
    return tuple(name for name in spendings() if name not in OFFICE)


def spending(text: str) -> str | None:
    """Return what a line buys under the name of the model, None if it is nothing there is."""
    own = service_of(text)
    if own in SERVICES:
        return str(own)
    return SPENDING.meant(text, spending_names())


def among(found: str, called: Called, names: tuple[str, ...]) -> dict[str, Phrase]:
    """Return what is allowed where a text says none of some names, and the closest of them."""
    close = Closest(called=called, names=names, found=found)
    return {"allowed": Choice(called=called, names=names), "nearest": close}


def choice(key: str, found: str, called: Called, names: tuple[str, ...]) -> ResilienzaError:
    """Return the mistake of a text that says none of some names."""
    return ResilienzaError(key, found=found[:60], **among(found, called, names))
