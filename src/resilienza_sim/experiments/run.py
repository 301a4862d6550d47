"""Runs a plan into a folder, from wherever an earlier session left it."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments.driver import Progress, drive
from resilienza_sim.experiments.engine import Engine
from resilienza_sim.experiments.plan import Plan, Runner
from resilienza_sim.experiments.store import (
    Store,
    is_torn,
    not_writable,
    own_folder,
    own_parts,
)
from resilienza_sim.experiments.worker import Outcome
from resilienza_sim.files import place_of
from resilienza_sim.messages import catalogue

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["StudyInterrupted", "decision_folder", "note", "opened", "run_plan"]

_FLUSH_SECONDS, _FLUSH_SECONDS_AT_MOST = 5.0, 120.0
_FLUSH_SHARE = 0.01
"""What a power cut may cost: a hundredth of the session, so that a long one has few parts."""
_FLUSH_ROWS, _FLUSH_RUNS = 200_000, 5_000
"""What may wait in memory: some tens of megabytes."""
_LOCK = ".lock"


class StudyInterrupted(KeyboardInterrupt):
    """Ctrl-C during a study; what was done is kept.

    Parameters
    ----------
    folder : Path
        Folder of the study; running it again goes on from there.
    done, planned : int
        Runs kept and runs planned.
    """

    exit_code = 130

    def __init__(self, folder: Path, done: int, planned: int) -> None:
        self.folder, self.done, self.planned = folder, done, planned
        super().__init__(str(folder))

    def text(self, lang: str = "en") -> str:
        """Return one sentence that says what is kept and how to go on."""
        return catalogue(lang).text(
            "study.interrupted", folder=self.folder, done=self.done, planned=self.planned
        )


def decision_folder(folder: Path, decision: str, decisions: tuple[str, ...] | list[str]) -> Path:
    """Return where the study of one decision date lives: the first has the folder itself."""
    return folder if decision == decisions[0] else folder / "decisions" / decision


def note(folder: Path, plan: Plan, **facts: object) -> None:
    """Write facts in the manifests of every decision date."""
    for day in plan.decisions:
        place = decision_folder(folder, day, plan.decisions)
        if found := manifests.read(place):
            manifests.write(place, {**found, **facts})


class _Lock:
    """Keeps a second driver out of the folder; the system frees it when the driver dies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._handle: int | None = None

    def __enter__(self) -> None:
        if fcntl is None:
            return
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
            self._handle = os.open(self._folder / _LOCK, flags, 0o644)
        except OSError as problem:
            raise not_writable(self._folder, problem) from problem
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            self._close()
            raise ResilienzaError("study_busy", path=self._folder) from problem
        except OSError:
            pass  # a file system without locks

    def _close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()


class _Sink:
    """Takes outcomes as they come and commits them to the store of their decision date."""

    def __init__(self, stores: dict[str, Store]) -> None:
        self._stores = stores
        self._waiting: list[Outcome] = []
        self._rows = 0
        self._begin = self._last = time.monotonic()

    def take(self, outcomes: list[Outcome]) -> None:
        self._waiting += outcomes
        self._rows += sum(o.weeks.size for o in outcomes)
        now = time.monotonic()
        wait = min(max(_FLUSH_SECONDS, _FLUSH_SHARE * (now - self._begin)), _FLUSH_SECONDS_AT_MOST)
        full = self._rows >= _FLUSH_ROWS or len(self._waiting) >= _FLUSH_RUNS
        if full or now - self._last >= wait:
            self.flush()

    def flush(self) -> None:
        for decision, store in self._stores.items():
            store.commit([o for o in self._waiting if o.run.decision == decision])
            # Forgotten only once committed; what is written twice is counted once.
            self._waiting = [o for o in self._waiting if o.run.decision != decision]
        self._rows = 0
        self._last = time.monotonic()


def opened(folder: Path, plan: Plan) -> dict[str, dict[str, Any]]:
    """Return the manifests of the study by decision date, old and new joined; write nothing.

    A folder belongs to a study when its manifest says so, whatever the names it holds.

    Raises
    ------
    ResilienzaError
        If the folder holds another study, or anything that is no study.
    """
    found = {}
    for decision in plan.decisions:
        place = decision_folder(folder, decision, plan.decisions)
        new, old = manifests.describe(plan, decision), manifests.read(place)
        if old is None:
            _must_be_empty(place)
        elif changed := manifests.changes(old, new):
            raise ResilienzaError("study_changed", path=place, changes="; ".join(changed))
        elif changed := manifests.other_code(old, new):
            raise ResilienzaError("study_other_code", path=place, changes="; ".join(changed))
        found[decision] = new if old is None else manifests.merge(old, new)
    return found


def _must_be_empty(folder: Path) -> None:
    """Refuse a folder without a manifest that holds anything but a lock or a torn file of ours."""
    try:
        present = [path for path in folder.iterdir() if path.name != _LOCK and not is_torn(path)]
    except FileNotFoundError:
        return
    except OSError as problem:
        raise not_writable(folder, problem) from problem
    if any(own_parts(folder / "runs")):
        raise ResilienzaError("study_unreadable", path=folder / "manifest.json")
    if present:
        raise ResilienzaError("study_folder_taken", path=folder)


def run_plan(
    plan: Plan,
    runner: Runner,
    folder: Path | str,
    *,
    workers: int = 1,
    make_executor: Callable[[], Executor] | None = None,
    expected_seconds: float | None = None,
    progress: Progress | None = None,
) -> Path:
    """Run what is missing of a plan and return the study's folder.

    Runs that failed in an earlier session are tried again.

    Parameters
    ----------
    plan : Plan
        What to run.
    runner : callable
        Runs one task; picklable.
    folder : path
        Folder of the study, new or to be resumed.
    workers, make_executor, expected_seconds, progress
        See `drive`.

    Raises
    ------
    ResilienzaError
        If the folder holds a different study (the sentence says what changed), is in use, or
        cannot be written. What was committed stays.
    StudyInterrupted
        On Ctrl-C.
    """
    if workers < 1:
        raise ResilienzaError("too_few_workers", found=workers)
    folder = place_of(folder)
    engine = None if make_executor is None else Engine(make_executor)
    try:
        if engine is not None:
            engine.start()  # a cluster that does not answer is told before anything is written
        opened(folder, plan)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise not_writable(folder, problem) from problem
        with _Lock(folder):
            known = opened(folder, plan)
            _run(plan, runner, folder, known, engine, workers, expected_seconds, progress)
    finally:
        if engine is not None:
            engine.discard()
    return folder


def _run(
    plan: Plan,
    runner: Runner,
    folder: Path,
    known: dict[str, dict[str, Any]],
    engine: Engine | None,
    workers: int,
    expected_seconds: float | None,
    progress: Progress | None,
) -> None:
    stores = {d: Store(decision_folder(folder, d, plan.decisions)) for d in plan.decisions}
    statuses: dict[str, str] = {}
    for decision, store in stores.items():
        if store.folder != folder:
            own_folder(store.folder.parent)
            own_folder(store.folder)
        if manifests.read(store.folder) is None:
            manifests.write(store.folder, known[decision])  # first of all: it makes the folder ours
        store.prepare()
        statuses |= store.statuses()
    if "crashed" in statuses.values():
        expected_seconds = None  # not in this process: it would go the same way
    done = frozenset(run_id for run_id, status in statuses.items() if status == "ok")
    already = sum(run.run_id in done for run in plan.runs())
    session = None
    if already < plan.total:
        places = workers if engine is None else engine.places(workers)
        session = {"started": manifests.now(), "workers": places, **manifests.provenance()}
    _record(known, stores, session)
    sink = _Sink(stores)
    try:
        drive(
            plan.tasks(done),
            runner,
            sink.take,
            workers=workers,
            engine=engine,
            expected_seconds=expected_seconds,
            already=already,
            progress=progress,
        )
        sink.flush()
        with ThreadPoolExecutor(min(workers, len(stores))) as pool:
            list(pool.map(Store.tidy, stores.values()))
        _record(known, stores, session, ended=True)
    except KeyboardInterrupt as problem:
        sink.flush()
        counts = _record(known, stores, session, ended=True)
        raise StudyInterrupted(folder, counts["ok"], plan.total) from problem
    except Exception:
        with suppress(ResilienzaError):  # perhaps the very reason why it stopped
            sink.flush()
        raise


def _record(
    known: dict[str, dict[str, Any]],
    stores: dict[str, Store],
    session: dict[str, Any] | None,
    *,
    ended: bool = False,
) -> Counter[str]:
    """Write the manifests with this session; return how many runs have each status."""
    total: Counter[str] = Counter()
    for decision, manifest in known.items():
        store = stores[decision]
        sessions = list(manifest["sessions"])
        if session is not None:
            sessions.append(dict(session))
        hashes = manifests.still_there(store.folder, manifest.get("parts"))
        if ended:
            hashes = manifests.parts(store.folder, hashes)
            counts = Counter(store.statuses().values())
            total += counts
            if session is not None:
                sessions[-1] |= {"ended": manifests.now(), "runs": dict(counts)}
        manifests.write(store.folder, {**manifest, "sessions": sessions, "parts": hashes})
    return total
