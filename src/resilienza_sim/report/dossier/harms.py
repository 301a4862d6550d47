"""What gets worse, with its numbers; and what gets better, after it."""

from __future__ import annotations

from resilienza_sim.experiments.verdicts import MetricRow, marked
from resilienza_sim.report.dossier.focus import Focus
from resilienza_sim.words import decimals

__all__ = ["gains", "harms"]

_MOST = 5


def harms(focus: Focus) -> list[str]:
    """Return what gets markedly worse with the proposal, the largest first."""
    return _lines(focus, "worse")


def gains(focus: Focus) -> list[str]:
    """Return what gets markedly better with the proposal, the largest first."""
    return _lines(focus, "better")


def _lines(focus: Focus, kind: str) -> list[str]:
    rows = marked(focus.comparison, focus.row, kind)
    ordered = sorted(rows, key=lambda row: -abs(row.difference) / max(row.effect, 1e-12))
    said = [_line(focus, row, kind) for row in ordered[:_MOST]]
    if len(ordered) > _MOST:
        said.append(focus.say("harms.more", n=len(ordered) - _MOST))
    return said


def _line(focus: Focus, row: MetricRow, kind: str) -> str:
    say = focus.say
    digits = min(decimals(row.mean_baseline, row.mean_strategy), 2)
    share = row.unit == say.unit("share")
    return say(
        "harms.share" if share else "harms.line",
        title=row.title,
        strategy=say.number(row.mean_strategy, 1 if share else digits),
        baseline=say.number(row.mean_baseline, 1 if share else digits),
        unit="" if row.unit == "0-1" else row.unit,
        worlds=focus.of(row.worse if kind == "worse" else row.better),
        old=focus.baseline.title,
    )
