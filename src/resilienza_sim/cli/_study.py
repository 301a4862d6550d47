"""What a finished study says on a terminal: tables, verdicts, first differences, its report."""

from __future__ import annotations

from pathlib import Path

from resilienza_sim.cli._screen import answer
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.experiments.headline import TOTAL
from resilienza_sim.experiments.study import Study
from resilienza_sim.report.build import write_report
from resilienza_sim.report.companion_runs import interaction, null_model
from resilienza_sim.report.tables import divergence, metric_table, three_table, verdicts
from resilienza_sim.report.view import Comparison, DecisionView, decisions
from resilienza_sim.report.worlds import alone, axes

__all__ = ["tell", "write"]


def tell(terminal: Terminal, study: Study, *, details: bool = False) -> None:
    """Write what a study found, for each decision date: one screen, or all of it."""
    words = terminal.spelling
    views = decisions(study, words)
    for line in alone(views[0]) if views else ():
        terminal.bullet(line)
    if not details:
        answer(terminal, views)
        folder = next(iter(study.decisions.values())).folder
        terminal.say("study.details", folder=folder)
        return
    for view in views:
        for comparison in _to_show(view):
            _table(terminal, view, comparison)
    for view in views:
        terminal.print()
        terminal.say("study.decision", date=words.date(view.study.decision))
        _all(terminal, view)
        _companions(terminal, view)
        _notes(terminal, view)


def _all(terminal: Terminal, view: DecisionView) -> None:
    """Write every verdict with its three figures, and what it hangs on along each axis."""
    shown = _to_show(view)
    heads, rows = three_table(view, shown)
    terminal.table(heads, rows, right=(1, 2, 3, 5))
    for verdict in verdicts(view):
        if verdict.comparison in shown:
            parts = (verdict.sentence, verdict.sure, verdict.others)
            terminal.bullet(" ".join(part for part in parts if part))
            for figure in verdict.three:
                terminal.print(f"      {figure['line']}")
    if along := axes(view):
        terminal.bullet(f"{along['title']}. {along['lead']}")
        for line in along["lines"]:
            terminal.print(f"      {line}")


def _companions(terminal: Terminal, view: DecisionView) -> None:
    """Write what the studies beside this one say."""
    words = view.words
    if null := null_model(view):
        terminal.bullet(f"{words('null.title')} {null['sentence']}")
    if together := interaction(view):
        terminal.bullet(words("interaction.text", one=together["one"], two=together["two"]))
        for row in together["rows"]:
            known = {"arm": row["title"], "value": row["interaction"]}
            terminal.bullet(words("interaction.line", interval=row["interval"], **known))


def _notes(terminal: Terminal, view: DecisionView) -> None:
    """Write what limits a verdict, and where the lives of two arms part."""
    if view.study.headline == TOTAL:
        terminal.bullet(view.words("answer.no_twin"))
    titles = {arm.name: arm.title for arm in view.arms}
    for line in divergence(view.words, view.study.manifest, titles):
        terminal.bullet(line)
    if len(view.study.failures):
        terminal.bullet(terminal.words("study.failed", count=len(view.study.failures)))


def _to_show(view: DecisionView) -> list[Comparison]:
    """Return every arm against the baseline, then the first two of the others: what a study is for.

    The remaining couples are in the report.
    """
    others = [arm for arm in view.arms if arm.name != view.study.baseline][:2]
    return [
        each
        for each in view.comparisons
        if each.baseline.name == view.study.baseline
        or (each.baseline in others and each.strategy in others)
    ]


def _table(terminal: Terminal, view: DecisionView, comparison: Comparison) -> None:
    words = view.words
    terminal.print()
    terminal.print(
        words(
            "table.caption",
            strategy=comparison.strategy.title,
            baseline=comparison.baseline.title,
            date=words.date(view.study.decision),
        )
    )
    columns = ("metric", "difference", "interval", "counts", "verdict")
    rows = [
        (
            "; ".join(
                (f"{row['title']} ({row['unit']})" if row["unit"] else row["title"], *row["notes"])
            ),
            row["difference"],
            row["interval"],
            row["counts"],
            row["verdict"],
        )
        for row in metric_table(view, comparison)
    ]
    terminal.table([words(f"table.{name}") for name in columns], rows, right=(1, 2, 3))


def write(terminal: Terminal, study: Study, *, png: bool, pdf: Path | None = None) -> Path:
    """Write the report of a study, all its decision dates in one, and say where it is."""
    folder = next(iter(study.decisions.values())).folder
    path = folder / "report.html"
    figures = folder / "figures" if png else None
    write_report(study, path, lang=terminal.lang, png=figures, pdf=pdf)
    if png:
        terminal.say("study.figures", path=folder / "figures")
    terminal.say("study.report", path=path)
    if pdf is not None:
        terminal.say("study.pdf", path=pdf)
    return path
