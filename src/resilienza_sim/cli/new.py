"""``resilienza new``: asks a planner what she knows, and writes a scenario and two strategies."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import typer

from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli.options.new import Options
from resilienza_sim.community.territory import folded
from resilienza_sim.drafting import named, spoken
from resilienza_sim.drafting.answers import Answers, checked, read_answers
from resilienza_sim.drafting.draft import Draft, draft, town_of, towns
from resilienza_sim.drafting.files import write
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.printable import without_marks
from resilienza_sim.words import Words


def run(terminal: Terminal, asked: Options) -> int:
    """Ask, say back, write."""
    given = {
        "municipality": "; ".join(asked.comune) if asked.comune else None,
        "called": asked.called,
        "province": asked.province,
        "eur_per_year": asked.euros,
        "starts": asked.starts,
        "ends": asked.ends,
        "now": asked.now,
        "proposal": asked.proposal,
        "places": asked.places,
        "fears": asked.fears,
        "services": asked.services,
        "nonprofits": asked.nonprofits,
        "recipients": asked.recipients,
        "worth_people": asked.worth,
        "pace": asked.pace,
    }
    data: dict[str, Any] = {}
    if asked.answers:
        data = read_answers(asked.answers).model_dump(mode="json", exclude_unset=True)
    for key, text in given.items():
        if text is not None:
            data |= _put(key, text, data)
    if asked.associations is not None:  # they lie in places
        data |= _put("associations", asked.associations, data)
    if asked.new_money:
        data["new_money"] = True
    if not asked.yes and sys.stdin.isatty():
        _ask(terminal, data)
    try:
        answers = checked(data, "resilienza new")  # those of a file were found to hold
    except ResilienzaError as error:
        raise _without_places(error, _OPTIONS) from None
    made = draft(answers, date.today())
    folder = asked.out or Path(folded(made.town.name).replace(" ", "_"))
    _say_back(terminal, made)
    if not asked.yes and sys.stdin.isatty() and not _is_right(terminal):
        terminal.say("new.stopped")
        return 0
    paths = write(made, folder, terminal.lang)
    _say(terminal, "written", paths=", ".join(str(path) for path in paths.values()))
    _say(terminal, "next")
    terminal.print(f"  resilienza compare {shlex.quote(str(paths['scenario.toml']))}")
    _say_how_long(terminal, made)
    return 0


_OPTIONS = {
    "municipality": "--comune",
    "union_with": "--comune",
    "eur_per_year": "--euros",
    "starts": "--from",
    "ends": "--to",
    "worth_people": "--worth",
}
"""Options whose answers have another name in a file; the others have their own."""


def _without_places(
    error: ResilienzaError, options: Mapping[str, str] | None = None
) -> ResilienzaError:
    """Return a mistake in answers told without the names they have in a file: by the option."""
    if not error.key.startswith("field."):
        return error
    values = {key: error.values[key] for key in _TOLD if key in error.values}
    kind = "refused" if "reason" in values else "wrong"
    if options is None or not error.values.get("place"):
        return ResilienzaError(f"answer_{kind}", **values)
    name = str(error.values["place"]).partition(".")[0]
    option = options.get(name, f"--{name.replace('_', '-')}")
    return ResilienzaError(f"option_{kind}", option=option, **values)


_TOLD = ("found", "wanted", "reason", "nearest")


def _word(text: str) -> str:
    return text.strip()


def _put(key: str, text: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an answer, as it was written, puts among the answers."""
    text = without_marks(text)
    if key == "municipality":
        first, *others = spoken.towns_of(text) or [""]
        return {"municipality": first} | ({"union_with": others} if others else {})
    if key == "associations":
        places = [place["name"] for place in data.get("places", ())]
        return {key: spoken.associations_of(text, places)}
    return {key: _READ[key](text)}


_READ: Mapping[str, Callable[[str], Any]] = {
    "municipality": _word,
    "called": _word,
    "province": _word,
    "eur_per_year": spoken.euros_of,
    "new_money": spoken.yes_of,
    "starts": spoken.day_of,
    "ends": spoken.day_of,
    "now": spoken.lines_of,
    "proposal": spoken.lines_of,
    "places": spoken.places_of,
    "fears": spoken.fears_of,
    "services": spoken.services_of,
    "associations": _word,
    "nonprofits": spoken.count_of,
    "recipients": spoken.recipients_of,
    "worth_people": spoken.count_of,
    "pace": spoken.pace_of,
}


def _ask(terminal: Terminal, data: dict[str, Any]) -> None:
    """Ask what was not given, in the order in which a planner thinks; Enter takes the default."""
    allowed = ", ".join(named.EVENT.word(kind, terminal.lang) for kind in named.FEARS)
    for key in _READ:
        if key == "province" or (key == "called" and not data.get("union_with")):
            continue
        while key not in data:
            question = terminal.catalogue.text(f"draft.ask.{key}", allowed=allowed)
            text = typer.prompt(question, default="", show_default=False, prompt_suffix="\n> ")
            if not text.strip() and key != "municipality":
                break
            try:
                answers = {**data, **_put(key, text, data)}
                town_of(checked(answers, "resilienza new"))
            except ResilienzaError as error:
                terminal.complain(_without_places(error))
            else:
                data.update(answers)


def _is_right(terminal: Terminal) -> bool:
    while True:
        text = typer.prompt(terminal.catalogue.text("draft.ask.right"), prompt_suffix=" ")
        try:
            return spoken.yes_of(text)
        except ResilienzaError as error:
            terminal.complain(error)


def _say(terminal: Terminal, key: str, **values: object) -> None:
    terminal.print(terminal.catalogue.text(f"draft.say.{key}", **values))


def _say_back(terminal: Terminal, made: Draft) -> None:
    """Tell everything back, in euros and residents of the whole town."""
    words, town, answers = Words(terminal.lang), made.town, made.answers
    residents = words.number(town.residents, 0)
    _say(terminal, "title")
    own_names = {folded(name) for name in (town.name, *town.name.split("/"))}
    if not answers.union_with and folded(answers.municipality) not in own_names:
        _say(terminal, "seat", given=answers.municipality, town=town.name)
    _say(terminal, "town", town=town.name, province=town.province_code, residents=residents)
    text = terminal.catalogue.text
    if answers.union_with:
        parts = [
            text("draft.say.place", name=each.name, residents=words.number(each.residents, 0))
            for each in towns(answers)
        ]
        _say(terminal, "union", towns=words.list(parts))
    starts, ends = (words.date(day) for day in answers.span)
    new = text("draft.say.new", base=words.euros(made.base_eur)) if answers.new_money else ""
    euros = words.euros(made.eur_per_year)
    _say(terminal, "budget", euros=euros, starts=starts, ends=ends, new=new)
    for which in ("now", "proposal"):
        _say(terminal, f"plan_{which}")
        for line in _lines(terminal, words, getattr(made, which)):
            terminal.bullet(line)
    if answers.places:
        places = [
            text("draft.say.place", name=p.name, residents=words.number(p.residents, 0))
            for p in answers.places
        ]
        _say(terminal, "places", places=words.list(places))
    fears = [
        text(
            "draft.say.fear",
            name=named.EVENT.word(s["kind"], terminal.lang),
            day=words.date(s["start"]),
        )
        for s in made.scenario["shocks"]
    ]
    _say(terminal, "fears", fears=words.list(fears))
    _say_more(terminal, words, answers)
    simulated = made.scenario["town"]["citizens"]
    if simulated < town.residents:
        _say(terminal, "sample", citizens=words.number(simulated, 0), residents=residents)
    if town.residents < 2_000:
        _say(terminal, "small", pairs=made.scenario["study"]["pairs"])


def _say_more(terminal: Terminal, words: Words, answers: Answers) -> None:
    """Tell back services, associations, recipients and the change worth the money."""
    text = terminal.catalogue.text
    for each in answers.services:
        figures = [
            text(f"draft.say.{key}", n=words.exact(value))
            for key in ("operators", "followed", "waiting")
            if (value := getattr(each, key)) is not None
        ]
        terminal.bullet(f"{each.name}: {', '.join(figures)}" if figures else each.name)
    if answers.associations:
        names = [each.name for each in answers.associations]
        _say(terminal, "associations", names=words.list(names))
    if answers.recipients:
        who = [named.RECIPIENT.word(each, terminal.lang) for each in answers.recipients]
        _say(terminal, "recipients", who=words.list(who))
    if answers.worth_people is not None:
        _say(terminal, "worth", people=words.number(answers.worth_people, 0))


def _say_how_long(terminal: Terminal, made: Draft) -> None:
    words, study = terminal.spelling, made.scenario["study"]
    minutes = words.number(max(1, round(made.seconds / 60)), 0)
    _say(terminal, "how_long", minutes=minutes, pairs=study["pairs"])


def _lines(terminal: Terminal, words: Words, plan: Mapping[str, Any]) -> list[str]:
    """Return the lines of the normal weeks, those alike put together, the largest first."""
    euros: dict[str, float] = {}
    for line in plan["normal"]:
        name = words.name("action", line["action"])
        if "service" in line:
            name = words.name("service", line["service"])
        euros[name] = euros.get(name, 0.0) + line["eur_per_year"]
    if not euros:
        return [terminal.catalogue.text("draft.say.nothing")]
    ordered = sorted(euros.items(), key=lambda item: -item[1])
    return [
        terminal.catalogue.text("draft.say.line", name=name, euros=words.euros(value))
        for name, value in ordered
    ]
