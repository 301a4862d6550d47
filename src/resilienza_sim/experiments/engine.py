"""Where tasks run: executors of the standard protocol that can be rebuilt after a crash."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import Any

from resilienza_sim.experiments.plan import Runner, Task
from resilienza_sim.experiments.worker import Outcome, execute_batch, start_worker

__all__ = ["Engine", "is_crash", "loky_executor"]

_THREADS = ("OMP", "OPENBLAS", "MKL", "NUMBA")
_FRESH_STARTS = 3
_IDLE_SECONDS = 60
"""Idle workers leave after this; loky's own 10 s would restart them between long replicates."""


def loky_executor(workers: int) -> Executor:
    """Return the reusable pool of worker processes, each with one thread of arithmetic."""
    from loky import get_reusable_executor

    if os.name == "posix":
        # Started now, because its start would lift the mask of `_deaf_to_ctrl_c`.
        resource_tracker.ensure_running()
    executor: Executor = get_reusable_executor(
        max_workers=workers,
        timeout=_IDLE_SECONDS,
        initializer=start_worker,
        initargs=(os.getpid(),),
        env={f"{library}_NUM_THREADS": "1" for library in _THREADS},
    )
    return executor


def is_crash(problem: BaseException) -> bool:
    """Tell whether a future failed because its process died (here or on a cluster)."""
    return isinstance(problem, BrokenExecutor) or type(problem).__name__ == "KilledWorker"


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
    """An executor that is made on first use and made anew when a worker has died.

    Parameters
    ----------
    make : callable
        Returns an executor, such as `loky_executor` with its workers, or
        ``Client(address).get_executor(pure=False)`` for a Dask cluster.
    """

    def __init__(self, make: Callable[[], Executor]) -> None:
        self._make = make
        self._executor: Executor | None = None

    def submit(self, runner: Runner, tasks: list[Task]) -> Future[tuple[list[Outcome], float]]:
        """Send a batch of tasks to a worker."""
        for _ in range(_FRESH_STARTS):
            self._executor = self._executor or self._make()
            try:
                with _deaf_to_ctrl_c():
                    return self._executor.submit(execute_batch, runner, tasks)
            except BrokenExecutor:
                self.discard()
        raise BrokenExecutor

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
