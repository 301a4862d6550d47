"""What commands that run the model share."""

from __future__ import annotations

import time

from resilienza_sim.cli import _running
from tests.small import town


def test_what_the_first_run_compiles_is_not_taken_for_the_time_of_building(monkeypatch) -> None:
    built: list[int] = []

    class Compiling:
        def __init__(self, scenario, **_given: object) -> None:
            if not built:
                time.sleep(0.5)
            built.append(scenario.town.citizens)

        def step(self) -> None:
            pass

    monkeypatch.setattr(_running, "CommunityModel", Compiling)
    scenario = town(citizens=300, weeks=10)
    _week, build = _running.speed(scenario, scenario.past, 1)
    assert built == [100, 300]
    assert build * 300 < 0.25
