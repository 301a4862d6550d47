"""Where tasks run: executors of the standard protocol that can be rebuilt after a crash."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import contextmanager
from functools import partial
from multiprocessing import resource_tracker
from typing import Any

from loky import cpu_count, get_reusable_executor

from resilienza_sim.experiments.cluster import Cluster
from resilienza_sim.experiments.plan import Runner, Task
from resilienza_sim.experiments.worker import Outcome, execute_batch, start_worker
from resilienza_sim.extensions import extension_sources

__all__ = [
    "Engine",
    "cluster_executor",
    "is_crash",
    "loky_executor",
    "pool",
    "problem_of",
    "processors",
]

_THREADS = ("OMP", "OPENBLAS", "MKL", "NUMBA")
_FRESH_STARTS = 3
_IDLE_SECONDS = 60
"""Idle workers leave after this; loky's own 10 s would restart them between long replicates."""


def processors() -> int:
    """Return how many processors are at hand: the workers of a study that names no number."""
    return int(cpu_count())


def loky_executor(workers: int) -> Executor:
    """Return the reusable pool of worker processes, each with one thread of arithmetic."""
    if os.name == "posix":
        # Started now, because its start would lift the mask of `_deaf_to_ctrl_c`.
        resource_tracker.ensure_running()
    executor: Executor = get_reusable_executor(
        max_workers=workers,
        timeout=_IDLE_SECONDS,
        initializer=start_worker,
        initargs=(os.getpid(), extension_sources()),
        env={f"{library}_NUM_THREADS": "1" for library in _THREADS},
    )
    return executor


@contextmanager
def pool(workers: int | None, tasks: int) -> Iterator[Executor | None]:
    """Lend the worker processes for some tasks, None where one process is enough.

    Parameters
    ----------
    workers : int, optional
        Processes; by default one for each processor at hand.
    tasks : int
        How many there are: more processes would have nothing to do.
    """
    n = min(workers or processors(), tasks)
    if n == 1:
        yield None
        return
    executor = loky_executor(n)
    try:
        yield executor
    except BaseException:
        executor.shutdown(wait=True, kill_workers=True)  # type: ignore[call-arg]  # loky's own
        raise


def cluster_executor(address: str) -> Callable[[], Executor]:
    """Return what connects to a running Dask scheduler, as `sweep` takes for `make_executor`.

    Parameters
    ----------
    address : str
        ``host:port``, ``tcp://host:port``, or the path of a scheduler file.
    """
    return partial(Cluster, address)


def problem_of(future: Future[Any]) -> BaseException | None:
    """Return why a future that ended gave no result, None if it gave one."""
    return CancelledError() if future.cancelled() else future.exception()


def is_crash(problem: BaseException) -> bool:
    """Tell whether a future failed because its process died (here or on a cluster)."""
    return _is_lost(problem) or type(problem).__name__ == "KilledWorker"


def _is_lost(problem: BaseException) -> bool:
    return isinstance(problem, BrokenExecutor | CancelledError)


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    # Workers are started inside `submit` and inherit the mask: no Ctrl-C can hit one half-started.
    # In the driver the signal is only delayed until the mask is lifted.
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Engine:
    """An executor that is made on first use and made anew when it is lost.

    Parameters
    ----------
    make : callable
        Returns an executor, such as `loky_executor` with its workers, or what `cluster_executor`
        returns. An executor may say how many workers it has now, as `places`, that they die one
        by one, as `apart`, and `check` its machines.
    """

    def __init__(self, make: Callable[[], Executor]) -> None:
        self._make = make
        self._executor: Executor | None = None

    def start(self) -> Executor:
        """Return the executor, made now if there is none."""
        self._executor = self._executor or self._make()
        return self._executor

    def submit(self, runner: Runner, tasks: list[Task]) -> Future[tuple[list[Outcome], float]]:
        """Send a batch of tasks to a worker."""
        for _ in range(_FRESH_STARTS):
            executor = self.start()
            try:
                with _deaf_to_ctrl_c():
                    return executor.submit(execute_batch, runner, tasks)
            except BrokenExecutor:
                self.discard()
        raise BrokenExecutor

    def places(self, workers: int) -> int:
        """Return how many workers there are, `workers` if the executor does not say."""
        return int(getattr(self._executor, "places", workers))

    @property
    def apart(self) -> bool:
        """Whether a worker that dies leaves the tasks of the others alone."""
        return bool(getattr(self._executor, "apart", False))

    def check(self) -> None:
        """Ask the machines, where there are several, whether they are fit to run anything.

        Raises
        ------
        ResilienzaError
            If one is not: what died there is no fault of a run.
        """
        if (check := getattr(self._executor, "check", None)) is not None:
            check()

    def lose(self, problems: list[BaseException], *, idle: bool) -> None:
        """Drop the executor if any of these problems says that it is of no more use.

        A local pool that lost a worker ends its other tasks by itself first.
        """
        if (idle or self.apart) and any(map(_is_lost, problems)):
            self.discard()

    def discard(self) -> None:
        """Drop the executor, killing its workers where that is possible."""
        executor, self._executor = self._executor, None
        if executor is None:
            return
        shutdown: Any = executor.shutdown
        try:
            shutdown(wait=True, kill_workers=True)  # loky
        except TypeError:
            executor.shutdown(wait=False, cancel_futures=True)
