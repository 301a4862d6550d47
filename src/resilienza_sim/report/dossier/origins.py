"""Where the data come from: hers, the municipality's, the region's, assumed; what is not used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resilienza_sim.report.dossier.focus import Focus
from resilienza_sim.report.reading import look_up, town_of
from resilienza_sim.words import plain

__all__ = ["NOT_READ", "origins", "unused"]

_FEW = 3  # names in a list
NOT_READ = ("serves", "does")
"""Fields of what a town lists that no mechanism reads, but for the practices that the words in
them name (`practises`)."""


def origins(focus: Focus) -> list[dict[str, Any]]:
    """Return four kinds of data, each with what is of it in this study."""
    kinds = {
        "hers": _hers(focus),
        "municipality": _measured(focus, near=True),
        "region": _measured(focus, near=False),
        "assumed": _assumed(focus),
    }
    say = focus.say
    return [
        {"title": say(f"origins.{kind}.title"), "items": items or [say("origins.nothing")]}
        for kind, items in kinds.items()
    ]


def unused(focus: Focus) -> list[str]:
    """Return what was given for this study and changes nothing in the model, in sentences."""
    say, scenario = focus.say, focus.view.facts.get("scenario") or {}
    listed, services = (scenario.get(name) or () for name in ("associations", "services"))
    sized = {each.get("kind") for each in services if _is_sized(each)}
    idle = {
        **{
            field: [each for each in listed if each.get(field) and not each.get("practises")]
            for field in NOT_READ
        },
        "services": [each for each in services if each.get("kind") not in sized],
    }
    found = [
        say(f"origins.unused.{name}", n=len(them), names=_names(them))
        for name, them in idle.items()
        if them
    ]
    if (look_up(scenario, "study", "recipients")) is not None:
        found.append(say("origins.unused.recipients"))
    if any(fund.get("source") for fund in look_up(scenario, "purse", "funds") or ()):
        found.append(say("origins.unused.funds"))
    return found or [say("origins.unused.none")]


def _is_sized(service: Mapping[str, Any]) -> bool:
    """Tell whether a service says how large it is: without, its other figures are not used."""
    return service.get("operators") is not None or bool(service.get("followed"))


def _names(listed: Sequence[Mapping[str, Any]]) -> str:
    names = [plain(each.get("name") or "") for each in listed]
    return ", ".join(names[:_FEW]) + ("…" if len(names) > _FEW else "")


def _hers(focus: Focus) -> list[str]:
    say, facts = focus.say, focus.view.facts
    scenario = facts.get("scenario") or {}
    purse = scenario.get("purse") or {}
    own = look_up(scenario, "town", "figures") or {}
    words = focus.view.words
    found = [
        say("origins.hers.quarters", n=len(focus.quarters())),
        say("origins.hers.shocks", n=len(focus.shocks())),
        say("origins.hers.arms", names=say.quoted([arm.title for arm in focus.view.arms])),
    ]
    if purse.get("eur_per_year") is not None:
        found.append(say("origins.hers.euros", euros=say.euros(purse["eur_per_year"])))
    elif purse.get("eur_per_head") is not None:
        found.append(say("origins.hers.head", euros=say.euros(purse["eur_per_head"])))
    for name in ("associations", "services", "spaces"):
        if listed := scenario.get(name) or ():
            found.append(say(f"origins.hers.{name}", n=len(listed), names=_names(listed)))
    names = [words.either("figure_name", name) or plain(name) for name in own]
    if names:
        found.append(say("origins.hers.figures", names=say.list(names)))
    return found


def _measured(focus: Focus, *, near: bool) -> list[str]:
    """Return the figures measured in the municipality itself, or only around it."""
    say, words, town = focus.say, focus.view.words, town_of(focus.view.facts)
    if town is None:
        return []
    own = set(look_up(focus.view.facts, "scenario", "town", "figures") or {})
    found = []
    if near:
        found.append(say("origins.municipality.residents", residents=say.number(town.residents, 0)))
    alike: dict[tuple[str, str, str], list[str]] = {}
    for name, figure in town.figures.items():
        here = plain(figure.area).casefold() == plain(town.name).casefold()
        if here is near and name not in own:
            title = words.either("figure_name", name) or plain(name)
            key = "wider" if figure.stands_in else "figure"
            place = (key, plain(figure.area or "–"), plain(figure.year or "–"))
            alike.setdefault(place, []).append(title)
    return found + [
        say(
            f"origins.{key}",
            name=say.list([_inside(title) for title in titles]),
            area=area,
            year=year,
        )
        for (key, area, year), titles in alike.items()
    ]


def _inside(title: str) -> str:
    """Return a title as it is written within a sentence: a capital letter less, initials as are."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _assumed(focus: Focus) -> list[str]:
    say = focus.say
    found = []
    if not focus.point:
        drawn = focus.view.study.worlds
        n = int(drawn["path"].nunique()) if len(drawn) else 0
        if n:
            found.append(say("origins.assumed.drawn", n=n))
    else:
        found.append(say("origins.assumed.point"))
    found.append(say("origins.assumed.ties"))
    if not any(quarter.get("ground_floor") for quarter in focus.quarters()):
        found.append(say("origins.assumed.floors"))
    return found
