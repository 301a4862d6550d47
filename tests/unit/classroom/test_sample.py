from __future__ import annotations

import numpy as np
import pytest

from resilienza_sim.classroom.sample import described, grown
from tests.small import lived


@pytest.fixture(scope="module")
def model(scenario):
    return lived(scenario, 0)


def test_each_quarter_has_its_share_of_the_sample(model) -> None:
    rows = grown(model, 100)
    assert len(set(rows.tolist())) == 100
    quarter = model.community.people.quarter
    share = np.bincount(quarter[rows]) / 100
    assert share == pytest.approx(np.bincount(quarter) / quarter.size, abs=0.01)


def test_a_sample_grown_along_trust_holds_more_ties_than_one_drawn(model) -> None:
    def inside(rows) -> int:
        chosen = set(rows.tolist())
        state = model.state
        return sum(
            int(state.arcs.nbr[arc]) in chosen
            for row in chosen
            for arc in range(state.start[row], state.start[row] + state.degree[row])
        )

    drawn = np.arange(0, 360, 4)[:90]
    assert inside(grown(model, 90)) > 2 * inside(drawn)


def test_a_small_town_is_seen_whole(model) -> None:
    assert grown(model, 10_000).tolist() == list(range(360))


def test_people_have_places_inside_their_quarter_and_names(model) -> None:
    rows = grown(model, 80)
    people = described(model, rows)
    assert described(model, rows) == people
    places = {(each.quarter, each.x, each.y) for each in people}
    assert len(places) > 75
    assert len({each.name for each in people}) > 30
    assert [each.age for each in people] == model.community.people.age[rows].tolist()
