"""The phase diagram: its town, its plane, what it says of it."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from tests.script import load


@pytest.fixture(scope="module")
def script() -> ModuleType:
    return load("phase_diagram")


@pytest.mark.parametrize("start", ["low", "high"])
def test_a_cell_starts_where_it_says(script, start) -> None:
    cell = script.Cell(need=2.0, first_trust=0.25, start=start, seed=1)
    asked = script.scenario(cell, 100, 52).parameters
    assert (asked.setup.grievance_low, asked.setup.grievance_high) == script.STARTS[start]
    assert asked.setup.bridging == 0.25
    assert asked.need.event_health == pytest.approx(0.01)
    assert not script.scenario(cell, 100, 52).shocks


def test_both_communities_can_be_reached(script) -> None:
    needy = script.Cell(need=16.0, first_trust=0.0, start="high", seed=1)
    quiet = script.Cell(need=0.5, first_trust=1.0, start="low", seed=1)
    at = script.OUTCOMES.index("rancour")
    shares = [script.run((cell, 200, 104, ()))[1][at] for cell in (needy, quiet)]
    assert shares[0] > 0.8
    assert shares[1] < 0.05


def test_need_without_bridging_breeds_rancour_from_a_low_start(script) -> None:
    at = script.OUTCOMES.index("grievance")
    ends = [
        script.run((script.Cell(need, trust, "low", 1), 300, 156, ()))[1][at]
        for need, trust in ((0.5, 1.0), (0.5, 0.0), (8.0, 0.0))
    ]
    assert ends[0] < ends[1] < ends[2]


def test_a_gap_that_halves_has_its_half_life(script) -> None:
    assert script.half_life(0.4, 0.2, 52.0) == pytest.approx(52.0)
    assert script.half_life(0.4, 0.4, 52.0) == np.inf


@pytest.mark.parametrize(("late", "verdict"), [(0.2, "long memory"), (0.5, "keeps what it was")])
def test_the_verdict_follows_the_numbers(script, late, verdict) -> None:
    def starts(gap: float) -> dict[str, np.ndarray]:
        return {"low": np.full((2, 2, 1), 0.1), "high": np.full((2, 2, 1), 0.1 + gap)}

    plane = {name: starts(0.0) for name in script.OUTCOMES}
    plane |= {"grievance": starts(late), "grievance_half": starts(0.4)}
    assert verdict in "\n".join(script.statement(plane, 2, 104))
