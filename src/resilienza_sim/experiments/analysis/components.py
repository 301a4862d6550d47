"""Where the variation of a metric comes from: shares of the sum of squares of a balanced layout.

In a balanced layout the sums of squares of main effects and interactions add up to the whole
(Fisher 1925, *Statistical Methods for Research Workers*; Montgomery, *Design and Analysis of
Experiments*; from memory). The arms and the replicates of a sweep are crossed with its points, so
that points, arms and replicates always have a share; each factor has one only where the points are
every combination of its levels. Elsewhere it is not defined, and `sensitivity` is the way.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilienza_sim.experiments.outcomes import POINT, REPLICATE, Outcomes

__all__ = ["ARM", "REST", "components", "is_factorial"]

Floats = NDArray[np.float64]

ARM, REST = "strategy", "rest"
_COLUMNS = ["source", "with_strategy", "share", "n", "dropped"]


def is_factorial(points: pd.DataFrame) -> bool:
    """Tell whether the points are every combination of the values of their columns, once each."""
    if points.duplicated().any():
        return False
    combinations = 1
    for name in points:
        combinations *= points[name].nunique(dropna=False)
    return combinations == len(points)


def components(outcomes: Outcomes) -> pd.DataFrame:
    """Return the shares of the total sum of squares; they sum to 1.

    Columns: `source` (a factor, "scenario", "point", "strategy", "replicate" or "rest"),
    `with_strategy` (whether it is the interaction with the arm: what makes the difference between
    arms depend on the factor), `share`, `n` runs used, `dropped` runs left out to keep the layout
    balanced (replicates that lack a value somewhere). Empty when fewer than two replicates or two
    arms are left, or when nothing varies.
    """
    values = outcomes.values.drop(columns=outcomes.missing)
    block, kept = _block(values)
    empty = pd.DataFrame(columns=_COLUMNS)
    if block is None or block.shape[1] < 2 or block.shape[2] < 2:
        return empty
    total = float(((block - block.mean()) ** 2).sum())
    if not total > 0.0:
        return empty
    shares: list[tuple[str, bool, float]] = []
    for name, groups in _groups(outcomes.points.loc[kept]).items():
        means = np.stack([block[rows].mean(axis=0) for rows in groups])  # levels, replicates, arms
        weight = np.array([rows.size for rows in groups], np.float64)
        own = _squares(means.mean(axis=(1, 2)), weight) * block.shape[1] * block.shape[2]
        arms = _squares(block.mean(axis=(0, 1))) * block.shape[0] * block.shape[1]
        cells = means.mean(axis=1)
        both = float((weight[:, None] * (cells - block.mean()) ** 2).sum()) * block.shape[1]
        shares += [(name, False, own), (name, True, max(0.0, both - own - arms))]
    arms = _squares(block.mean(axis=(0, 1))) * block.shape[0] * block.shape[1]
    chance = _squares(block.mean(axis=(0, 2))) * block.shape[0] * block.shape[2]
    shares += [(ARM, False, arms), (REPLICATE, False, chance)]
    entries = [(name, both, squares / total) for name, both, squares in shares]
    entries.append((REST, False, max(0.0, 1.0 - sum(share for *_, share in entries))))
    counts = (block.size, int(values.size - block.size))
    return pd.DataFrame([(*each, *counts) for each in entries], columns=_COLUMNS)


def _block(values: pd.DataFrame) -> tuple[Floats | None, pd.Index]:
    """Return the values as (points, replicates, arms), of the replicates known everywhere."""
    points = values.index.unique(level=POINT).sort_values()
    by_replicate = values.dropna().groupby(level=REPLICATE).size()
    whole = by_replicate.index[by_replicate == len(points)]
    if not len(whole) or not values.shape[1]:
        return None, points
    index = pd.MultiIndex.from_product([points, whole.sort_values()], names=[POINT, REPLICATE])
    table = values.reindex(index).to_numpy(float)
    return table.reshape(len(points), len(whole), values.shape[1]), points


def _groups(points: pd.DataFrame) -> dict[str, list[NDArray[np.intp]]]:
    """Return, for each source among the points, the places of the points at each of its levels."""
    varied = points[[name for name in points if points[name].nunique(dropna=False) > 1]]
    if len(points) < 2:
        return {}
    if varied.empty or not is_factorial(varied):
        return {POINT: [np.array([k]) for k in range(len(points))]}
    return {
        str(name): list(varied.reset_index(drop=True).groupby(name, sort=False).indices.values())
        for name in varied
    }


def _squares(means: Floats, weight: Floats | float = 1.0) -> float:
    """Return the sum of squares of means around their own mean."""
    centre = float(np.average(means, weights=np.broadcast_to(weight, means.shape)))
    return float((weight * (means - centre) ** 2).sum())
