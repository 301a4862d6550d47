"""Runs tasks to the end: in turn or on workers, whatever one bad run does."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.engine import Engine, is_crash, loky_executor, problem_of
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
_STRIKES, _STRIKES_APART = 2, 3
"""A task seen twice where a process died, the second time alone, is the one that kills it.

On a cluster it is not quite alone: another may wait its turn in the same worker.
"""


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
    engine: Engine | None = None,
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
    engine : Engine, optional
        Where to run instead of the local pool: a cluster. It is left to the caller to discard.
    expected_seconds : float, optional
        Estimated time of all the tasks on one worker; below 2 s no pool is started.
    already : int
        Runs done earlier, for `progress`.
    progress : callable, optional
        Told of runs done, runs planned, seconds left.

    Raises
    ------
    ResilienzaError
        If the workers cannot run the model at all, or are no longer to be reached.
    KeyboardInterrupt
        On Ctrl-C, after whatever had ended was handed to `receive` and the workers were stopped.
    """
    left = deque(tasks)
    clock = _Clock(already, already + sum(len(task.runs) for task in left), progress)
    clock.tick()
    quick = expected_seconds is not None and expected_seconds < SERIAL_BELOW_SECONDS
    if engine is None and (workers <= 1 or quick):
        _drive_here(left, runner, receive, clock)
    elif left:
        pool = engine or Engine(lambda: loky_executor(workers))
        _Crew(left, runner, receive, clock, pool, workers).work()


def _drive_here(tasks: Iterable[Task], runner: Runner, receive: Receive, clock: _Clock) -> None:
    for task in tasks:
        for outcome in execute(runner, task):
            receive([outcome])
            clock.tick(1)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Tasks sent together, and how often each has been where a process died."""

    tasks: list[Task]
    strikes: int = 0


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
        self.running: dict[Future[tuple[list[Outcome], float]], _Batch] = {}
        self.suspects: deque[_Batch] = deque()
        self.task_seconds: float | None = None

    def work(self) -> None:
        """Run everything; the workers stay for the next study."""
        try:
            while self.tasks or self.running or self.suspects:
                self._send()
                done, _ = wait(self.running, timeout=_TICK_SECONDS, return_when=FIRST_COMPLETED)
                if not self.suspects and not any(map(problem_of, done)):
                    self._send(len(done))  # the workers go on while the driver writes
                self._take(done)
        except KeyboardInterrupt:
            ended = [f for f in self.running if f.done() and problem_of(f) is None]
            self.engine.discard()
            for future in ended:
                self.receive(future.result()[0])
            raise
        except BaseException:
            self.engine.discard()
            raise

    def _send(self, ended: int = 0) -> None:
        """Fill the places of the workers, those of tasks that ended and are not yet taken too."""
        if self.suspects and not self.engine.apart:
            # A suspect runs alone, so that a second death can only be its own.
            if not self.running:
                self._submit(self.suspects.popleft())
            return
        places = self.engine.places(self.workers)
        # Long tasks wait here rather than in the pool, where a crash would make them suspects.
        quick = self.task_seconds is not None and self.task_seconds < _BATCH_SECONDS
        while len(self.running) - ended < places * (2 if quick else 1):
            if self.suspects:
                batch = self.suspects.popleft()
            elif self.tasks:
                size = min(self._batch_size(), -(-len(self.tasks) // places))
                batch = _Batch([self.tasks.popleft() for _ in range(size)])
            else:
                return
            if not self._submit(batch):
                return

    def _batch_size(self) -> int:
        if self.task_seconds is None:
            return 1
        return max(1, min(_BATCH_TASKS, int(_BATCH_SECONDS / max(self.task_seconds, 1e-6))))

    def _submit(self, batch: _Batch) -> bool:
        try:
            self.running[self.engine.submit(self.runner, batch.tasks)] = batch
        except BrokenExecutor as problem:
            received = self._accuse(batch, problem)
            self.receive(received)
            self.clock.tick(len(received))
            return False
        return True

    def _take(self, done: Iterable[Future[tuple[list[Outcome], float]]]) -> None:
        received: list[Outcome] = []
        problems: list[BaseException] = []
        for future in done:
            problem, batch = problem_of(future), self.running[future]
            if problem is None:
                outcomes, seconds = future.result()
                received += outcomes
                mean = seconds / len(batch.tasks)
                # The slowest of late: a batch too small costs less than one too large.
                self.task_seconds = max(mean, (self.task_seconds or 0.0) * 0.8)
            else:
                problems.append(problem)
                received += self._accuse(batch, problem)
        # Outcomes are handed over before the futures are forgotten: a Ctrl-C in between makes
        # them arrive twice, which the store sorts out, rather than never.
        self.receive(received)
        for future in done:
            del self.running[future]
        for problem in problems:
            if isinstance(problem, ResilienzaError):  # of the worker, not of a run
                raise problem
        self.engine.lose(problems, idle=not self.running)
        self.clock.tick(len(received))

    def _accuse(self, batch: _Batch, problem: BaseException) -> list[Outcome]:
        """Decide what a failed batch means: try again alone, split, or record."""
        if not batch.strikes:
            self.suspects.extend(_Batch([task], 1) for task in batch.tasks)
            return []
        (task,) = batch.tasks
        if batch.strikes + 1 < (_STRIKES_APART if self.engine.apart else _STRIKES):
            self.suspects.appendleft(_Batch([task], batch.strikes + 1))
            return []
        if len(task.runs) > 1:
            self.suspects.extendleft(_Batch([task.only(run)], 1) for run in reversed(task.runs))
            return []
        if is_crash(problem):
            self.engine.check()  # a machine that came late may be unfit
            return [Outcome(task.runs[0], "crashed", "the process that ran it died")]
        return [failure(task.runs[0], problem)]
