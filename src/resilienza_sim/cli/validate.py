"""``resilienza validate``: asks the model for patterns measured in the world."""

from __future__ import annotations

from collections.abc import Sequence

from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli.options.validate import Options
from resilienza_sim.errors import unknown
from resilienza_sim.experiments.engine import pool
from resilienza_sim.experiments.progress import plain_progress
from resilienza_sim.experiments.store import write_atomically
from resilienza_sim.experiments.validation.pattern import Pattern, load_pattern, shipped_patterns
from resilienza_sim.experiments.validation.validate import Answer, Asking, answers_text, validate
from resilienza_sim.report.validation_page import validation_page

CHANGED = 1


def run(terminal: Terminal, asked: Options) -> int:
    """Ask the model for measured patterns."""
    chosen = _chosen(asked.patterns or [])
    asking = Asking(asked.worlds, asked.seed, asked.citizens)
    if not asked.as_json:
        terminal.say(
            "validate.announce", patterns=len(chosen), worlds=asked.worlds, citizens=asked.citizens
        )
    line = plain_progress(terminal.lang)
    with pool(asked.workers, asked.worlds) as executor:
        answers = validate(
            chosen, asking, executor=executor, progress=lambda done, all_: line(done, all_, None)
        )
    if asked.as_json:
        terminal.print(answers_text(answers, asking))
    else:
        _table(terminal, answers)
    if asked.write is not None:
        write_atomically(asked.write, validation_page(answers, asking).encode())
        terminal.warn(terminal.words("validate.written", file=asked.write))
    return CHANGED if asked.check and not all(each.as_known for each in answers) else 0


def _chosen(names: Sequence[str]) -> list[Pattern]:
    """Return the patterns named, or those of files; all of them if none is."""
    shipped = {each.name: each for each in shipped_patterns()}
    found = []
    for name in names:
        if name.endswith(".toml"):
            found.append(load_pattern(name))
        elif name in shipped:
            found.append(shipped[name])
        else:
            raise unknown("unknown_pattern", name, shipped)
    return found or list(shipped.values())


def _table(terminal: Terminal, answers: Sequence[Answer]) -> None:
    """Write one line a pattern, and the sums."""
    heads = [
        terminal.words(f"validate.head.{name}")
        for name in ("pattern", "expected", "found", "interval", "outcome")
    ]
    rows = []
    for each in answers:
        pattern, (mean, low, high) = each.pattern, each.interval
        outcome = terminal.words(f"validate.outcome.{each.outcome}")
        if pattern.fitted is not None:
            outcome = terminal.words("validate.fitted", outcome=outcome)
        rows.append(
            (
                pattern.statement.text(terminal.lang),
                terminal.spelling.span(pattern.expected.low, pattern.expected.high),
                terminal.spelling.number(mean),
                terminal.spelling.span(low, high),
                outcome,
            )
        )
    terminal.table(heads, rows, right=(1, 2, 3))
    free = [each for each in answers if each.pattern.fitted is None]
    held = sum(each.outcome == "reproduced" for each in free)
    terminal.say("validate.sum", held=held, free=len(free), fitted=len(answers) - len(free))
    for each in answers:
        if not each.as_known:
            terminal.say(
                "validate.changed",
                name=each.pattern.name,
                outcome=terminal.words(f"validate.outcome.{each.outcome}"),
                known=terminal.words(f"validate.outcome.{each.pattern.known}"),
            )
