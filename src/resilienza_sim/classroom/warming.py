"""The first call of everything: what compiles once after installation, stage by stage."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from resilienza_sim.model.community_model import WEEK, CommunityModel
from resilienza_sim.model.first_run import from_both_ends
from resilienza_sim.scenario import Scenario
from resilienza_sim.simulation import simulate_arms

__all__ = ["STAGES", "warm"]

STAGES = 2 + len(WEEK)
"""The town, each phase of a week, and a whole life under two strategies."""
CITIZENS, SEED = 600, 1


def warm(scenario: Scenario, strategies: tuple[str, ...]) -> Iterator[int]:
    """Live a small town so that every kernel is compiled; yield how many stages are done."""
    small = scenario.with_citizens(min(CITIZENS, scenario.town.citizens))
    with from_both_ends(small):
        for done, stage in enumerate(_stages(small, strategies), 1):
            stage()
            yield done


def _stages(scenario: Scenario, strategies: tuple[str, ...]) -> Iterator[Callable[[], object]]:
    made: list[CommunityModel] = []
    yield lambda: made.append(CommunityModel(scenario, scenario.past, SEED))
    for phase in WEEK:
        yield lambda phase=phase: phase.run(made[0])  # type: ignore[misc]
    yield lambda: list(simulate_arms(scenario, strategies, replicate=0, seed=SEED))
