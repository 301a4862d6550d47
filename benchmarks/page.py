"""Writes docs/performance.md between its markers; what stands outside them is written by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping

from benchmarks.row import Found, Row, table

__all__ = ["HEAD", "lines_of", "rewrite"]

HEAD = ("row", "what", "measured", "at least", "aim", "verdict", "date")


def _block(name: str) -> re.Pattern[str]:
    begin, end = f"<!-- bench: {name} -->\n", f"<!-- end of bench: {name} -->"
    return re.compile(f"({re.escape(begin)})(.*?)({re.escape(end)})", re.DOTALL)


def _read(text: str, name: str) -> str:
    found = _block(name).search(text)
    if found is None:
        raise ValueError(f"the page has no markers 'bench: {name}'")
    return found.group(2)


def _put(text: str, name: str, content: str) -> str:
    return _block(name).sub(lambda m: f"{m.group(1)}{content}\n{m.group(3)}", text)


def lines_of(name: str, found: Found, date: str) -> list[tuple[str, ...]]:
    """Return the lines of a row as they stand in the table."""
    return [(f"`{name}`", *line.cells(), date) for line in found.lines]


def _machine(facts: Mapping[str, str]) -> str:
    return "\n".join(f"* {name}: {fact}" for name, fact in facts.items())


def _old_lines(text: str) -> list[tuple[str, ...]]:
    lines = [line for line in _read(text, "table").splitlines() if line.startswith("| `")]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]


def _old_sections(text: str) -> dict[str, str]:
    parts = re.split(r"^### `(\w+)`", _read(text, "rows"), flags=re.MULTILINE)[1:]
    names, bodies = parts[::2], parts[1::2]
    return {name: f"### `{name}`{body}".strip() for name, body in zip(names, bodies, strict=True)}


def rewrite(
    text: str,
    rows: Mapping[str, Row],
    measured: Mapping[str, Found],
    machine: Mapping[str, str],
    date: str,
) -> str:
    """Return the page with what was measured; rows not measured this time stay as they were.

    Raises
    ------
    ValueError
        If rows would stay that were measured on another machine or with other versions, or if the
        page has lost a marker.
    """
    facts = _machine(machine)
    old = _old_lines(text)
    kept = [line for line in old if line[0].strip("`") in rows.keys() - measured.keys()]
    if kept and _read(text, "machine").strip() != facts:
        raise ValueError(
            "the page tells of another machine or other versions: measure every row, or none"
        )
    fresh = [line for name, found in measured.items() for line in lines_of(name, found, date)]
    order = list(rows)
    lines = sorted(kept + fresh, key=lambda line: order.index(line[0].strip("`")))
    sections = {name: body for name, body in _old_sections(text).items() if name in rows}
    for name, found in measured.items():
        told = [f"### `{name}`: {rows[name].title}", rows[name].about, found.details]
        sections[name] = "\n\n".join(part.strip() for part in told if part.strip())
    text = _put(text, "machine", facts)
    text = _put(text, "table", table(HEAD, lines))
    return _put(text, "rows", "\n\n".join(sections[name] for name in order if name in sections))
