from __future__ import annotations

import errno
from pathlib import Path

import fake_model
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments import store as store_module
from resilienza_sim.experiments.plan import Run
from resilienza_sim.experiments.store import Store, not_writable, write_atomically
from resilienza_sim.experiments.worker import Outcome


def outcome(replicate: int, strategy: str = "alluvial", **changes: object) -> Outcome:
    fields: dict[str, object] = {
        "run": Run(f"{strategy}-{replicate}", "2020-02-24", strategy, replicate),
        "seed": 2**63 + replicate,
        "weeks": np.arange(3),
        "values": {"quality": np.array([1.0, 0.5, np.nan]) - replicate},
        "metrics": {"loss": 1.0 + replicate, "time": None},
        "censored": {"time": True},
        "seconds": 0.1,
    }
    return Outcome(**{**fields, **changes})


def failure(replicate: int, status: str = "error") -> Outcome:
    run = Run(f"alluvial-{replicate}", "2020-02-24", "alluvial", replicate)
    return Outcome(run, status, "ValueError: no")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path)
    made.prepare()
    return made


def test_an_empty_store_has_empty_tables(store: Store) -> None:
    assert len(store.runs()) == len(store.series()) == len(store.timings()) == 0
    assert store.runs().schema.names[:3] == ["run_id", "point", "strategy"]
    store.tidy()
    store.commit([])
    assert store.statuses() == {}


def test_undefined_values_are_null_and_censored_ones_flagged(store: Store) -> None:
    store.commit([outcome(0)])
    store.commit([failure(1)])
    rows = store.runs().to_pylist()
    assert rows[0] == {
        "run_id": "alluvial-0",
        "point": 0,
        "strategy": "alluvial",
        "replicate": 0,
        "seed": 2**63,
        "status": "ok",
        "error": "",
        "loss": 1.0,
        "time": None,
        "time_censored": True,
    }
    assert (rows[1]["status"], rows[1]["loss"], rows[1]["seed"]) == ("error", None, None)
    assert store.series().column("quality").to_pylist() == [1.0, 0.5, None]


def test_rows_come_sorted_whatever_the_order_of_arrival(store: Store) -> None:
    for k in (2, 0, 1):
        store.commit([outcome(k, "transformative"), outcome(k, "alluvial")])
    order = [(k, s) for k in range(3) for s in ("alluvial", "transformative")]
    runs = store.runs()
    assert (
        list(zip(runs["replicate"].to_pylist(), runs["strategy"].to_pylist(), strict=True)) == order
    )
    series = store.series(["quality"])
    assert series["run_id"].to_pylist()[::3] == runs["run_id"].to_pylist()
    assert series["week"].to_pylist() == [0, 1, 2] * 6
    before = (runs, series)
    store.tidy()
    assert (store.runs(), store.series(["quality"])) == before


def test_a_run_found_twice_counts_once_and_success_wins(store: Store) -> None:
    store.commit([outcome(0)])
    store.commit([failure(0), failure(1), failure(2, "crashed")])
    store.commit([outcome(1), outcome(0), outcome(1)])
    assert store.statuses() == {"alluvial-0": "ok", "alluvial-1": "ok", "alluvial-2": "crashed"}
    assert len(store.series()) == 6
    store.tidy()
    assert store.statuses() == {"alluvial-0": "ok", "alluvial-1": "ok", "alluvial-2": "crashed"}
    assert len(store.series()) == 6
    assert len(list((store.folder / "runs").iterdir())) == 1


def test_a_commit_without_its_mark_does_not_count(store: Store) -> None:
    store.commit([outcome(0)])
    store.commit([outcome(1)])
    (part,) = [
        path
        for path in (store.folder / "runs").iterdir()
        if pq.read_table(path)["replicate"].to_pylist() == [1]
    ]
    part.unlink()
    (store.folder / "series" / f".{'a' * 16}.tmp").write_bytes(b"half")
    (store.folder / f".{'b' * 16}.tmp").write_bytes(b"half a manifest")
    assert set(store.statuses()) == {"alluvial-0"}
    assert len(store.series()) == 3
    store.prepare()
    assert not list(store.folder.glob("*.tmp"))
    assert len(list((store.folder / "series").iterdir())) == 1
    assert len(list((store.folder / "timings").iterdir())) == 1


def test_runs_whose_series_are_gone_are_made_anew(store: Store) -> None:
    store.commit([outcome(0)])
    for path in (store.folder / "series").iterdir():
        path.unlink()
    assert store.statuses() == {}


def test_columns_that_only_some_runs_have_are_null_elsewhere(store: Store) -> None:
    store.commit([outcome(0)])
    store.commit([outcome(1, values={"trust": np.ones(3)}, metrics={"gap": 2.0}, censored={})])
    store.tidy()
    assert store.runs()["gap"].to_pylist() == [None, 2.0]
    assert store.runs()["time_censored"].to_pylist() == [True, None]
    assert store.series()["trust"].to_pylist() == [None] * 3 + [1.0] * 3


def test_tidying_cuts_by_replicate_and_is_the_same_from_any_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "_ROWS_PER_PART", 12)
    found = []
    for name, batches in (("a", [[0, 1, 2, 3, 4]]), ("b", [[4], [1, 0], [3], [2]])):
        store = Store(tmp_path / name)
        store.prepare()
        for batch in batches:
            store.commit([outcome(k, s) for k in batch for s in ("alluvial", "hybrid")])
        store.tidy()
        store.tidy()
        found.append(fake_model.contents(tmp_path / name))
    assert found[0] == found[1]
    assert len(found[0]) == 2 * 3  # parts of two replicates, of runs and of series


def test_an_interrupted_tidying_loses_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "_ROWS_PER_PART", 3)
    for k in (1, 0, 2):
        store.commit([outcome(k)])
    before = (store.runs(), store.series())
    real, calls = store_module.write_atomically, []

    def dies(path: Path, data: bytes) -> None:
        calls.append(path)
        if len(calls) == 5:
            raise KeyboardInterrupt
        real(path, data)

    monkeypatch.setattr(store_module, "write_atomically", dies)
    with pytest.raises(KeyboardInterrupt):
        store.tidy()
    store.prepare()
    assert (store.runs(), store.series()) == before
    store.tidy()
    assert (store.runs(), store.series()) == before
    assert len(list((store.folder / "runs").iterdir())) == 3


def test_floats_are_split_by_byte_and_compressed(store: Store) -> None:
    store.commit([outcome(0)])
    (path,) = (store.folder / "series").iterdir()
    group = pq.read_metadata(path).row_group(0)
    columns = {group.column(k).path_in_schema: group.column(k) for k in range(group.num_columns)}
    assert columns["quality"].compression == "ZSTD"
    assert "BYTE_STREAM_SPLIT" in columns["quality"].encodings


@pytest.mark.parametrize(
    ("code", "italian", "english"),
    [
        (errno.EROFS, "si può solo leggere", "it can only be read"),
        (errno.ENOSPC, "il disco è pieno", "the disk is full"),
    ],
)
def test_a_write_that_fails_is_told_and_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, italian: str, english: str
) -> None:
    path = tmp_path / "manifest.json"
    write_atomically(path, b"old")

    def refuse(handle: int) -> None:
        raise OSError(code, "the disk says no")

    monkeypatch.setattr(store_module.os, "fsync", refuse)
    with pytest.raises(ResilienzaError) as caught:
        write_atomically(path, b"new")
    assert f"({italian})" in caught.value.text("it")
    assert f"({english})" in caught.value.text("en")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["manifest.json"]


def test_a_torn_part_is_named(store: Store) -> None:
    store.commit([outcome(0)])
    (path,) = (store.folder / "runs").iterdir()
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(ResilienzaError, match=path.name):
        store.runs()


def test_numbers_survive_to_the_bit(store: Store) -> None:
    values = np.random.default_rng(1).normal(size=500) * 10.0 ** np.arange(-250, 250)
    store.commit([outcome(0, weeks=np.arange(500), values={"quality": values})])
    store.tidy()
    assert store.series()["quality"].to_numpy().tobytes() == values.tobytes()
    assert pa.types.is_float64(store.series()["quality"].type)


def test_tidying_reads_each_part_about_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many parts are as cheap as few: no part is read, and no run looked at, once for each part."""
    parts, blocks = 60, 6
    monkeypatch.setattr(store_module, "_ROWS_PER_PART", 3 * parts // blocks)
    for k in range(parts):
        store.commit([outcome(k)])
    real, reads, seen = store_module.read_table, [], []

    def read(path: Path, columns: object = None) -> pa.Table:
        reads.append(path)
        return real(path, columns)

    def is_in(values: pa.ChunkedArray, *, value_set: pa.Array) -> pa.Array:
        seen.append(len(values) + len(value_set))
        return real_is_in(values, value_set=value_set)

    real_is_in = store_module.pc.is_in
    monkeypatch.setattr(store_module, "read_table", read)
    monkeypatch.setattr(store_module.pc, "is_in", is_in)
    store.tidy()
    assert len(list((store.folder / "runs").iterdir())) == blocks
    assert len(reads) == parts * 4  # the index, then each of the three kinds
    assert sum(seen) == parts * (3 + 1 + 1 + 3 * 1)  # the rows of the three kinds, and their names


@pytest.mark.parametrize(
    ("lang", "told"), [("it", "manca il permesso"), ("en", "permission is missing")]
)
def test_a_folder_that_cannot_be_written_is_told_in_the_language_of_the_reader(lang, told) -> None:
    refused = not_writable(Path("studio"), PermissionError(errno.EACCES, "Permission denied"))
    assert told in refused.text(lang)
    assert "Permission denied" not in refused.text(lang)
