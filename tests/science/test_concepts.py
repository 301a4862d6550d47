"""Every concept of the source has a switch, and its indicator answers to the side expected.

Two replicates: enough for the indicator. ``resilienza trace --check`` runs more, and judges the
independent outcome too.
"""

from __future__ import annotations

import pytest

from resilienza_sim.concepts import shipped_concepts, social_switches
from resilienza_sim.experiments.engine import loky_executor
from resilienza_sim.experiments.trace import dummy, trace
from resilienza_sim.scenario import load_scenario

CONCEPTS = shipped_concepts()
LEAST_MOVED = 1e-9


@pytest.fixture(scope="module")
def readings():
    """The ablations of all the concepts, and of a dummy switch under number 0."""
    concepts = [*CONCEPTS, dummy(CONCEPTS[0])]
    found = trace(concepts, pairs=2, seed=11, executor=loky_executor(2))
    return {each.concept.number: each for each in found}


def test_the_rows_of_the_source_are_all_there() -> None:
    assert [each.number for each in CONCEPTS] == list(range(1, 43))


@pytest.mark.parametrize("number", range(1, 43))
def test_the_indicator_moves_to_the_side_expected(readings, number: int) -> None:
    indicator = readings[number].indicator
    assert abs(indicator.difference) > LEAST_MOVED
    assert indicator.as_expected


@pytest.mark.parametrize("number", range(1, 43))
def test_the_outcome_moves(readings, number: int) -> None:
    assert abs(readings[number].outcome.difference) > LEAST_MOVED


def test_a_dummy_switch_gives_exactly_zero(readings) -> None:
    assert readings[0].still


def test_the_null_model_is_a_valid_scenario() -> None:
    switches = social_switches()
    assert len(switches) >= 20
    null = load_scenario("laboratorio").with_set(*(f"{k}={v}" for k, v in switches.items()))
    assert null.parameters.help.capacity == 0.0
    assert null.parameters.help.group_hours == 0.0
