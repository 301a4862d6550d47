"""What a finished study says on a terminal: tables, verdicts, first differences, its report."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from resilienza_sim.cli._terminal import Terminal
    from resilienza_sim.experiments.study import Study
    from resilienza_sim.report.view import Comparison, DecisionView

__all__ = ["tell", "write"]


def tell(terminal: Terminal, study: Study) -> None:
    """Write tables, verdicts and first differences of a study, for each decision date."""
    from resilienza_sim.experiments.headline import TOTAL
    from resilienza_sim.experiments.statistics import EXPLORATORY_BELOW
    from resilienza_sim.report.beside import interaction, null_model
    from resilienza_sim.report.tables import divergence, verdicts
    from resilienza_sim.report.view import decisions
    from resilienza_sim.report.words import Words
    from resilienza_sim.report.worlds import alone, axes

    words = Words(terminal.lang)
    views = decisions(study, words)
    for view in views:
        for comparison in _to_show(view):
            _table(terminal, view, comparison)
    for line in alone(views[0]) if views else ():
        terminal.bullet(line)
    for view in views:
        terminal.say("study.decision", date=words.date(view.day))
        shown = _to_show(view)
        for verdict in verdicts(view):
            if verdict.comparison in shown:
                parts = (verdict.sentence, verdict.sure, verdict.against)
                terminal.bullet(" ".join(part for part in parts if part))
                for figure in verdict.three:
                    terminal.print(f"      {figure['line']}")
        if view.headline == TOTAL:
            terminal.bullet(words("answer.no_twin"))
        if along := axes(view):
            terminal.bullet(f"{along['title']}. {along['lead']}")
            for line in along["lines"]:
                terminal.print(f"      {line}")
        if null := null_model(view):
            terminal.bullet(f"{words('null.title')} {null['sentence']}")
        if together := interaction(view):
            terminal.bullet(words("interaction.text", one=together["one"], two=together["two"]))
            for row in together["rows"]:
                known = {"arm": row["title"], "value": row["interaction"]}
                terminal.bullet(words("interaction.line", interval=row["interval"], **known))
        titles = {arm.name: arm.title for arm in view.arms}
        for line in divergence(words, view.study.manifest, titles):
            terminal.bullet(line)
        if view.pairs < EXPLORATORY_BELOW:
            terminal.bullet(terminal.catalogue.text("study.note.exploratory", n=view.pairs))
        if view.failed:
            terminal.bullet(terminal.words("study.failed", count=view.failed))


def _to_show(view: DecisionView) -> list[Comparison]:
    """Return every arm against the baseline, then the first two of the others: what a study is for.

    The remaining couples are in the report.
    """
    others = [arm for arm in view.arms if arm.name != view.baseline][:2]
    return [
        each
        for each in view.comparisons
        if each.baseline.name == view.baseline
        or (each.baseline in others and each.strategy in others)
    ]


def _table(terminal: Terminal, view: DecisionView, comparison: Comparison) -> None:
    from resilienza_sim.report.tables import metric_table

    words = view.words
    terminal.print()
    terminal.print(
        words(
            "table.caption",
            strategy=comparison.strategy.title,
            baseline=comparison.baseline.title,
            date=words.date(view.day),
        )
    )
    columns = ("metric", "difference", "interval", "counts", "verdict")
    rows = [
        (
            f"{row['title']} ({row['unit']})" if row["unit"] else row["title"],
            row["difference"],
            row["interval"],
            row["counts"],
            row["verdict"],
        )
        for row in metric_table(view, comparison)
    ]
    terminal.table([words(f"table.{name}") for name in columns], rows, right=(1, 2, 3))


def write(terminal: Terminal, study: Study, *, png: bool) -> Path:
    """Write the report of a study, all its decision dates in one, and say where it is."""
    from resilienza_sim.report import write_report

    folder = next(iter(study.decisions.values())).folder
    path = folder / "report.html"
    write_report(study, path, lang=terminal.lang, png=folder / "figures" if png else None)
    terminal.print()
    if png:
        terminal.say("study.figures", path=folder / "figures")
    terminal.say("study.report", path=path)
    return path
