import math

import pytest

from resilienza_sim.experiments.smallest import MOST_A_WEEK, NOTICED, of_people, smallest_change


def test_it_is_a_tenth_of_the_loss_between_its_bounds():
    assert smallest_change(500.0, 253) == 50.0
    assert smallest_change(-500.0, 253) == 50.0


@pytest.mark.parametrize("weeks", [8, 130, 1_000])
def test_it_follows_the_horizon_at_both_ends(weeks):
    assert smallest_change(0.0, weeks) == pytest.approx(0.01 * NOTICED * weeks)
    assert smallest_change(1e9, weeks) == MOST_A_WEEK * weeks


def test_an_unknown_loss_leaves_the_upper_bound():
    assert smallest_change(math.nan, 100) == 50.0


def test_people_are_those_who_notice_in_every_week():
    assert of_people(0.02, 50) == pytest.approx(0.02 * 4.35 * 50)
