"""The chance of a hazard: 1 - e^-h, without `exp`."""

from __future__ import annotations

import math

import numpy as np
import pytest

from resilienza_sim.model.chance import chance
from tests.reference.chance import chance as plainly

HAZARDS = [0.0, *np.geomspace(1e-12, 1e6, 400).tolist()]


def test_it_is_one_minus_the_exponential() -> None:
    for h in HAZARDS:
        true = -math.expm1(-h)
        assert chance(h) == pytest.approx(true, rel=2e-15 if h <= 1.0 else 1e-10, abs=0.0)
        assert 0.0 <= chance(h) <= 1.0
    assert chance(0.0) == 0.0


def test_it_equals_its_plain_form_to_the_bit() -> None:
    assert [chance(h) for h in HAZARDS] == [plainly(h) for h in HAZARDS]
