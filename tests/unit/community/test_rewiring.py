"""Rewired ties: the same degrees layer by layer, other partners, drawn from named numbers."""

from __future__ import annotations

import numpy as np
import pytest

from resilienza_sim.community.build import build_community
from resilienza_sim.community.rewiring import rewire
from resilienza_sim.community.structure import clustering
from resilienza_sim.community.territory import load_town
from resilienza_sim.community.ties import Layer, TieParameters
from resilienza_sim.streams import Streams
from tests.small import Quarter

QUARTERS = (Quarter("Centro", 0.6), Quarter("Borgo", 0.4))


def build(seed=3, **parameters):
    town = load_town("Faenza")
    return build_community(town, QUARTERS, 800, seed, TieParameters(**parameters)).ties


@pytest.fixture(scope="module")
def plain():
    return build()


@pytest.fixture(scope="module")
def rewired():
    return build(rewired=1.0)


def rows(ties):
    return np.repeat(np.arange(ties.n_citizens), np.diff(ties.ptr))


def degrees(ties):
    """Return how many ties of each combination of layers everybody has."""
    table = np.zeros((ties.n_citizens, 32), np.int64)
    np.add.at(table, (rows(ties), ties.layer), 1)
    return table


def test_everybody_keeps_the_ties_of_each_layer(plain, rewired) -> None:
    assert (degrees(plain) == degrees(rewired)).all()


def test_partners_change_but_at_home(plain, rewired) -> None:
    def ends(ties, home):
        chosen = (ties.layer & Layer.HOUSEHOLD > 0) == home
        return set(zip(rows(ties)[chosen].tolist(), ties.nbr[chosen].tolist(), strict=True))

    assert ends(plain, home=True) == ends(rewired, home=True)
    kept = ends(plain, home=False) & ends(rewired, home=False)
    assert len(kept) < 0.2 * len(ends(plain, home=False))


def test_rows_stay_as_the_model_wants_them(rewired) -> None:
    row, nbr = rows(rewired), rewired.nbr.astype(np.int64)
    assert (row != nbr).all()
    assert (np.diff(row * rewired.n_citizens + nbr) > 0).all()
    assert (rewired.nbr[rewired.rev] == row).all()
    assert (rewired.layer[rewired.rev] == rewired.layer).all()


def test_circles_go(plain, rewired) -> None:
    assert clustering(rewired) < 0.6 * clustering(plain)


def test_a_share_changes_that_share(plain) -> None:
    half = build(rewired=0.5)
    before = set(zip(rows(plain).tolist(), plain.nbr.tolist(), strict=True))
    after = set(zip(rows(half).tolist(), half.nbr.tolist(), strict=True))
    home = np.count_nonzero(plain.layer & Layer.HOUSEHOLD)
    changed = 1.0 - (len(before & after) - home) / (len(before) - home)
    assert 0.4 < changed < 0.55


def test_none_is_the_network_as_it_is_and_the_draws_of_others_stay(plain) -> None:
    low = np.array([0, 1], np.uint32)
    high, layer = low + np.uint32(1), np.array([8, 8], np.uint8)
    home = np.arange(3, dtype=np.uint32)
    assert rewire(low, high, layer, home, 0.0, 1, Streams(1)) == (low, high, layer)
    assert (build(rewired=1.0).group == plain.group).all()


def test_the_seed_decides() -> None:
    one, again, other = build(rewired=1.0), build(rewired=1.0), build(seed=4, rewired=1.0)
    assert (one.nbr == again.nbr).all()
    assert one.nbr.size != other.nbr.size or (one.nbr != other.nbr).any()


def test_four_people_can_only_swap_one_way_or_the_other() -> None:
    """0-1 and 2-3 become 0-3 and 2-1, or 0-2 and 1-3: both come up, nothing else does."""
    low, high = np.array([0, 2], np.uint32), np.array([1, 3], np.uint32)
    layer, home = np.array([8, 8], np.uint8), np.arange(4, dtype=np.uint32)
    found = set()
    for seed in range(20):
        one, other, _ = rewire(low, high, layer, home, 1.0, 1, Streams(seed))
        found.add(tuple(zip(one.tolist(), other.tolist(), strict=True)))
    assert found == {((0, 3), (1, 2)), ((0, 2), (1, 3))}


def test_ties_of_other_layers_are_not_swapped() -> None:
    low, high = np.array([0, 2], np.uint32), np.array([1, 3], np.uint32)
    home = np.arange(4, dtype=np.uint32)
    after = rewire(low, high, np.array([8, 2], np.uint8), home, 1.0, 1, Streams(1))
    assert after[0].tolist() == [0, 2]
    assert after[1].tolist() == [1, 3]
