"""Kills a sweep again and again, and compares what it becomes with one that was left alone.

    python scripts/kill_sweep.py --kills 200            a stand-in for the model, seconds
    python scripts/kill_sweep.py --kills 200 --real     a tiny town, minutes

A sweep is started, and its driver or one of its workers is killed (SIGKILL) at a random moment:
anywhere in its life, or a moment after it began to merge its parts. It is started again in the same
folder and killed again, a few times, and is then left to end. Its results must be those of the
undisturbed sweep, byte for byte: no run lost, none twice, no torn file. Exit status 1 if not.
Linux only.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from resilienza_sim.experiments import run as run_module
from resilienza_sim.experiments.experiment import Experiment
from resilienza_sim.experiments.plan import Plan, Runner, Task, TrajectoryLike
from resilienza_sim.experiments.run import run_plan
from resilienza_sim.experiments.store import Store
from resilienza_sim.experiments.sweep import make_sweep

MOST_KILLS_OF_A_STUDY = 8
WAYS = ("in_its_life",) * 5 + ("while_merging",) * 5 + ("with_workers", "of_its_workers")
"""The ways of killing, as often as each is taken in a round: workers are slow to start."""
FLUSH_SECONDS = 0.02
"""Commits many times a second, so that kills fall inside them."""


@dataclass(frozen=True)
class Shadow:
    """A trajectory without a model behind it."""

    strategy: str
    seed: int
    weeks: np.ndarray
    values: dict[str, np.ndarray]
    metrics: dict[str, float | None]
    censored: dict[str, bool]
    decision: str = ""


def stand_in(task: Task) -> Iterable[TrajectoryLike]:
    """Yield what a task would give, in two thousandths of a second a run."""
    for run in task.runs:
        luck = np.random.default_rng([task.seed, run.point, task.replicate, len(run.strategy)])
        time.sleep(0.002)
        series = luck.normal(size=40)
        yield Shadow(
            run.strategy,
            task.replicate,
            np.arange(40),
            {"quality": series},
            {"loss_due_to_shocks": float(series.sum()), "robustness": float(series.min())},
            {"loss_due_to_shocks": bool(series[0] > 0)},
        )


def experiment(real: bool) -> Experiment:
    """Return three strategies on four points of the small teaching case."""
    words = {"it": "Prova", "en": "Test"}
    return Experiment.model_validate(
        {
            "name": "killed",
            "question": words,
            "description": words,
            "scenarios": ["quartiere"],
            "strategies": ["consolidated", "alluvial", "transformative"],
            "baseline": "consolidated",
            "citizens": 100,
            "pairs": 2 if real else 8,
            "metrics": ["loss_due_to_shocks", "robustness"],
            "series": ["quality"],
            "factors": [
                {"name": name, "title": words, "source": "assumption"}
                | {"paths": [path], "low": 0.5, "high": 1.4, "steps": 2}
                for name, path in (("first", "shocks.1.peak"), ("second", "shocks.2.peak"))
            ],
            "design": {"kind": "factorial"},
        }
    )


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of the results by path; wall times and sessions are no results."""
    parts = [*folder.glob("runs/*"), *folder.glob("series/*")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(parts)}


def place(folder: Path) -> str:
    """Return what the sweep was doing when it was killed, as its folder tells."""
    stems = {
        kind: {p.stem for p in (folder / kind).glob("*.parquet")} for kind in ("runs", "series")
    }
    merged = {stem for stem in stems["series"] if "open" not in stem}
    if merged and (merged - stems["runs"] or len(stems["series"]) > len(merged)):
        return "merging"
    if any(folder.rglob("*.tmp")):
        return "a file half-written"
    return "a commit" if stems["series"] - stems["runs"] else "other work"


@dataclass
class Killer:
    """Keeps a plan, its undisturbed results, and the count of the kills."""

    plan: Plan
    runner: Runner
    luck: random.Random
    kills: Counter[str] = field(default_factory=Counter)
    where: Counter[str] = field(default_factory=Counter)
    ways: list[str] = field(default_factory=list)
    studies: int = 0
    whole: dict[str, bytes] = field(default_factory=dict)
    seconds: float = 0.0

    def start(self, folder: Path, workers: int = 1) -> int:
        """Start the sweep in a process of its own."""
        return forked(lambda: run_plan(self.plan, self.runner, folder, workers=workers))

    def undisturbed(self, folder: Path) -> None:
        """Run the sweep once and keep what it gives."""
        begin = time.monotonic()
        ended(self.start(folder))
        self.seconds = time.monotonic() - begin
        self.whole = contents(folder)

    def disturb(self, folder: Path, kills: int) -> None:
        """Start and kill the sweep some times, let it end, and compare."""
        for _ in range(kills):
            if not self.ways:
                self.ways = self.luck.sample(WAYS, len(WAYS))
            way, before = self.ways.pop(), self.kills.total()
            getattr(self, way)(folder)
            if self.kills.total() == before:  # it ended first: the same on a new sweep
                self.ways.append(way)
                break
        ended(self.start(folder))
        self.studies += 1
        ended(forked(lambda: self.compare(folder)))

    def compare(self, folder: Path) -> None:
        """Raise unless the study is the undisturbed one."""
        now = contents(folder)
        if now != self.whole:
            other = sorted(k for k in {**now, **self.whole} if now.get(k) != self.whole.get(k))
            raise AssertionError(f"{folder} is not the undisturbed study: {', '.join(other)}")
        store = Store(folder)
        for name, found in (("runs", store.runs()), ("timings", store.timings())):
            ids = found["run_id"].to_pylist()
            if sorted(ids) != sorted(run.run_id for run in self.plan.runs()):
                raise AssertionError(f"{folder}: {name} has {len(ids)} rows, {len(set(ids))} runs")
        if torn := list(folder.rglob("*.tmp")):
            raise AssertionError(f"{torn[0]} was left behind")

    def _kill(self, pid: int, folder: Path, name: str) -> None:
        os.kill(pid, signal.SIGKILL)
        if ended(pid, killed=True):
            self.kills[name] += 1
            self.where[place(folder)] += 1

    def in_its_life(self, folder: Path) -> None:
        """Kill the driver whenever."""
        pid = self.start(folder)
        time.sleep(self.luck.uniform(0, self.seconds))
        self._kill(pid, folder, "the driver")

    def while_merging(self, folder: Path) -> None:
        """Kill the driver a moment after the first merged part is seen."""
        pid = self.start(folder)
        until(lambda: gone(pid) or any((folder / "series").glob("part-0*")))
        time.sleep(self.luck.uniform(0, 0.02))
        self._kill(pid, folder, "the driver")

    def with_workers(self, folder: Path) -> None:
        """Kill the driver of two workers."""
        pid = self.start(folder, workers=2)
        until(lambda: gone(pid) or len(workers_of(pid)) == 2)
        time.sleep(self.luck.uniform(0, self.seconds))
        self._kill(pid, folder, "the driver of workers")

    def of_its_workers(self, folder: Path) -> None:
        """Kill a worker; the driver goes on."""
        pid = self.start(folder, workers=2)
        until(lambda: gone(pid) or len(workers_of(pid)) == 2)
        time.sleep(self.luck.uniform(0, self.seconds))
        for worker in workers_of(pid)[:1]:
            os.kill(worker, signal.SIGKILL)
            self.kills["a worker"] += 1
        ended(pid)


def forked(action: Callable[[], object]) -> int:
    """Start an action in a copy of this process, which has its imports behind it."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        run_module._FLUSH_SECONDS = FLUSH_SECONDS
        action()
        status = 0
    except BaseException:
        traceback.print_exc()
    os._exit(status)


def gone(pid: int) -> bool:
    """Tell whether a child has ended, leaving it to be waited for."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def ended(pid: int, *, killed: bool = False) -> bool:
    """Wait for a child; tell whether it was killed. It must not have failed."""
    status = os.waitpid(pid, 0)[1]
    if os.WIFSIGNALED(status) and killed:
        return True
    if status:
        raise SystemExit(f"a process failed by itself: status {status}")
    return False


def until(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    """Wait for a condition, looking two thousand times a second."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit("the sweep does not go on")
        time.sleep(0.0005)


def workers_of(pid: int) -> list[int]:
    """Return the worker processes of a driver."""
    found = []
    try:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text().split():
                told = Path(f"/proc/{child}/cmdline").read_bytes()
                if b"loky" in told and b"resource_tracker" not in told:
                    found.append(int(child))
    except (FileNotFoundError, ProcessLookupError):
        return []
    return found


def main(given: Sequence[str] | None = None) -> int:
    """Kill as often as asked and tell how it went."""
    told = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    told.add_argument("--kills", type=int, default=200)
    told.add_argument("--seed", type=int, default=1)
    told.add_argument("--real", action="store_true", help="the model itself, on a tiny town")
    args = told.parse_args(given)
    plan = make_sweep(experiment(args.real))
    runner: Runner = plan.bench.run if args.real else stand_in
    for _ in runner(next(iter(plan.tasks()))):
        pass  # kernels are compiled here, once
    killer = Killer(plan, runner, random.Random(args.seed))
    top = Path(tempfile.mkdtemp(prefix="kill_sweep-"))
    killer.undisturbed(top / "undisturbed")
    while (left := args.kills - killer.kills.total()) > 0:
        folder = top / f"study-{killer.studies}"
        killer.disturb(folder, min(left, killer.luck.randint(1, MOST_KILLS_OF_A_STUDY)))
        shutil.rmtree(folder)
        sys.stderr.write(f"{killer.kills.total()} kills, {killer.studies} sweeps ended whole\n")
    shutil.rmtree(top)
    kills = ", ".join(f"{number} of {name}" for name, number in sorted(killer.kills.items()))
    places = ", ".join(f"{number} in {name}" for name, number in sorted(killer.where.items()))
    sys.stdout.write(
        f"{killer.kills.total()} kills ({kills}) of {killer.studies} sweeps of {plan.total} runs.\n"
        f"The drivers fell: {places}.\n"
        f"Every sweep ended as the undisturbed one ({killer.seconds:.1f} s), byte for byte.\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
