"""``resilienza trace``: switches each concept off and tells whether anything changes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli.options.trace import Options
from resilienza_sim.concepts import Concept, load_concept, shipped_concepts
from resilienza_sim.errors import ResilienzaError, repeated, unknown
from resilienza_sim.experiments.engine import pool
from resilienza_sim.experiments.progress import plain_progress
from resilienza_sim.experiments.store import write_atomically
from resilienza_sim.experiments.trace import (
    Contribution,
    Movement,
    Reading,
    contributions_of,
    dummy,
    trace,
)
from resilienza_sim.report.concept_map import concept_map, keep_contributions, kept_contributions

DEAD = 1
KEPT = "contributions.json"
"""Where, beside the map, it is kept what concepts are worth."""


def run(terminal: Terminal, asked: Options) -> int:
    """Switch concepts off."""
    chosen = _chosen(asked.concepts or [])
    target = asked.write
    if target is not None and not asked.contribution:
        _write(terminal, chosen, target)
        return 0

    terminal.say("trace.announce", concepts=len(chosen), pairs=asked.pairs)
    with pool(asked.workers, asked.pairs) as executor:
        if asked.contribution:
            terminal.say("trace.contribution_announce", citizens=asked.citizens)
            found = contributions_of(
                chosen,
                pairs=asked.pairs,
                seed=asked.seed,
                citizens=asked.citizens,
                executor=executor,
                progress=_progress(terminal),
            )
            _contributions(terminal, chosen, found)
        if target is not None:
            _write(terminal, chosen, target, found)
            return 0
        readings = trace(
            [*chosen, dummy(chosen[0])],
            pairs=asked.pairs,
            seed=asked.seed,
            executor=executor,
            progress=_progress(terminal),
        )
    (_lines if asked.check else _blocks)(terminal, readings[:-1])
    dead = [each for each in readings[:-1] if not each.alive]
    against = [each for each in readings[:-1] if each.alive and not each.as_expected]
    alive = len(readings) - 1 - len(dead)
    terminal.say("trace.sum", alive=alive, concepts=len(readings) - 1, against=len(against))
    still = readings[-1].still
    terminal.say("trace.still" if still else "trace.not_still")
    return DEAD if asked.check and (dead or not still) else 0


def _chosen(names: Sequence[str]) -> list[Concept]:
    """Return the concepts named, by number or by file; all of them if none is."""
    shipped = {str(each.number): each for each in shipped_concepts()}
    found: list[Concept] = []
    for name in names:
        if name.endswith(".toml"):
            found.append(load_concept(name))
        elif name.lstrip("0") in shipped:
            found.append(shipped[name.lstrip("0")])
        else:
            raise unknown("unknown_concept", name, shipped)
    numbers = [each.number for each in found]
    if twice := repeated(numbers):
        raise ResilienzaError("concept_twice", found=twice[0])
    return found or list(shipped.values())


def _write(
    terminal: Terminal,
    chosen: Sequence[Concept],
    file: Path,
    contribution: Contribution | None = None,
) -> None:
    """Write the map, with what concepts are worth: just found, or kept in a file beside it."""
    kept = file.with_name(KEPT)
    if contribution is not None:
        keep_contributions(contribution, kept)
    write_atomically(file, concept_map(chosen, kept_contributions(kept)).encode())
    terminal.say("trace.written", file=str(file))


def _contributions(
    terminal: Terminal, chosen: Sequence[Concept], contribution: Contribution
) -> None:
    """Write one line a concept with what it is worth, where that can be asked."""
    for each in chosen:
        figures = contribution.saved[each.number]
        if math.isnan(figures[0]):
            continue
        mean, low, high = (terminal.spelling.number(v, sign=True) for v in figures)
        title = each.title.text(terminal.lang)
        terminal.say(
            "trace.contribution",
            number=f"{each.number:>2}",
            title=title,
            mean=mean,
            low=low,
            high=high,
        )


def _progress(terminal: Terminal) -> Callable[[int, int], None]:
    line = plain_progress(terminal.lang)
    return lambda done, total: line(done, total, None)


def _state(terminal: Terminal, reading: Reading) -> str:
    if not reading.alive:
        return terminal.words("trace.dead")
    return terminal.words("trace.alive" if reading.as_expected else "trace.against")


def _name(terminal: Terminal, measure: str) -> str:
    kind = "metric" if f"names.metric.{measure}" in terminal.catalogue else "indicator"
    return terminal.spelling.name(kind, measure)


def _numbers(terminal: Terminal, movement: Movement) -> dict[str, str]:
    plain = {k: getattr(movement, k) for k in ("here", "without", "noise")}
    signed = {k: getattr(movement, k) for k in ("difference", "low", "high")}
    return {
        **{k: terminal.spelling.number(v) for k, v in plain.items()},
        **{k: terminal.spelling.number(v, sign=True) for k, v in signed.items()},
    }


def _lines(terminal: Terminal, readings: Sequence[Reading]) -> None:
    """Write one line a concept."""
    for each in readings:
        parts = [
            terminal.words(
                "trace.movement", name=_name(terminal, m.measure), **_numbers(terminal, m)
            )
            for m in (each.indicator, each.outcome)
        ]
        terminal.say(
            "trace.line",
            number=f"{each.concept.number:>2}",
            state=_state(terminal, each),
            title=each.concept.title.text(terminal.lang),
            movements="; ".join(parts),
        )


def _blocks(terminal: Terminal, readings: Sequence[Reading]) -> None:
    """Write what each concept claims and what was found."""
    columns = ("measure", "with", "without", "difference", "interval", "noise", "expected", "moves")
    heads = [terminal.words(f"trace.head.{column}") for column in columns]
    for each in readings:
        concept = each.concept
        kind = terminal.words(f"trace.kind.{concept.kind}")
        terminal.print()
        terminal.print(
            f"{concept.number}. {concept.title.text(terminal.lang)} ({kind}): "
            f"{_state(terminal, each)}"
        )
        terminal.paragraph(concept.claim.text(terminal.lang))
        terminal.table(
            heads, [_row(terminal, m) for m in (each.indicator, each.outcome)], right=(1, 2, 3, 5)
        )


def _row(terminal: Terminal, movement: Movement) -> tuple[str, ...]:
    n = _numbers(terminal, movement)
    return (
        _name(terminal, movement.measure),
        n["here"],
        n["without"],
        n["difference"],
        terminal.spelling.interval(movement.low, movement.high),
        n["noise"],
        terminal.words(f"trace.side.{movement.expected}"),
        terminal.words("trace.yes" if movement.moves else "trace.no"),
    )
