"""``resilienza analyse``: what a study says to someone who has to decide, in tables and figures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pandas as pd

from resilienza_sim.cli._analysis import tell
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli.options.analyse import Options
from resilienza_sim.errors import ResilienzaError, unknown
from resilienza_sim.experiments.analysis.analysis import TABLES, Analysis, analyse, headline, varied
from resilienza_sim.experiments.columns import dictionary
from resilienza_sim.experiments.spreadsheet import write_csv
from resilienza_sim.experiments.store import not_writable, write_atomically
from resilienza_sim.experiments.study import Study, load_study
from resilienza_sim.report.distributions import distributions
from resilienza_sim.report.printing import file_name, print_figure
from resilienza_sim.report.readable import Readable
from resilienza_sim.report.sweep_figures import difference_map
from resilienza_sim.report.sweep_lines import along_factors

ALL = "all"
FOLDER = "analysis"
LISTED = "written-by-analyse.txt"
"""Names, one a line, of the files in `FOLDER` that the next analysis may remove."""
DISTRIBUTIONS, ALONG, MAP = "distributions", "along", "map"


def run(terminal: Terminal, asked: Options) -> int:
    """Analyse a study."""
    thresholds, wanted = dict(asked.enough or ()), asked.factors or ()
    parts = _parts(asked.folder)
    metrics = _metrics(parts[0], asked.metric, thresholds)
    _check_factors(parts[0], wanted)

    found = [
        [analyse(part, m, baseline=asked.baseline, enough=thresholds.get(m)) for m in metrics]
        for part in parts
    ]
    for part, analyses in zip(parts, found, strict=True):
        tell(terminal, part, analyses)
    where = parts[0].folder / FOLDER
    tables = _write_tables(where, parts, found)
    figures = _draw(terminal, where, found, wanted)
    drawn = (f"{name}.{ending}" for name in figures for ending in ("svg", "png"))
    write_atomically(where / LISTED, "".join(f"{n}\n" for n in (*tables, *drawn)).encode())
    terminal.print()
    terminal.print(terminal.catalogue.text("analyse.text.tables", path=where))
    terminal.print(terminal.catalogue.text("analyse.text.figures", count=len(figures), path=where))
    return 0


def _parts(folder: str) -> list[Study]:
    """Return the sweep of a folder, or the studies of every decision date of its comparison."""
    study = load_study(folder)
    return [study] if study.is_sweep else list(study.decisions.values())


def _metrics(study: Study, asked: Sequence[str] | None, thresholds: dict[str, float]) -> list[str]:
    """Return the metrics to analyse, those with a threshold among them."""
    first, known = headline(study), study.metrics
    if asked and ALL in asked and ALL not in known:
        asked = [first, *known]
    chosen = list(dict.fromkeys([*(asked or [first]), *thresholds]))
    for name in chosen:
        if name not in known:
            raise unknown("unknown_metric", name, known)
    return chosen


def _check_factors(study: Study, wanted: Sequence[str]) -> None:
    """Refuse factors that the study has not varied."""
    if not wanted:
        return
    if not study.is_sweep:
        raise ResilienzaError("no_factors", option="--factors", path=study.folder)
    known = varied(study)
    for name in wanted:
        if name not in known:
            raise unknown("unknown_factor", name, known)


def _write_tables(
    where: Path, parts: Sequence[Study], found: Sequence[Sequence[Analysis]]
) -> list[str]:
    """Write a CSV for each table, all metrics and decision dates together; return their names."""
    try:
        where.mkdir(exist_ok=True)
        for old in _own(where):  # what another analysis said must not lie beside this one
            old.unlink()
    except OSError as problem:
        raise not_writable(where, problem) from problem
    written = []
    columns = {}
    for name in TABLES:
        tables = [
            _labelled(each.tables[name], each, part.manifest["decision"])
            for part, analyses in zip(parts, found, strict=True)
            for each in analyses
            if len(each.tables[name])
        ]
        if tables:
            whole = pd.concat(tables, ignore_index=True)
            written.append(write_csv(where / f"{name}.csv", whole).name)
            columns[written[-1]] = list(whole.columns)
    described = dictionary(parts[0], columns)
    return [*written, write_csv(where / "dictionary.csv", described).name]


def _own(where: Path) -> list[Path]:
    """Return the files that the last analysis wrote, and says so; others are somebody's."""
    try:
        data = (where / LISTED).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    return [where / name for name in data if Path(name).name == name and (where / name).is_file()]


def _labelled(table: pd.DataFrame, analysis: Analysis, decision: str) -> pd.DataFrame:
    """Return a table with the metric, and the decision date if there is one, in front."""
    labelled = table.drop(columns="metric", errors="ignore")
    labelled.insert(0, "metric", analysis.metric)
    if decision:
        labelled.insert(0, "decision", decision)
    return labelled


def _draw(
    terminal: Terminal,
    where: Path,
    found: Sequence[Sequence[Analysis]],
    wanted: Sequence[str],
) -> list[str]:
    """Draw the figures of every metric and return their names."""
    drawn = []
    for each in (each for analyses in found for each in analyses):
        reader, day = Readable(each.study, terminal.lang), each.study.manifest["decision"]
        figures = [(DISTRIBUTIONS, "", partial(distributions, each, reader))]
        if each.is_sweep:
            figures.append((ALONG, "", partial(along_factors, each, reader)))
            figures += [
                (MAP, arm, partial(difference_map, each, arm, reader, wanted))
                for arm in each.others
            ]
        for kind, arm, make in figures:
            name = file_name(kind, each.metric, arm, day if len(found) > 1 else "")
            if print_figure(where, name, make):
                drawn.append(name)
    return drawn
