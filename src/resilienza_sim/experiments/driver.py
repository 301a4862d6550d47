"""Runs tasks to the end: in turn or on workers, whatever one bad run does."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait

from resilienza_sim.experiments.engine import Engine, is_crash, loky_executor
from resilienza_sim.experiments.plan import Runner, Task
from resilienza_sim.experiments.worker import Outcome, execute, failure

__all__ = ["Progress", "Receive", "drive"]

Progress = Callable[[int, int, "float | None"], None]
"""Called with the runs done, the runs planned and the seconds left (None before the first run)."""
Receive = Callable[[list[Outcome]], None]
"""Called with the outcomes that came in, at least about once a second, perhaps with none."""

SERIAL_BELOW_SECONDS = 2.0
"""A plan shorter than this is over before workers have read their imports."""
_TICK_SECONDS = 1.0
_BATCH_SECONDS = 1.0
_BATCH_TASKS = 256
_STRIKES = 2
"""A task seen twice where a process died, the second time alone, is the one that kills it."""


class _Clock:
    """Counts runs and guesses the time left from those done in this session."""

    def __init__(self, already: int, total: int, progress: Progress | None) -> None:
        self._done, self._total, self._progress = already, total, progress
        self._fresh = 0
        self._start = time.monotonic()

    def tick(self, runs: int = 0) -> None:
        self._done += runs
        self._fresh += runs
        if self._progress is not None:
            elapsed, left = time.monotonic() - self._start, self._total - self._done
            self._progress(
                self._done, self._total, elapsed / self._fresh * left if self._fresh else None
            )


def drive(
    tasks: Iterable[Task],
    runner: Runner,
    receive: Receive,
    *,
    workers: int = 1,
    make_executor: Callable[[], Executor] | None = None,
    expected_seconds: float | None = None,
    already: int = 0,
    progress: Progress | None = None,
) -> None:
    """Run every task once and hand each outcome to `receive`.

    Results depend neither on the number of workers nor on the order in which tasks end. A run that
    raises becomes an outcome "error"; one that kills its process becomes "crashed" and the pool is
    rebuilt. With one worker the tasks run in this process, which a run can then kill.

    Parameters
    ----------
    tasks : iterable of Task
        What to run.
    runner : callable
        Runs one task; picklable.
    receive : callable
        Takes lists of outcomes. It is called in this process only.
    workers : int
        Processes.
    make_executor : callable, optional
        Returns another executor than the local pool, for a cluster.
    expected_seconds : float, optional
        Estimated time of all the tasks on one worker; below 2 s no pool is started.
    already : int
        Runs done earlier, for `progress`.
    progress : callable, optional
        Told of runs done, runs planned, seconds left.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C, after whatever had ended was handed to `receive` and the workers were stopped.
    """
    left = deque(tasks)
    clock = _Clock(already, already + sum(len(task.runs) for task in left), progress)
    clock.tick()
    quick = expected_seconds is not None and expected_seconds < SERIAL_BELOW_SECONDS
    if make_executor is None and (workers <= 1 or quick):
        _drive_here(left, runner, receive, clock)
    elif left:
        make = make_executor or (lambda: loky_executor(workers))
        _Crew(left, runner, receive, clock, Engine(make), workers).work(keep=make_executor is None)


def _drive_here(tasks: Iterable[Task], runner: Runner, receive: Receive, clock: _Clock) -> None:
    for task in tasks:
        for outcome in execute(runner, task):
            receive([outcome])
            clock.tick(1)


class _Crew:
    """The tasks of a study shared among workers that may die."""

    def __init__(
        self,
        tasks: deque[Task],
        runner: Runner,
        receive: Receive,
        clock: _Clock,
        engine: Engine,
        workers: int,
    ) -> None:
        self.tasks, self.runner, self.receive = tasks, runner, receive
        self.clock, self.engine, self.workers = clock, engine, max(1, workers)
        self.running: dict[Future[tuple[list[Outcome], float]], list[Task]] = {}
        self.suspects: deque[tuple[Task, int]] = deque()
        self.task_seconds: float | None = None

    def work(self, *, keep: bool) -> None:
        """Run everything; `keep` leaves the workers alive for the next study."""
        try:
            while self.tasks or self.running or self.suspects:
                self._send()
                done, _ = wait(self.running, timeout=_TICK_SECONDS, return_when=FIRST_COMPLETED)
                if not self.suspects and all(future.exception() is None for future in done):
                    self._send(len(done))  # the workers go on while the driver writes
                self._take(done)
        except KeyboardInterrupt:
            ended = [f for f in self.running if f.done() and f.exception() is None]
            self.engine.discard()
            for future in ended:
                self.receive(future.result()[0])
            raise
        except BaseException:
            self.engine.discard()
            raise
        if not keep:
            self.engine.discard()

    def _send(self, ended: int = 0) -> None:
        """Fill the places of the workers, those of tasks that ended and are not yet taken too."""
        if self.suspects:
            # A suspect runs alone, so that a second death can only be its own.
            if not self.running:
                self._submit([self.suspects[0][0]])
            return
        # Long tasks wait here rather than in the pool, where a crash would make them suspects.
        quick = self.task_seconds is not None and self.task_seconds < _BATCH_SECONDS
        while self.tasks and len(self.running) - ended < self.workers * (2 if quick else 1):
            size = min(self._batch_size(), -(-len(self.tasks) // self.workers))
            if not self._submit([self.tasks.popleft() for _ in range(size)]):
                return

    def _batch_size(self) -> int:
        if self.task_seconds is None:
            return 1
        return max(1, min(_BATCH_TASKS, int(_BATCH_SECONDS / max(self.task_seconds, 1e-6))))

    def _submit(self, batch: list[Task]) -> bool:
        try:
            self.running[self.engine.submit(self.runner, batch)] = batch
        except BrokenExecutor:
            self._suspect(batch)
            return False
        return True

    def _take(self, done: Iterable[Future[tuple[list[Outcome], float]]]) -> None:
        received: list[Outcome] = []
        broken = False
        for future in done:
            problem = future.exception()
            batch = self.running[future]
            if problem is None:
                outcomes, seconds = future.result()
                received += outcomes
                mean = seconds / len(batch)
                # The slowest of late: a batch too small costs less than one too large.
                self.task_seconds = max(mean, (self.task_seconds or 0.0) * 0.8)
                if self.suspects and self.suspects[0][0] == batch[0]:
                    self.suspects.popleft()
            else:
                broken = broken or is_crash(problem)
                received += self._accuse(batch, problem)
        # Outcomes are handed over before the futures are forgotten: a Ctrl-C in between makes
        # them arrive twice, which the store sorts out, rather than never.
        self.receive(received)
        for future in done:
            del self.running[future]
        if broken and not self.running:
            self.engine.discard()
        self.clock.tick(len(received))

    def _suspect(self, batch: list[Task]) -> None:
        self.suspects.extend((task, 1) for task in batch)

    def _accuse(self, batch: list[Task], problem: BaseException) -> list[Outcome]:
        """Decide what a failed batch means: try again alone, split, or record."""
        if not (self.suspects and self.suspects[0][0] == batch[0]):
            self._suspect(batch)
            return []
        task, strikes = self.suspects.popleft()
        if strikes + 1 < _STRIKES:
            self.suspects.appendleft((task, strikes + 1))
            return []
        if len(task.runs) > 1:
            self.suspects.extendleft((task.only(run), 1) for run in reversed(task.runs))
            return []
        if is_crash(problem):
            return [Outcome(task.runs[0], "crashed", "the process that ran it died")]
        return [failure(task.runs[0], problem)]
