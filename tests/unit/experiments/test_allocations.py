"""Shares drawn at random: the same euros, only what they buy changes."""

from __future__ import annotations

import numpy as np
import pytest

from resilienza_sim.experiments.allocations import (
    PHASES,
    kinds_of,
    menu_of,
    near,
    random_allocation,
    reallocated,
    shares_of,
)
from resilienza_sim.strategies import Strategy, load_strategy, shipped_strategies
from tests.fake_arms import CASH, STAFF, TRAINING
from tests.small import plan

ALL = [load_strategy(name) for name in shipped_strategies()]
MENU = menu_of(ALL)
OWN = plan(
    (TRAINING, 0.2),
    (STAFF, 0.3, {"service": "home_care"}),
    (STAFF, 0.1),
    emergency=[(CASH, 0.7)],
    recovery=[],
)


def sums(strategy: Strategy) -> dict[str, float]:
    return {phase: sum(line.share for line in getattr(strategy, phase)) for phase in PHASES}


def valid(strategy: Strategy) -> bool:
    """Return whether the strategy would be taken from a file just as it is."""
    return Strategy.model_validate(strategy.model_dump(mode="json")) == strategy


def test_the_menu_is_what_any_strategy_buys_each_variant_once() -> None:
    kinds = [variants[0].kind() for variants in MENU]
    assert kinds == sorted({kind for each in ALL for kind in kinds_of(each)})
    flat = [repr(action) for variants in MENU for action in variants]
    assert len(flat) == len(set(flat))
    assert all(len({each.kind() for each in variants}) == 1 for variants in MENU)
    staff = next(variants for variants in MENU if variants[0].kind() == STAFF)
    assert len(staff) == 4
    assert menu_of(reversed(ALL)) == MENU


@pytest.mark.parametrize("number", range(20))
def test_a_random_allocation_spends_the_whole_purse_in_every_phase(number: int) -> None:
    found = random_allocation("random", MENU, 1, number)
    assert sums(found) == pytest.approx(dict.fromkeys(PHASES, 1.0), abs=1e-12)
    assert kinds_of(found) == tuple(variants[0].kind() for variants in MENU)
    assert valid(found)


def test_allocations_are_named_by_seed_and_number_alone() -> None:
    def shares(seed: int, number: int) -> list[float]:
        found = random_allocation("random", MENU, seed, number)
        return [line.share for phase in PHASES for line in getattr(found, phase)]

    assert shares(1, 5) == shares(1, 5)
    assert shares(1, 5) != shares(1, 6)
    assert shares(1, 5) != shares(2, 5)
    one = random_allocation("random", MENU, 1, 0)
    assert one.normal != one.emergency != one.recovery


def test_a_kind_counts_once_however_many_its_variants() -> None:
    # Dirichlet(1) over k kinds: each has mean 1/k and variance (k-1)/(k^2 (k+1)).
    k, drawn = len(MENU), []
    for number in range(400):
        found = random_allocation("random", MENU, 3, number)
        of: dict[str, float] = {}
        for line in found.normal:
            of[line.action.kind()] = of.get(line.action.kind(), 0.0) + line.share
        drawn.append([of[variants[0].kind()] for variants in MENU])
    spread = np.sqrt((k - 1) / (k**2 * (k + 1)))
    assert np.abs(np.mean(drawn, axis=0) - 1 / k).max() < 4 * spread / np.sqrt(400)
    assert np.std(drawn) == pytest.approx(spread, rel=0.05)


@pytest.mark.parametrize("concentration", [None, 0.5, 10.0, 1e6])
def test_near_an_arm_actions_and_euros_stay(concentration: float | None) -> None:
    found = near(OWN, "candidate", 1, 3, concentration)
    assert sums(found) == pytest.approx(sums(OWN), abs=1e-12)
    assert [row[:3] for row in shares_of(found)] == [row[:3] for row in shares_of(OWN)]
    assert found.emergency == OWN.emergency  # one line: nothing to share out
    assert found.normal != OWN.normal
    assert valid(found)


def test_concentration_says_how_near() -> None:
    def gap(concentration: float) -> float:
        drawn = [near(OWN, "candidate", 1, k, concentration) for k in range(200)]
        shares = np.array([[line.share for line in each.normal] for each in drawn])
        wanted = np.array([line.share for line in OWN.normal])
        assert np.abs(shares.mean(axis=0) - wanted).max() < 0.03
        # variance of a Dirichlet share: total^2 p (1 - p) / (concentration + 1)
        p = wanted / wanted.sum()
        theory = wanted.sum() ** 2 * p * (1 - p) / (concentration + 1)
        np.testing.assert_allclose(shares.var(axis=0), theory, rtol=0.35)
        return float(shares.std())

    assert gap(10.0) > gap(40.0)


def test_anywhere_is_uniform_whatever_the_shares() -> None:
    drawn = [near(OWN, "candidate", 1, k, None) for k in range(300)]
    shares = np.array([[line.share for line in each.normal] for each in drawn]) / 0.6
    # Dirichlet(1) over three lines: mean 1/3, variance 1/18.
    assert np.abs(shares.mean(axis=0) - 1 / 3).max() < 4 * np.sqrt(1 / 18 / 300)
    assert shares.var() == pytest.approx(1 / 18, rel=0.15)


def test_candidates_follow_what_an_arm_does_not_its_name() -> None:
    other = Strategy(**{n: getattr(OWN, n) for n in Strategy.model_fields} | {"name": "other"})
    assert near(OWN, "c", 1, 2, 10.0) == near(other, "c", 1, 2, 10.0)


def test_lines_worked_out_before_are_not_taken_along() -> None:
    assert len(OWN.lines(0)) == 3
    assert [line.share for line in near(OWN, "c", 1, 1, 10.0).lines(0)] != [
        line.share for line in OWN.lines(0)
    ]
    assert len(reallocated(OWN, [TRAINING]).lines(0)) == 1


def test_what_is_taken_out_goes_to_the_others_of_its_phase() -> None:
    found = reallocated(OWN, [TRAINING, CASH])
    assert sums(found) == pytest.approx({"normal": 0.6, "emergency": 0.7, "recovery": 0.0})
    assert kinds_of(found) == (CASH, TRAINING)
    found = reallocated(OWN, [STAFF])
    assert sums(found) == pytest.approx({"normal": 0.6, "emergency": 0.0, "recovery": 0.0})
    assert [line.share for line in found.normal] == pytest.approx([0.45, 0.15])
    whole = reallocated(OWN, kinds_of(OWN))
    assert [row[:3] for row in shares_of(whole)] == [row[:3] for row in shares_of(OWN)]
    assert [row[3] for row in shares_of(whole)] == pytest.approx([r[3] for r in shares_of(OWN)])
    assert kinds_of(reallocated(OWN, [])) == ()


def test_rows_of_shares_tell_variants_apart() -> None:
    assert shares_of(OWN)[:2] == [
        ("normal", TRAINING, "", 0.2),
        ("normal", STAFF, "service=home_care", 0.3),
    ]
