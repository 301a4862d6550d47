"""Sweeps in trouble: a changed experiment, a full disk, a folder that cannot be written."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import fake_model
import numpy as np
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.experiment import Experiment
from resilienza_sim.experiments.plan import Task
from resilienza_sim.experiments.run import run_plan
from resilienza_sim.experiments.store import Store
from resilienza_sim.experiments.sweep import Plan, make_sweep

WORDS = {"it": "Prova", "en": "Test"}
CHEAP = {
    "name": "price",
    "title": WORDS,
    "source": "assumption",
    "paths": ["actions.argini.unit_cost_eur"],
    "levels": [30.0, 200.0],
}
PEAK = {
    "name": "peak",
    "title": WORDS,
    "source": "assumption",
    "paths": ["shocks.1.peak"],
    "low": 0.5,
    "high": 1.4,
    "steps": 2,
}
RANGE = {"low": 30.0, "high": 200.0} | {k: CHEAP[k] for k in CHEAP if k != "levels"}
BASE: dict[str, Any] = {
    "name": "troubled",
    "question": WORDS,
    "description": WORDS,
    "scenarios": ["quartiere"],
    "strategies": ["consolidated", "alluvial"],
    "baseline": "consolidated",
    "citizens": 300,
    "pairs": 3,
    "metrics": ["loss_due_to_shocks"],
    "series": ["quality"],
    "factors": [PEAK, CHEAP],
    "design": {"kind": "factorial"},
}


def planned(**changes: Any) -> Plan:
    return make_sweep(Experiment.model_validate({**BASE, **changes}))


def invented(task: Task, weeks: int = 12) -> Iterator[fake_model.FakeTrajectory]:
    """Yield what the model might, without it."""
    for run in task.runs:
        series = np.random.default_rng([run.point, task.replicate]).normal(size=weeks)
        yield fake_model.FakeTrajectory(
            run.strategy,
            task.replicate,
            task.replicate,
            "",
            np.arange(weeks),
            {"quality": series},
            {"loss_due_to_shocks": float(series.sum())},
            {},
        )


@pytest.fixture(scope="module")
def plan() -> Plan:
    return planned()


@pytest.fixture(scope="module")
def whole(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return fake_model.contents(run_plan(plan, invented, tmp_path_factory.mktemp("whole") / "s"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"seed": 8}, "seed: 1 → 8"),
        ({"citizens": 200}, "experiment.citizens: 300 → 200"),
        ({"set": {"shocks.2.peak": 1.3}}, "experiment.set.shocks.2.peak: ∅ → 1.3"),
        ({"factors": [PEAK | {"high": 1.3}, CHEAP]}, "experiment.factors.peak.high: 1.4 → 1.3"),
        ({"factors": [PEAK]}, "experiment.factors.price: "),
        (
            {"factors": [PEAK, CHEAP | {"levels": [30.0, 90.0, 200.0]}]},
            "experiment.factors.price.levels: [30.0, 200.0] → [30.0, 90.0, 200.0]",
        ),
        ({"metrics": ["robustness"]}, "experiment.metrics"),
        (
            {"design": {"kind": "morris", "points": 4}, "factors": [PEAK, RANGE]},
            "experiment.design.kind: factorial → morris",
        ),
        (
            {"design": {"kind": "table", "table": [{"peak": 1.0, "price": 50.0}]}},
            "experiment.design.kind: factorial → table",
        ),
    ],
)
def test_a_changed_experiment_is_refused_saying_what_changed(
    tmp_path: Path, plan: Plan, change: dict[str, Any], told: str
) -> None:
    folder = run_plan(plan, invented, tmp_path / "s")
    before = fake_model.contents(folder)
    with pytest.raises(ResilienzaError) as caught:
        run_plan(planned(**change), invented, folder)
    assert caught.value.key == "study_changed"
    assert told in caught.value.text("it")
    assert all(len(line) < 160 for line in str(caught.value.values["changes"]).split("; "))
    assert fake_model.contents(folder) == before


def test_a_changed_version_or_scenario_is_refused(tmp_path: Path, plan: Plan) -> None:
    folder = run_plan(plan, invented, tmp_path / "s")
    with pytest.raises(ResilienzaError, match=r"model_version: .* → 9.9"):
        run_plan(replace(plan, facts={**plan.facts, "model_version": "9.9"}), invented, folder)
    other = {
        name: each.with_values({"shocks.0.peak": 0.123})
        for name, each in plan.bench.scenarios.items()
    }
    changed = make_sweep(Experiment.model_validate(BASE), ready=other)
    with pytest.raises(ResilienzaError, match=r"scenarios\.quartiere\.shocks\..*peak: .* → 0.123"):
        run_plan(changed, invented, folder)


def test_more_pairs_are_not_a_change(tmp_path: Path, plan: Plan) -> None:
    folder = run_plan(plan, invented, tmp_path / "s")
    run_plan(planned(pairs=5), invented, folder)
    straight = run_plan(planned(pairs=5), invented, tmp_path / "t")
    assert fake_model.contents(folder) == fake_model.contents(straight)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 96 kB, if this machine lets us have one."""
    place = tmp_path / "disk"
    place.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0 or mount(place, "size=96k"):
        pytest.skip("only root can mount a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def mount(place: Path, options: str) -> int:
    """Mount memory as a disk; return 0 if it went well."""
    command = ["mount", "-t", "tmpfs", "-o", options, "none", str(place)]
    return subprocess.run(command, check=False, capture_output=True).returncode


def test_a_full_disk_is_told_and_loses_nothing(
    disk: Path, plan: Plan, whole: dict[str, bytes]
) -> None:
    folder = run_plan(plan, invented, disk / "s")
    (disk / "ballast").write_bytes(b"x")
    larger = planned(pairs=60)
    with pytest.raises(ResilienzaError) as caught:
        run_plan(larger, invented, folder)
    assert caught.value.key == "study_not_writable"
    assert "(il disco è pieno)" in caught.value.text("it")
    assert "(the disk is full)" in caught.value.text("en")
    assert not list(folder.rglob("*.tmp"))
    assert whole.items() <= fake_model.contents(folder).items()
    assert mount(disk, "remount,size=4m") == 0
    run_plan(larger, invented, folder)
    straight = run_plan(larger, invented, disk / "straight")
    assert fake_model.contents(folder) == fake_model.contents(straight)


def test_a_disk_that_fills_up_while_merging_loses_nothing(
    tmp_path: Path, plan: Plan, whole: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    from resilienza_sim.experiments import store as module

    folder, writes = tmp_path / "s", []
    opens, write = Path.open, module.write_atomically

    class Full:
        def __init__(self, file: Any) -> None:
            self.file = file

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            self.file.close()

        def write(self, data: bytes) -> None:
            self.file.write(data[: len(data) // 2])
            raise OSError(28, "No space left on device")

    def fills_up(path: Path, *args: Any, **kwargs: Any) -> Any:
        assert module.is_torn(path)  # what was there already is not opened for writing
        return Full(opens(path, *args, **kwargs))

    def written(path: Path, data: bytes) -> None:
        merged = path.name.startswith("part-0")
        writes.extend([path.parent.name] * merged)
        with monkeypatch.context() as patch:
            if merged and len(writes) == stop:
                patch.setattr(module.Path, "open", fills_up)
            write(path, data)

    monkeypatch.setattr(module, "write_atomically", written)
    for stop in (1, 2, 3):
        writes.clear()
        with pytest.raises(ResilienzaError, match="the disk is full"):
            run_plan(plan, invented, folder)
        assert writes == ["series", "timings", "runs"][:stop]
        assert len(Store(folder).statuses()) == plan.total
        assert not list(folder.rglob("*.tmp"))
    monkeypatch.undo()
    run_plan(plan, invented, folder)
    assert fake_model.contents(folder) == whole


def test_a_folder_that_becomes_read_only_is_told_and_loses_nothing(
    disk: Path, plan: Plan, whole: dict[str, bytes]
) -> None:
    folder = run_plan(plan, invented, disk / "s")
    assert mount(disk, "remount,ro") == 0
    for each in (plan, planned(pairs=5)):
        with pytest.raises(ResilienzaError) as caught:
            run_plan(each, invented, folder)
        assert caught.value.key == "study_not_writable"
        assert "(it can only be read)" in caught.value.text("en")
        assert "(si può solo leggere)" in caught.value.text("it")
    with pytest.raises(ResilienzaError, match="it can only be read"):
        run_plan(plan, invented, disk / "new")
    assert fake_model.contents(folder) == whole
    assert len(Store(folder).runs()) == plan.total
    assert mount(disk, "remount,rw,size=4m") == 0
    run_plan(planned(pairs=5), invented, folder)
    assert len(Store(folder).runs()) == planned(pairs=5).total
