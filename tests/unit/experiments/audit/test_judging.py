"""Invented differences reach every reading, and readings every verdict."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from resilienza_sim.experiments.audit.judging import MOST_PAIRS, READINGS, VERDICTS, read, verdict
from resilienza_sim.statistics import compare_pairs

MARGIN = 26.0


def compared(differences):
    """Return the comparison of two arms that differ by these numbers, strategy − baseline."""
    d = np.asarray(differences, np.float64)
    base = 900 + np.arange(d.size) * 3.0
    return compare_pairs(base, base + d, direction=-1)


def around(mean: float, spread: float = 2.0, n: int = 12) -> np.ndarray:
    """Return differences with exactly this mean, spread on both sides of it."""
    return mean + spread * np.tile([-1.0, 1.0], n // 2)


LOWER = {
    "holds": around(-60),
    "weaker": around(-12),
    "equivalent": around(0.0),
    "turned": around(12),
    "undecided": around(-26, 20),
}


@pytest.mark.parametrize("says", READINGS)
def test_differences_reach_every_reading(says) -> None:
    found = read(compared(LOWER[says]), "lower", MARGIN)
    assert found.says == says
    assert (found.more_pairs == 0) == (says != "undecided")


@pytest.mark.parametrize("says", READINGS)
def test_higher_is_lower_the_other_way_round(says) -> None:
    assert read(compared(-LOWER[says]), "higher", MARGIN).says == says
    if says in ("holds", "turned"):
        assert read(compared(LOWER[says]), "higher", MARGIN).says != says


@pytest.mark.parametrize(
    ("mean", "spread", "margin", "says"),
    [
        (0.0, 2.0, MARGIN, "holds"),
        (-12.0, 2.0, MARGIN, "holds"),
        (-60.0, 2.0, MARGIN, "turned"),
        (60.0, 2.0, MARGIN, "turned"),
        (25.0, 20.0, MARGIN, "undecided"),
        (0.0, 0.0, 0.0, "undecided"),  # one number in too few pairs
        (0.5, 0.01, 0.0, "turned"),
        (-0.5, 0.01, 0.0, "turned"),
        (0.0, 1.0, 0.0, "undecided"),
    ],
)
def test_readings_of_the_same(mean, spread, margin, says) -> None:
    assert read(compared(around(mean, spread)), "same", margin).says == says


def test_without_a_margin_a_sure_sign_is_enough_and_equality_is_exact() -> None:
    assert read(compared(around(-0.5, 0.1)), "lower", 0.0).says == "holds"
    assert read(compared(around(0.0, 0.1)), "lower", 0.0).says == "undecided"
    assert read(compared(np.zeros(50)), "lower", 0.0).says == "equivalent"
    assert read(compared(np.zeros(50)), "lower", MARGIN).says == "equivalent"
    assert read(compared(np.zeros(49)), "lower", MARGIN).says == "undecided"


def test_too_few_pairs_are_undecided_and_the_pairs_missing_are_told() -> None:
    found = read(compared(around(-60, n=4)), "lower", MARGIN)
    assert (found.says, found.more_pairs) == ("undecided", 2)
    assert read(compared([]), "lower", MARGIN).more_pairs == 6


def test_where_all_pairs_are_one_number_those_up_to_fifty_are_missing() -> None:
    assert read(compared(np.zeros(6)), "lower", MARGIN).more_pairs == 44
    assert read(compared(np.full(49, -60.0)), "same", MARGIN).more_pairs == 1
    assert read(compared(np.full(50, -60.0)), "lower", MARGIN).says == "holds"
    nothing = replace(compared(around(-60)), n=50, low=np.nan, high=np.nan)
    assert read(nothing, "lower", MARGIN).more_pairs is None


def known(mean: float, half: float, n: int = 10):
    """Return a comparison whose interval is known."""
    return replace(
        compared(around(-60)),
        n=n,
        mean_difference=mean,
        low=mean - half,
        high=mean + half,
    )


def test_pairs_to_add_by_hand() -> None:
    """Halves shrink as 1 / sqrt(n): 10 must become 4 (2.5 times less, 6.25 times the pairs)."""
    assert read(known(-30, 10), "lower", 26.0).more_pairs == 53
    # Below the margin, sign unsure: sure above 0 (40 -> 4), or equivalent (40 -> 22).
    assert read(known(-4, 40), "lower", 26.0).more_pairs == 24
    assert read(known(-24, 10), "same", 26.0).more_pairs == 10 * 25 - 10
    assert read(known(-32, 10), "same", 26.0).more_pairs == 18


def test_on_the_margin_no_number_of_pairs_is_in_sight() -> None:
    assert read(known(-26, 10), "lower", 26.0).more_pairs is None
    assert read(known(-26.001, 10), "lower", 26.0).more_pairs is None
    assert MOST_PAIRS < 10 * (10 / 0.001) ** 2


def test_the_pairs_told_do_decide() -> None:
    rng = np.random.default_rng(3)
    few = rng.normal(-40, 25, 12)
    found = read(compared(few), "lower", MARGIN)
    assert found.says == "undecided"
    spread, mean = few.std(ddof=1), few.mean()
    n = 2 * ((12 + found.more_pairs) // 2 + 1)
    more = mean + spread * np.sqrt(1 - 1 / n) * np.tile([-1.0, 1.0], n // 2)
    assert read(compared(more), "lower", MARGIN).says == "holds"


@pytest.mark.parametrize(
    ("readings", "said"),
    [
        (["holds", "holds"], "robust"),
        (["holds", "not_applicable"], "robust"),
        (["holds", "weaker"], "shifted"),
        (["holds", "equivalent"], "fragile"),
        (["holds", "turned", "undecided"], "fragile"),
        (["holds", "undecided"], "inconclusive"),
        (["weaker", "undecided"], "inconclusive"),
        (["not_applicable"], "inconclusive"),
        ([], "inconclusive"),
    ],
)
def test_verdicts(readings, said) -> None:
    assert verdict(readings) == said


@pytest.mark.parametrize(
    ("readings", "said"),
    [
        (["equivalent", "turned", "weaker"], "passed"),
        (["equivalent", "undecided"], "inconclusive"),
        (["equivalent", "undecided", "holds"], "failed"),
        ([], "inconclusive"),
    ],
)
def test_verdicts_of_placebos(readings, said) -> None:
    assert verdict(readings, placebo=True) == said


def test_every_verdict_can_be_reached() -> None:
    plain = {verdict([one, other]) for one in READINGS for other in READINGS}
    placebo = {verdict([one], placebo=True) for one in READINGS}
    assert plain | placebo == set(VERDICTS)
