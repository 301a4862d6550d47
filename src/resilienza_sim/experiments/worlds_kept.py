"""The values of each plausible world of a study, kept beside its runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments.run import decision_folder
from resilienza_sim.experiments.store import (
    encoded,
    not_writable,
    own_folder,
    own_parts,
    read_table,
    write_atomically,
)
from resilienza_sim.worlds import World, world

if TYPE_CHECKING:
    from resilienza_sim.experiments.plan import Plan

__all__ = ["WORLDS", "keep_worlds", "kept_worlds", "worlds_table"]

WORLDS = "worlds"


def worlds_table(worlds: Sequence[World]) -> pa.Table:
    """Return one row a world and number: `world`, `path`, `value`, and `redrawn`.

    `redrawn` counts how often the world's values were drawn anew because the model refused them
    together.
    """
    rows = [(w.number, path, value, w.redrawn) for w in worlds for path, value in w.values.items()]
    number, path, value, redrawn = zip(*rows, strict=True) if rows else ((), (), (), ())
    return pa.table(
        {
            "world": pa.array(number, pa.int64()),
            "path": pa.array(path, pa.string()),
            "value": pa.array(value, pa.float64()),
            "redrawn": pa.array(redrawn, pa.int64()),
        }
    )


def keep_worlds(folder: Path, plan: Plan) -> None:
    """Write the worlds of a study into the folder of each decision date, and their hash."""
    bench = plan.bench
    if bench is None or bench.ranges is None:
        return
    data: bytes | None = None
    for day in plan.decisions:
        place = decision_folder(folder, day, plan.decisions)
        known = manifests.read(place)
        if known is None:
            continue
        # The largest study that ever ran here: fewer pairs asked later lose no world.
        name = f"part-{known['pairs']:06d}.parquet"
        if (place / WORLDS / name).is_file():
            continue
        if data is None:
            numbers = range(plan.replicates.start, plan.replicates.start + known["pairs"])
            drawn = [world(bench.only, (), bench.ranges, plan.seed, r) for r in numbers]
            data = encoded(worlds_table(drawn))
        own_folder(place / WORLDS)
        try:
            for old in own_parts(place / WORLDS):
                old.unlink()
        except OSError as problem:
            raise not_writable(place / WORLDS, problem) from problem
        write_atomically(place / WORLDS / name, data)
        hashes = manifests.still_there(place, known.get("parts"))
        manifests.write(place, {**known, "parts": manifests.parts(place, hashes)})


def kept_worlds(folder: Path, manifest: Mapping[str, Any]) -> pd.DataFrame:
    """Return the worlds kept in a folder, none if it is a study of a single point.

    Raises
    ------
    ResilienzaError
        If the manifest tells of some that are not there.
    """
    rows = (folder / name for name in manifest.get("parts", {}) if name.startswith(f"{WORLDS}/"))
    if gone := next((path for path in rows if not path.is_file()), None):
        raise ResilienzaError("part_missing", path=gone)
    tables = [read_table(path) for path in own_parts(folder / WORLDS)] or [worlds_table([])]
    return pa.concat_tables(tables).to_pandas()
