"""``resilienza new``: asks a planner what she knows, and writes a scenario and two strategies."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resilienza_sim.errors import ResilienzaError

if TYPE_CHECKING:
    from resilienza_sim.cli._terminal import Terminal
    from resilienza_sim.drafting.draft import Draft
    from resilienza_sim.words import Words


def command(
    ctx: typer.Context,
    comune: Annotated[str | None, typer.Option("--comune", metavar="NAME")] = None,
    province: Annotated[str | None, typer.Option("--province", metavar="XX")] = None,
    euros: Annotated[str | None, typer.Option("--euros", metavar="N")] = None,
    new_money: Annotated[bool, typer.Option("--new-money")] = False,
    starts: Annotated[str | None, typer.Option("--from", metavar="DAY")] = None,
    ends: Annotated[str | None, typer.Option("--to", metavar="DAY")] = None,
    now: Annotated[str | None, typer.Option("--now", metavar="LINES")] = None,
    proposal: Annotated[str | None, typer.Option("--proposal", metavar="LINES")] = None,
    places: Annotated[str | None, typer.Option("--places", metavar="PLACES")] = None,
    fears: Annotated[str | None, typer.Option("--fears", metavar="EVENTS")] = None,
    nonprofits: Annotated[str | None, typer.Option("--nonprofits", metavar="N")] = None,
    pace: Annotated[str | None, typer.Option("--pace", metavar="minutes|night")] = None,
    answers: Annotated[str | None, typer.Option("--answers", metavar="FILE")] = None,
    yes: Annotated[bool, typer.Option("--yes")] = False,
    out: Annotated[str | None, typer.Option("--out", metavar="DIR")] = None,
) -> int:
    """Ask, say back, write."""
    from resilienza_sim.cli._options import new_folder
    from resilienza_sim.community.territory import folded
    from resilienza_sim.drafting import draft, read_answers, write
    from resilienza_sim.drafting.answers import checked

    terminal: Terminal = ctx.obj
    given = {
        "municipality": comune,
        "province": province,
        "eur_per_year": euros,
        "starts": starts,
        "ends": ends,
        "now": now,
        "proposal": proposal,
        "places": places,
        "fears": fears,
        "nonprofits": nonprofits,
        "pace": pace,
    }
    data: dict[str, Any] = {}
    if answers:
        data = read_answers(answers).model_dump(mode="json", exclude_unset=True)
    data |= {key: _READ[key](text) for key, text in given.items() if text is not None}
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


_READ: Mapping[str, Callable[[str], Any]] = {
    "municipality": _word,
    "province": _word,
    "eur_per_year": _reader("euros_of"),
    "new_money": _reader("yes_of"),
    "starts": _reader("day_of"),
    "ends": _reader("day_of"),
    "now": _reader("lines_of"),
    "proposal": _reader("lines_of"),
    "places": _reader("places_of"),
    "fears": _reader("fears_of"),
    "nonprofits": _count,
    "pace": _word,
}


def _ask(terminal: Terminal, data: dict[str, Any]) -> None:
    """Ask what was not given, in the order in which a planner thinks; Enter takes the default."""
    from resilienza_sim.drafting.answers import FEARS, checked
    from resilienza_sim.drafting.draft import town_of

    allowed = ", ".join(FEARS)
    for key, read in _READ.items():
        while key not in data and key != "province":
            question = terminal.catalogue.text(f"draft.ask.{key}", allowed=allowed)
            text = typer.prompt(question, default="", show_default=False, prompt_suffix="\n> ")
            if not text.strip() and key != "municipality":
                break
            try:
                told = {**data, key: read(text)}
                town_of(checked(told, f"«{text[:60]}»"))
            except ResilienzaError as error:
                terminal.complain(error)
            else:
                data[key] = told[key]


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
    if folded(answers.municipality) != folded(town.name):
        _say(terminal, "seat", given=answers.municipality, town=town.name)
    _say(terminal, "town", town=town.name, province=town.province_code, residents=residents)
    text = terminal.catalogue.text
    starts, ends = (words.date(day) for day in answers.span)
    new = text("draft.say.new") if answers.new_money else ""
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
    simulated = made.scenario["town"]["citizens"]
    if simulated < town.residents:
        _say(terminal, "sample", citizens=words.number(simulated, 0), residents=residents)
    if town.residents < 2_000:
        _say(terminal, "small")


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
