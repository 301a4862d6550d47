"""Writes a draft: commented files in the reader's language, one folder, nothing overwritten."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT, Item, Table

from resilienza_sim.drafting import named
from resilienza_sim.drafting.draft import Draft
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.messages import catalogue
from resilienza_sim.words import Words

__all__ = ["write"]

Say = Callable[..., str]


def write(draft: Draft, folder: Path, lang: str) -> dict[str, Path]:
    """Write the scenario, the two strategies and the answers; return where.

    Raises
    ------
    ResilienzaError
        If one of the files is already there, or anything else is.
    """
    words = Words(lang)

    def say(key: str, **values: object) -> str:
        return catalogue(lang).text(f"draft.{key}", **values)

    texts = {
        "scenario.toml": _scenario(draft, say, words),
        "oggi.toml": _strategy(draft.now, "now", draft, say, words),
        "proposta.toml": _strategy(draft.proposal, "proposal", draft, say, words),
        "risposte.toml": _answers(draft, say, lang),
    }
    paths = {name: folder / name for name in texts}
    if there := next((path for path in paths.values() if os.path.lexists(path)), None):
        raise ResilienzaError("already_there", file=there)
    if folder.is_dir() and any(not each.name.startswith(".") for each in folder.iterdir()):
        raise ResilienzaError("folder_not_empty", folder=folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        with paths[name].open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    return paths


def _text(value: str, lang: str) -> Item:
    table = tomlkit.inline_table()
    table[lang] = value
    return table


def _scenario(draft: Draft, say: Say, words: Words) -> str:
    scenario, town, document = draft.scenario, draft.town, tomlkit.document()
    for key in ("made", "edit", "marks"):
        document.add(tomlkit.comment(say(f"scenario.{key}", town=town.name)))
    document.add("name", tomlkit.item(scenario["name"]))
    document.add("title", _text(say("scenario.title", town=town.name), words.lang))
    about = "description_new" if draft.answers.new_money else "description"
    document.add("description", _text(say(f"scenario.{about}", town=town.name), words.lang))
    document.add("sources", _list(_sources(draft, say, words)))
    document.add("town", _town(draft, say, words))
    time = tomlkit.table()
    time.add(tomlkit.comment(say("scenario.time")))
    for key, value in scenario["time"].items():
        time.add(key, value)
    document.add("time", time)
    mark = "quarters_union" if draft.answers.union_with else "quarters_one"
    mark = "quarters_given" if draft.answers.places else mark
    document.add("quarters", _tables(scenario["quarters"], say(f"scenario.{mark}")))
    fears = "fears_given" if draft.answers.fears else "fears_usual"
    shocks = [_labelled(shock, words) for shock in scenario["shocks"]]
    document.add("shocks", _tables(shocks, say(f"scenario.{fears}")))
    if history := scenario.get("history"):
        returns = [
            {**each, "title": _text(say("again", event=_event(each["title"], words)), words.lang)}
            for each in history["returns"]
        ]
        table = tomlkit.table(is_super_table=True)
        table.add("returns", _tables(returns, say("scenario.returns")))
        document.add("history", table)
    for name in ("services", "associations"):
        if rows := scenario.get(name):
            document.add(name, _tables(rows, say(f"scenario.{name}")))
    document.add("purse", _purse(draft, say, words))
    study = tomlkit.table()
    study.add(tomlkit.comment(say("scenario.study")))
    if draft.answers.worth_people is not None:
        people = words.number(draft.answers.worth_people, 0)
        study.add(tomlkit.comment(say("scenario.worth", people=people)))
    for key, value in scenario["study"].items():
        study.add(key, _list(value) if isinstance(value, list) else value)
    document.add("study", study)
    return tomlkit.dumps(document)


def _purse(draft: Draft, say: Say, words: Words) -> Table:
    own, answers = draft.scenario["purse"], draft.answers
    purse = tomlkit.table()
    given = sum(line.eur_per_year for line in answers.now) if answers.new_money else None
    hers = given or (answers.eur_per_year and not answers.new_money)
    key = "purse_given" if hers else "purse_usual"
    purse.add(tomlkit.comment(say(f"scenario.{key}", euros=words.euros(draft.base_eur))))
    purse.add(tomlkit.comment(say("scenario.purse_dates")))
    purse.add("eur_per_year", own["eur_per_year"])
    purse.add(tomlkit.comment(say("scenario.purse_before")))
    purse.add("before", draft.scenario["study"]["baseline"])
    if funds := own.get("funds"):
        text = say("scenario.fund", euros=words.euros(draft.eur_per_year))
        title = _text(say("scenario.fund_title"), words.lang)
        purse.add("funds", _tables([{**each, "title": title} for each in funds], text))
    return purse


def _event(kind: str, words: Words) -> str:
    return words.name("shock", kind)


def _labelled(shock: Mapping[str, Any], words: Words) -> dict[str, Any]:
    own = {key: value for key, value in shock.items() if key != "quarters"}
    labelled = {**own, "label": _text(_event(shock["kind"], words), words.lang)}
    return labelled | ({"quarters": shock["quarters"]} if "quarters" in shock else {})


def _town(draft: Draft, say: Say, words: Words) -> Table:
    part, town = draft.scenario["town"], draft.town
    table = tomlkit.table()
    residents = words.number(town.residents, 0)
    table.add(tomlkit.comment(say("scenario.residents", residents=residents)))
    if draft.answers.union_with:
        table.add(tomlkit.comment(say("scenario.union")))
    for key, value in part.items():
        if key == "figures":
            own = tomlkit.table()
            own.add(tomlkit.comment(say("scenario.nonprofits", n=draft.answers.nonprofits)))
            for name, figure in value.items():
                own.add(name, figure)
            table.add(key, own)
        else:
            table.add(key, value)
    return table


def _tables(rows: list[Any], comment: str) -> AoT:
    array = tomlkit.aot()
    for k, row in enumerate(rows):
        table = tomlkit.table()
        if k == 0:
            table.add(tomlkit.comment(comment))
        for key, value in row.items():
            if isinstance(value, Mapping) and not isinstance(value, Item):
                inner = tomlkit.inline_table()
                inner.update(value)
                value = inner
            table.add(key, value)
        array.append(table)
    return array


def _list(values: list[Any]) -> Item:
    array = tomlkit.array()
    for value in values:
        array.append(value)
    return array.multiline(True) if len(values) > 3 else array


def _sources(draft: Draft, say: Say, words: Words) -> list[str]:
    """Return where each number comes from: measured here, measured around, assumed."""
    lines = [say("source.residents", town=draft.town.name)]
    for name, figure in draft.town.figures.items():
        title = words.either("figure_name", name) or name
        key = "source.hers" if name in draft.scenario["town"].get("figures", {}) else "source.area"
        by = words.source(figure.source)
        lines.append(say(key, title=title, area=figure.area, year=figure.year, by=by))
    lines.append(say("source.assumed"))
    return lines


def _strategy(plan: Mapping[str, Any], which: str, draft: Draft, say: Say, words: Words) -> str:
    document = tomlkit.document()
    new = "_new" if which == "proposal" and draft.answers.new_money else ""
    document.add(tomlkit.comment(say(f"{which}.made{new}")))
    whole = draft.base_eur + (draft.eur_per_year if draft.answers.new_money else 0.0)
    document.add(tomlkit.comment(say("lines", euros=words.euros(whole))))
    document.add(tomlkit.comment(say("line_dates")))
    document.add("name", plan["name"])
    document.add("source", say(f"{which}.source"))
    document.add("title", _text(say(f"{which}.title"), words.lang))
    document.add("description", _text(say(f"{which}.description{new}"), words.lang))
    for phase in ("normal", "emergency", "recovery"):
        if plan[phase]:
            document.add(phase, _tables(plan[phase], say(f"phase.{phase}")))
    return tomlkit.dumps(document)


def _in_words(data: dict[str, Any], lang: str) -> None:
    """Put the reader's words in place of the model's names among some answers."""
    for fear in data.get("fears", ()):
        fear["kind"] = named.EVENT.word(fear["kind"], lang)
    for line in (*data.get("now", ()), *data.get("proposal", ())):
        line["what"] = named.SPENDING.word(line["what"], lang)
    if who := data.get("recipients"):
        data["recipients"] = tuple(named.RECIPIENT.word(each, lang) for each in who)
    if pace := data.get("pace"):
        data["pace"] = named.PACE.word(pace, lang)


def _is_tables(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], Mapping)


def _answers(draft: Draft, say: Say, lang: str) -> str:
    document = tomlkit.document()
    document.add(tomlkit.comment(say("answers")))
    data = draft.answers.model_dump(exclude_none=True, exclude_defaults=True)
    _in_words(data, lang)
    # Whatever follows a table would be in it: tables come last.
    for key, value in sorted(data.items(), key=lambda item: _is_tables(item[1])):
        if _is_tables(value):
            document.add(key, _tables(list(value), say(f"answer.{key}")))
        elif isinstance(value, tuple):
            document.add(key, _list(list(value)))
        else:
            document.add(key, value)
    return tomlkit.dumps(document)
