"""Euros, days and lists as people write them, in Italian or in English."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from resilienza_sim.drafting import named
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.model.state import SERVICES

__all__ = [
    "associations_of",
    "count_of",
    "day_of",
    "euros_of",
    "fears_of",
    "lines_of",
    "pace_of",
    "places_of",
    "recipients_of",
    "services_of",
    "towns_of",
    "yes_of",
]

_SCALE = {"mila": 1e3, "k": 1e3, "mln": 1e6, "milioni": 1e6, "milione": 1e6, "million": 1e6}
_ANY_SCALE = "|".join(_SCALE)
_NUMBER = re.compile(rf"^(?P<digits>\d[\d.,' ]*)\s*(?P<scale>{_ANY_SCALE})?$")
_NAME_AND_NUMBER = re.compile(
    rf"^(?P<name>.*?\D)\s+(?P<number>\d[\d.,']*(?:\s*(?:{_ANY_SCALE}))?)$"
)
_DAY = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")
_YES, _NO = {"si", "sì", "s", "yes", "y"}, {"no", "n"}
_LONGEST = 4_000
_NAME_AND_DAY = re.compile(r"^(?P<name>.*?\D)\s+(?P<day>\d\S*)$")


def euros_of(text: str) -> float:
    """Return an amount: ``704.000``, ``704,000``, ``704 mila``, ``1,2 milioni``, ``704000,50 €``.

    A point or comma followed by three digits parts the thousands; by one or two, the cents.

    Raises
    ------
    ResilienzaError
        If it is not an amount.
    """
    amount = text.casefold().replace("€", "").replace("eur", "").replace("\u00a0", " ").strip()
    found = _NUMBER.match(amount)
    if not found or len(amount) > _LONGEST:
        raise ResilienzaError("not_euros", found=text[:60])
    digits = re.sub(r"[' ]", "", found["digits"]).rstrip(".,")
    head, mark, tail = "", "", digits
    if cents := re.search(r"[.,](\d{1,2})$", digits):
        head, mark, tail = digits[: cents.start()], ".", cents[1]
    elif found["scale"] and (part := re.search(r"[.,](\d+)$", digits)):
        head, mark, tail = digits[: part.start()], ".", part[1]
    whole = re.sub(r"[.,]", "", head if mark else tail)
    return float(f"{whole or 0}{mark}{tail if mark else ''}") * _SCALE.get(found["scale"], 1.0)


def count_of(text: str) -> int:
    """Return a number of people or of things: ``3.000``, ``12 mila``.

    Raises
    ------
    ResilienzaError
        If it is none.
    """
    return round(euros_of(text))


def day_of(text: str) -> date:
    """Return a day written ``15/10/2027`` or ``2027-10-15``.

    Raises
    ------
    ResilienzaError
        If there is no such day.
    """
    written = text.strip()
    try:
        if found := _DAY.match(written):
            day, month, year = map(int, found.groups())
            return date(year, month, day)
        return date.fromisoformat(written)
    except ValueError:
        raise ResilienzaError("not_a_day", found=written[:60]) from None


def yes_of(text: str) -> bool:
    """Return whether it is a yes.

    Raises
    ------
    ResilienzaError
        If it is neither a yes nor a no.
    """
    answer = text.strip().casefold()
    if answer not in _YES | _NO:
        raise ResilienzaError("not_yes_or_no", found=text[:60])
    return answer in _YES


def lines_of(text: str) -> list[dict[str, Any]]:
    """Return lines of spending: ``sad 120.000, campagna informativa 5.000``.

    Raises
    ------
    ResilienzaError
        If there is no such spending, or no amount.
    """
    found = []
    for name, amount in map(_last_word, _items(text)):
        what = named.spending(name)
        if what is None:
            raise named.choice("no_spending", name, named.SPENDING, named.spending_names())
        found.append({"what": what, "eur_per_year": euros_of(amount)})
    return found


def places_of(text: str) -> list[dict[str, Any]]:
    """Return places with their residents: ``Borgo 3.000, Collina 800``."""
    pairs = map(_last_word, _items(text))
    return [{"name": name, "residents": round(euros_of(number))} for name, number in pairs]


def fears_of(text: str) -> list[dict[str, Any]]:
    """Return events, each with its day if it is said: ``pandemia, alluvione 15/10/2027``.

    Raises
    ------
    ResilienzaError
        If one is no event that the model has, or no day.
    """
    found: list[dict[str, Any]] = []
    for item in _items(text):
        parted = _NAME_AND_DAY.match(item)
        name, day = (parted["name"], parted["day"]) if parted else (item, "")
        kind = named.event(name)
        if kind is None:
            raise named.choice("no_event", name, named.EVENT, named.FEARS)
        event: dict[str, Any] = {"kind": kind}
        found.append(event | ({"day": day_of(day)} if day else {}))
    return found


def pace_of(text: str) -> str:
    """Return ``minutes`` or ``night``.

    Raises
    ------
    ResilienzaError
        If it is neither.
    """
    found = named.pace(text)
    if found is None:
        raise named.choice("no_pace", text.strip(), named.PACE, named.PACES)
    return found


def towns_of(text: str) -> list[str]:
    """Return the municipalities of a list: ``Faenza, Brisighella; Solarolo``."""
    return [each.strip() for each in re.split(r"[;,]", text[:_LONGEST]) if each.strip()]


def services_of(text: str) -> list[dict[str, Any]]:
    """Return services: ``sad: 12 operatori, 340 seguiti, 25 in attesa; servizio_sociale: 6``."""
    found: list[dict[str, Any]] = []
    for name, details in _named(text):
        if named.service(name) is None:
            raise named.choice("no_service", name, named.SERVICE, SERVICES)
        service: dict[str, Any] = {"name": name}
        for number, words in details:
            key = _meant(words, _OF_SERVICE) or ("operators" if not words else None)
            if key is None or number is None:
                raise ResilienzaError("service_detail", found=words[:60] or name)
            service[key] = number if key == "operators" else round(number)
        found.append(service)
    return found


def associations_of(text: str, places: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return associations: ``Auser: 120 soci, 40 volontari, Borgo; Caritas: mensa``.

    What is no number is the place it is in, if it is one of `places`, or else what it does.
    """
    here = {place.casefold(): place for place in places}
    found: list[dict[str, Any]] = []
    for name, details in _named(text):
        association: dict[str, Any] = {"name": name}
        for number, words in details:
            if number is not None:
                association[_meant(words, _OF_ASSOCIATION) or "members"] = round(number)
            elif words.casefold() in here:
                association["quarter"] = here[words.casefold()]
            else:
                association["does"] = (
                    f"{association['does']}, {words}" if "does" in association else words
                )
        found.append(association)
    return found


def recipients_of(text: str) -> list[str]:
    """Return recipients: ``famiglie, caregiver``.

    Raises
    ------
    ResilienzaError
        If one is none.
    """
    found = []
    for item in towns_of(text):
        own = named.recipient(item)
        if own is None:
            raise named.choice("no_recipient", item, named.RECIPIENT, named.RECIPIENTS)
        found.append(own)
    return list(dict.fromkeys(found))


_OF_SERVICE = {
    "operat": "operators",
    "worker": "operators",
    "assistent": "operators",
    "seguit": "followed",
    "follow": "followed",
    "utent": "followed",
    "attesa": "waiting",
    "wait": "waiting",
}
_OF_ASSOCIATION = {"volon": "volunteers", "volun": "volunteers", "soc": "members", "mem": "members"}
"""Parts of words that say what is meant, in Italian or in English."""


def _meant(words: str, meanings: Mapping[str, str]) -> str | None:
    said = words.casefold()
    return next((meaning for part, meaning in meanings.items() if part in said), None)


def _named(text: str) -> list[tuple[str, list[tuple[float | None, str]]]]:
    """Return names, each with its details: a number or none, and the words beside it."""
    found = []
    for item in (each.strip() for each in text[:_LONGEST].split(";")):
        if not item:
            continue
        name, _, rest = item.partition(":")
        details: list[tuple[float | None, str]] = []
        for part in (each.strip() for each in re.split(r",(?!\d)", rest)):
            if part:
                number = re.match(r"^\d[\d.,']*", part)
                words = part[number.end() :].strip() if number else part
                details.append((euros_of(number[0]) if number else None, words))
        found.append((name.strip(), details))
    return found


def _items(text: str) -> list[str]:
    # A comma parts items unless it parts thousands or cents.
    return [item.strip() for item in re.split(r";|,(?!\d)", text[:_LONGEST]) if item.strip()]


def _last_word(item: str) -> tuple[str, str]:
    found = _NAME_AND_NUMBER.match(item)
    if not found:
        raise ResilienzaError("name_and_number", found=item[:60])
    return found["name"].strip(" :"), found["number"]
