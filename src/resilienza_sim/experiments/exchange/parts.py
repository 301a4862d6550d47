"""Reads a Parquet part of unknown origin, if it is what a part of a study must be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from resilienza_sim.experiments.store import parquet

__all__ = ["read_part"]

MOST_ROWS = 50_000_000
MOST_BYTES = 8_000_000_000
"""Unpacked: parts are cut at some 200,000 rows, a hundredth of it."""
MOST_COLUMNS = 2_000
_TYPES = {pa.string(), pa.large_string(), pa.int64(), pa.uint64(), pa.float64(), pa.bool_()}
_NEEDED = {
    "runs": {
        "run_id": pa.string(),
        "strategy": pa.string(),
        "replicate": pa.int64(),
        "seed": pa.uint64(),
        "status": pa.string(),
    },
    "series": {"run_id": pa.string(), "week": pa.int64()},
    "timings": {"run_id": pa.string(), "seconds": pa.float64()},
    "worlds": {"world": pa.int64(), "path": pa.string(), "value": pa.float64()},
}


def read_part(path: Path, kind: str, columns: Sequence[str] | None = None) -> pa.Table:
    """Return a part.

    Parameters
    ----------
    path : Path
        The file.
    kind : str
        "runs", "series", "timings" or "worlds".
    columns : sequence of str, optional
        Those wanted, as far as they are there; all by default.

    Raises
    ------
    ValueError
        If it is no Parquet file, is beyond all sizes, or lacks columns or has some of other types.
    """
    if not path.is_file():
        raise ValueError("not a file")
    try:
        with parquet(path) as file:
            meta, schema = file.metadata, file.schema_arrow
            groups = (meta.row_group(k) for k in range(meta.num_row_groups))
            octets = sum(group.total_byte_size for group in groups)
            if meta.num_rows > MOST_ROWS or octets > MOST_BYTES or len(schema) > MOST_COLUMNS:
                raise ValueError("size")
            if not all(each.type in _TYPES for each in schema):
                raise ValueError("type")
            for name, wanted in _NEEDED[kind].items():
                if schema.names.count(name) != 1 or schema.field(name).type != wanted:
                    raise ValueError(name)
            present = None if columns is None else [c for c in columns if c in schema.names]
            table = file.read(columns=present, use_threads=False)
            table.validate(full=True)
            return table
    except (OSError, pa.ArrowException, MemoryError, OverflowError) as problem:
        raise ValueError(type(problem).__name__) from problem
