"""A Dask scheduler and its workers as processes of this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGE = Path(__file__).parents[3] / "src"
HERE = Path(__file__).parent


class DaskHere:
    """A scheduler and workers that can be killed one by one.

    Parameters
    ----------
    folder : Path
        Where they write what they say.
    path : sequence of str
        Folders they import from.
    """

    def __init__(self, folder: Path, path: tuple[str, ...] = (str(PACKAGE), str(HERE))) -> None:
        self.folder, self.path = folder, path
        self.address_file = folder / "scheduler.json"
        self.workers: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("dask_scheduler", "--port", "0", "--host", "127.0.0.1")
        deadline = time.monotonic() + 60
        while not (self.address_file.exists() and self.address_file.stat().st_size):
            assert time.monotonic() < deadline, (folder / "log.txt").read_text()
            assert self.scheduler.poll() is None, (folder / "log.txt").read_text()
            time.sleep(0.05)

    @property
    def address(self) -> str:
        return str(self.address_file)

    def add(self, number: int = 1, *options: str, path: tuple[str, ...] | None = None) -> None:
        """Start workers of one thread each."""
        usual, self.path = self.path, path or self.path
        for _ in range(number):
            self.workers.append(self._start("dask_worker", "--nthreads", "1", *options))
        self.path = usual

    def _start(self, what: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{what}", "--no-dashboard"]
        command += ["--scheduler-file", str(self.address_file), *options]
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(self.path)}
        with (self.folder / "log.txt").open("ab") as log:
            return subprocess.Popen(
                command, cwd=self.folder, env=env, stdout=log, stderr=log, start_new_session=True
            )

    def stop(self) -> None:
        for process in (*self.workers, self.scheduler):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)  # a nanny's child goes with it
            process.wait()


@contextmanager
def dask_here(folder: Path, workers: int = 2, *options: str) -> Iterator[DaskHere]:
    """Start a scheduler and workers, and stop them at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    made = DaskHere(folder)
    try:
        made.add(workers, *options)
        yield made
    finally:
        made.stop()
