"""resilienza-sim: an agent-based simulation of community resilience."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from resilienza_sim.release import version_here

if TYPE_CHECKING:
    from resilienza_sim.experiments.analysis.analysis import analyse
    from resilienza_sim.experiments.analysis.discovery import Discovery, discover
    from resilienza_sim.experiments.analysis.sensitivity import sensitivity
    from resilienza_sim.experiments.audit.audit import audit
    from resilienza_sim.experiments.audit.claims import load_claims
    from resilienza_sim.experiments.compare import compare
    from resilienza_sim.experiments.contribution.attribution import attribute
    from resilienza_sim.experiments.contribution.keystones import Keystones, keystones
    from resilienza_sim.experiments.contribution.random_allocations import random_allocations
    from resilienza_sim.experiments.exchange.exporting import export
    from resilienza_sim.experiments.exchange.verify import verify
    from resilienza_sim.experiments.experiment import Experiment, load_experiment
    from resilienza_sim.experiments.study import Study, load_study
    from resilienza_sim.experiments.sweep import sweep
    from resilienza_sim.extensions import extend, extension_sources
    from resilienza_sim.model.community_model import CommunityModel
    from resilienza_sim.scenario import Scenario, load_scenario
    from resilienza_sim.simulation import Trajectory, simulate

__all__ = [
    "CommunityModel",
    "Discovery",
    "Experiment",
    "Keystones",
    "Scenario",
    "Study",
    "Trajectory",
    "__version__",
    "analyse",
    "attribute",
    "audit",
    "compare",
    "discover",
    "export",
    "extend",
    "extension_sources",
    "keystones",
    "load_claims",
    "load_experiment",
    "load_scenario",
    "load_study",
    "random_allocations",
    "sensitivity",
    "simulate",
    "sweep",
    "verify",
]

# Imported on first use, so that `import resilienza_sim` and `resilienza --help` stay instant.
_HOME = {
    "CommunityModel": "model.community_model",
    "Discovery": "experiments.analysis.discovery",
    "Experiment": "experiments.experiment",
    "Keystones": "experiments.contribution.keystones",
    "Scenario": "scenario",
    "Study": "experiments.study",
    "Trajectory": "simulation",
    "analyse": "experiments.analysis.analysis",
    "attribute": "experiments.contribution.attribution",
    "audit": "experiments.audit.audit",
    "compare": "experiments.compare",
    "discover": "experiments.analysis.discovery",
    "export": "experiments.exchange.exporting",
    "extend": "extensions",
    "extension_sources": "extensions",
    "keystones": "experiments.contribution.keystones",
    "load_claims": "experiments.audit.claims",
    "load_experiment": "experiments.experiment",
    "load_scenario": "scenario",
    "load_study": "experiments.study",
    "sensitivity": "experiments.analysis.sensitivity",
    "simulate": "simulation",
    "sweep": "experiments.sweep",
    "verify": "experiments.exchange.verify",
    "random_allocations": "experiments.contribution.random_allocations",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return version_here()
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
