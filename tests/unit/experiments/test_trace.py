"""Ablations are judged against zero, a minimum and the side expected."""

from __future__ import annotations

import math

import numpy as np
import pytest

from resilienza_sim.concepts import Concept, load_concept, shipped_concepts
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments import trace as traces
from resilienza_sim.experiments.trace import Movement, dummy, trace

TEXT = {"it": "Prova", "en": "A test"}
ROW = {
    "number": 900,
    "kind": "mechanism",
    "source": "a test",
    "title": TEXT,
    "claim": TEXT,
    "indicator": "suffering",
    "outcome": "unmet_need",
    "expected": ["lower", "lower"],
}


def concept(**values) -> Concept:
    return Concept.model_validate({**ROW, **values})


def moved(here, without, expected: str = "higher") -> Movement:
    return Movement.of("suffering", expected, np.array(here, float), np.array(without, float))


def test_a_clear_difference_moves() -> None:
    found = moved([2.0, 3.0, 4.0, 5.0], [1.0, 2.1, 2.9, 4.0])
    assert found.difference == pytest.approx(1.0)
    assert found.noise == pytest.approx(np.std([2, 3, 4, 5], ddof=1))
    assert found.moves
    assert found.as_expected


def test_a_clear_but_tiny_difference_does_not_move() -> None:
    here = np.array([2.0, 3.0, 4.0, 5.0])
    found = moved(here, here - np.array([0.011, 0.010, 0.010, 0.011]))
    assert found.low > 0.0
    assert not found.moves


def test_an_uncertain_difference_does_not_move() -> None:
    assert not moved([2.0, 3.0, 4.0, 5.0], [1.0, 4.0, 3.0, 6.0]).moves


def test_undefined_pairs_are_left_out() -> None:
    found = moved([1.0, math.nan, 3.0], [0.0, 1.0, 2.0])
    assert found.pairs == 2
    assert not moved([math.nan, math.nan], [1.0, 1.0]).moves


def test_the_side_is_told_apart_from_the_movement() -> None:
    found = moved([2.0, 3.0, 4.0], [1.0, 2.1, 2.9], expected="lower")
    assert found.moves
    assert not found.as_expected


def test_a_dummy_switch_gives_exactly_zero() -> None:
    like = concept(scene={"shocks": "flood", "strategy": "hybrid"})
    (found,) = trace([dummy(like)], pairs=2, seed=3)
    assert found.still
    assert not found.alive


def test_a_switch_of_the_users_own_is_run(tmp_path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(
        'number = 901\nkind = "mechanism"\nsource = "own"\nindicator = "unmet_need"\n'
        'outcome = "suffering"\nexpected = ["higher", "higher"]\n'
        '[title]\nit = "Bisogno"\nen = "Need"\n[claim]\nit = "Eventi"\nen = "Events"\n'
        '[without]\nset = { "parameters.need.event_health" = 0.0 }\n'
    )
    (found,) = trace([load_concept(file)], pairs=2, seed=3)
    assert found.indicator.difference > 0.0
    assert found.outcome.difference > 0.0


def test_permuted_tags_change_who_is_who() -> None:
    own = concept(
        kind="tag", indicator="suffering_target", without={"permute": ["target", "dependant"]}
    )
    (found,) = trace([own], pairs=2, seed=3)
    assert found.indicator.difference != 0.0


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"outcome": "suffering"}, "both suffering"),
        ({"social": True}, "without.set is empty"),
        ({"without": {"strategy": "none", "lines": []}}, "not both"),
        ({"indicator": "sufering"}, "suffering"),
        ({"without": {"mute": ["street"]}}, "street_work"),
    ],
)
def test_a_bad_concept_is_told_in_one_sentence(values, words, tmp_path) -> None:
    from resilienza_sim.reading import validated

    with pytest.raises(ResilienzaError) as told:
        validated(Concept, {**ROW, **values}, "own.toml")
    assert words in told.value.text("en")
    assert "\n" not in told.value.text("en")


def test_every_reading_is_of_a_concept_of_its_own() -> None:
    numbers = [each.number for each in shipped_concepts()]
    assert len(set(numbers)) == len(numbers)


def test_worth_is_the_loss_that_the_concept_saves_with_its_interval(monkeypatch) -> None:
    saved = {0: 3.0, 1: 5.0}
    monkeypatch.setattr(
        traces,
        "contribution",
        lambda concepts, *, replicate, seed, citizens: {13: saved[replicate]},
    )
    (concept,) = (each for each in shipped_concepts() if each.number == 13)
    found = traces.contributions_of([concept], pairs=2, seed=1, citizens=300)
    mean, low, high = found.saved[13]
    assert (found.pairs, found.citizens, found.seed) == (2, 300, 1)
    assert mean == 4.0
    assert (high - low) / 2 == pytest.approx(63.656741, rel=1e-6), "t of 1 degree at 99 %"


@pytest.mark.parametrize(
    ("number", "switch"),
    [
        (17, "parameters.act.rally"),  # beside what its scene takes away
        (4, "parameters.help.capacity"),
    ],
)
def test_a_concept_that_is_wholly_absent_has_all_its_switches_off(number, switch) -> None:
    (concept,) = (each for each in shipped_concepts() if each.number == number)
    assert concept.absence is not None
    assert concept.absence.set[switch] == 0.0
    assert concept.absence.set.items() >= concept.without.set.items()


def test_lines_that_are_absent_do_nothing_and_a_choice_between_lines_is_not_asked() -> None:
    absent = {each.number: each.absence for each in shipped_concepts()}
    assert absent[34] is not None
    assert absent[34].mute == ("service_staff", "cash_support")
    assert absent[39] is None
