"""Studies in a folder, run by stand-ins for the model: to be exported, packed and checked."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments.exchange.bundle import CHECKSUMS
from resilienza_sim.experiments.experiment import Experiment
from resilienza_sim.experiments.plan import Task, canonical
from resilienza_sim.experiments.run import run_plan
from resilienza_sim.experiments.sweep import make_sweep
from resilienza_sim.simulation import replicate_seed
from tests.unit.experiments import fake_model

FORMULA = '=HYPERLINK("http://x","y")'
SCENARIO = {"name": "toy", "time": {"weeks": 12, "until": None}, "odd \x7f key": [1.5, "è\n"]}
_TEXT = {"it": "Prova", "en": "A test"}


def run(task: Task) -> Iterator[fake_model.FakeTrajectory]:
    """Yield what a comparison's replicate leaves, with the seed the model would have."""
    for each in fake_model.run(task):
        yield replace(each, seed=replicate_seed(task.seed, task.replicate))


def comparison(folder: Path, pairs: int = 6, **changes: Any) -> Path:
    """Run a comparison of three arms at two decision dates; return its folder."""
    text = json.dumps(SCENARIO, sort_keys=True)
    strategies = {n: canonical({"name": n, "normal": []}) for n in fake_model.STRATEGIES}
    plan = fake_model.plan(
        pairs,
        scenario={
            "text": canonical(SCENARIO),
            "hash": hashlib.blake2b(text.encode(), digest_size=8).hexdigest(),
        },
        strategy_texts=strategies,
        titles={"alluvial": {"it": FORMULA, "en": FORMULA}},
        **changes,
    )
    return run_plan(plan, run, folder)


def experiment(**changes: Any) -> Experiment:
    """Return an experiment of two factors on the teaching case."""
    peak = {
        "name": "peak",
        "title": {"it": "Altezza", "en": "Height"},
        "source": "assumption",
        "paths": ["shocks.1.peak"],
        "low": 0.5,
        "high": 1.4,
        "steps": 2,
    }
    rule = {
        "name": "rule",
        "title": {"it": "Regola", "en": "Rule"},
        "source": "assumption",
        "choices": [
            {"label": "residual", "set": {"parameters.shock.levee_holds": 1.0}},
            {"label": "full", "set": {"parameters.shock.levee_holds": 0.0}},
        ],
    }
    data: dict[str, Any] = {
        "name": "trial",
        "question": _TEXT,
        "description": _TEXT,
        "scenarios": ["quartiere"],
        "strategies": ["consolidated", "alluvial"],
        "baseline": "consolidated",
        "citizens": 200,
        "pairs": 3,
        "metrics": ["loss_due_to_shocks", "robustness"],
        "series": ["grievance"],
        "factors": [peak, rule],
        "design": {"kind": "factorial"},
    }
    return Experiment.model_validate({**data, **changes})


def run_point(task: Task) -> Iterator[fake_model.FakeTrajectory]:
    """Yield what a pair of a sweep leaves: luck is the pair's, a peak costs."""
    chance = np.random.default_rng([task.seed, task.replicate])
    base = 20 + chance.normal() + 5 * float(task.setting.values["shocks.1.peak"])
    for k, strategy in enumerate(("consolidated", "alluvial")):
        loss = base + k * chance.normal()
        if not task.wants("", strategy):
            continue
        yield fake_model.FakeTrajectory(
            strategy,
            task.replicate,
            replicate_seed(task.seed, task.replicate),
            "",
            np.arange(5),
            {"grievance": loss * np.arange(5) / 7},
            {"loss_due_to_shocks": loss, "robustness": None if loss > 25 else 1 / loss},
            {},
        )


def swept(folder: Path, **changes: Any) -> Path:
    """Run a sweep; return its folder."""
    return run_plan(make_sweep(experiment(**changes)), run_point, folder)


def bare(arms: Sequence[str]) -> dict[str, Any]:
    """Return what the manifest of a sweep that never ran says beside what a test is about."""
    return {
        "decision": "",
        "decisions": [""],
        "model_version": "0",
        "experiment": {"hash": "0", "text": "{}"},
        "strategy_texts": dict.fromkeys(arms, "{}"),
        "sessions": [],
    }


# -- tampering -------------------------------------------------------------------------------------


def one_byte(path: Path, at: int | None = None) -> None:
    """Change one byte of a file, in the middle if no place is given."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2 if at is None else at] ^= 1
    path.write_bytes(data)


def rewrite(path: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    """Write a part again, changed."""
    pq.write_table(change(pq.ParquetFile(path).read()), path)


def unzipped(path: Path, folder: Path) -> Path:
    """Unpack a bundle of ours."""
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder


def signed(folder: Path, *, manifests_too: bool = True) -> Path:
    """Write the checksums of an unpacked bundle anew, as a forger would, in its manifests too."""
    for path in folder.rglob("manifest.json") if manifests_too else ():
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, RecursionError):
            continue
        if isinstance(told, dict) and "parts" in told:
            manifests.write(path.parent, {**told, "parts": manifests.parts(path.parent)})
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != CHECKSUMS)
    lines = [
        f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(folder).as_posix()}\n"
        for p in files
    ]
    (folder / CHECKSUMS).write_text("".join(lines), encoding="utf-8")
    return folder
