"""Opens what `compare` and `sweep` left in a folder."""

from __future__ import annotations

from pathlib import Path

from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments.plan import COMPARISON, SWEEP
from resilienza_sim.experiments.study import Study
from resilienza_sim.experiments.sweep_study import Sweep

__all__ = ["load_study"]


def load_study(folder: Path | str) -> Study | Sweep:
    """Return the comparison or the sweep kept in a folder.

    Raises
    ------
    ResilienzaError
        If the folder holds neither.

    Examples
    --------
    >>> study = load_study("results/quartiere")  # doctest: +SKIP
    >>> study.runs  # doctest: +SKIP
    """
    manifest = manifests.read_kind(folder, COMPARISON, SWEEP)
    if manifests.kind_of(manifest) == SWEEP:
        return Sweep(folder, manifest)
    return Study(folder, manifest)
