"""resilienza-sim: an agent-based simulation of community resilience."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    __version__: str
    from resilienza_sim.experiments.analysis.analysis import analyse
    from resilienza_sim.experiments.analysis.flip_map import flip_map
    from resilienza_sim.experiments.analysis.rules import rules
    from resilienza_sim.experiments.analysis.sensitivity import sensitivity
    from resilienza_sim.experiments.audit.audit import audit
    from resilienza_sim.experiments.compare import compare
    from resilienza_sim.experiments.exchange.bundle import export_bundle
    from resilienza_sim.experiments.exchange.crate import export_crate
    from resilienza_sim.experiments.exchange.export import export_csv
    from resilienza_sim.experiments.exchange.verify import verify
    from resilienza_sim.experiments.experiment import Experiment, load_experiment
    from resilienza_sim.experiments.opening import load_study
    from resilienza_sim.experiments.study import Study
    from resilienza_sim.experiments.sweep import sweep
    from resilienza_sim.experiments.sweep_study import Sweep
    from resilienza_sim.experiments.worth.attribution import attribute
    from resilienza_sim.experiments.worth.yardstick import yardstick
    from resilienza_sim.model.community_model import CommunityModel
    from resilienza_sim.scenario import Scenario, load_scenario
    from resilienza_sim.simulation import Trajectory, simulate

__all__ = [
    "CommunityModel",
    "Experiment",
    "Scenario",
    "Study",
    "Sweep",
    "Trajectory",
    "__version__",
    "analyse",
    "attribute",
    "audit",
    "compare",
    "export_bundle",
    "export_crate",
    "export_csv",
    "flip_map",
    "load_experiment",
    "load_scenario",
    "load_study",
    "rules",
    "sensitivity",
    "simulate",
    "sweep",
    "verify",
    "yardstick",
]

# Imported on first use, so that `import resilienza_sim` and `resilienza --help` stay instant.
_HOME = {
    "CommunityModel": "model.community_model",
    "Experiment": "experiments.experiment",
    "Scenario": "scenario",
    "Study": "experiments.study",
    "Sweep": "experiments.sweep_study",
    "Trajectory": "simulation",
    "analyse": "experiments.analysis.analysis",
    "attribute": "experiments.worth.attribution",
    "audit": "experiments.audit.audit",
    "compare": "experiments.compare",
    "export_bundle": "experiments.exchange.bundle",
    "export_crate": "experiments.exchange.crate",
    "export_csv": "experiments.exchange.export",
    "flip_map": "experiments.analysis.flip_map",
    "load_experiment": "experiments.experiment",
    "load_scenario": "scenario",
    "load_study": "experiments.opening",
    "rules": "experiments.analysis.rules",
    "sensitivity": "experiments.analysis.sensitivity",
    "simulate": "simulation",
    "sweep": "experiments.sweep",
    "verify": "experiments.exchange.verify",
    "yardstick": "experiments.worth.yardstick",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version("resilienza-sim")
        except PackageNotFoundError:  # a source tree that is not installed
            return "0"
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
