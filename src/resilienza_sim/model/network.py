"""Editing the active ties: rows with slack, so that a tie is made or lost without a rebuild."""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np

from resilienza_sim.model.state import ArcTable, State
from resilienza_sim.model.tables import I32, I64, U32

__all__ = [
    "SLACK",
    "CurrentTies",
    "current_ties",
    "drop_arc",
    "has_room",
    "join_pair",
    "rebuild",
    "starts_with_slack",
]

SLACK = 6
"""Free places kept at the end of each row when the arcs are laid out."""


@numba.njit(cache=True)
def has_room(start: Any, degree: Any, i: int) -> bool:
    """Return whether row i can take one more arc."""
    return bool(start[i] + degree[i] < start[i + 1])


@numba.njit(cache=True)
def _put(arcs: Any, start: Any, degree: Any, i: int, j: int, layer: int, trust: float) -> int:
    nbr, _rev, tau, debt, kind, mark = arcs
    k = start[i] + degree[i]
    nbr[k], tau[k], debt[k], kind[k], mark[k] = j, trust, 0.0, layer, 0
    degree[i] += 1
    return int(k)


@numba.njit(cache=True)
def join_pair(
    arcs: Any, start: Any, degree: Any, i: int, j: int, layer: int, trust_i: float, trust_j: float
) -> None:
    """Make a tie between i and j; both rows must have room."""
    a = _put(arcs, start, degree, i, j, layer, trust_i)
    b = _put(arcs, start, degree, j, i, layer, trust_j)
    rev = arcs[1]
    rev[a], rev[b] = b, a


@numba.njit(cache=True)
def _take(arcs: Any, start: Any, degree: Any, i: int, k: int) -> None:
    """Remove arc k from row i by moving the last arc of the row into its place."""
    nbr, rev, tau, debt, kind, mark = arcs
    last = start[i] + degree[i] - 1
    if k != last:
        nbr[k], rev[k], tau[k] = nbr[last], rev[last], tau[last]
        debt[k], kind[k], mark[k] = debt[last], kind[last], mark[last]
        rev[rev[k]] = k
    degree[i] -= 1


@numba.njit(cache=True)
def drop_arc(arcs: Any, start: Any, degree: Any, i: int, k: int) -> None:
    """Dissolve the tie held by arc k of row i, in both rows."""
    nbr, rev = arcs[0], arcs[1]
    j = nbr[k]
    _take(arcs, start, degree, j, rev[k])
    # Moving an arc of row j cannot move arc k: the two rows are different.
    _take(arcs, start, degree, i, k)


def starts_with_slack(degree: I32, slack: int = SLACK) -> I64:
    """Return the first arc of each row when every row keeps `slack` free places."""
    return np.concatenate([[0], np.cumsum(degree.astype(np.int64) + slack)])


@numba.njit(cache=True)
def _relay(old: Any, new: Any, old_start: Any, new_start: Any, degree: Any) -> None:
    """Copy every row to its new place; a reverse position moves with its row."""
    nbr, rev = old[0], old[1]
    for i in range(degree.size):
        shift = new_start[i] - old_start[i]
        for k in range(old_start[i], old_start[i] + degree[i]):
            j = nbr[k]
            at = k + shift
            new[0][at] = j
            new[1][at] = rev[k] + new_start[j] - old_start[j]
            new[2][at], new[3][at] = old[2][k], old[3][k]
            new[4][at], new[5][at] = old[4][k], old[5][k]


def rebuild(arcs: ArcTable, start: I64, degree: I32) -> tuple[ArcTable, I64]:
    """Return the same ties laid out with fresh slack in every row."""
    fresh_start = starts_with_slack(degree)
    fresh = ArcTable.empty(int(fresh_start[-1]))
    _relay(columns(arcs), columns(fresh), start, fresh_start, degree)
    return fresh, fresh_start


def columns(arcs: ArcTable) -> tuple[Any, ...]:
    """Return the columns of the ties in the order the kernels expect."""
    return arcs.nbr, arcs.rev, arcs.trust, arcs.debt, arcs.layer, arcs.mark


class CurrentTies(NamedTuple):
    """The active ties without slack, in the shape that `community.structure` measures."""

    ptr: I64
    nbr: U32


@numba.njit(cache=True)
def _turn(start: Any, degree: Any, nbr: Any, ptr: Any, out: Any) -> None:
    """Write each person into the rows of the others: ties go both ways, so rows come out sorted."""
    filled = ptr[:-1].copy()
    for i in range(degree.size):
        for k in range(start[i], start[i] + degree[i]):
            j = nbr[k]
            out[filled[j]] = i
            filled[j] += 1


def current_ties(state: State) -> CurrentTies:
    """Return the ties of this week, rows sorted, so that their places in the arcs do not matter."""
    ptr = np.concatenate([[0], np.cumsum(state.degree, dtype=np.int64)])
    nbr = np.empty(int(ptr[-1]), np.uint32)
    _turn(state.start, state.degree, state.arcs.nbr, ptr, nbr)
    return CurrentTies(ptr, nbr)
