"""Whom a class watches: some citizens with their ties, grown along trust, each with a place."""

from __future__ import annotations

import heapq
import tomllib
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.classroom.recording import Person
from resilienza_sim.community.layout import spring_layout
from resilienza_sim.model.community_model import CommunityModel

__all__ = ["described", "grown"]

Rows = NDArray[np.int64]


def _shares(counts: Rows, size: int) -> Rows:
    """Return how many of each quarter make a sample of `size`, by largest remainders."""
    exact = counts * (size / counts.sum())
    whole = exact.astype(np.int64)
    order = np.argsort(whole - exact, kind="stable")
    whole[order[: size - int(whole.sum())]] += 1
    quota: Rows = np.minimum(whole, counts)
    return quota


def grown(model: CommunityModel, size: int) -> Rows:
    """Return the rows of at most `size` citizens, in order.

    In each quarter, in proportion to its residents, from the citizen in its middle outward:
    whoever the sample trusts most comes next, so that ties are seen and not loose ends.
    """
    state, quarter = model.state, model.community.people.quarter
    counts = np.bincount(quarter, minlength=len(model.community.quarters)).astype(np.int64)
    wanted = _shares(counts, min(size, int(counts.sum())))
    found: list[int] = []
    for place, quota in enumerate(wanted.tolist()):
        here = np.flatnonzero(quarter == place)
        waiting = [(0.0, int(here[here.size // 2]))] if quota else []
        rest = iter(here.tolist())
        seen: set[int] = set()
        while len(seen) < quota:
            citizen = heapq.heappop(waiting)[1] if waiting else next(rest)
            if citizen in seen:
                continue
            seen.add(citizen)
            first = int(state.start[citizen])
            row = slice(first, first + int(state.degree[citizen]))
            for other, trust in zip(
                state.arcs.nbr[row].tolist(), state.arcs.trust[row].tolist(), strict=True
            ):
                if quarter[other] == place and other not in seen:
                    heapq.heappush(waiting, (-trust, other))
        found += seen
    return np.array(sorted(found), dtype=np.int64)


@cache
def _names() -> tuple[tuple[str, ...], tuple[str, ...]]:
    text = files("resilienza_sim.classroom").joinpath("names.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return tuple(data["male"]), tuple(data["female"])


def _place(model: CommunityModel, rows: Rows) -> Rows:
    """Return a place in [0, 1000] x [0, 1000] of their quarter for each of these citizens."""
    state, rank = model.state, {int(row): k for k, row in enumerate(rows)}
    ends, weight = [], []
    for a, row in enumerate(rows.tolist()):
        first = int(state.start[row])
        for arc in range(first, first + int(state.degree[row])):
            b = rank.get(int(state.arcs.nbr[arc]))
            if b is not None and a < b:
                ends.append((a, b))
                weight.append(float(state.arcs.trust[arc]))
    pairs = np.array(ends, dtype=np.int64).reshape(-1, 2)
    place = spring_layout(pairs, np.array(weight), rows.size)
    # As even as ranks, as shaped as the forces: half of each keeps a crowd from being one blot.
    even = place.argsort(axis=0).argsort(axis=0) / max(rows.size - 1, 1)
    low, high = place.min(axis=0), place.max(axis=0)
    shaped = (place - low) / np.maximum(high - low, 1e-9)
    found: Rows = np.rint(500.0 * (even + shaped)).astype(np.int64)
    return found


def described(model: CommunityModel, rows: Rows) -> tuple[Person, ...]:
    """Return what a class sees of these citizens; names are invented, and say nothing of them."""
    people, names = model.community.people, _names()
    places = np.zeros((rows.size, 2), dtype=np.int64)
    for quarter in range(len(model.community.quarters)):
        here = people.quarter[rows] == quarter
        if here.any():
            places[here] = _place(model, rows[here])
    drawn = model.streams.uniform("name in a recording", 0, rows)
    order = np.argsort(drawn, kind="stable").argsort(kind="stable")
    return tuple(
        Person(
            name=names[female][turn % len(names[female])],
            age=int(people.age[row]),
            female=bool(female),
            quarter=int(people.quarter[row]),
            household=int(people.household[row]),
            x=int(x),
            y=int(y),
        )
        for row, (x, y), turn in zip(rows.tolist(), places.tolist(), order.tolist(), strict=True)
        for female in [int(people.female[row])]
    )
