"""``resilienza sensitivity``: which factors of a sweep matter, and how sure that is."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli.options.sensitivity import Options
from resilienza_sim.experiments.analysis.sensitivity import sensitivity
from resilienza_sim.experiments.analysis.sensitivity_words import (
    main_rows,
    sentence,
    title_of,
    trust,
)
from resilienza_sim.experiments.plan import SWEEP
from resilienza_sim.experiments.spreadsheet import write_csv
from resilienza_sim.experiments.store import not_writable
from resilienza_sim.experiments.study import Study
from resilienza_sim.report.sensitivity_figures import write_figures

_OTHER_INDICES = {"morris": ("mu", "sigma"), "saltelli": ("S1",), "pawn": ()}


def run(terminal: Terminal, asked: Options) -> int:
    """Tell which factors matter."""
    sweep = Study.open(asked.folder, SWEEP)
    found = sensitivity(sweep, asked.metric, strategy=asked.strategy, baseline=asked.baseline)
    _announce(terminal, sweep, found)
    for scenario, here in found.groupby("scenario", sort=False):
        if found["scenario"].nunique() > 1:
            terminal.print()
            terminal.paragraph(terminal.words("sensitivity.scenario", scenario=scenario))
        for _, output in here.groupby("of", sort=False):
            _tell(terminal, sweep, output)
    terminal.paragraph(terminal.catalogue.text("sensitivity.trust.scope"))
    _write(terminal, sweep, found)
    return 0


def _announce(terminal: Terminal, sweep: Study, found: pd.DataFrame) -> None:
    row, words = found.iloc[0], terminal.catalogue
    described = sweep.describe(row["metric"]).title
    terminal.paragraph(
        terminal.words(
            "sensitivity.announce",
            metric=terminal.spelling.name("metric", row["metric"], described),
            method=words.text(f"sensitivity.method.{row['method']}"),
            points=len(sweep.points),
            reading=words.text(f"sensitivity.reading.{row['method']}"),
        )
    )


def _tell(terminal: Terminal, sweep: Study, output: pd.DataFrame) -> None:
    """Write the table of one output and what may be said of it."""
    lang, words = terminal.lang, terminal.catalogue
    rows = main_rows(output)
    others = _OTHER_INDICES[str(rows["method"].iloc[0])]
    values = output.drop_duplicates(["factor", "index"]).pivot(
        index="factor", columns="index", values="value"
    )
    terminal.print()
    terminal.paragraph(title_of(sweep, output, lang))
    heads = [terminal.words("sensitivity.head.factor")]
    heads.append(words.text(f"sensitivity.index.{rows['index'].iloc[0]}"))
    heads.append(terminal.words("sensitivity.head.interval"))
    heads += [words.text(f"sensitivity.index.{name}") for name in others]
    heads += [terminal.words(f"sensitivity.head.{name}") for name in ("floor", "detected")]
    cells = []
    for row in rows.to_dict("records"):
        answer = "unknown" if pd.isna(row["detected"]) else "yes" if row["detected"] else "no"
        cells.append(
            (
                sweep.factor_title(row["factor"], lang),
                terminal.spelling.number(row["value"]),
                terminal.spelling.span(row["low"], row["high"]),
                *(
                    terminal.spelling.number(values[name].get(row["factor"], float("nan")))
                    if name in values
                    else "–"
                    for name in others
                ),
                terminal.spelling.number(row["floor"]),
                words.text(f"sensitivity.detected.{answer}"),
            )
        )
    terminal.table(heads, cells, right=range(1, len(heads) - 1))
    _pairs(terminal, sweep, output)
    terminal.bullet(sentence(sweep, output, lang))
    for line in trust(sweep, output, lang):
        terminal.bullet(line)


def _pairs(terminal: Terminal, sweep: Study, output: pd.DataFrame) -> None:
    """Write what two factors do together, where the design tells it."""
    lang = terminal.lang
    rows = output[output["index"] == "S2"].sort_values("value", ascending=False, kind="stable")
    if rows.empty:
        return
    cells = [
        (
            f"{sweep.factor_title(row['factor'], lang)} × {sweep.factor_title(row['other'], lang)}",
            terminal.spelling.number(row["value"]),
            terminal.spelling.span(row["low"], row["high"]),
        )
        for row in rows.to_dict("records")
    ]
    names = ("pair", "share", "interval")
    heads = [terminal.words(f"sensitivity.head.{name}") for name in names]
    terminal.table(heads, cells, right=(1, 2))


def _write(terminal: Terminal, sweep: Study, found: pd.DataFrame) -> None:
    """Write the table and the figures beside the study, and say where they are."""
    analysis = sweep.folder / "analysis"
    stem = f"sensitivity-{found['metric'].iloc[0]}"
    try:
        analysis.mkdir(exist_ok=True)
        table = analysis / f"{stem}.csv"
        write_csv(table, found)
        scenarios = list(found.groupby("scenario", sort=False))
        figures: list[Path] = []
        for k, (_, here) in enumerate(scenarios):
            name = stem if len(scenarios) == 1 else f"{stem}-{k + 1}"
            figures += write_figures(sweep, here, analysis, name, terminal.lang)
    except OSError as problem:
        raise not_writable(analysis, problem) from problem
    terminal.print()
    terminal.say("sensitivity.csv", path=table)
    for path in figures:
        terminal.say("sensitivity.figure", path=path)
