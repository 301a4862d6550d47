"""Weeks before organisations act, from series written by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from resilienza_sim.metrics.weeks_to_first_action import WeeksToFirstAction


@pytest.mark.parametrize(
    ("acting", "value", "censored"),
    [
        ([1.0] * 6, None, False),
        ([1.0, 0.5, 0.6, 0.8, 1.0], 2.0, False),
        ([1.0, 0.5, 0.5, 0.5], 3.0, True),
        ([1.0, 0.5, 0.8, 0.4, 0.5, 0.7], 1.5, False),
        ([1.0, 0.98, 0.97], None, False),
    ],
)
def test_weeks_until_half_of_those_stopped_act_again(acting, value, censored) -> None:
    record = SimpleNamespace(series=lambda name: np.array(acting))
    assert WeeksToFirstAction().compute(record) == (value, censored)
