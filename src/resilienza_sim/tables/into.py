"""Writes tables into a scenario file: its own lines and comments stay, what was there is kept."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT, Comment, Item, Table, Whitespace

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.store import not_writable, write_atomically
from resilienza_sim.files import place_of
from resilienza_sim.messages import catalogue
from resilienza_sim.reading import LARGEST_BYTES, read_toml, read_whole
from resilienza_sim.scenario import (
    file_before,
    from_data,
    load_scenario,
    scenario_folder,
    shipped_scenarios,
)
from resilienza_sim.tables.held import Held

__all__ = ["Written", "into_scenario", "text_of"]

_LISTED = ("associations", "services", "spaces")


@dataclass(frozen=True)
class Written:
    """What was written: the scenario, and where the one before is kept if it was in its place."""

    scenario: Path
    kept: Path | None = None
    copied: tuple[Path, ...] = ()


def _source(given: str | Path) -> tuple[Path, bool]:
    """Return the file of a scenario, and whether it came with the product."""
    name = str(given)
    if not name.endswith(".toml") and name in shipped_scenarios():
        return scenario_folder() / f"{name}.toml", True
    return place_of(given), False


def into_scenario(given: str | Path, held: Held, out: Path | None, lang: str) -> Written:
    """Write a scenario with tables in it.

    Parameters
    ----------
    given : str or Path
        Shipped name or file of the scenario.
    held : Held
        What goes into it.
    out : Path, optional
        Folder for ``scenario.toml`` and the strategies it names; by default the file is replaced
        where it lies and the one before is kept beside it, and a shipped scenario goes into a
        folder of its name.
    lang : str
        Language of the comments.

    Raises
    ------
    ResilienzaError
        If what would be written is there already, cannot be written, or would be no scenario.
    """
    source, shipped = _source(given)
    if shipped and out is None:
        out = Path(str(given))
    text = text_of(source, held, lang)
    if out is None:
        return _in_place(source, text)
    scenario = load_scenario(given)
    wanted = {
        name: place
        for name in (
            *scenario.study.strategies,
            scenario.study.baseline,
            file_before(read_toml(source)) or "",
        )
        if name.endswith(".toml") and isinstance(place := scenario.named(name), Path)
    }
    target = out / "scenario.toml"
    for path in (target, *(out / name for name in wanted)):
        if path.exists():
            raise ResilienzaError("already_there", file=path)
    copied = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, place in wanted.items():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            copied.append(Path(shutil.copyfile(place, out / name)))
    except OSError as problem:
        raise not_writable(out, problem) from problem
    write_atomically(target, text.encode())
    return Written(target, copied=tuple(copied))


def _in_place(source: Path, text: str) -> Written:
    number, kept = 1, source.with_suffix(".bak")
    while kept.exists():
        number += 1
        kept = source.with_suffix(f".bak{number}")
    write_atomically(kept, read_whole(source, LARGEST_BYTES))
    with suppress(OSError):
        shutil.copymode(source, kept)
    write_atomically(source, text.encode())
    return Written(source, kept)


def text_of(source: Path, held: Held, lang: str) -> str:
    """Return the text of a scenario file with tables put into it, found to be a valid scenario.

    Raises
    ------
    ResilienzaError
        If it would be none.
    """
    document = tomlkit.parse(read_whole(source, LARGEST_BYTES).decode("utf-8-sig"))

    def say(key: str) -> str:
        return catalogue(lang).text(f"tables.comment.{key}")

    if held.citizens is not None:
        document["town"]["citizens"] = held.citizens
    if held.quarters is not None:
        _replace(document, "quarters", _tables(held.quarters, say("quarters")))
    for key in _LISTED:
        rows = getattr(held, key)
        if rows is not None:
            _replace(document, key, _tables(rows, say(key)))
    if held.network is not None:
        _replace(document, "network", _network(held.network, say("network")))
    text = tomlkit.dumps(document)
    if len(text.encode()) > LARGEST_BYTES:
        raise ResilienzaError(
            "file_too_large", file=source, found=len(text.encode()), allowed=LARGEST_BYTES
        )
    from_data(tomlkit.parse(text).unwrap(), source)
    return text


def _replace(document: tomlkit.TOMLDocument, key: str, item: Item) -> None:
    if key not in document:
        document.append(key, item)
        return
    for each in _after(document[key]):
        last = item[-1] if isinstance(item, AoT) else item
        if isinstance(last, Table):
            last.add(each)
    document[key] = item


def _after(old: object) -> list[Comment | Whitespace]:
    """Return the lines after the last value of a table, which are about what follows it."""
    last = old[-1] if isinstance(old, AoT) and len(old) else old
    found: list[Comment | Whitespace] = []
    if isinstance(last, Table):
        for name, each in reversed(last.value.body):
            if name is not None or not isinstance(each, Comment | Whitespace):
                break
            found.insert(0, each)
    return found


def _tables(rows: list[dict[str, Any]], comment: str) -> AoT:
    array = tomlkit.aot()
    for k, row in enumerate(rows):
        table = tomlkit.table()
        if k == 0:
            table.add(tomlkit.comment(comment))
        for name, value in row.items():
            table.add(name, value)
        array.append(table)
    return array


def _network(network: Mapping[str, list[str]], comment: str) -> Item:
    table = tomlkit.table()
    table.add(tomlkit.comment(comment))
    lines = tomlkit.array()
    lines.extend(network["ties"])
    table.add("ties", lines.multiline(True))
    return table
