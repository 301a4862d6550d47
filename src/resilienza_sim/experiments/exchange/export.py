"""Writes a study as tidy CSV files, with a dictionary of every column in both languages.

Numbers keep every digit (the shortest decimal that reads back the same), an undefined value is an
empty cell, lines end with a line feed: the same study gives the same bytes. A text that a
spreadsheet would take for a formula is preceded by an apostrophe (OWASP, "CSV Injection").
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.columns import dictionary
from resilienza_sim.experiments.exchange.units import Unit, exportable
from resilienza_sim.experiments.spreadsheet import harmless_table
from resilienza_sim.experiments.store import (
    aside_name,
    is_torn,
    not_writable,
    written_aside,
)
from resilienza_sim.experiments.study import Study
from resilienza_sim.files import place_of
from resilienza_sim.messages import languages

__all__ = ["CSV_FILES", "export_csv", "new_files", "study_of", "tables_of"]

DICTIONARY = "dictionary.csv"
_TABLES = ("runs.csv", "series.csv", "comparison.csv", "points.csv", "strategies.csv")
CSV_FILES = (*_TABLES, DICTIONARY)
_MAIN = "main"
_KINDS = {pa.uint64(): pd.UInt64Dtype(), pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}


def new_files(folder: Path, ours: Iterable[str], *, overwrite: bool) -> None:
    """Make a folder for some files.

    Raises
    ------
    ResilienzaError
        If it holds anything and may not be written over, or anything that no export wrote there.
        What an export that was killed left half written counts for nothing.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        whole = [path for path in folder.iterdir() if not is_torn(path)]
        below = (each for path in whole if not path.is_symlink() for each in path.rglob("*"))
        every = [path for path in (*whole, *below) if path.is_symlink() or not path.is_dir()]
        present = {path.relative_to(folder).as_posix() for path in every}
    except FileExistsError as problem:
        raise ResilienzaError("export_exists", path=folder) from problem
    except OSError as problem:
        raise not_writable(folder, problem) from problem
    if present and not overwrite:
        raise ResilienzaError("export_exists", path=folder)
    if others := sorted(present - set(ours)):
        raise ResilienzaError("export_other_files", path=folder, found=others[0])


def _written_before(folder: Path) -> set[str]:
    """Return the files an earlier export wrote in a folder, which its dictionary names."""
    try:
        listed = pd.read_csv(folder / DICTIONARY, usecols=["file"], dtype=str)["file"]
    except (OSError, ValueError):
        return set()
    return {DICTIONARY, *listed.dropna()} & set(CSV_FILES)


def export_csv(study: Path | str, out: Path, *, overwrite: bool = False) -> list[Path]:
    """Write a study as CSV files in a folder.

    Parameters
    ----------
    study : path
        Folder of a comparison or of a sweep.
    out : Path
        Folder of the files: ``runs.csv`` (one row a run), ``series.csv`` (a run and week),
        ``comparison.csv`` (a metric and pair of arms, at each point of a sweep), ``points.csv``
        (values of the factors), ``strategies.csv``, ``dictionary.csv`` (one row a column).
    overwrite : bool
        Whether files of an earlier export may be replaced.

    Returns
    -------
    list of Path
        The files written, those with nothing to say left out.

    Raises
    ------
    ResilienzaError
        If there is no study, or the folder cannot be used.
    """
    found = exportable(place_of(study))
    before = _written_before(out)
    new_files(out, before, overwrite=overwrite)
    aside = out / aside_name()
    try:
        aside.mkdir()
        columns = {name: _write(aside / name, frames) for name, frames in tables_of(found)}
        written = [name for name, filled in columns.items() if filled]
        _write(aside / DICTIONARY, [dictionary(study_of(found[0]), columns)])
        for name in (DICTIONARY, *written):  # first what says whose the others are
            (aside / name).replace(out / name)
        for name in before.difference(written, {DICTIONARY}):
            (out / name).unlink(missing_ok=True)
    except OSError as problem:
        raise not_writable(out, problem) from problem
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return [out / name for name in (*written, DICTIONARY)]


def tables_of(found: list[Unit]) -> Iterator[tuple[str, Iterable[pd.DataFrame]]]:
    """Yield the tables of a study with the names of their files, each in pieces."""
    yield "runs.csv", (_placed(unit, _runs(unit)) for unit in found)
    yield "series.csv", (_placed(unit, piece) for unit in found for piece in _series(unit))
    yield "comparison.csv", (_placed(unit, _comparison(unit)) for unit in found)
    top = found[0]
    yield "points.csv", [_points(top)] if top.is_sweep else []
    yield "strategies.csv", [_strategies(top)]


def _placed(unit: Unit, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the study and the decision date its rows come from."""
    if unit.is_sweep:
        return table
    if "point" in table:
        table = table.drop(columns="point")  # a comparison has only one
    table.insert(0, "study", unit.study or _MAIN)
    table.insert(1, "decision", unit.manifest["decision"])
    return table


def _runs(unit: Unit) -> pd.DataFrame:
    return unit.store.runs().to_pandas(types_mapper=_KINDS.get)


def _series(unit: Unit) -> Iterator[pd.DataFrame]:
    """Yield the series, some runs at a time, with what tells the runs apart."""
    keys = ["run_id", "point", "strategy", "replicate"]
    for runs, series in unit.store.series_in_pieces():
        if series.num_rows:
            keyed = runs.select(keys).to_pandas(types_mapper=_KINDS.get)
            weeks = series.to_pandas(types_mapper=_KINDS.get)
            yield keyed.merge(weeks, on="run_id", sort=False)


def _comparison(unit: Unit) -> pd.DataFrame:
    if not unit.is_sweep:
        return Study(unit.folder, unit.manifest).comparison()
    swept = Study(unit.folder, unit.manifest)
    table = swept.comparison(baseline=swept.baseline)
    return table.drop(columns=list(swept.points.columns), errors="ignore")


def study_of(unit: Unit) -> Study:
    """Return the study of a folder as the API has it."""
    return Study(unit.folder, unit.manifest)


def _points(unit: Unit) -> pd.DataFrame:
    return Study(unit.folder, unit.manifest).points.reset_index()


def _strategies(unit: Unit) -> pd.DataFrame:
    manifest = unit.manifest
    titles = manifest["titles"]
    names = manifest["strategies"]
    return pd.DataFrame(
        {
            "strategy": names,
            "baseline": [name == manifest["baseline"] for name in names],
            **{f"title_{k}": [titles.get(n, {}).get(k, n) for n in names] for k in languages()},
            "text": [manifest["strategy_texts"][name] for name in names],
        }
    )


# -- writing -------------------------------------------------------------------------------------


def _write(path: Path, frames: Iterable[pd.DataFrame]) -> list[str]:
    """Write tables one after the other in one file and return the columns, none if all are empty.

    The columns are those of the first; those that another has besides are left out.
    """
    some = (frame for frame in frames if not frame.empty)
    first = next(some, None)
    if first is None:
        return []
    columns = list(first.columns)
    with written_aside(path) as file:
        for k, frame in enumerate(itertools.chain([first], some)):
            table = harmless_table(frame.reindex(columns=columns))
            text = table.to_csv(index=False, header=not k, lineterminator="\n", na_rep="")
            file.write(text.encode())
    return columns
