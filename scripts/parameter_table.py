"""Writes the tables of docs/odd.md that come from the code: hazards, parameters, components.

    python scripts/parameter_table.py          # rewrite the tables
    python scripts/parameter_table.py --check  # write nothing, exit 1 if they are out of date

Each table stands between two markers. Whatever is typed between them is lost. A shock or an action
that the document has not met yet is no error for --check, so that adding one stays one new file.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from resilienza_sim.discovery import family
from resilienza_sim.model.contracts import Action, Shock
from resilienza_sim.model.exogenous import Span, Works
from resilienza_sim.model.hazards import ATTRIBUTES, DEMAND, HAZARDS, distance
from resilienza_sim.model.parameters import Parameters
from resilienza_sim.scenario import PursePart, Quarter, StudyPart, TimePart, TownPart
from resilienza_sim.strategies import Strategy
from resilienza_sim.wording import choices, model_in, peel

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "odd.md"
HEAD = ["| name | default | range | unit | source |", "|---|---|---|---|---|"]


def number(value: object) -> str:
    """Return a number as it would be typed in a file."""
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def span(info: FieldInfo) -> str:
    """Return the range or the choices of a field."""
    if words := choices(info):
        return ", ".join(words)
    limits: dict[str, object] = {}
    for each in peel(info)[1]:
        for name in ("ge", "gt", "le", "lt"):
            if (limit := getattr(each, name, None)) is not None:
                limits[name] = limit
    low = (
        number(limits["ge"]) if "ge" in limits else f"over {number(limits['gt'])}" if limits else ""
    )
    high = number(limits.get("le", limits.get("lt", "")))
    return f"{low} to {high}" if limits else "–"


def default(info: FieldInfo) -> str:
    """Return the default of a field."""
    if info.is_required():
        return "in the file"
    value = info.get_default(call_default_factory=True)
    return "–" if value is None else number(value)


def row(path: str, info: FieldInfo) -> str:
    """Return one line of a table."""
    extra: dict[str, Any] = (
        info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    )
    told = "; ".join(str(t) for t in (info.description, extra.get("source")) if t)
    unit = str(extra.get("unit") or "")
    cells = (f"`{path}`", default(info), span(info), unit, told.replace("|", "/"))
    return f"| {' | '.join(cells)} |"


def plain_fields(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    """Return the fields that hold one number or one word."""
    for name, info in model.model_fields.items():
        bare = peel(info)[0]
        if choices(info) or bare in (int, float):
            yield name, info


def hazards() -> list[str]:
    """Return what each hazard asks for, and how far hazards are from one another."""
    names = [name.replace("_", " ") for name in HAZARDS]
    lines = [f"| attribute | {' | '.join(names)} |", "|---" * (len(HAZARDS) + 1) + "|"]
    for bit, attribute in enumerate(ATTRIBUTES):
        marks = ["1" if demand >> bit & 1 else "·" for demand in DEMAND.tolist()]
        lines.append(f"| `{attribute}` | {' | '.join(marks)} |")
    far = (distance() * len(ATTRIBUTES)).round().astype(int)
    lines += ["", f"Attributes on which two hazards differ, of {len(ATTRIBUTES)}:", ""]
    lines += [f"| | {' | '.join(names)} |", "|---" * (len(HAZARDS) + 1) + "|"]
    lines += [
        f"| {name} | {' | '.join(map(str, line))} |"
        for name, line in zip(names, far.tolist(), strict=True)
    ]
    return lines


def parameters() -> list[str]:
    """Return every parameter of the model by phase, then those of town, time, purse, strategy."""
    lines: list[str] = []
    for phase, info in Parameters.model_fields.items():
        model = model_in(info)
        assert model is not None
        lines += [f"**`parameters.{phase}`**", "", *HEAD]
        lines += [row(f"{phase}.{name}", each) for name, each in plain_fields(model)]
        lines.append("")
    others: tuple[tuple[str, str, type[BaseModel]], ...] = (
        ("scenario: town, time, purse", "town", TownPart),
        ("", "time", TimePart),
        ("", "purse", PursePart),
        ("", "study", StudyPart),
        ("scenario: each quarter", "quarters.N", Quarter),
        ("scenario: tables of what others do", "exogenous.….N", Span),
        ("", "exogenous.works.N", Works),
        ("strategy", "strategy", Strategy),
    )
    for title, path, part in others:
        if title:
            lines += ["", f"**{title}**", "", *HEAD] if lines[-1] else [f"**{title}**", "", *HEAD]
        lines += [row(f"{path}.{name}", each) for name, each in plain_fields(part)]
    return lines


def components(kinds: Collection[str] | None = None) -> list[str]:
    """Return the parameters of every action and shock, or only of those named."""
    lines: list[str] = []
    for name, base in (("actions", Action), ("shocks", Shock)):
        lines += [f"**{name}**", "", *HEAD]
        for kind, cls in family(name, base).items():
            if kinds is None or kind in kinds:
                lines += [row(f"{kind}.{field}", info) for field, info in plain_fields(cls)]
        lines.append("")
    return lines[:-1]


TABLES: dict[str, Callable[[], list[str]]] = {
    "hazards": hazards,
    "parameters": parameters,
    "components": components,
}


def block(name: str) -> re.Pattern[str]:
    """Return the pattern of a table with its markers."""
    begin, end = f"<!-- table: {name} -->\n", f"<!-- end of table: {name} -->"
    return re.compile(f"({re.escape(begin)})(.*?)({re.escape(end)})", re.DOTALL)


def written(text: str) -> str:
    """Return the document with its tables made anew."""
    for name, make in TABLES.items():
        table = "\n".join(["", *make(), "", ""])
        text, found = block(name).subn(lambda m, t=table: m[1] + t + m[3], text)
        if found != 1:
            raise SystemExit(f"{DOCUMENT.name} must hold the markers of table {name!r} once")
    return text


def stale(text: str) -> list[str]:
    """Return the lines of the tables that the code no longer says, and those that lack."""
    wrong: list[str] = []
    for name, make in TABLES.items():
        match = block(name).search(text)
        here = match[2].strip().splitlines() if match else []
        if make is components:
            known = {line[3:].split(".", 1)[0] for line in here if line.startswith("| `")}
            should = components(known)
        else:
            should = make()
        should = "\n".join(should).strip().splitlines()
        wrong += [f"{name}: out of date: {line}" for line in here if line not in should]
        wrong += [f"{name}: lacking: {line}" for line in should if line not in here]
        if not wrong and here != should:
            wrong.append(f"{name}: lines in another order")
    return wrong


def main() -> None:
    """Write the tables, or check them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if out of date")
    text = DOCUMENT.read_text(encoding="utf-8")
    if not parser.parse_args().check:
        DOCUMENT.write_text(written(text), encoding="utf-8", newline="\n")
    elif wrong := stale(text):
        sys.exit("\n".join([*wrong, "Write them again: python scripts/parameter_table.py"]))


if __name__ == "__main__":
    main()
