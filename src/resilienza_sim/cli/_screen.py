"""The answer of a comparison on one screen: verdict, harm, certainty."""

from __future__ import annotations

from collections.abc import Sequence

from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.experiments import verdicts as say
from resilienza_sim.experiments.verdicts import least_pairs
from resilienza_sim.report.tables import Verdict, verdicts
from resilienza_sim.report.view import Comparison, DecisionView
from resilienza_sim.statistics import SURE_FROM

__all__ = ["answer"]


def answer(terminal: Terminal, views: Sequence[DecisionView]) -> None:
    """Write what a study found: of the first decision all that counts, of later ones a line."""
    if not views:
        return
    first, *later = views
    _table(terminal, first)
    if contrast := _contrast(first):
        _verdict(terminal, first, contrast)
    for view in later:
        if contrast := _contrast(view):
            key = "later" if _enough(contrast.comparison) else "later_few"
            terminal.folded_bullet(terminal.words(f"screen.{key}", **_figures(view, contrast)))
    for view in views:
        if len(view.study.failures):
            terminal.folded_bullet(terminal.words("study.failed", count=len(view.study.failures)))


def _table(terminal: Terminal, view: DecisionView) -> None:
    """Write the strategies against the term of comparison, a row each."""
    words = view.words
    rows: list[tuple[str, ...]] = []
    unit = measure = ""
    for each in view.comparisons:
        row = each.headline
        if each.baseline.name != view.study.baseline or row is None:
            continue
        values = say.figures(words, row)
        unit, measure = row.unit, say.measure(words, row)
        better, alike, worse = row.better, row.alike, row.worse
        counts = words("worlds.short", better=better, alike=alike, worse=worse)
        rows.append((each.strategy.title, values["difference"], values["verdict"], counts))
    titles = {arm.name: arm.title for arm in view.arms}
    known = {"date": words.date(view.study.decision), "measure": measure, "unit": unit}
    if not rows:
        terminal.print(words("answer.none"))
        return
    baseline = titles.get(view.study.baseline, view.study.baseline)
    terminal.folded(terminal.words("screen.heading", baseline=baseline, **known))
    heads = [
        terminal.words("screen.strategy"),
        terminal.words("screen.difference"),
        words("three.verdict"),
        words(f"three.{'pairs' if view.study.is_point else 'worlds'}"),
    ]
    terminal.table(heads, rows, right=(1, 3), edge=False)


def _verdict(terminal: Terminal, view: DecisionView, verdict: Verdict) -> None:
    """Write in words the one comparison that the study is for, how sure, what it costs."""
    figures, pairs = _figures(view, verdict), _pairs(verdict.comparison)
    if _enough(verdict.comparison):
        terminal.folded_bullet(terminal.words("screen.judged", **figures))
        terminal.folded_bullet(verdict.others)
        terminal.folded_bullet(verdict.sure)
    else:
        terminal.folded_bullet(terminal.words("screen.few", **figures))
    if pairs < SURE_FROM:
        terminal.folded_bullet(terminal.words("screen.explored", sure_from=SURE_FROM, **figures))


def _contrast(view: DecisionView) -> Verdict | None:
    """Return the verdict on the two ways that the study contrasts, if it compares them."""
    found = {(v.comparison.baseline.name, v.comparison.strategy.name): v for v in verdicts(view)}
    old, new = view.study.contrast
    return found.get((old, new)) or found.get((new, old))


def _enough(comparison: Comparison) -> bool:
    return _pairs(comparison) >= least_pairs()


def _pairs(comparison: Comparison) -> int:
    return 0 if comparison.headline is None else comparison.headline.pairs


def _figures(view: DecisionView, verdict: Verdict) -> dict[str, object]:
    row = verdict.comparison.headline
    assert row is not None  # a verdict has one
    words = view.words
    return {
        **say.figures(words, row),
        "strategy": verdict.comparison.strategy.title,
        "baseline": verdict.comparison.baseline.title,
        "date": words.date(view.study.decision),
        "effect": words.exact(row.effect),
        "pairs": row.pairs,
        "least": say.least_pairs(),
    }
