"""Where the data come from: hers, the municipality's, the region's, assumed; what is not used."""

from __future__ import annotations

from typing import Any

from resilienza_sim.report.dossier.focus import Focus
from resilienza_sim.report.reading import look_up, town_of
from resilienza_sim.words import plain

__all__ = ["origins"]

_FEW = 3  # names in a list


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


def _hers(focus: Focus) -> list[str]:
    say, told = focus.say, focus.view.facts
    scenario = told.get("scenario") or {}
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
        listed = [plain(each.get("name") or "") for each in scenario.get(name) or ()]
        if listed:
            few = ", ".join(listed[:_FEW]) + ("…" if len(listed) > _FEW else "")
            found.append(say(f"origins.hers.{name}", n=len(listed), names=few))
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
    for name, figure in town.figures.items():
        here = plain(figure.area).casefold() == plain(town.name).casefold()
        if here is near and name not in own:
            title = words.either("figure_name", name) or plain(name)
            key = "wider" if figure.stands_in else "figure"
            area, year = plain(figure.area or "–"), plain(figure.year or "–")
            found.append(say(f"origins.{key}", name=title, area=area, year=year))
    return found


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
