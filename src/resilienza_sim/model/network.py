"""Editing the active ties: rows with slack, so that a tie is made or lost without a rebuild.

A row that is full moves to the free places after all rows; only when these are used up are the
arcs laid out anew.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from resilienza_sim.kernels import kernel
from resilienza_sim.model.state import ArcTable, State
from resilienza_sim.model.tables import I32, I64, U32

__all__ = [
    "SLACK",
    "CurrentTies",
    "arcs_of",
    "columns",
    "current_ties",
    "drop_arc",
    "join_pair",
    "make_room",
    "rebuild",
    "row",
    "rows_with_slack",
]

SLACK = 2
"""Free places kept at the end of each row when the arcs are laid out."""

GROWTH = 4
"""Free places of a row that has outgrown its own and moves to the end of all rows."""

SPARE = 32
"""One place in so many is kept free at the end of all rows, for those that move there."""


@kernel
def row(start: Any, degree: Any, i: int) -> tuple[Any, Any]:
    """Return the first place of row i and the one after its last, for a range.

    Unsigned, so that no index has to be looked at for being negative: a third of a pass.
    """
    return np.uint64(start[i]), np.uint64(start[i] + degree[i])


@kernel
def make_room(arcs: Any, start: Any, degree: Any, room: Any, i: int) -> bool:
    """Let row i take one more arc, at the end of all rows if need be; False if that is full too."""
    if degree[i] < room[i]:
        return True
    nbr, rev, tau, debt, kind, mark = arcs
    end = start[degree.size]
    wanted = degree[i] + GROWTH
    if end + wanted > nbr.size:
        return False
    for n in range(degree[i]):
        k, at = start[i] + n, end + n
        nbr[at], rev[at], tau[at] = nbr[k], rev[k], tau[k]
        debt[at], kind[at], mark[at] = debt[k], kind[k], mark[k]
        rev[rev[at]] = at
    start[i], room[i] = end, wanted
    start[degree.size] = end + wanted
    return True


@kernel
def _put(arcs: Any, start: Any, degree: Any, i: int, j: int, layer: int, trust: float) -> int:
    nbr, _rev, tau, debt, kind, mark = arcs
    k = start[i] + degree[i]
    nbr[k], tau[k], debt[k], kind[k], mark[k] = j, trust, 0.0, layer, 0
    degree[i] += 1
    return int(k)


@kernel
def join_pair(
    arcs: Any, start: Any, degree: Any, i: int, j: int, layer: int, trust_i: float, trust_j: float
) -> None:
    """Make a tie between i and j; both rows must have room (`make_room`)."""
    a = _put(arcs, start, degree, i, j, layer, trust_i)
    b = _put(arcs, start, degree, j, i, layer, trust_j)
    rev = arcs[1]
    rev[a], rev[b] = b, a


@kernel
def _take(arcs: Any, start: Any, degree: Any, i: int, k: int) -> None:
    """Remove arc k from row i by moving the last arc of the row into its place."""
    nbr, rev, tau, debt, kind, mark = arcs
    last = start[i] + degree[i] - 1
    if k != last:
        nbr[k], rev[k], tau[k] = nbr[last], rev[last], tau[last]
        debt[k], kind[k], mark[k] = debt[last], kind[last], mark[last]
        rev[rev[k]] = k
    degree[i] -= 1


@kernel
def drop_arc(arcs: Any, start: Any, degree: Any, i: int, k: int) -> None:
    """Dissolve the tie held by arc k of row i, in both rows."""
    nbr, rev = arcs[0], arcs[1]
    j = nbr[k]
    _take(arcs, start, degree, j, rev[k])
    # Moving an arc of row j cannot move arc k: the two rows are different.
    _take(arcs, start, degree, i, k)


def rows_with_slack(degree: I32) -> tuple[I64, I32, int]:
    """Return start and room of each row, rows one after the other, and the places of all.

    The last number of `start` is the first free place after all rows.
    """
    room = degree.astype(np.int64) + SLACK
    start = np.concatenate([[0], np.cumsum(room)])
    return start, room.astype(np.int32), int(start[-1]) + int(start[-1]) // SPARE + 64


@kernel
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


def rebuild(state: State) -> None:
    """Lay out the same ties anew, with fresh room in every row."""
    start, room, places = rows_with_slack(state.degree)
    fresh = ArcTable.empty(places)
    _relay(columns(state.arcs), columns(fresh), state.start, start, state.degree)
    state.arcs, state.start, state.room = fresh, start, room


def columns(arcs: ArcTable) -> tuple[Any, ...]:
    """Return the columns of the ties in the order the kernels expect."""
    return arcs.nbr, arcs.rev, arcs.trust, arcs.debt, arcs.layer, arcs.mark


@kernel
def arcs_of(ties: Any) -> tuple[Any, ...]:
    """Return the columns of the ties in the order of `columns`, from their handle."""
    return ties.nbr, ties.rev, ties.trust, ties.debt, ties.layer, ties.mark


class CurrentTies(NamedTuple):
    """The active ties without slack, in the shape that `community.structure` measures."""

    ptr: I64
    nbr: U32


@kernel
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
