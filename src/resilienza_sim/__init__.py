"""resilienza-sim: an agent-based simulation of community resilience."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from resilienza_sim.experiments.compare import compare
    from resilienza_sim.experiments.study import Study, load_study
    from resilienza_sim.model.community_model import CommunityModel
    from resilienza_sim.scenario import Scenario, load_scenario
    from resilienza_sim.simulation import Trajectory, simulate

__all__ = [
    "CommunityModel",
    "Scenario",
    "Study",
    "Trajectory",
    "compare",
    "load_scenario",
    "load_study",
    "simulate",
]

# Imported on first use, so that `import resilienza_sim` and `resilienza --help` stay instant.
_HOME = {
    "CommunityModel": "model.community_model",
    "Scenario": "scenario",
    "Study": "experiments.study",
    "Trajectory": "simulation",
    "compare": "experiments.compare",
    "load_scenario": "scenario",
    "load_study": "experiments.study",
    "simulate": "simulation",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
