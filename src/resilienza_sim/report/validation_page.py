"""The page of the validation: every pattern, what was measured, what the model answers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from resilienza_sim.experiments.validation.validate import Answer, Asking

__all__ = ["validation_page"]

_PARTS = {
    "pattern": "Patterns of the literature and of national statistics",
    "trial": "In-silico trials",
    "rest": "A town at rest",
    "placebo": "Placebos",
}
_OUTCOMES = {
    "reproduced": "reproduced",
    "wrong_size": "**wrong size**",
    "wrong_sign": "**wrong sign**",
    "undecided": "cannot be told",
    "cannot_be_asked": "cannot be asked",
}


def _number(value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:.3g}".replace("-", "−")


def _row(answer: Answer) -> str:
    pattern, (mean, low, high) = answer.pattern, answer.interval
    least, most = pattern.expected.low, pattern.expected.high
    wanted = " … ".join("" if end is None else _number(end) for end in (least, most)).strip()
    found = "–" if pattern.reading is None else f"{_number(mean)} ({_number(low)}; {_number(high)})"
    use = "never" if pattern.fitted is None else f"fitted: {pattern.fitted}"
    cells = (
        f"`{pattern.name}`",
        pattern.statement.en,
        pattern.source,
        pattern.unit.en,
        wanted,
        found,
        _OUTCOMES[answer.outcome],
        use,
    )
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def _sums(answers: Sequence[Answer]) -> str:
    free = [each for each in answers if each.pattern.fitted is None]
    counts = {name: sum(each.outcome == name for each in free) for name in _OUTCOMES}
    text = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())
    return f"Never fitted: {len(free)} patterns, {text}. Fitted: {len(answers) - len(free)}."


def validation_page(answers: Sequence[Answer], asking: Asking) -> str:
    """Return the page, in Markdown.

    Parameters
    ----------
    answers : sequence of Answer
        What the model answers to each pattern.
    asking : Asking
        How it was asked.
    """
    lines = [
        "# Validation",
        "",
        "What is measured in the world and whether the model shows it, written by",
        "`resilienza validate --write docs/validation.md`. Each pattern is a file of",
        "`experiments/validation/patterns/`: its statement, its source, the interval measured",
        "and how the model is asked. A pattern on which a mechanism was sized is marked *fitted*",
        "and counts for nothing. The interval found is over worlds, 95 %. Failures stay.",
        "",
        f"{asking.worlds} worlds, seed {asking.seed}, towns of {asking.citizens:,} citizens,",
        "values as shipped, whole horizon.",
        "",
        _sums(answers),
        "",
    ]
    for part, title in _PARTS.items():
        chosen = [each for each in answers if each.pattern.part == part]
        if not chosen:
            continue
        lines += [
            f"## {title}",
            "",
            "| name | pattern | source | unit | measured | model | outcome | used for fitting |",
            "|---|---|---|---|---|---|---|---|",
            *(_row(each) for each in chosen),
            "",
        ]
    reasons = [each for each in answers if each.pattern.cannot is not None]
    if reasons:
        lines += ["## What cannot be asked", ""]
        lines += [
            f"* `{a.pattern.name}`: {a.pattern.cannot.en}" for a in reasons if a.pattern.cannot
        ]
        lines += [""]
    return "\n".join(lines)
