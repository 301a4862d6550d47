"""Indicators on ties, on networks small enough to count by hand."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from resilienza_sim.handles import Columns
from resilienza_sim.indicators.alliances import ties_per_alliance
from resilienza_sim.indicators.ties import (
    bonding,
    clustering,
    contacts,
    contacts_opened,
    ei_index,
    face_share,
    giant_component,
    linking,
    modularity,
    reciprocity,
    spaces_used,
)
from resilienza_sim.model.network import columns, current_ties, join_pair
from resilienza_sim.model.phases.mood import MoodParameters, MoodRates
from resilienza_sim.model.phases.trust import TrustParameters, TrustRates, along_ties
from resilienza_sim.model.rates import rates
from resilienza_sim.model.scratch import Scratch
from resilienza_sim.model.state import AllianceTable, ArcTable, CitizenTable
from tests.small import lived, plan, town

NEIGHBOURS, HOME = 4, 1
TRIANGLE = [(0, 1), (1, 2), (0, 2)]
CLIQUES = [*TRIANGLE, (3, 4), (4, 5), (3, 5)]


class Observed(SimpleNamespace):
    """What the indicators read of a model."""

    @property
    def tally(self) -> SimpleNamespace:
        state = self.state
        n, degrees = len(state.citizens), float(state.degree.sum())
        return SimpleNamespace(ties=current_ties(state), citizens=n, degrees=degrees)


def model_of(pairs, n, *, side=None, marks=None, layer=NEIGHBOURS, trust=0.5):
    """Return what the indicators read of a model, for a network given by its pairs."""
    degree = np.zeros(n, np.int32)
    start = np.arange(n + 1) * n
    arcs = ArcTable.empty(int(start[-1]))
    for k, (i, j) in enumerate(pairs):
        join_pair(columns(arcs), start, degree, i, j, layer, trust, trust)
        for a in (start[i] + degree[i] - 1, start[j] + degree[j] - 1):
            arcs.mark[a] = 0 if marks is None else marks[k]
    kinds = np.zeros(n, np.uint8) if side is None else np.array(side, np.uint8)
    _, bonds, face, remote = looked(start, degree, arcs, kinds)
    return Observed(
        state=SimpleNamespace(
            week=0,
            start=start,
            degree=degree,
            arcs=arcs,
            citizens=CitizenTable.empty(n),
            alliances=AllianceTable.empty(3),
            presence=SimpleNamespace(opened=np.array([2, 1])),
            bonds=bonds,
            face_contacts=face,
            remote_contacts=remote,
            help_acts=0,
            help_returned=0,
            alliance_ties=0,
        ),
        fixed=SimpleNamespace(target=kinds),
        community=SimpleNamespace(people=SimpleNamespace(quarter=kinds)),
    )


def looked(start, degree, arcs, side):
    """Return what a pass over ties that learn nothing counts."""
    still = TrustParameters(gain=0.0, alignment=0.0, fading=0.0, fading_close=0.0)
    ties = Columns(start=start, degree=degree, room=degree.copy(), **arcs.columns())
    citizens, scratch = CitizenTable.empty(degree.size), Scratch(degree.size, 0)
    scratch.shown = (side << 1).astype(np.uint8)
    return along_ties(
        ties.handle,
        citizens.handle,
        scratch.handle,
        rates(still, TrustRates).handle,
        rates(MoodParameters(confidence=0.3, trusted=0.2), MoodRates).handle,
    )


@pytest.mark.parametrize(
    ("pairs", "n", "expected"),
    [(TRIANGLE, 3, 1.0), ([(0, 1), (1, 2)], 3, 0.0), (TRIANGLE, 4, 0.75), ([], 2, 0.0)],
    ids=["triangle", "path", "triangle and one alone", "no ties"],
)
def test_clustering(pairs, n, expected) -> None:
    assert clustering(model_of(pairs, n)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("pairs", "n", "expected"),
    [(TRIANGLE, 3, 1.0), (CLIQUES, 6, 0.5), ([*CLIQUES, (2, 3)], 6, 1.0), (TRIANGLE, 4, 0.75)],
)
def test_the_giant_component(pairs, n, expected) -> None:
    assert giant_component(model_of(pairs, n)) == pytest.approx(expected)


def test_two_cliques_are_as_divided_as_two_communities_can_be() -> None:
    assert modularity(model_of(CLIQUES, 6)) == pytest.approx(0.5)
    assert modularity(model_of(TRIANGLE, 3)) == pytest.approx(0.0)
    assert math.isnan(modularity(model_of([], 3)))


def test_structure_does_not_depend_on_the_places_of_the_arcs() -> None:
    one, other = (model_of(pairs, 6) for pairs in ([*CLIQUES, (2, 3)], [(2, 3), *CLIQUES[::-1]]))
    for indicator in (clustering, giant_component, modularity):
        assert indicator(one) == indicator(other)


@pytest.mark.parametrize(
    ("pairs", "side", "expected"),
    [
        (CLIQUES, [0, 0, 0, 1, 1, 1], -1.0),
        ([(0, 1), (1, 2)], [0, 1, 0], 1.0),
        ([(0, 1), (1, 2)], [0, 0, 1], 0.0),
    ],
    ids=["two cliques", "star between sides", "half and half"],
)
def test_the_e_i_index(pairs, side, expected) -> None:
    assert ei_index(model_of(pairs, len(side), side=side)) == (expected,) * 2


def test_the_e_i_index_is_undefined_without_ties_outside_the_household() -> None:
    assert all(math.isnan(x) for x in ei_index(model_of(TRIANGLE, 3, layer=HOME)))


def test_contacts_are_counted_for_both_and_outside_the_household() -> None:
    model = model_of([(0, 1), (1, 2), (0, 2)], 3, marks=[1, 2, 0])
    assert contacts(model) == pytest.approx(4 / 3)
    assert face_share(model) == pytest.approx(0.5)
    at_home = model_of([(0, 1), (1, 2), (0, 2)], 3, marks=[1, 1, 1], layer=HOME)
    assert contacts(at_home) == 0.0
    assert math.isnan(face_share(at_home))
    assert contacts_opened(model) == pytest.approx(1000.0)


def test_bonding_counts_trusted_contact_with_ones_own_side() -> None:
    side = [0, 0, 1]
    pairs = [(0, 1), (1, 2), (0, 2)]
    bond = 1.0 - math.exp(-0.5)
    assert bonding(model_of(pairs, 3, side=side, marks=[1, 1, 1])) == pytest.approx(2 / 3 * bond)
    for nothing in (
        model_of(pairs, 3, side=side, marks=[2, 1, 1]),
        model_of(pairs, 3, side=side, marks=[1, 1, 1], trust=0.1),
        model_of(pairs, 3, side=side, marks=[1, 1, 1], layer=HOME),
    ):
        assert bonding(nothing) == 0.0


def test_linking_asks_for_knowledge_trust_and_no_distance() -> None:
    model = lived(town(citizens=200, weeks=12), 1)
    c = model.state.citizens
    c.trust_service[:], c.informed_formal[:], c.distant[:] = 0.6, 1, 0
    assert linking(model) == 1.0
    c.trust_service[0], c.informed_formal[1], c.distant[2] = 0.5, 0, 1
    assert linking(model) == pytest.approx(1.0 - 3 / len(c))


def test_shares_without_cases_are_undefined() -> None:
    model = lived(town(citizens=200, weeks=12), 1)
    state = model.state
    state.help_acts, state.alliances.alive[:] = 0, 0
    assert math.isnan(reciprocity(model))
    assert math.isnan(ties_per_alliance(model))
    state.help_acts, state.help_returned, state.alliance_ties = 8, 2, 3
    state.alliances.alive[:2] = 1
    assert reciprocity(model) == 0.25
    assert ties_per_alliance(model) == 1.5


def test_spaces_used_follow_what_is_open_bought_and_allowed() -> None:
    model = lived(town(citizens=1000), -20, strategy=plan())
    assert spaces_used(model) == pytest.approx(2.0)  # a place in each quarter
    model.effort.spaces += 0.5
    assert spaces_used(model) == pytest.approx(3.0)
    model.state.spaces.open[:] = 0.5
    assert spaces_used(model) == pytest.approx(1.5)
    model.state.municipality.contact_closed = 0.5
    assert spaces_used(model) == pytest.approx(0.75)
