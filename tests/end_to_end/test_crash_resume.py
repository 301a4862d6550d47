"""A study killed at any moment goes on from there and ends as if nothing had happened."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

FAKES = Path(__file__).parents[1] / "unit" / "experiments"
sys.path.append(str(FAKES))

import fake_model  # noqa: E402

from resilienza_sim.experiments.run import run_plan  # noqa: E402
from resilienza_sim.experiments.study import Study  # noqa: E402

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")

PAIRS = 10
SCRIPT = """
import sys
sys.path.append({fakes!r})
import fake_model
from resilienza_sim.experiments import run
run._FLUSH_SECONDS = 0.02
try:
    run.run_plan(
        fake_model.plan({pairs}), fake_model.runner(seconds={seconds}), {folder!r},
        workers={workers},
        progress=lambda done, total, left: (print(done), sys.stdout.flush()),
    )
except run.StudyInterrupted as problem:
    sys.exit(problem.exit_code)
"""


def start(
    folder: Path, workers: int, pairs: int = PAIRS, seconds: float = 0.01
) -> subprocess.Popen[str]:
    """Start a study in a process group of its own, as a shell does."""
    script = SCRIPT.format(
        fakes=str(FAKES), pairs=pairs, seconds=seconds, folder=str(folder), workers=workers
    )
    return subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_until(process: subprocess.Popen[str], done: int) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) >= done:
            return
    raise AssertionError(process.communicate()[1])


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        pytest.skip("needs /proc")
    return [
        int(child)
        for child in children.read_text().split()
        if b"loky" in Path(f"/proc/{child}/cmdline").read_bytes()
        and b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("undisturbed") / "s"
    return fake_model.contents(run_plan(fake_model.plan(PAIRS), fake_model.runner(), folder))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_driver_is_killed(tmp_path: Path, undisturbed: dict[str, bytes], seed: int) -> None:
    folder, chance = tmp_path / "s", random.Random(seed)
    for _ in range(2):
        process = start(folder, workers=1)
        wait_until(process, 0)
        time.sleep(chance.uniform(0, 0.5))
        process.kill()
        process.communicate()
    run_plan(fake_model.plan(PAIRS), fake_model.runner(), folder)
    assert fake_model.contents(folder) == undisturbed


def test_the_driver_of_workers_is_killed_and_they_leave(
    tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    folder = tmp_path / "s"
    process = start(folder, workers=2)
    wait_until(process, 12)
    workers = workers_of(process)
    assert workers
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 20
    while any(alive(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(alive(pid) for pid in workers)
    run_plan(fake_model.plan(PAIRS), fake_model.runner(), folder)
    assert fake_model.contents(folder) == undisturbed


def test_workers_are_killed(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    folder, chance = tmp_path / "s", random.Random(4)
    process = start(folder, workers=2)
    for done in (6, 24):
        wait_until(process, done)
        os.kill(chance.choice(workers_of(process)), signal.SIGKILL)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert fake_model.contents(folder) == undisturbed


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_at_the_terminal(tmp_path: Path, workers: int) -> None:
    folder = tmp_path / "s"
    process = start(folder, workers, pairs=500, seconds=0.02)
    wait_until(process, 12)
    children = workers_of(process)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors == ""
    assert not any(alive(pid) for pid in children)
    assert not list(folder.rglob("*.tmp"))
    assert len(Study.open(folder).runs) >= 4
