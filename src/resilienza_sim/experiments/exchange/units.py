"""The studies kept in one folder, and what each must hold according to its own manifest.

A comparison has one for each decision date, and others beside it: without social mechanisms,
without some shocks. What a manifest says is read as data of unknown origin.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments.comparison import comparison_plan
from resilienza_sim.experiments.experiment import Factor
from resilienza_sim.experiments.many_arms import arms_plan
from resilienza_sim.experiments.plan import COMPARISON, SWEEP, Plan, Run, hash_of
from resilienza_sim.experiments.store import Store
from resilienza_sim.experiments.sweep import Named, settings_of, sweep_plan
from resilienza_sim.simulation import replicate_seed
from resilienza_sim.streams import seed_of_family
from resilienza_sim.unmeasured import Ranges

__all__ = ["ODD", "Unit", "exportable", "ranges_of_manifest", "units"]

_MOST_UNITS = 1_000
ODD = (LookupError, TypeError, ValueError, AttributeError, StopIteration, ArithmeticError)
"""What comes of data that are well formed and mean nothing."""


@dataclass(frozen=True)
class Unit:
    """One study at one decision date.

    Parameters
    ----------
    place : str
        Its folder inside the whole, with slashes; empty for the first.
    folder : Path
        Its folder.
    manifest : dict
        What the study is, checked to be well formed.
    """

    place: str
    folder: Path
    manifest: dict[str, Any]

    @property
    def store(self) -> Store:
        """What holds its runs."""
        return Store(self.folder, manifests.runs_stated(self.manifest))

    @property
    def is_sweep(self) -> bool:
        """Whether it is the sweep of an experiment rather than a comparison."""
        return manifests.kind_of(self.manifest) == SWEEP

    @property
    def is_comparison(self) -> bool:
        """Whether it is a comparison, at one decision date."""
        return manifests.kind_of(self.manifest) == COMPARISON

    @property
    def tells_all(self) -> bool:
        """Whether the manifest tells which runs must be there: of old not where arms vary."""
        searched = manifests.kind_of(self.manifest) in ("attribution", "training")
        return not searched or bool(self.manifest.get("arms_by_pair"))

    @property
    def is_old(self) -> bool:
        """Whether it is of before manifests told the code and were sealed."""
        return not self.manifest.get("code")

    @property
    def study(self) -> str:
        """Name of the study among those of the whole: empty for the one all is about."""
        head, found, _ = f"/{self.place}".rpartition("/decisions/")
        return (head if found else f"/{self.place}").strip("/")

    @cached_property
    def experiment(self) -> dict[str, Any]:
        """What the canonical text of an experiment says, or of what arms are made from."""
        found: dict[str, Any] = json.loads(self.manifest["experiment"]["text"])
        return found

    @cached_property
    def plan(self) -> Plan:
        """The plan the manifest tells of: the names of its runs come out of it alone.

        Raises
        ------
        ResilienzaError
            If the manifest contradicts itself.
        """
        try:
            if self.is_sweep:
                return _sweep(self)
            return _comparison(self.manifest) if self.is_comparison else _arms(self.manifest)
        except ODD as problem:
            path = self.folder / "manifest.json"
            raise ResilienzaError("study_unreadable", path=path) from problem

    @cached_property
    def planned(self) -> dict[str, Run]:
        """The runs that must be there, by name."""
        decision = self.manifest["decision"]
        return {run.run_id: run for run in self.plan.runs() if run.decision == decision}

    @cached_property
    def _chance(self) -> int:
        """Family of seeds of the scenario, where there is one."""
        if self.is_sweep:
            return 0
        text = self.manifest["scenario"]["text"] if self.is_comparison else None
        data = self.experiment["scenario"] if text is None else json.loads(text)
        number = data.get("town", {}).get("luck", 0)
        return number if isinstance(number, int) else 0

    def seed_of(self, run: Run) -> int:
        """Return the seed that a run must have."""
        return seed_of_family(replicate_seed(self.manifest["seed"], run.replicate), self._chance)

    @property
    def label(self) -> str:
        """What readers are told it is: the study's name and its place."""
        return "/".join(each for each in (self.manifest["name"], self.place) if each)

    @property
    def last_session(self) -> dict[str, Any]:
        """What ran it last; empty if nothing is known."""
        return self.manifest["sessions"][-1] if self.manifest["sessions"] else {}


def units(folder: Path) -> list[Unit]:
    """Return the studies of a folder, the one all is about first.

    Raises
    ------
    ResilienzaError
        If there is none, or a manifest cannot be what it should.
    """
    found = []
    for path in sorted(_manifests(folder), key=lambda each: each.parent.parts):
        place = path.parent.relative_to(folder).as_posix()
        manifest = manifests.read(path.parent) or {}
        found.append(Unit("" if place == "." else place, path.parent, manifest))
        if len(found) > _MOST_UNITS:
            raise ResilienzaError("study_unreadable", path=folder)
    if not found or found[0].place:
        raise ResilienzaError("study_not_found", path=folder)
    return found


def exportable(folder: Path) -> list[Unit]:
    """Return the studies of a folder, found to be a comparison's or a sweep's.

    Raises
    ------
    ResilienzaError
        If there is none, or it is what another command made.
    """
    found = units(folder)
    if not (found[0].is_sweep or found[0].is_comparison):
        kind = manifests.kind_of(found[0].manifest)
        raise ResilienzaError("study_of_its_command", path=found[0].folder, found=kind)
    return found


def _manifests(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("manifest.json"):
        if not path.is_symlink() and path.is_file():
            yield path


def ranges_of_manifest(manifest: Mapping[str, Any]) -> Ranges | None:
    """Return what the worlds of a study are drawn from, None if it is a single point."""
    worlds = manifest.get("worlds")
    return None if worlds is None else Ranges.read(worlds)


def _comparison(manifest: Mapping[str, Any]) -> Plan:
    ranges = ranges_of_manifest(manifest)
    text = manifest["scenario"]["text"]
    scenario = {"hash": hash_of(json.loads(text)), "text": text}
    return comparison_plan(
        {**manifest, "scenario": scenario, "worlds": ranges and ranges.as_dict()}
    )


def _sweep(unit: Unit) -> Plan:
    """Return the plan of a sweep; scenarios and strategies are only what names need of them.

    Whether this version of the program can read them is another question: their names come from
    their texts, whatever fields a scenario has had since.
    """
    experiment, manifest = unit.experiment, unit.manifest
    free = {"name", "title", "description", "source"}
    data = ((name, experiment["strategies"][name]) for name in manifest["strategies"])
    named = Named(
        {name: hash_of(each) for name, each in experiment["scenarios"].items()},
        {name: hash_of({k: v for k, v in each.items() if k not in free}) for name, each in data},
        experiment["decision"],
        ",".join([*experiment["metrics"], *experiment["series"]]),
    )
    factors = [Factor.model_validate(each) for each in experiment["factors"]]
    settings = settings_of(pd.DataFrame(manifest["points"]), factors, experiment["set"])
    return sweep_plan({**manifest, "seed": experiment["seed"]}, named, settings)


def _arms(manifest: Mapping[str, Any]) -> Plan:
    arms = manifest["strategies"]
    by_pair = [[arms[k] for k in pair] for pair in manifest.get("arms_by_pair", ())]
    return arms_plan(manifest, arms, by_pair or None)
