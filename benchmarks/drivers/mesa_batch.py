"""Mesa: `mesa.batch_run` over the same scenarios, strategies and seeds, metrics read at the end."""

from __future__ import annotations

import time

import mesa

from benchmarks.drivers.task import PATH, SCENARIO, STRATEGIES, heights
from resilienza_sim import CommunityModel, load_scenario


def drive(citizens: int, points: int, pairs: int, workers: int) -> tuple[float, int]:
    """Return the seconds taken and the runs made."""
    town = load_scenario(SCENARIO).with_values({"town.citizens": citizens})
    asked = {
        "scenario": [town.with_values({PATH: height}) for height in heights(points)],
        "strategy": list(STRATEGIES),
        "rng": list(range(1, pairs + 1)),
    }
    begin = time.perf_counter()
    found = mesa.batch_run(
        CommunityModel,
        asked,
        number_processes=workers,
        data_collection_period=-1,
        display_progress=False,
    )
    return time.perf_counter() - begin, len(found)
