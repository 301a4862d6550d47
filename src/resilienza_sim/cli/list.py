"""``resilienza list``: what there is to choose from, one line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli._things import about, components, shipped_paths
from resilienza_sim.cli.options.list import KINDS, Options
from resilienza_sim.component import Bilingual
from resilienza_sim.concepts import shipped_concepts
from resilienza_sim.experiments.validation import measured
from resilienza_sim.model.contracts import Indicator
from resilienza_sim.reading import read_toml


def run(terminal: Terminal, asked: Options) -> int:
    """List what there is."""
    files = shipped_paths()
    for each in [asked.kind] if asked.kind else KINDS:
        heads = [terminal.words(f"list.head.{h}") for h in ("name", "about", "unit", "source")]
        if each in files:
            heads = heads[:2]
            rows = list(_files(terminal, files[each]))
        elif each == "concepts":
            heads = [terminal.words(f"list.head.{h}") for h in ("number", "name", "part", "kind")]
            rows = list(_concepts(terminal))
        elif each == "patterns":
            heads = [heads[0], terminal.words("list.head.statement"), heads[2]]
            rows = list(_patterns(terminal))
        else:
            rows = list(_components(terminal, each))
        terminal.print()
        terminal.print(terminal.words(f"list.title.{each}", count=len(rows)))
        terminal.table(heads, rows)
    return 0


def _files(terminal: Terminal, paths: Iterable[Path]) -> Iterator[tuple[str, ...]]:
    """Yield the names of what comes with the product, and what of each file a list needs."""
    for path in paths:
        data = read_toml(path)
        title = Bilingual.model_validate(data["title"] if "title" in data else data["question"])
        yield path.stem, title.text(terminal.lang)


def _components(terminal: Terminal, kind: str) -> Iterator[tuple[str, ...]]:
    words = terminal.spelling
    for name, each in components(kind).items():
        given = getattr(each, "unit", "")
        # Reports show shares as percentages and their differences in points; here it is a scale.
        unit = terminal.words("list.share") if given == "share" else words.unit(given)
        # An indicator may fill several columns of the weekly table: those are the names in use.
        names = each.columns() if isinstance(each, Indicator) else (name,)
        for own in names:
            yield own, about(terminal, kind, own, each.summary()), unit, words.source(each.source)


def _concepts(terminal: Terminal) -> Iterator[tuple[str, ...]]:
    for each in shipped_concepts():
        yield (
            str(each.number),
            each.title.text(terminal.lang),
            terminal.words(f"trace.part.{each.part}"),
            terminal.words(f"trace.kind.{each.kind}"),
        )


def _patterns(terminal: Terminal) -> Iterator[tuple[str, ...]]:
    for each in measured.shipped(measured.Measured):
        yield each.name, each.statement.text(terminal.lang), each.unit.text(terminal.lang)
