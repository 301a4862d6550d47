"""Runs tasks where the work is done: in a worker process, or in the driver when it is alone."""

from __future__ import annotations

import os
import platform
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.plan import Run, Runner, Task, TrajectoryLike
from resilienza_sim.experiments.sources import sources
from resilienza_sim.extensions import extend_from

__all__ = [
    "DECISIVE",
    "Outcome",
    "call_alike",
    "execute",
    "execute_batch",
    "failure",
    "fingerprint",
    "start_worker",
]

T = TypeVar("T")

_PARENT_CHECK_SECONDS = 1.0
DECISIVE = ("mesa", "numba", "llvmlite", "numpy", "scipy", "pandas")
"""Packages whose version may move a result by a bit."""
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one run, in plain arrays that travel between processes.

    Parameters
    ----------
    run : Run
        The run.
    status : str
        "ok", "error" (the model refused) or "crashed" (the process died).
    error : str
        One line that says why; empty when ok.
    seed : int, optional
        Seed of the replicate, when known.
    weeks, values : arrays
        Weeks and one column per indicator; empty unless ok.
    metrics, censored : dict
        One value per metric, None when undefined, and the flags of the censored ones.
    seconds : float
        Wall time; the first run of a replicate carries the community and the past.
    """

    run: Run
    status: str = "ok"
    error: str = ""
    seed: int | None = None
    weeks: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    values: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    metrics: dict[str, float | None] = field(default_factory=dict)
    censored: dict[str, bool] = field(default_factory=dict)
    seconds: float = 0.0


def _outcome(run: Run, trajectory: TrajectoryLike, seconds: float) -> Outcome:
    weeks = np.asarray(trajectory.weeks, dtype=np.int64)
    values = {str(k): np.asarray(v, dtype=np.float64) for k, v in trajectory.values.items()}
    for name, column in values.items():
        if column.shape != weeks.shape:
            raise ValueError(f"indicator {name} has shape {column.shape}, weeks {weeks.shape}")
    metrics = {str(k): None if v is None else float(v) for k, v in trajectory.metrics.items()}
    censored = {str(k): bool(v) for k, v in trajectory.censored.items()}
    return Outcome(run, "ok", "", int(trajectory.seed), weeks, values, metrics, censored, seconds)


def _attempt(runner: Runner, task: Task, missing: dict[tuple[str, str], Run]) -> Iterator[Outcome]:
    """Yield the runs as they end, taking each from `missing`."""
    start = time.perf_counter()
    for trajectory in runner(task):
        run = missing.get((str(trajectory.decision), trajectory.strategy))
        if run is None or run not in task.runs:
            continue
        outcome = _outcome(run, trajectory, time.perf_counter() - start)
        del missing[run.decision, run.strategy]
        yield outcome
        start = time.perf_counter()
    for run in task.runs:
        if missing.get((run.decision, run.strategy)) == run:
            raise LookupError("the model gave no result for this run")


def execute(runner: Runner, task: Task) -> Iterator[Outcome]:
    """Run one task and yield one outcome for each of its runs.

    A run that raises does not take the others with it: those still missing are then tried one by
    one, so that only the bad ones are recorded as errors.
    """
    missing = {(run.decision, run.strategy): run for run in task.runs}
    try:
        yield from _attempt(runner, task, missing)
        return
    except (Exception, SystemExit) as problem:
        if len(missing) == 1:
            yield failure(next(iter(missing.values())), problem)
            return
    for run in list(missing.values()):
        start = time.perf_counter()
        try:
            yield from _attempt(runner, task.only(run), missing)
        except (Exception, SystemExit) as problem:
            yield failure(run, problem, time.perf_counter() - start)


def failure(run: Run, problem: BaseException, seconds: float = 0.0) -> Outcome:
    """Return the outcome of a run that raised."""
    # Type and message only: a traceback holds paths and would differ between machines.
    text = " ".join(f"{type(problem).__name__}: {problem}".split())
    return Outcome(run, "error", text, seconds=seconds)


def execute_batch(runner: Runner, tasks: list[Task]) -> tuple[list[Outcome], float]:
    """Run a few tasks in a worker; return their outcomes and the seconds they took."""
    start = time.perf_counter()
    outcomes = [outcome for task in tasks for outcome in execute(runner, task)]
    return outcomes, time.perf_counter() - start


def fingerprint() -> dict[str, str]:
    """Return what two machines must share for a run to give the same bits on both."""
    found = {
        "processor": platform.machine(),
        "python": ".".join(platform.python_version_tuple()[:2]),
    }
    for package in DECISIVE:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return {**found, **sources()}


def call_alike(
    expected: Mapping[str, str], function: Callable[..., T], *args: Any, **kwargs: Any
) -> T:
    """Call a function on another machine, one call at a time in a process.

    Raises
    ------
    ResilienzaError
        If this machine differs from the driver's in what decides the results, or lacks part of it.
    """
    here = fingerprint()
    for name in {**expected, **here}:
        if here.get(name) != expected.get(name):
            raise ResilienzaError(
                "cluster_differs",
                address=socket.gethostname(),
                name=name,
                found=here.get(name),
                allowed=expected.get(name),
            )
    with _ONE_AT_A_TIME:
        try:
            for package in DECISIVE:
                import_module(package)
        except ImportError as problem:
            where = socket.gethostname()
            raise ResilienzaError("cluster_cannot_run", address=where, reason=problem) from problem
        return function(*args, **kwargs)


def start_worker(driver: int, extensions: Mapping[str, bytes]) -> None:
    """Prepare a worker process: the driver's extensions, deaf to its Ctrl-C, never an orphan."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if os.name == "posix":
        threading.Thread(target=_leave_with, args=(driver,), daemon=True).start()
    extend_from(extensions)


def _leave_with(driver: int) -> None:
    # A driver killed outright cannot tell its workers; they would go on for minutes.
    while os.getppid() == driver:
        time.sleep(_PARENT_CHECK_SECONDS)
    os._exit(1)
