"""``resilienza new``: asks a planner what she knows, and writes a scenario and two strategies."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resilienza_sim.cli._options import Out, new_folder
from resilienza_sim.errors import ResilienzaError

if TYPE_CHECKING:
    from resilienza_sim.cli._terminal import Terminal
    from resilienza_sim.drafting.answers import Answers
    from resilienza_sim.drafting.draft import Draft
    from resilienza_sim.words import Words


def command(
    ctx: typer.Context,
    comune: Annotated[list[str] | None, typer.Option("--comune", metavar="NAME")] = None,
    called: Annotated[str | None, typer.Option("--called", metavar="NAME")] = None,
    province: Annotated[str | None, typer.Option("--province", metavar="XX")] = None,
    euros: Annotated[str | None, typer.Option("--euros", metavar="N")] = None,
    new_money: Annotated[bool, typer.Option("--new-money")] = False,
    starts: Annotated[str | None, typer.Option("--from", metavar="DAY")] = None,
    ends: Annotated[str | None, typer.Option("--to", metavar="DAY")] = None,
    now: Annotated[str | None, typer.Option("--now", metavar="LINES")] = None,
    proposal: Annotated[str | None, typer.Option("--proposal", metavar="LINES")] = None,
    places: Annotated[str | None, typer.Option("--places", metavar="PLACES")] = None,
    fears: Annotated[str | None, typer.Option("--fears", metavar="EVENTS")] = None,
    services: Annotated[str | None, typer.Option("--services", metavar="LIST")] = None,
    associations: Annotated[str | None, typer.Option("--associations", metavar="LIST")] = None,
    nonprofits: Annotated[str | None, typer.Option("--nonprofits", metavar="N")] = None,
    recipients: Annotated[str | None, typer.Option("--recipients", metavar="WHO")] = None,
    worth: Annotated[str | None, typer.Option("--worth", metavar="PEOPLE")] = None,
    pace: Annotated[str | None, typer.Option("--pace", metavar="minutes|night")] = None,
    answers: Annotated[str | None, typer.Option("--answers", metavar="FILE")] = None,
    yes: Annotated[bool, typer.Option("--yes")] = False,
    out: Out = None,
) -> int:
    """Ask, say back, write."""
    from resilienza_sim.community.territory import folded
    from resilienza_sim.drafting import draft, read_answers, write
    from resilienza_sim.drafting.answers import checked

    terminal: Terminal = ctx.obj
    given = {
        "municipality": "; ".join(comune) if comune else None,
        "called": called,
        "province": province,
        "eur_per_year": euros,
        "starts": starts,
        "ends": ends,
        "now": now,
        "proposal": proposal,
        "places": places,
        "fears": fears,
        "services": services,
        "nonprofits": nonprofits,
        "recipients": recipients,
        "worth_people": worth,
        "pace": pace,
    }
    data: dict[str, Any] = {}
    if answers:
        data = read_answers(answers).model_dump(mode="json", exclude_unset=True)
    for key, text in given.items():
        if text is not None:
            data |= _put(key, text, data)
    if associations is not None:  # they lie in places
        data |= _put("associations", associations, data)
    if new_money:
        data["new_money"] = True
    folder = new_folder("--out", out)
    if not yes and sys.stdin.isatty():
        _ask(terminal, data)
    made = draft(checked(data, answers or "--comune"), date.today())
    folder = folder or Path(folded(made.town.name).replace(" ", "_"))
    _say_back(terminal, made)
    if not yes and sys.stdin.isatty() and not _is_right(terminal):
        terminal.say("new.stopped")
        return 0
    paths = write(made, folder, terminal.lang)
    _say(terminal, "written", paths=", ".join(str(path) for path in paths.values()))
    _say(terminal, "next")
    terminal.print(f"  resilienza compare {shlex.quote(str(paths['scenario.toml']))}")
    _say_how_long(terminal, made)
    return 0


def _word(text: str) -> str:
    return text.strip()


def _count(text: str) -> int:
    from resilienza_sim.drafting.spoken import euros_of

    return round(euros_of(text))


def _reader(name: str) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        from resilienza_sim.drafting import spoken

        return getattr(spoken, name)(text)

    return read


def _put(key: str, text: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an answer, as it was written, puts among the answers."""
    if key == "municipality":
        from resilienza_sim.drafting.spoken import towns_of

        first, *others = towns_of(text) or [""]
        return {"municipality": first} | ({"union_with": others} if others else {})
    if key == "associations":
        from resilienza_sim.drafting.spoken import associations_of

        return {key: associations_of(text, [place["name"] for place in data.get("places", ())])}
    return {key: _READ[key](text)}


_READ: Mapping[str, Callable[[str], Any]] = {
    "municipality": _word,
    "called": _word,
    "province": _word,
    "eur_per_year": _reader("euros_of"),
    "new_money": _reader("yes_of"),
    "starts": _reader("day_of"),
    "ends": _reader("day_of"),
    "now": _reader("lines_of"),
    "proposal": _reader("lines_of"),
    "places": _reader("places_of"),
    "fears": _reader("fears_of"),
    "services": _reader("services_of"),
    "associations": _word,
    "nonprofits": _count,
    "recipients": _reader("recipients_of"),
    "worth_people": _count,
    "pace": _reader("pace_of"),
}


def _ask(terminal: Terminal, data: dict[str, Any]) -> None:
    """Ask what was not given, in the order in which a planner thinks; Enter takes the default."""
    from resilienza_sim.drafting.answers import FEARS, checked
    from resilienza_sim.drafting.draft import town_of

    allowed = ", ".join(terminal.spelling.name("shock", kind).lower() for kind in FEARS)
    for key in _READ:
        if key == "province" or (key == "called" and not data.get("union_with")):
            continue
        while key not in data:
            question = terminal.catalogue.text(f"draft.ask.{key}", allowed=allowed)
            text = typer.prompt(question, default="", show_default=False, prompt_suffix="\n> ")
            if not text.strip() and key != "municipality":
                break
            try:
                told = {**data, **_put(key, text, data)}
                town_of(checked(told, f"«{text[:60]}»"))
            except ResilienzaError as error:
                terminal.complain(error)
            else:
                data.update(told)


def _is_right(terminal: Terminal) -> bool:
    from resilienza_sim.drafting.spoken import yes_of

    while True:
        text = typer.prompt(terminal.catalogue.text("draft.ask.right"), prompt_suffix=" ")
        try:
            return yes_of(text)
        except ResilienzaError as error:
            terminal.complain(error)


def _say(terminal: Terminal, key: str, **values: object) -> None:
    terminal.print(terminal.catalogue.text(f"draft.say.{key}", **values))


def _say_back(terminal: Terminal, made: Draft) -> None:
    """Tell everything back, in euros and residents of the whole town."""
    from resilienza_sim.community.territory import folded
    from resilienza_sim.words import Words

    words, town, answers = Words(terminal.lang), made.town, made.answers
    residents = words.number(town.residents, 0)
    _say(terminal, "title")
    if not answers.union_with and folded(answers.municipality) != folded(town.name):
        _say(terminal, "seat", given=answers.municipality, town=town.name)
    _say(terminal, "town", town=town.name, province=town.province_code, residents=residents)
    text = terminal.catalogue.text
    if answers.union_with:
        from resilienza_sim.drafting.draft import towns

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
        text("draft.say.fear", name=words.name("shock", s["kind"]), day=words.date(s["start"]))
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
        told = [
            text(f"draft.say.{key}", n=words.exact(value))
            for key in ("operators", "followed", "waiting")
            if (value := getattr(each, key)) is not None
        ]
        terminal.bullet(f"{each.name}: {', '.join(told)}" if told else each.name)
    if answers.associations:
        names = [each.name for each in answers.associations]
        _say(terminal, "associations", names=words.list(names))
    if answers.recipients:
        who = [words.either("tag", each) or each for each in answers.recipients]
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
