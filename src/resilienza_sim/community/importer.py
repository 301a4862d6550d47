"""Ties read from a measured edge list, so that the same measures run on real networks."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.community.assembly import assemble
from resilienza_sim.community.ties import Layer, Ties
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.reading import read_whole

__all__ = ["read_ties"]

LARGEST_BYTES = 1_000_000_000
"""Some 50 million ties."""


def read_ties(path: str | Path) -> Ties:
    """Read undirected ties from a CSV file with columns ``i`` and ``j``.

    Identifiers may be any text; the k-th in ascending order (of number if all are whole numbers)
    becomes citizen k. A tie of a person with themselves is dropped, a repeated one counts once.
    A person without ties is not in an edge list, hence not in the result.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    Ties
        All ties in the friendship layer, with trust .5, no potential ties and no groups.

    Raises
    ------
    ResilienzaError
        ``bad_edge_list`` (file, line, found) if a column is missing or a row has an empty cell;
        or if it is no plain file of at most 1 GB.
    """
    ends = _read(Path(path))
    names, numbered = np.unique(ends, return_inverse=True)
    pair = np.sort(numbered.reshape(-1, 2), axis=1)
    pair = np.unique(pair[pair[:, 0] != pair[:, 1]], axis=0).astype(np.int64)
    layer = np.full(pair.shape[0], int(Layer.FRIENDSHIP), dtype=np.uint8)
    n = names.size
    low, high = pair[:, 0].astype(np.uint32), pair[:, 1].astype(np.uint32)
    ptr, nbr, arc_layer, rev = assemble(n, low, high, layer)
    return Ties(
        ptr=ptr,
        nbr=nbr,
        layer=arc_layer,
        rev=rev,
        trust=np.full(nbr.size, 0.5, dtype=np.float32),
        pot_i=np.empty(0, dtype=np.uint32),
        pot_j=np.empty(0, dtype=np.uint32),
        pot_layer=np.empty(0, dtype=np.uint8),
        group=np.full(n, -1, dtype=np.int32),
        group_quarter=np.empty(0, dtype=np.uint8),
        group_kind=np.empty(0, dtype=np.uint8),
    )


def _read(path: Path) -> NDArray[np.int64] | NDArray[np.str_]:
    """Return the two ends of every row, numbers if they all are."""
    text = read_whole(path, LARGEST_BYTES).decode("utf-8-sig")
    with io.StringIO(text, newline="") as file:
        rows = csv.DictReader(file)
        if not {"i", "j"} <= set(rows.fieldnames or ()):
            raise ResilienzaError(
                "bad_edge_list", file=path.name, line=1, found=",".join(rows.fieldnames or ())
            )
        ends: list[tuple[str, str]] = []
        for row in rows:
            i, j = (row["i"] or "").strip(), (row["j"] or "").strip()
            if not i or not j:
                raise ResilienzaError(
                    "bad_edge_list", file=path.name, line=rows.line_num, found=f"{i},{j}"
                )
            ends.append((i, j))
    names = np.array(ends, dtype=np.str_).reshape(-1, 2)
    try:
        return names.astype(np.int64)
    except ValueError:
        return names
