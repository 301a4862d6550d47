"""A sweep on a real Dask scheduler with real workers gives what any other engine gives."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FAKES = Path(__file__).parents[1] / "unit" / "experiments"
sys.path.append(str(FAKES))

import fake_model  # noqa: E402
from dask_here import DaskHere, dask_here  # noqa: E402

from resilienza_sim.errors import ResilienzaError  # noqa: E402
from resilienza_sim.experiments import engine  # noqa: E402
from resilienza_sim.experiments.engine import cluster_executor  # noqa: E402
from resilienza_sim.experiments.run import StudyInterrupted, run_plan  # noqa: E402
from resilienza_sim.experiments.study import Study  # noqa: E402

distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="signals of POSIX"),
]

PAIRS = 30
NO_NANNY = "--no-nanny"


@pytest.fixture(scope="module")
def serial(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("serial") / "s"
    return fake_model.contents(run_plan(fake_model.plan(PAIRS), fake_model.runner(), folder))


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskHere]:
    """A cluster whose workers come back when they die; no test may take it down."""
    with dask_here(tmp_path_factory.mktemp("lasting")) as cluster:
        wait_for(cluster, 2)
        yield cluster


def facts(address: str) -> tuple[int, int, int, int]:
    """Return our clients, tasks, workers and allowed failures, as the scheduler has them."""

    def told(dask_scheduler: Any) -> tuple[int, int, int, int]:
        ours = [name for name in dask_scheduler.clients if "resilienza" in name]
        tasks, workers = len(dask_scheduler.tasks), len(dask_scheduler.workers)
        return len(ours), tasks, workers, dask_scheduler.allowed_failures

    with distributed.Client(scheduler_file=address, set_as_default=False) as client:
        return tuple(client.run_on_scheduler(told))


def wait_for(cluster: DaskHere, workers: int) -> None:
    deadline = time.monotonic() + 60
    while facts(cluster.address)[2] < workers:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_the_same_bytes_and_the_cluster_is_left_as_it_was(
    tmp_path: Path, lasting: DaskHere, serial: dict[str, bytes]
) -> None:
    folder = run_plan(
        fake_model.plan(PAIRS),
        fake_model.runner(seconds=0.001),
        tmp_path / "s",
        make_executor=cluster_executor(lasting.address),
    )
    assert fake_model.contents(folder) == serial
    assert Study.open(folder).manifest["sessions"][-1]["workers"] == 2
    local = run_plan(fake_model.plan(PAIRS), fake_model.runner(), tmp_path / "loky", workers=2)
    assert fake_model.contents(local) == serial
    assert facts(lasting.address) == (0, 0, 2, 3)


def test_a_worker_is_killed_in_mid_sweep(tmp_path: Path, serial: dict[str, bytes]) -> None:
    with dask_here(tmp_path / "dask", 2, NO_NANNY) as cluster:

        def kill(done: int, *_: object) -> None:
            if done >= 40 and cluster.workers[0].poll() is None:
                cluster.workers[0].kill()
                cluster.workers[0].wait()

        folder = run_plan(
            fake_model.plan(PAIRS),
            fake_model.runner(seconds=0.01),
            tmp_path / "s",
            make_executor=cluster_executor(cluster.address),
            progress=kill,
        )
        assert cluster.workers[0].returncode == -signal.SIGKILL
        assert cluster.workers[1].poll() is None
    assert fake_model.contents(folder) == serial


def test_a_worker_that_comes_late_is_given_work(tmp_path: Path, serial: dict[str, bytes]) -> None:
    with dask_here(tmp_path / "dask", 1, NO_NANNY) as cluster:

        def change(done: int, *_: object) -> None:
            if done >= 20 and len(cluster.workers) == 1:
                cluster.add(1, NO_NANNY)
            if done >= 60 and len(workers()) == 2:  # the second is there: the first may go
                cluster.workers[0].kill()

        def workers() -> object:
            with distributed.Client(scheduler_file=cluster.address, set_as_default=False) as client:
                return client.nthreads()

        folder = run_plan(
            fake_model.plan(PAIRS),
            fake_model.runner(seconds=0.03),
            tmp_path / "s",
            make_executor=cluster_executor(cluster.address),
            progress=change,
        )
    assert fake_model.contents(folder) == serial


def test_a_run_that_kills_its_worker_is_recorded_alone(tmp_path: Path, lasting: DaskHere) -> None:
    faults = tmp_path / "faults"
    faults.mkdir()
    (faults / "crash-transformative-2").touch()
    where = cluster_executor(lasting.address)
    plan, folder = fake_model.plan(6), tmp_path / "s"
    run_plan(plan, fake_model.runner(faults), folder, make_executor=where)
    failures = Study.open(folder).failures
    assert failures[["strategy", "replicate", "status"]].to_numpy().tolist() == [
        ["transformative", 2, "crashed"]
    ]
    (faults / "crash-transformative-2").unlink()
    run_plan(plan, fake_model.runner(faults), folder, make_executor=where)
    alone = run_plan(plan, fake_model.runner(), tmp_path / "alone")
    assert fake_model.contents(folder) == fake_model.contents(alone)


def test_ctrl_c_cancels_our_tasks_and_no_more(tmp_path: Path, lasting: DaskHere) -> None:
    def press(done: int, *_: object) -> None:
        if done >= 12 and not pressed:
            pressed.append(done)
            threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()

    pressed: list[int] = []
    with pytest.raises(StudyInterrupted) as caught:
        run_plan(
            fake_model.plan(300),
            fake_model.runner(seconds=0.05),
            tmp_path / "s",
            make_executor=cluster_executor(lasting.address),
            progress=press,
        )
    assert 12 <= caught.value.done < 300 * 6
    deadline = time.monotonic() + 20
    while facts(lasting.address)[:2] != (0, 0) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert facts(lasting.address) == (0, 0, 2, 3)


def test_the_driver_is_killed_and_goes_on(
    tmp_path: Path, lasting: DaskHere, serial: dict[str, bytes]
) -> None:
    script = f"""
import sys
sys.path.append({str(FAKES)!r})
import fake_model
from resilienza_sim.experiments import engine, run
run._FLUSH_SECONDS = 0.02
run.run_plan(
    fake_model.plan({PAIRS}), fake_model.runner(seconds=0.01), {str(tmp_path / "s")!r},
    make_executor=engine.cluster_executor({lasting.address!r}),
    progress=lambda done, total, left: (print(done), sys.stdout.flush()),
)
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        next(line for line in process.stdout if int(line) >= 30)
        process.kill()
    folder = run_plan(
        fake_model.plan(PAIRS),
        fake_model.runner(),
        tmp_path / "s",
        make_executor=cluster_executor(lasting.address),
    )
    assert fake_model.contents(folder) == serial
    assert len(Study.open(folder).manifest["sessions"]) == 2


def test_a_scheduler_that_goes_away_is_told_and_nothing_is_lost(
    tmp_path: Path, serial: dict[str, bytes]
) -> None:
    with dask_here(tmp_path / "dask", 2, NO_NANNY) as cluster:

        def kill(done: int, *_: object) -> None:
            if done >= 30:
                cluster.scheduler.kill()

        with pytest.raises(ResilienzaError, match="No Dask scheduler answers"):
            run_plan(
                fake_model.plan(PAIRS),
                fake_model.runner(seconds=0.01),
                tmp_path / "s",
                make_executor=cluster_executor(cluster.address),
                progress=kill,
            )
    assert len(Study.open(tmp_path / "s").runs) >= 15  # half of the 30: there are two dates
    folder = run_plan(fake_model.plan(PAIRS), fake_model.runner(), tmp_path / "s")
    assert fake_model.contents(folder) == serial


@pytest.mark.parametrize("given", ["127.0.0.1:1", "nonsense", "bad://host:1", "not.json"])
def test_an_address_without_a_scheduler_is_told_soon(tmp_path: Path, given: str) -> None:
    if given == "not.json":
        given = str(tmp_path / given)
        Path(given).write_text(json.dumps({"id": "x"}), encoding="utf-8")
    begin = time.monotonic()
    with pytest.raises(ResilienzaError, match="No Dask scheduler answers") as caught:
        run_plan(
            fake_model.plan(),
            fake_model.runner(),
            tmp_path / "s",
            make_executor=cluster_executor(given),
        )
    assert time.monotonic() - begin < 15
    assert given in caught.value.text("it")
    assert not (tmp_path / "s").exists()


def test_something_else_behind_the_address_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(ResilienzaError, match="No Dask scheduler answers"):
            cluster_executor(address)()


def test_a_scheduler_without_workers_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from resilienza_sim.experiments import cluster as module

    monkeypatch.setattr(module, "_WORKER_SECONDS", 0.5)
    with (
        dask_here(tmp_path, 0) as cluster,
        pytest.raises(ResilienzaError, match="has had no worker"),
    ):
        cluster_executor(cluster.address)()


@pytest.fixture(scope="module")
def other_sources(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """Return the path of a machine whose sources differ by one line."""
    changed = tmp_path_factory.mktemp("other") / "resilienza_sim"
    compiled = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(engine.__file__).parents[1], changed, ignore=compiled)
    with (changed / "streams.py").open("a", encoding="utf-8") as file:
        file.write("\n")
    return str(changed.parent), str(FAKES)


def test_machines_with_other_sources_are_refused(
    tmp_path: Path, other_sources: tuple[str, ...]
) -> None:
    with dask_here(tmp_path / "dask", 1, NO_NANNY) as cluster:
        cluster.add(1, NO_NANNY, path=other_sources)
        wait_for(cluster, 2)
        with pytest.raises(ResilienzaError, match=r"resilienza_sim is .*same versions") as caught:
            cluster_executor(cluster.address)()
    assert caught.value.key == "cluster_differs"


def test_a_machine_with_other_sources_that_comes_late_stops_the_sweep(
    tmp_path: Path, other_sources: tuple[str, ...]
) -> None:
    def come(done: int, *_: object) -> None:
        if done >= 12 and len(cluster.workers) == 1:
            cluster.add(1, NO_NANNY, path=other_sources)

    with dask_here(tmp_path / "dask", 1, NO_NANNY) as cluster:
        with pytest.raises(ResilienzaError) as caught:
            run_plan(
                fake_model.plan(2000),
                fake_model.runner(seconds=0.02),
                tmp_path / "s",
                make_executor=cluster_executor(cluster.address),
                progress=come,
            )
        assert caught.value.key == "cluster_differs"
    assert len(Study.open(tmp_path / "s").runs) >= 6
    assert Study.open(tmp_path / "s").failures.empty


def test_a_machine_without_the_model_is_told(tmp_path: Path) -> None:
    without = tmp_path / "without"
    without.mkdir()
    (without / "sitecustomize.py").write_text(
        "import os, sys\n"
        "model = lambda folder: os.path.isdir(os.path.join(folder, 'resilienza_sim'))\n"
        "sys.path[:] = [folder for folder in sys.path if not model(folder)]\n"
    )
    with dask_here(tmp_path / "dask", 0) as cluster:
        cluster.add(1, NO_NANNY, path=(str(without),))
        with pytest.raises(ResilienzaError, match="cannot run the model") as caught:
            cluster_executor(cluster.address)()
    assert "resilienza_sim" in caught.value.text("it")


def test_the_extra_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ResilienzaError, match=r"pip install resilienza-sim\[cluster\]"):
        cluster_executor("127.0.0.1:8786")()
