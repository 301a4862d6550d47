"""What is known takes the place of what would be drawn: measured ties, listed associations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pytest

from resilienza_sim.community.build import build_community
from resilienza_sim.community.known import Known, in_sample, seat_network
from resilienza_sim.community.people import build_people
from resilienza_sim.community.territory import load_town
from resilienza_sim.community.ties import Layer
from resilienza_sim.streams import Streams
from tests.small import Quarter

QUARTERS = (Quarter("Low", 0.4), Quarter("High", 0.6))
N = 400


@dataclass(frozen=True)
class Listed:
    name: str
    quarter: str | None = None
    members: int | None = None
    volunteers: int | None = None
    practises: tuple[str, ...] = ()
    eur: float | None = None
    since: date | None = None
    people: tuple[int, ...] = field(default=())


@pytest.fixture(scope="module")
def town():
    return load_town("Conselice")


def pairs_of(n: int) -> np.ndarray:
    """Return small worlds of five people who know one another, in a ring."""
    inside = [(i, j) for i in range(n) for j in range(i + 1, min(n, i - i % 5 + 5))]
    between = [(i, (i + 5) % n) for i in range(0, n, 5)]
    return np.array([sorted(pair) for pair in inside + between])


def test_a_measured_network_is_the_towns_ties(town) -> None:
    measured = pairs_of(N)
    community = build_community(town, QUARTERS, N, 1, None, Known(pairs=measured))
    ties, home = community.ties, community.people.household
    who = np.repeat(np.arange(N), ties.degree)
    apart = home[who] != home[ties.nbr]
    assert (ties.layer[apart] == Layer.FRIENDSHIP).all()
    seats = seat_network(measured, community.people)
    assert sorted(seats) == list(range(N))
    wanted = {tuple(sorted(pair)) for pair in seats[measured].tolist()}
    found = {tuple(sorted(pair)) for pair in zip(who.tolist(), ties.nbr.tolist(), strict=True)}
    assert wanted <= found
    assert all(home[i] == home[j] for i, j in found - wanted)  # only those who live together


def test_households_are_filled_with_people_who_know_one_another(town) -> None:
    measured = pairs_of(N)
    people = build_people(town, QUARTERS, N, Streams(1))
    seats = seat_network(measured, people)
    together = people.household[seats[measured]]
    within = int((together[:, 0] == together[:, 1]).sum())
    size = np.diff(people.household_start)
    every = int((size * (size - 1) // 2).sum())
    by_lot = len(measured) * every / (N * (N - 1) / 2)
    assert within > 20 * by_lot
    assert within > every / 2


def test_listed_associations_are_the_first_groups(town) -> None:
    share = N / town.residents
    listed = (
        Listed("A", "Low", round(20 / share)),
        Listed("B", "High", round(10 / share)),
        Listed("C"),
    )
    community = build_community(town, QUARTERS, N, 1, None, Known(associations=listed))
    ties = community.ties
    sizes = np.bincount(ties.group[ties.group >= 0], minlength=ties.n_groups)
    assert list(sizes[:2]) == [20, 10]
    assert sizes[2] >= 1
    assert list(ties.group_quarter[:2]) == [0, 1]
    assert ties.n_groups > 3  # the town has others, too
    plain = build_community(town, QUARTERS, N, 1).ties
    assert (ties.group >= 0).sum() == (plain.group >= 0).sum()
    at_home = community.people.quarter[ties.group == 0] == 0
    assert at_home.mean() > 0.7


def test_people_of_one_association_know_one_another(town) -> None:
    listed = (Listed("A", people=(0, 1, 2, 3)), Listed("B", people=(3, 4, 5)))
    community = build_community(town, QUARTERS, N, 1, None, Known(associations=listed))
    ties, group = community.ties, community.ties.group
    a, b = np.flatnonzero(group == 0), np.flatnonzero(group == 1)
    # who is in both belongs, mainly, to the smaller
    assert (len(a), len(b)) == (3, 3)
    for mine in (a, b):
        for i in mine:
            row = ties.nbr[ties.ptr[i] : ties.ptr[i + 1]]
            home = community.people.household
            assert all(j in row for j in mine if home[j] != home[i])


def test_nothing_known_changes_nothing(town) -> None:
    one = build_community(town, QUARTERS, N, 1).ties
    two = build_community(town, QUARTERS, N, 1, None, Known()).ties
    for name in ("ptr", "nbr", "trust", "group", "pot_i", "group_quarter"):
        assert np.array_equal(getattr(one, name), getattr(two, name))


def test_figures_of_the_town_are_scaled_and_kept_within_what_there_is() -> None:
    assert in_sample([100, None, 1], 0.1, 1e9, 4.0).tolist() == [10, 4, 1]
    assert in_sample([300, 100], 0.5, 100.0, 1.0).tolist() == [75, 25]
