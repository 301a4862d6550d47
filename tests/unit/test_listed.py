"""A scenario refuses names, quarters, figures and ties that do not hold."""

from __future__ import annotations

import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.model.listed import Network
from resilienza_sim.reading import validated
from resilienza_sim.scenario import Scenario
from tests.small import town


def mistake(**parts) -> str:
    data = town(citizens=60).model_dump(mode="json") | parts
    with pytest.raises(ResilienzaError) as refused:
        validated(Scenario, data, "s.toml")
    return refused.value.text("en")


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"associations": [{"name": "A"}, {"name": "A"}]}, "“A” is there twice"),
        ({"associations": [{"name": "A", "quarter": "Lw"}]}, "Did you mean “Low”?"),
        ({"associations": [{"name": "A", "members": 2, "volunteers": 3}]}, "more volunteers (3)"),
        ({"associations": [{"name": "A", "members": -2}]}, "-2"),
        ({"associations": [{"name": "A", "practises": ["home_visit"]}]}, "home_visits"),
        ({"associations": [{"name": "A", "people": [60]}]}, "61 people"),
        ({"services": [{"name": "A", "kind": "home_car"}]}, "home_care"),
        ({"services": [{"name": "A", "kind": "home_care", "operators": 0}]}, "0"),
        ({"spaces": [{"name": "A", "quarter": "No"}]}, "spaces.0.quarter"),
        ({"network": {"ties": [""] * 59}}, "59 people"),
        ({"network": {"ties": ["1 1"] + [""] * 59}}, "line 0"),
        ({"network": {"ties": ["60"] + [""] * 59}}, "line 0"),
        ({"network": {"ties": ["x"] + [""] * 59}}, "line 0"),
    ],
)
def test_what_does_not_hold_is_told_in_a_sentence(parts, told) -> None:
    assert told in mistake(**parts)


def test_a_network_comes_back_as_pairs() -> None:
    network = Network.model_validate(Network.of(4, [(1, 0), (3, 1), (0, 1)]))
    assert network.ties == ("1", "3", "", "")
    assert network.pairs.tolist() == [[0, 1], [1, 3]]


def test_what_is_listed_is_in_the_hash() -> None:
    plain, listed = town(), town(associations=[{"name": "A"}])
    assert plain.hash != listed.hash
    assert listed.with_set("associations.0.members=30").associations[0].members == 30
