"""Keeps the runs of one decision date in Parquet parts that a crash cannot tear.

A commit is three files with one name: ``series/``, ``timings/`` and last ``runs/``, which is the
mark that the other two are whole. Each is written aside, flushed to the disk and renamed.

Parts written as runs come in (``part-open-…``) hold whatever had ended by then. When a study is
complete they are merged into parts whose content, name and order of rows depend on the results
alone (sorted by point, replicate, strategy and week, cut between pairs): any number of workers, any
order and any number of interruptions leave the same bytes in ``runs/`` and ``series/``. Wall times
are kept apart in ``timings/``. A run found in two parts counts once.
"""

from __future__ import annotations

import io
import itertools
import os
import re
import secrets
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from resilienza_sim.errors import ResilienzaError, system_reason
from resilienza_sim.experiments.plan import digest
from resilienza_sim.experiments.worker import Outcome

__all__ = [
    "Store",
    "aside_name",
    "encoded",
    "is_torn",
    "not_writable",
    "own_folder",
    "own_parts",
    "parquet",
    "read_table",
    "write_atomically",
    "written_aside",
]

_KINDS = ("series", "timings", "runs")  # in the order in which they are written
_RUN_FIELDS = [
    pa.field("run_id", pa.string()),
    pa.field("point", pa.int64()),
    pa.field("strategy", pa.string()),
    pa.field("replicate", pa.int64()),
    pa.field("seed", pa.uint64()),
    pa.field("status", pa.string()),
    pa.field("error", pa.string()),
]
_SERIES_FIELDS = [pa.field("run_id", pa.string()), pa.field("week", pa.int64())]
_TIMING_FIELDS = [pa.field("run_id", pa.string()), pa.field("seconds", pa.float64())]
_FIELDS = {"runs": _RUN_FIELDS, "series": _SERIES_FIELDS, "timings": _TIMING_FIELDS}
_ROWS_PER_PART = 200_000
_PART = re.compile(r"part-(open-[0-9a-f]{32}|\d{5,}-[0-9a-f]{16}|\d{6})")
_TORN = re.compile(r"\.[0-9a-f]{16}\.tmp")
"""What a file is called while it is written."""


@contextmanager
def written_aside(path: Path) -> Iterator[BinaryIO]:
    """Yield a file that takes the place of `path` once it is whole, even after a power cut.

    Its name while it is written cannot be foretold and is never one that exists, so that no link
    laid there beforehand is followed.

    Raises
    ------
    ResilienzaError
        If the folder cannot be written or the disk is full; nothing already there is touched.
    """
    aside = path.with_name(aside_name())
    try:
        with aside.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
        _sync_folder(path.parent)
    except OSError as problem:
        raise not_writable(path, problem) from problem
    finally:
        with suppress(OSError):  # the folder cannot be written at all: said above
            aside.unlink(missing_ok=True)


def aside_name() -> str:
    """Return what to call what is not whole yet: nobody can foretell it."""
    return f".{secrets.token_hex(8)}.tmp"


def is_torn(path: Path) -> bool:
    """Tell whether a file is one that was left half written."""
    return _TORN.fullmatch(path.name) is not None


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all; see `written_aside`."""
    with written_aside(path) as file:
        file.write(data)


def own_folder(path: Path) -> None:
    """Make a folder of a study, or refuse one that leads elsewhere by a link.

    Raises
    ------
    ResilienzaError
        If it cannot be made or is no folder of its own.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise not_writable(path, problem) from problem
    if path.is_symlink():
        raise ResilienzaError("study_folder_taken", path=path)


def own_parts(folder: Path) -> list[Path]:
    """Return the parts in a folder that bear a name only a study gives, sorted."""
    return sorted(path for path in folder.glob("part-*.parquet") if _PART.fullmatch(path.stem))


def not_writable(path: Path, problem: OSError) -> ResilienzaError:
    """Return the error for a read-only folder or a full disk."""
    return ResilienzaError("study_not_writable", path=path, reason=system_reason(problem))


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":  # elsewhere a folder cannot be opened
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def encoded(table: pa.Table) -> bytes:
    """Return the bytes of a Parquet file."""
    floats = [f.name for f in table.schema if pa.types.is_floating(f.type)]
    words = [f.name for f in table.schema if pa.types.is_string(f.type)]
    sink = io.BytesIO()
    pq.write_table(
        table, sink, compression="zstd", use_dictionary=words, use_byte_stream_split=floats
    )
    return sink.getvalue()


def read_table(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Return a part.

    Raises
    ------
    ResilienzaError
        If it cannot be read.
    """
    try:
        if not path.is_file():  # a pipe would be waited for
            raise FileNotFoundError(path)
        with parquet(path) as file:
            present = None if columns is None else [c for c in columns if c in file.schema.names]
            table = file.read(columns=present)
    except (OSError, pa.ArrowException) as problem:
        raise ResilienzaError("part_unreadable", path=path) from problem
    if path.parent.name == "runs" and "point" not in table.schema.names:
        # written before there were sweeps: a comparison is one point
        table = table.append_column("point", pa.array(np.zeros(len(table), np.int64)))
    return table


@contextmanager
def parquet(path: Path) -> Iterator[pq.ParquetFile]:
    """Open a Parquet file; a name that is not UTF-8, which Arrow would refuse, is no matter."""
    with path.open("rb") as raw, pq.ParquetFile(raw) as file:
        yield file


def _rows(path: Path) -> int:
    with parquet(path) as file:
        return int(file.metadata.num_rows)


def _columns(path: Path) -> pa.Schema:
    try:
        if not path.is_file():
            raise FileNotFoundError(path)
        with parquet(path) as file:
            return file.schema_arrow
    except (OSError, pa.ArrowException) as problem:
        raise ResilienzaError("part_unreadable", path=path) from problem


def _numbers(values: Iterable[object]) -> pa.Array:
    """Return a float column where what is not finite is null: undefined, never filled in."""
    array = np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    return pa.array(array, pa.float64(), mask=~np.isfinite(array))


def _runs_table(outcomes: Sequence[Outcome]) -> pa.Table:
    columns = {
        "run_id": pa.array([o.run.run_id for o in outcomes], pa.string()),
        "point": pa.array([o.run.point for o in outcomes], pa.int64()),
        "strategy": pa.array([o.run.strategy for o in outcomes], pa.string()),
        "replicate": pa.array([o.run.replicate for o in outcomes], pa.int64()),
        "seed": pa.array([o.seed for o in outcomes], pa.uint64()),
        "status": pa.array([o.status for o in outcomes], pa.string()),
        "error": pa.array([o.error for o in outcomes], pa.string()),
    }
    for name in {name for o in outcomes for name in o.metrics}:
        columns[name] = _numbers(o.metrics.get(name) for o in outcomes)
    for name in {name for o in outcomes for name in o.censored}:
        flags = [o.censored.get(name) for o in outcomes]
        columns[f"{name}_censored"] = pa.array(flags, pa.bool_())
    return _ordered(pa.table(columns), _RUN_FIELDS)


def _series_table(outcomes: Sequence[Outcome]) -> pa.Table:
    lengths = [o.weeks.size for o in outcomes]
    columns = {
        "run_id": pa.array(np.repeat([o.run.run_id for o in outcomes], lengths), pa.string()),
        "week": pa.array(np.concatenate([o.weeks for o in outcomes]), pa.int64()),
    }
    for name in {name for o in outcomes for name in o.values}:
        pieces = [o.values.get(name, np.full(o.weeks.size, np.nan)) for o in outcomes]
        array = np.concatenate(pieces)
        columns[name] = pa.array(array, pa.float64(), mask=~np.isfinite(array))
    return _ordered(pa.table(columns), _SERIES_FIELDS)


def _ordered(table: pa.Table, first: Sequence[pa.Field]) -> pa.Table:
    """Return the table with its fixed columns first and the others by name."""
    names = [field.name for field in first]
    return table.select(names + sorted(set(table.schema.names) - set(names)))


def _pairs(index: pa.Table) -> NDArray[np.int64]:
    """Return the number of the pair that each row of a sorted index belongs to."""
    keys = np.stack([index[name].to_numpy() for name in ("point", "replicate")])
    new = np.any(keys[:, 1:] != keys[:, :-1], axis=0)
    numbers: NDArray[np.int64] = np.concatenate([[0], np.cumsum(new)])
    return numbers


def _by_stem(index: pa.Table) -> Iterator[tuple[str, pa.Array]]:
    """Yield each part and the names of its runs, in one pass however many parts there are."""
    stems = index["stem"].combine_chunks().dictionary_encode()
    codes = stems.indices.to_numpy(zero_copy_only=False)
    sorted_ids = index["run_id"].combine_chunks().take(pa.array(np.argsort(codes, kind="stable")))
    ends = np.cumsum([0, *np.bincount(codes, minlength=len(stems.dictionary))])
    for stem, (start, end) in zip(
        stems.dictionary.to_pylist(), itertools.pairwise(ends), strict=True
    ):
        yield stem, sorted_ids.slice(start, end - start)


class Store:
    """The parts of one study at one decision date.

    Parameters
    ----------
    folder : Path
        Folder that holds ``runs/``, ``series/`` and ``timings/``.
    least : int
        Runs that are known to be there: fewer are told, never read as all there is.
    """

    def __init__(self, folder: Path, least: int = 0) -> None:
        self.folder, self._least = folder, least

    def _path(self, kind: str, stem: str) -> Path:
        return self.folder / kind / f"{stem}.parquet"

    def _stems(self, kind: str) -> list[str]:
        return [path.stem for path in own_parts(self.folder / kind)]

    def prepare(self) -> None:
        """Make the folders and clear away what an interrupted commit left behind."""
        try:
            for kind in _KINDS:
                own_folder(self.folder / kind)
            ours = [path for path in self.folder.iterdir() if path.is_dir()]
            for place in (self.folder, *(path for path in ours if not path.is_symlink())):
                for torn in filter(is_torn, place.iterdir()):
                    torn.unlink()
        except OSError as problem:
            raise not_writable(self.folder, problem) from problem
        committed = set(self._stems("runs"))
        for kind in ("series", "timings"):
            self._drop(kind, set(self._stems(kind)) - committed)

    def commit(self, outcomes: Sequence[Outcome]) -> None:
        """Write the outcomes as one part: series first, runs last.

        An outcome handed over twice, as an interruption may do, is written once: a part never
        holds a run more than once.
        """
        if not outcomes:
            return
        outcomes = sorted(
            {o.run.run_id: o for o in outcomes}.values(),
            key=lambda o: (o.run.point, o.run.replicate, o.run.strategy, o.run.run_id),
        )
        seconds = [(o.run.run_id, o.seconds) for o in outcomes]
        tables = {
            "series": _series_table(outcomes),
            "timings": pa.table(list(map(list, zip(*seconds, strict=True))), ["run_id", "seconds"]),
            "runs": _runs_table(outcomes),
        }
        self._write(f"part-open-{uuid.uuid4().hex}", tables)

    def _write(self, stem: str, tables: dict[str, pa.Table]) -> None:
        for kind in _KINDS:
            write_atomically(self._path(kind, stem), encoded(tables[kind]))

    def _index(self) -> pa.Table:
        """Return which part holds each run, and what became of it: one row per run.

        A run that went well wins over an older failure of the same run. One whose series is gone
        does not count.
        """
        names = ["run_id", "point", "strategy", "replicate", "status"]
        with_series = set(self._stems("series"))
        tables = []
        for stem in self._stems("runs"):
            if stem in with_series:
                table = read_table(self._path("runs", stem), names)
                tables.append(table.append_column("stem", pa.array([stem] * len(table))))
        if not tables:
            self._all_there(0)
            return pa.table({name: [] for name in [*names, "stem", "failed"]})
        index = pa.concat_tables(tables)
        index = index.append_column("failed", pc.not_equal(index["status"], "ok"))
        index = index.sort_by(
            [
                (n, "ascending")
                for n in ("point", "replicate", "strategy", "run_id", "failed", "stem")
            ]
        )
        ids = index["run_id"].to_numpy(zero_copy_only=False)
        first = np.ones(len(ids), dtype=bool)
        first[1:] = ids[1:] != ids[:-1]
        self._all_there(int(first.sum()))
        return index.filter(pa.array(first))

    def _all_there(self, found: int) -> None:
        if found < self._least:
            raise ResilienzaError(
                "study_runs_gone", path=self.folder, found=found, planned=self._least
            )

    def statuses(self) -> dict[str, str]:
        """Return the status of every committed run by run_id."""
        index = self._index()
        return dict(zip(index["run_id"].to_pylist(), index["status"].to_pylist(), strict=True))

    def runs(self) -> pa.Table:
        """Return one row per run, sorted by point, replicate and strategy."""
        return self._gather("runs", self._index())

    def series(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Return one row per run and week, in the order of `runs`.

        Parameters
        ----------
        columns : sequence of str, optional
            Indicators to read; all by default.
        """
        wanted = None if columns is None else ["run_id", "week", *columns]
        return self._gather("series", self._index(), wanted)

    def series_in_pieces(self, runs: int = 1_000) -> Iterator[tuple[pa.Table, pa.Table]]:
        """Yield the runs, some at a time and in order, with their series: memory stays bounded.

        Parameters
        ----------
        runs : int
            Runs at a time.
        """
        index, schema = self._index(), self._schema("series")
        for start in range(0, len(index), runs):
            some = index.slice(start, runs)
            yield some, self._gather("series", some, schema=schema)

    def columns(self) -> list[str]:
        """Return the names of the indicators that are kept."""
        fixed = {field.name for field in _FIELDS["series"]}
        return [name for name in self._schema("series").names if name not in fixed]

    def timings(self) -> pa.Table:
        """Return the wall time of every run."""
        return self._gather("timings", self._index())

    def _gather(
        self,
        kind: str,
        index: pa.Table,
        columns: Sequence[str] | None = None,
        schema: pa.Schema | None = None,
    ) -> pa.Table:
        """Return the rows of the runs in `index`, in its order."""
        tables = [] if schema is None else [schema.empty_table()]
        for stem, ids in _by_stem(index):
            path = self._path(kind, stem)
            if not path.exists():  # timings are no part of the result
                continue
            table = read_table(path, columns)
            tables.append(table.filter(pc.is_in(table["run_id"], value_set=ids)))
        if not tables:
            return pa.schema(_FIELDS[kind]).empty_table()
        table = _ordered(pa.concat_tables(tables, promote_options="default"), _FIELDS[kind])
        rank = pc.index_in(table["run_id"], value_set=index["run_id"].combine_chunks())
        keys = [rank.to_numpy(zero_copy_only=False)]
        if kind == "series":
            keys.insert(0, table["week"].to_numpy(zero_copy_only=False))
        return table.take(pa.array(np.lexsort(keys))).combine_chunks()

    def tidy(self) -> None:
        """Merge the parts into those that depend on the results alone.

        New parts are whole before an old one goes, so that no moment is unsafe.
        """
        index = self._index()
        if not len(index):
            return
        pairs = _pairs(index)
        rows = sum(
            _rows(self._path("series", stem)) for stem in pc.unique(index["stem"]).to_pylist()
        )
        per_part = max(1, _ROWS_PER_PART * int(pairs[-1] + 1) // max(len(index), rows))
        schemas = {kind: self._schema(kind) for kind in _KINDS}
        names = [name for kind in _KINDS for name in sorted(schemas[kind].names)]
        kept = set()
        starts = np.searchsorted(pairs, np.arange(0, pairs[-1] + 1, per_part))
        for number, (start, end) in enumerate(itertools.pairwise([*starts, len(index)])):
            chosen = index.slice(start, end - start)
            marks = zip(chosen["run_id"].to_pylist(), chosen["status"].to_pylist(), strict=True)
            stem = f"part-{number:05d}-{digest(*marks, *names)}"
            kept.add(stem)
            if self._path("runs", stem).exists():
                continue
            whole = self._whole(chosen, schemas)
            for kind in _KINDS:
                data = (
                    encoded(self._gather(kind, chosen, schema=schemas[kind]))
                    if whole is None
                    else self._path(kind, whole).read_bytes()
                )
                write_atomically(self._path(kind, stem), data)
        for kind in reversed(_KINDS):  # the mark goes first
            self._drop(kind, set(self._stems(kind)) - kept)

    def _whole(self, chosen: pa.Table, schemas: dict[str, pa.Schema]) -> str | None:
        """Return the one part that holds these runs, no others and every column, if there is one.

        Parts are written in order: what it holds is already what a merge would write.
        """
        stems = pc.unique(chosen["stem"]).to_pylist()
        paths = {kind: self._path(kind, stems[0]) for kind in _KINDS}
        if len(stems) > 1 or not all(path.exists() for path in paths.values()):
            return None
        alike = all(_columns(paths[kind]).names == schemas[kind].names for kind in _KINDS)
        same = alike and _rows(paths["runs"]) == len(chosen)
        return stems[0] if same else None

    def _drop(self, kind: str, stems: Iterable[str]) -> None:
        try:
            for stem in stems:
                self._path(kind, stem).unlink()
        except OSError as problem:
            raise not_writable(self.folder, problem) from problem

    def _schema(self, kind: str) -> pa.Schema:
        schemas = [_columns(self._path(kind, stem)) for stem in self._stems(kind)]
        return pa.unify_schemas([pa.schema(_FIELDS[kind]), *schemas])
