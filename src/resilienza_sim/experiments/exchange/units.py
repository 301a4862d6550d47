"""The studies kept in one folder, and what each must hold according to its own manifest.

A comparison has one for each decision date, and others beside it: without social mechanisms,
without some shocks. What a manifest says is read as data of unknown origin.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments.plan import Plan, Run
from resilienza_sim.experiments.store import Store
from resilienza_sim.simulation import replicate_seed
from resilienza_sim.streams import another_luck
from resilienza_sim.unmeasured import Ranges

if TYPE_CHECKING:
    from resilienza_sim.experiments.sweep import SweepPlan

__all__ = ["ODD", "Unit", "hash_of", "ranges_told", "units"]

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
        return Store(self.folder, manifests.runs_told(self.manifest))

    @property
    def is_sweep(self) -> bool:
        """Whether it is the sweep of an experiment rather than a comparison."""
        return manifests.kind_of(self.manifest) == manifests.SWEEP

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
        """What the canonical text of a sweep's experiment says."""
        found: dict[str, Any] = json.loads(self.manifest["experiment"]["text"])
        return found

    @cached_property
    def plan(self) -> Plan | SweepPlan:
        """The plan the manifest tells of: the names of its runs come out of it alone.

        Raises
        ------
        ResilienzaError
            If the manifest contradicts itself.
        """
        try:
            return _sweep_plan(self) if self.is_sweep else _plan(self.manifest)
        except ODD as problem:
            path = self.folder / "manifest.json"
            raise ResilienzaError("study_unreadable", path=path) from problem

    @cached_property
    def planned(self) -> dict[str, Run]:
        """The runs that must be there, by name."""
        decision = self.manifest["decision"]
        return {run.run_id: run for run in self.plan.runs() if run.decision == decision}

    @cached_property
    def _luck(self) -> int:
        """Family of seeds of a comparison's scenario."""
        if self.is_sweep:
            return 0
        luck = json.loads(self.manifest["scenario"]["text"]).get("town", {}).get("luck", 0)
        return luck if isinstance(luck, int) else 0

    def seed_of(self, run: Run) -> int:
        """Return the seed that a run must have."""
        return another_luck(replicate_seed(self.manifest["seed"], run.replicate), self._luck)

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
        if manifests.kind_of(manifest) not in (manifests.COMPARISON, manifests.SWEEP):
            raise ResilienzaError(
                "study_of_its_command", path=path.parent, found=manifests.kind_of(manifest)
            )
        found.append(Unit("" if place == "." else place, path.parent, manifest))
        if len(found) > _MOST_UNITS:
            raise ResilienzaError("study_unreadable", path=folder)
    if not found or found[0].place:
        raise ResilienzaError("study_not_found", path=folder)
    return found


def _manifests(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("manifest.json"):
        if not path.is_symlink() and path.is_file():
            yield path


def _plan(manifest: Mapping[str, Any]) -> Plan:
    return Plan(
        name=manifest["name"],
        scenario_hash=hash_of(json.loads(manifest["scenario"]["text"])),
        scenario_text=manifest["scenario"]["text"],
        strategies={name: manifest["strategy_texts"][name] for name in manifest["strategies"]},
        decisions=tuple(manifest["decisions"]),
        pairs=manifest["pairs"],
        seed=manifest["seed"],
        baseline=manifest["baseline"],
        citizens=manifest.get("citizens", 0),
        model_version=manifest["model_version"],
        ranges=ranges_told(manifest),
        first=manifest.get("first"),
        sources=manifest.get("code", {}),
    )


def ranges_told(manifest: Mapping[str, Any]) -> Ranges | None:
    """Return what the worlds of a study are drawn from, None if it is a single point."""
    told = manifest.get("worlds")
    return None if told is None else Ranges.read(told)


def hash_of(data: Mapping[str, Any]) -> str:
    """Return the hash of a scenario or a strategy from its data, as its class computes it."""
    text = json.dumps(data, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _sweep_plan(unit: Unit) -> SweepPlan:
    """Return the plan of a sweep; scenarios and strategies are only what names need of them.

    Whether this version of the program can read them is another question: their names come from
    their texts, whatever fields a scenario has had since.
    """
    import pandas as pd

    from resilienza_sim.experiments.design import SCENARIO
    from resilienza_sim.experiments.experiment import Factor
    from resilienza_sim.experiments.setting import parted
    from resilienza_sim.experiments.sweep import SweepPlan

    told, manifest = unit.experiment, unit.manifest
    free = {"name", "title", "description", "source"}
    bench = SimpleNamespace(
        scenarios={n: SimpleNamespace(hash=hash_of(s)) for n, s in told["scenarios"].items()},
        strategies=tuple(
            SimpleNamespace(
                name=name,
                hash=hash_of({k: v for k, v in told["strategies"][name].items() if k not in free}),
            )
            for name in manifest["strategies"]
        ),
        metrics=tuple(told["metrics"]),
        series=tuple(told["series"]),
        decision=told["decision"],
    )
    points = pd.DataFrame(manifest["points"])
    factors = [Factor.model_validate(each) for each in told["factors"]]
    settings = []
    for row in points.to_dict("records"):
        values = dict(told["set"])
        for factor in factors:
            values |= factor.sets(row[factor.name])
        settings.append(parted(row[SCENARIO], values))
    pairs = manifest.get("pairs_by_point") or [manifest["pairs"]] * len(points)
    return SweepPlan(
        experiment=cast(Any, SimpleNamespace(seed=told["seed"])),
        points=points,
        settings=settings,
        bench=cast(Any, bench),
        pairs=pairs,
        model_version=manifest["model_version"],
        sources=manifest.get("code", {}),
    )
