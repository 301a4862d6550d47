"""Rounds of pairs on a stand-in for the model: same decisions and same bytes, come what may."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import fake_model
import numpy as np
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments.experiment import Stopping
from resilienza_sim.experiments.interim import (
    Interim,
    analyses_at,
    run_until_sure,
    sureness,
    watched,
)
from resilienza_sim.experiments.plan import MetricInfo, Plan, Runner, Setting, Task
from resilienza_sim.experiments.progress import Stages
from resilienza_sim.experiments.run import StudyInterrupted, run_plan
from resilienza_sim.experiments.study import Study
from resilienza_sim.experiments.sweep import Named, sweep_plan

# A difference of 0.2 ± 0.14 from one arm and of −2 from the other: the first is neither under nor
# over 0.2 by any number of pairs to be had, and known to 0.06 after about 80.
METRICS = {"loss_due_to_shocks": MetricInfo("lower", "%", 0.2, {"it": "perdita", "en": "loss"})}
RULE = Stopping(metrics=("loss_due_to_shocks",), half_width={"loss_due_to_shocks": 0.06})


@dataclass(frozen=True)
class Invented:
    """A session whose plans are run by a stand-in."""

    folder: Path
    stages: Stages
    runner: Runner
    workers: int = 1

    def run(self, plan: Plan) -> Path:
        return run_plan(plan, self.runner, self.folder, workers=self.workers, progress=self.stages)


def _run(
    folder: Path,
    rule: Stopping = RULE,
    *,
    first: int = 50,
    workers: int = 1,
    faults: Path | None = None,
    told: Callable[[Interim], None] | None = None,
    progress: Any = None,
) -> Plan:
    plan = fake_model.plan(first, metrics=METRICS)
    stages = Stages(progress, [plan.total])
    return run_until_sure(
        plan, Invented(folder, stages, fake_model.runner(faults), workers), rule, told
    )


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("undisturbed")
    _run(folder)
    return folder


def _same(folder: Path, other: Path) -> bool:
    asked = [manifests.read(each)["until_sure"] for each in (folder, other)]
    return asked[0] == asked[1] and fake_model.contents(folder) == fake_model.contents(other)


def test_looks_begin_at_fifty_and_end_at_the_most() -> None:
    assert analyses_at(Stopping(most_pairs=75, step=10), 10) == [50, 60, 70, 75]
    assert analyses_at(Stopping(most_pairs=80, step=10), 60) == [60, 70, 80]
    assert analyses_at(Stopping(most_pairs=50), 10) == [50]
    assert analyses_at(Stopping(most_pairs=60), 90) == [90]


def test_pairs_are_added_until_all_is_sure(undisturbed: Path) -> None:
    told = manifests.read(undisturbed)["until_sure"]
    pairs = [look["pairs"] for look in told["analyses"]]
    sure = [look["sure"] for look in told["analyses"]]
    assert pairs == [50 + 10 * k for k in range(len(pairs))]
    assert 60 < pairs[-1] < 120
    assert sure[0] == 2  # the large difference, at both dates
    assert sure[-1] == 4
    assert all(n < 4 for n in sure[:-1])
    assert told["rule"]["half_width"] == {"loss_due_to_shocks": 0.06}
    study = Study.open(undisturbed)
    assert study.manifest["pairs"] == len(study.table("loss_due_to_shocks")) == pairs[-1]


@pytest.mark.parametrize("replicate", [7, 49, 50, 63])
def test_an_interruption_at_any_round_changes_nothing(
    undisturbed: Path, tmp_path: Path, replicate: int
) -> None:
    folder, faults = tmp_path / "study", tmp_path / "faults"
    faults.mkdir()
    (faults / f"interrupt-alluvial-{replicate}-once").touch()
    with pytest.raises(StudyInterrupted):
        _run(folder, faults=faults)
    _run(folder, faults=faults)
    assert _same(folder, undisturbed)


def test_an_interruption_at_a_look_changes_nothing(undisturbed: Path, tmp_path: Path) -> None:
    def stop(look: Interim) -> None:
        if look.pairs == 60:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _run(tmp_path, told=stop)
    _run(tmp_path)
    assert _same(tmp_path, undisturbed)


def test_a_driver_killed_in_a_later_round_changes_nothing(
    undisturbed: Path, tmp_path: Path
) -> None:
    folder, faults = tmp_path / "study", tmp_path / "faults"
    faults.mkdir()
    (faults / "crash-alluvial-66-once").touch()
    code = "from test_interim import _run; from pathlib import Path; import sys;"
    code += "_run(Path(sys.argv[1]), faults=Path(sys.argv[2]))"
    ended = subprocess.run(
        [sys.executable, "-c", code, folder, faults],
        cwd=Path(__file__).parent,
        capture_output=True,
        check=False,
    )
    assert ended.returncode == -9, ended.stderr
    assert manifests.read(folder)["until_sure"]["analyses"][-1]["pairs"] == 60
    _run(folder, faults=faults)
    assert _same(folder, undisturbed)


def test_workers_change_nothing(undisturbed: Path, tmp_path: Path) -> None:
    _run(tmp_path, workers=2)
    assert _same(tmp_path, undisturbed)


def test_a_study_that_has_pairs_already_goes_on_from_them(
    undisturbed: Path, tmp_path: Path
) -> None:
    run_plan(fake_model.plan(62, metrics=METRICS), fake_model.runner(), tmp_path)
    _run(tmp_path)
    assert _same(tmp_path, undisturbed)


def test_the_end_of_the_budget_is_told_with_the_pairs_missing(tmp_path: Path) -> None:
    analyses: list[Interim] = []
    rule = RULE.model_copy(update={"most_pairs": 65})
    plan = _run(tmp_path, rule, told=analyses.append)
    assert plan.pairs == 65
    assert [(look.pairs, look.added) for look in analyses] == [(50, 10), (60, 5), (65, 0)]
    table = sureness(Study.open(tmp_path))
    unsure = table[~table["sure"]]
    assert set(unsure["strategy"]) == {"alluvial"}
    assert unsure["more_pairs"].between(5, 60).all()
    assert table["decision"].nunique() == 2


def test_progress_ends_once(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    _run(tmp_path, progress=lambda done, total, left: seen.append((done, total)))
    assert [done == total for done, total in seen].count(True) == 1
    assert seen[-1][0] == seen[-1][1]
    assert len({total for _, total in seen}) > 1
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_since_is_the_first_look_of_those_unbroken(undisturbed: Path) -> None:
    study = Study.open(undisturbed)
    last = manifests.read(undisturbed)["until_sure"]["analyses"][-1]["pairs"]
    since = sureness(study).groupby("strategy")["since"].max()
    assert since["transformative"] == 50
    assert 50 < since["alluvial"] <= last


def test_any_study_can_be_asked(tmp_path: Path) -> None:
    run_plan(fake_model.plan(8), fake_model.runner(), tmp_path)
    study = Study.open(tmp_path)
    table = sureness(study)
    assert set(table["metric"]) == {"loss_due_to_shocks"}
    assert not table["sure"].any()
    assert (table["more_pairs"] >= 42).all()
    assert table["since"].isna().all()
    wide = sureness(study, Stopping(metrics=("robustness", "recovery_weeks")))
    assert len(wide) == 2 * 2 * 2
    assert (wide.loc[wide["metric"] == "recovery_weeks", "censored"] > 0).all()
    few = fake_model.plan(3)
    run_plan(few, fake_model.runner(), tmp_path / "few")
    assert sureness(Study.open(tmp_path / "few"))["more_pairs"].isna().all()


def test_watched_metrics() -> None:
    real = {
        "loss_due_to_shocks": MetricInfo("lower", "", 1.0),
        "robustness": MetricInfo("higher", ""),
        "spent_eur": MetricInfo("", "EUR"),
    }
    assert watched(Stopping(), real, list(real)) == ("loss_due_to_shocks", "robustness")
    wide = Stopping(half_width={"spent_eur": 10.0})
    assert watched(wide, real, list(real)) == tuple(real)
    assert watched(wide, real, ["loss_due_to_shocks"]) == ("loss_due_to_shocks", "spent_eur")
    width_only = Stopping(half_width={"spent_eur": 10.0}, decided=False)
    assert watched(width_only, real, list(real)) == ("spent_eur",)
    for rule in (Stopping(metrics=("spent_eur",)), Stopping(decided=False)):
        with pytest.raises(ResilienzaError, match=r"spent_eur|loss_due_to_shocks"):
            watched(rule, real, list(real))
    with pytest.raises(ResilienzaError) as caught:
        watched(Stopping(metrics=("gini_suffering",)), real, list(real))
    assert caught.value.key == "unknown_metric"


# -- sweeps --------------------------------------------------------------------------------------

SHIFTS = (-5.0, -1.2, -1.0, 4.0)
"""Mean differences at each point, ± 1, of which 1 matters."""


def _arms_of(task: Task, faults: Path | None = None) -> Iterator[fake_model.FakeTrajectory]:
    point = task.setting.values["point"]
    rng = np.random.default_rng([task.seed, task.replicate, point])
    chance, own = 20 + rng.normal(), rng.normal()
    for arm, loss in (("old", chance), ("new", chance + SHIFTS[point] + own)):
        if not task.wants("", arm):
            continue
        if faults is not None:
            fake_model._fail(faults, f"{arm}-{point}-{task.replicate}")
        yield fake_model.FakeTrajectory(
            arm, task.replicate, 1, "", np.arange(0), {}, {"loss_due_to_shocks": loss}, {}
        )


def _sweep(folder: Path, rule: Stopping, faults: Path | None = None) -> Plan:
    told = {
        "model_version": "0",
        "experiment": {"hash": "0", "text": "{}"},
        "strategy_texts": dict.fromkeys(["old", "new"], "{}"),
        "name": "prova",
        "baseline": "old",
        "pairs": 50,
        "seed": 1,
        "points": {"scenario": ["quartiere"] * len(SHIFTS), "shift": SHIFTS},
        "factors": [],
        "design": {"kind": "table"},
        "titles": {},
    }
    settings = [Setting("quartiere", {"point": k}) for k in range(len(SHIFTS))]
    named = Named({"quartiere": "b"}, {"old": "o", "new": "n"}, 0, "")
    metrics = {"loss_due_to_shocks": MetricInfo("lower", "", 1.0)}
    plan = sweep_plan(told, named, settings, asked=metrics)
    runner = partial(_arms_of, faults=faults)
    return run_until_sure(plan, Invented(folder, Stages(None, [plan.total]), runner), rule)


def test_points_that_are_sure_get_no_more_pairs(tmp_path: Path) -> None:
    rule = Stopping(metrics=("loss_due_to_shocks",), most_pairs=90, step=20)
    plan = _sweep(tmp_path, rule)
    assert list(plan.counts) == [50, 90, 90, 50]
    found = Study.open(tmp_path)
    assert found.values("loss_due_to_shocks").groupby("point").size().tolist() == [50, 90, 90, 50]
    assert [
        (look["pairs"], look["points"], look["sure"])
        for look in found.manifest["until_sure"]["analyses"]
    ] == [(50, 4, 2), (70, 2, 0), (90, 2, 0)]
    table = sureness(found)
    assert table["point"].tolist() == [0, 1, 2, 3]
    assert table["verdict"].tolist() == ["better", "undecided", "undecided", "worse"]
    assert table["since"].fillna(0).tolist() == [50, 0, 0, 50]


@pytest.mark.parametrize("fault", ["interrupt-new-2-31-once", "interrupt-new-1-77-once"])
def test_an_interrupted_sweep_ends_the_same(tmp_path: Path, fault: str) -> None:
    rule = Stopping(metrics=("loss_due_to_shocks",), most_pairs=90, step=20)
    _sweep(tmp_path / "one", rule)
    faults = tmp_path / "faults"
    faults.mkdir()
    (faults / fault).touch()
    with pytest.raises(StudyInterrupted):
        _sweep(tmp_path / "two", rule, faults)
    _sweep(tmp_path / "two", rule, faults)
    assert _same(tmp_path / "one", tmp_path / "two")
