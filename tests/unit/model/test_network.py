"""Ties are made and lost in place; a dictionary of pairs says what must be there."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from resilienza_sim.model.network import (
    GROWTH,
    SLACK,
    columns,
    current_ties,
    drop_arc,
    join_pair,
    make_room,
    rebuild,
    rows_with_slack,
)
from resilienza_sim.model.state import ArcTable

N = 6
ARCS = ("trust", "debt", "layer", "mark")


class Graph:
    """Ties edited by the model's functions, beside a dictionary edited by hand."""

    def __init__(self) -> None:
        self.degree = np.zeros(N, np.int32)
        self.start, self.room, _ = rows_with_slack(self.degree)
        self.arcs = ArcTable.empty(
            int(self.start[-1]) + 8
        )  # room for one row that outgrows its own
        self.known: dict[tuple[int, int], tuple[float, float, int, int]] = {}

    def toggle(self, i: int, j: int, number: int) -> None:
        """Dissolve the tie if there is one, make it if there is not."""
        if (i, j) in self.known:
            row = range(self.start[i], self.start[i] + self.degree[i])
            at = next(k for k in row if self.arcs.nbr[k] == j)
            drop_arc(columns(self.arcs), self.start, self.degree, i, at)
            del self.known[i, j], self.known[j, i]
            return
        edited = columns(self.arcs), self.start, self.degree, self.room
        if not (make_room(*edited, i) and make_room(*edited, j)):
            rebuild(self)
        layer, here, there = 1 + number % 31, (number % 101) / 101, (number % 97) / 97
        join_pair(columns(self.arcs), self.start, self.degree, i, j, layer, here, there)
        self.known[i, j] = (float(np.float32(here)), 0.0, layer, 0)
        self.known[j, i] = (float(np.float32(there)), 0.0, layer, 0)
        for a, b in ((i, j), (j, i)):  # debts and marks of its own, to see whether they travel
            k = self.start[a] + self.degree[a] - 1
            self.arcs.debt[k], self.arcs.mark[k] = 0.5, number % 16
            self.known[a, b] = (self.known[a, b][0], 0.5, layer, number % 16)

    def told(self) -> dict[tuple[int, int], tuple[float, float, int, int]]:
        """Return what the arcs say, in the shape of the dictionary."""
        return {
            (i, int(self.arcs.nbr[k])): tuple(getattr(self.arcs, name)[k].item() for name in ARCS)
            for i in range(N)
            for k in range(self.start[i], self.start[i] + self.degree[i])
        }


pairs = st.tuples(st.integers(0, N - 1), st.integers(0, N - 1), st.integers(0, 10_000))
edits = st.lists(pairs.filter(lambda each: each[0] != each[1]), max_size=60)


@given(edits)
def test_edits_keep_every_tie_whole(steps) -> None:
    graph = Graph()
    for i, j, number in steps:
        graph.toggle(i, j, number)
    assert graph.told() == graph.known
    assert (graph.degree <= graph.room).all()
    places = [k for i in range(N) for k in range(graph.start[i], graph.start[i] + graph.room[i])]
    assert len(set(places)) == len(places)
    assert max(places) < graph.start[-1] <= len(graph.arcs)
    for i in range(N):
        for k in range(graph.start[i], graph.start[i] + graph.degree[i]):
            back = graph.arcs.rev[k]
            assert graph.arcs.rev[back] == k
            assert graph.arcs.nbr[back] == i


@given(edits)
def test_a_rebuild_changes_the_places_only(steps) -> None:
    graph = Graph()
    for i, j, number in steps:
        graph.toggle(i, j, number)
    before = list(graph.told().items())
    rebuild(graph)
    assert list(graph.told().items()) == before
    assert (np.diff(graph.start) == graph.room).all()
    assert (graph.room - graph.degree == SLACK).all()


def test_a_full_row_moves_to_the_end_while_there_is_place() -> None:
    degree, room = np.zeros(3, np.int32), np.array([1, 1, 1], np.int32)
    start, arcs = np.arange(4), ArcTable.empty(3 + 1 + GROWTH)
    join_pair(columns(arcs), start, degree, 0, 2, 4, 0.25, 0.5)
    edited = columns(arcs), start, degree, room
    assert make_room(*edited, 1)
    assert start.tolist() == [0, 1, 2, 3]
    assert make_room(*edited, 0)
    assert start.tolist() == [3, 1, 2, 4 + GROWTH]
    assert (room[0], arcs.trust[3], arcs.trust[2]) == (1 + GROWTH, 0.25, 0.5)
    assert (arcs.rev[2], arcs.rev[3]) == (3, 2)
    assert not make_room(*edited, 2)


@given(edits)
def test_the_ties_of_now_are_told_row_by_row_and_sorted(steps) -> None:
    graph = Graph()
    for i, j, number in steps:
        graph.toggle(i, j, number)
    told = current_ties(SimpleNamespace(start=graph.start, degree=graph.degree, arcs=graph.arcs))
    rows = np.split(told.nbr, told.ptr[1:-1])
    assert [(i, int(j)) for i in range(N) for j in rows[i]] == sorted(graph.known)
