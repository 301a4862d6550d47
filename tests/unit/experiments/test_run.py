from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import fake_model
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments import engine
from resilienza_sim.experiments.run import StudyInterrupted, run_plan
from resilienza_sim.experiments.study import Study

RUNS = 2 * 3  # runs of a replicate: decision dates by strategies


@pytest.fixture
def faults(tmp_path: Path) -> Path:
    folder = tmp_path / "faults"
    folder.mkdir()
    return folder


def undisturbed(tmp_path: Path, pairs: int = 4) -> dict[str, bytes]:
    return fake_model.contents(
        run_plan(fake_model.plan(pairs), fake_model.runner(), tmp_path / "undisturbed")
    )


def test_a_study_holds_every_run_at_every_decision_date(tmp_path: Path) -> None:
    seen: list[tuple[int, int, float | None]] = []
    run_plan(
        fake_model.plan(3), fake_model.runner(), tmp_path / "s", progress=lambda *a: seen.append(a)
    )
    study = Study.open(tmp_path / "s")
    assert [d.isoformat() for d in study.decisions] == list(fake_model.DECISIONS)
    for each in study.decisions.values():
        assert len(each.runs) == 9
        assert (each.runs["status"] == "ok").all()
        assert len(each.series) == 9 * fake_model.WEEKS
    assert seen[0] == (0, 18, None)
    assert seen[-1] == (18, 18, 0.0)
    assert sorted(p.name for p in (tmp_path / "s" / "decisions" / "2023-05-01").iterdir()) == [
        "manifest.json",
        "runs",
        "series",
        "timings",
    ]


def test_the_same_bytes_with_one_and_two_workers(tmp_path: Path) -> None:
    run_plan(fake_model.plan(), fake_model.runner(seconds=0.002), tmp_path / "two", workers=2)
    assert fake_model.contents(tmp_path / "two") == undisturbed(tmp_path)


def test_another_executor_gives_the_same_bytes(tmp_path: Path) -> None:
    run_plan(
        fake_model.plan(),
        fake_model.runner(),
        tmp_path / "threads",
        workers=2,
        make_executor=lambda: ThreadPoolExecutor(2),
    )
    assert fake_model.contents(tmp_path / "threads") == undisturbed(tmp_path)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_that_raises_is_recorded_alone_and_tried_again(
    tmp_path: Path, faults: Path, workers: int
) -> None:
    (faults / "error-alluvial-1").touch()
    folder = tmp_path / "s"
    run_plan(fake_model.plan(), fake_model.runner(faults), folder, workers=workers)
    study = Study.open(folder)
    assert study.failures.to_dict("records") == [
        {
            "strategy": "alluvial",
            "replicate": 1,
            "status": "error",
            "error": "ValueError: no alluvial-1 here",
        }
    ]
    assert len(study.runs) == 12
    failed = study.runs[study.runs["status"] != "ok"]
    assert failed[["loss_due_to_shocks", "robustness"]].isna().all(axis=None)
    (faults / "error-alluvial-1").unlink()
    seen: list[int] = []
    run_plan(
        fake_model.plan(),
        fake_model.runner(faults),
        folder,
        workers=workers,
        progress=lambda done, *_: seen.append(done),
    )
    assert seen[0] == 4 * RUNS - 1
    assert fake_model.contents(folder) == undisturbed(tmp_path)


def test_a_run_that_kills_its_process_is_recorded_alone(tmp_path: Path, faults: Path) -> None:
    (faults / "crash-transformative-2").touch()
    folder = run_plan(fake_model.plan(), fake_model.runner(faults), tmp_path / "s", workers=2)
    failures = Study.open(folder).failures
    assert failures[["strategy", "replicate", "status"]].to_numpy().tolist() == [
        ["transformative", 2, "crashed"]
    ]
    # A crashed run is never tried again in this very process, however short the work.
    run_plan(fake_model.plan(), fake_model.runner(faults), folder, workers=2, expected_seconds=0.1)
    (faults / "crash-transformative-2").unlink()
    run_plan(fake_model.plan(), fake_model.runner(faults), folder, workers=2)
    assert fake_model.contents(folder) == undisturbed(tmp_path)


def test_a_worker_killed_from_outside_leaves_no_trace(tmp_path: Path, faults: Path) -> None:
    for name in ("alluvial-0", "consolidated-2"):
        (faults / f"crash-{name}-once").touch()
    run_plan(fake_model.plan(), fake_model.runner(faults), tmp_path / "s", workers=2)
    assert fake_model.contents(tmp_path / "s") == undisturbed(tmp_path)


def test_a_result_that_cannot_travel_is_an_error_of_its_run(tmp_path: Path) -> None:
    folder = run_plan(fake_model.plan(1), _exits, tmp_path / "s", workers=1)
    assert set(Study.open(folder).failures["error"]) == {"SystemExit: 3"}
    folder = run_plan(fake_model.plan(1), _forgets, tmp_path / "t", workers=1)
    assert Study.open(folder).failures["error"].str.contains("gave no result").all()
    folder = run_plan(fake_model.plan(1), lambda task: _unpicklable(), tmp_path / "u", workers=2)
    assert set(Study.open(folder).failures["status"]) == {"error"}


def _exits(task: object) -> list[fake_model.FakeTrajectory]:
    raise SystemExit(3)


def _forgets(task: object) -> list[fake_model.FakeTrajectory]:
    return []


def _unpicklable() -> list[fake_model.FakeTrajectory]:
    raise ValueError("bad")


def test_a_wrong_shape_is_an_error(tmp_path: Path) -> None:
    def short(task: fake_model.Task) -> list[fake_model.FakeTrajectory]:
        good = list(fake_model.run(task))
        good[0].values["quality"] = good[0].values["quality"][:-1]
        return good

    folder = run_plan(fake_model.plan(1), short, tmp_path / "s")
    assert "shape" in Study.open(folder).failures["error"].iloc[0]


@pytest.mark.parametrize("pairs", [2, 6])
def test_more_pairs_go_on_from_the_old_ones(tmp_path: Path, pairs: int) -> None:
    folder = tmp_path / "s"
    run_plan(fake_model.plan(4), fake_model.runner(), folder)
    run_plan(fake_model.plan(pairs), fake_model.runner(), folder)
    assert Study.open(folder).manifest["pairs"] == max(4, pairs)
    assert fake_model.contents(folder) == undisturbed(tmp_path, max(4, pairs))


def test_an_arm_can_be_added(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    texts = fake_model.plan().facts["strategy_texts"]
    two = {name: text for name, text in texts.items() if name != "alluvial"}
    run_plan(fake_model.plan(strategy_texts=two), fake_model.runner(), folder)
    run_plan(fake_model.plan(), fake_model.runner(), folder)
    assert fake_model.contents(folder) == undisturbed(tmp_path)


def test_nothing_left_to_do_changes_nothing(tmp_path: Path) -> None:
    folder = run_plan(fake_model.plan(), fake_model.runner(), tmp_path / "s")
    before = (fake_model.contents(folder), (folder / "manifest.json").read_bytes())
    run_plan(fake_model.plan(), fake_model.runner(), folder, workers=2)
    assert (fake_model.contents(folder), (folder / "manifest.json").read_bytes()) == before


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"seed": 8}, "seed: 7 → 8"),
        ({"model_version": "0.2"}, "model_version: 0.1 → 0.2"),
        ({"citizens": 50}, "citizens: 100 → 50"),
        (
            {"scenario": {"hash": "1" * 16, "text": '{"time":{"weeks":13},"name":"toy"}'}},
            "scenario.time.weeks: 12 → 13",
        ),
        (
            {"scenario": {"hash": "1" * 16, "text": '{"time":{"weeks":12},"name":"toy"}'}},
            "scenario: 0000000000000000 → 1111111111111111",
        ),
        (
            {"strategy_texts": {"consolidated": "{}", "alluvial": '{"name":"alluvial"}'}},
            "consolidated.name: consolidated → ∅",
        ),
    ],
)
def test_a_changed_study_is_refused_saying_what_changed(
    tmp_path: Path, change: dict[str, object], told: str
) -> None:
    folder = run_plan(fake_model.plan(2), fake_model.runner(), tmp_path / "s")
    before = fake_model.contents(folder)
    with pytest.raises(ResilienzaError) as caught:
        run_plan(fake_model.plan(2, **change), fake_model.runner(), folder)
    assert told in caught.value.text("en")
    assert told in caught.value.text("it")
    assert fake_model.contents(folder) == before


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(ResilienzaError, match="holds other files"):
        run_plan(fake_model.plan(), fake_model.runner(), tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_damaged_manifest_is_told(tmp_path: Path) -> None:
    folder = run_plan(fake_model.plan(1), fake_model.runner(), tmp_path / "s")
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(ResilienzaError, match="manifest"):
        Study.open(folder)
    (folder / "manifest.json").unlink()
    with pytest.raises(ResilienzaError, match="manifest"):
        run_plan(fake_model.plan(1), fake_model.runner(), folder)
    with pytest.raises(ResilienzaError, match="no study"):
        Study.open(tmp_path / "nowhere")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ResilienzaError, match="cannot be written"):
        run_plan(fake_model.plan(), fake_model.runner(), tmp_path / "file" / "s")


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="POSIX permissions")
def test_a_read_only_folder_is_told_before_any_run(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root writes everywhere")
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(ResilienzaError, match="cannot be written"):
            run_plan(fake_model.plan(), _forgets, tmp_path / "s")
    finally:
        tmp_path.chmod(0o700)


def test_a_second_driver_is_kept_out(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    folder = tmp_path / "s"
    caught: list[BaseException] = []

    def second(done: int, *_: object) -> None:
        if done == 3:
            with pytest.raises(ResilienzaError, match="Another process") as problem:
                run_plan(fake_model.plan(), fake_model.runner(), folder)
            caught.append(problem.value)

    run_plan(fake_model.plan(), fake_model.runner(), folder, progress=second)
    assert caught


def test_ctrl_c_here_keeps_the_arms_that_ended(tmp_path: Path, faults: Path) -> None:
    (faults / "interrupt-transformative-1").touch()
    folder = tmp_path / "s"
    with pytest.raises(StudyInterrupted) as caught:
        run_plan(fake_model.plan(), fake_model.runner(faults), folder)
    assert (caught.value.folder, caught.value.done, caught.value.exit_code) == (folder, 8, 130)
    assert str(folder) in caught.value.text("it")
    assert isinstance(caught.value, KeyboardInterrupt)
    study = Study.open(folder)
    assert len(study.runs) == 5
    assert study.manifest["sessions"][-1]["runs"] == {"ok": 5}
    run_plan(fake_model.plan(), fake_model.runner(), folder)
    assert fake_model.contents(folder) == undisturbed(tmp_path)


@pytest.fixture
def heard() -> Iterator[None]:
    """Hear Ctrl-C, which a shell tells what it starts in the background to ignore."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
def test_ctrl_c_stops_the_workers_and_keeps_what_is_done(tmp_path: Path) -> None:
    folder = tmp_path / "s"

    def press(done: int, *_: object) -> None:
        if done >= 2 * RUNS and not pressed:
            pressed.append(done)
            threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()

    pressed: list[int] = []
    start = time.monotonic()
    with pytest.raises(StudyInterrupted) as caught:
        run_plan(
            fake_model.plan(300),
            fake_model.runner(seconds=0.05),
            folder,
            workers=2,
            progress=press,
        )
    assert time.monotonic() - start < 60
    assert 2 * RUNS <= caught.value.done < 300 * RUNS
    assert len(Study.open(folder).runs) >= 6


def test_workers_use_one_thread_and_ignore_ctrl_c() -> None:
    future = engine.loky_executor(2).submit(_state_of_a_worker)
    assert future.result(timeout=60) == ("1", "1", "1", "1", True)


def _state_of_a_worker() -> tuple[object, ...]:
    names = ("OMP", "OPENBLAS", "MKL", "NUMBA")
    threads = (os.environ.get(f"{name}_NUM_THREADS") for name in names)
    return (*threads, signal.getsignal(signal.SIGINT) is signal.SIG_IGN)


def test_the_manifest_says_where_the_study_comes_from(tmp_path: Path) -> None:
    folder = run_plan(fake_model.plan(1), fake_model.runner(), tmp_path / "s")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["scenario"] == fake_model.plan().facts["scenario"]
    assert manifest["strategy_texts"] == fake_model.plan().facts["strategy_texts"]
    (session,) = manifest["sessions"]
    assert {"python", "numpy", "pyarrow"} <= set(session["versions"])
    assert session["started"] <= session["ended"]
    assert session["workers"] == 1
    other = json.loads((folder / "decisions/2023-05-01/manifest.json").read_text("utf-8"))
    assert other["decision"] == "2023-05-01"
    assert other["configuration"] == manifest["configuration"]


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    # A limit on the size of files stands in for a full disk: the write fails half-way.
    folder = run_plan(fake_model.plan(2), fake_model.runner(), tmp_path / "s")
    before = fake_model.contents(folder)
    script = f"""
import resource, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
import fake_model
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.run import run_plan
import resilienza_sim.experiments.study
resource.setrlimit(resource.RLIMIT_FSIZE, (4500, 4500))
try:
    run_plan(fake_model.plan(40), fake_model.runner(), {str(folder)!r})
except ResilienzaError as problem:
    print(problem.key)
"""
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=120
    )
    assert result.stdout.strip() == "study_not_writable", result.stderr
    assert not list(folder.rglob("*.tmp"))
    assert before.items() <= fake_model.contents(folder).items()
    run_plan(fake_model.plan(4), fake_model.runner(), folder)
    assert fake_model.contents(folder) == undisturbed(tmp_path)


def test_workers_are_counted_from_one(tmp_path: Path) -> None:
    with pytest.raises(ResilienzaError, match="at least 1"):
        run_plan(fake_model.plan(), fake_model.runner(), tmp_path / "s", workers=0)
