"""How far a study is: a line now and then, or one line kept up to date in a notebook."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any, TextIO

from resilienza_sim.experiments.driver import Progress
from resilienza_sim.messages import catalogue, languages
from resilienza_sim.words import Words

__all__ = ["Stages", "notebook_progress", "plain_progress", "usual_progress"]


class Stages:
    """One progress over plans run one after the other.

    Parameters
    ----------
    progress : callable, optional
        Called with runs done, runs planned and seconds left over all of them.
    ahead : iterable of int
        New runs of each plan, in order: some keep those of the one before.
    """

    def __init__(self, progress: Progress | None, ahead: Iterable[int]) -> None:
        self._progress, self._ahead = progress, list(ahead)
        self._pace: float | None = None
        self.before = 0
        self.more = False
        """Whether the plan that is running may get more pairs: its end is not told as one."""

    @property
    def total(self) -> int:
        """Runs of all the plans."""
        return self.before + sum(self._ahead)

    @property
    def share(self) -> float:
        """Share of the plan that is running in the runs of all."""
        return self._ahead[0] / self.total

    def grown(self, *ahead: int) -> None:
        """Count anew the first of the plans not yet finished: some got more pairs."""
        self._ahead[: len(ahead)] = ahead

    def done(self, of_plan: int, planned: int) -> int:
        """Return the runs done over all the plans, from those of the plan that is running."""
        return self.before + max(0, self._ahead[0] - (planned - of_plan))

    def finished(self) -> None:
        """Take note that the plan that was running has ended."""
        self.before += self._ahead.pop(0)

    def __call__(self, done: int, planned: int, left: float | None) -> None:
        """Tell where all the plans are, given where the present one is."""
        if left is not None and done < planned:
            self._pace = left / (planned - done)
        if self._progress is None or (self.more and done >= planned):
            return
        of_all = self.done(done, planned)
        # Where one plan ends, what is left is the others, at the pace of the last.
        pace, to_do = self._pace, self.total - of_all
        self._progress(of_all, self.total, None if pace is None else pace * to_do)


def _line(lang: str, done: int, total: int, left: float | None) -> str:
    key = "end" if done >= total else "start" if left is None else "line"
    time_left = Words(lang).duration(left or 0.0)
    return catalogue(lang).text(f"study.progress.{key}", done=done, total=total, left=time_left)


def _now_and_then(write: Callable[[str], object], lang: str, every_seconds: float) -> Progress:
    """Return a progress that writes at most so often, and at the end."""
    last = -math.inf
    said = (-1, -1)

    def tell(done: int, total: int, left: float | None) -> None:
        nonlocal last, said
        now = time.monotonic()
        if (done, total) == said or (done < total and now - last < every_seconds):
            return
        last, said = now, (done, total)
        write(_line(lang, done, total, left))

    return tell


def plain_progress(
    lang: str = languages()[0], *, out: TextIO | None = None, every_seconds: float = 10.0
) -> Progress:
    """Return a progress callback that writes a plain line now and then, and at the end."""

    def write(line: str) -> None:
        where = out or sys.stderr
        where.write(f"{line}\n")
        where.flush()

    return _now_and_then(write, lang, every_seconds)


def notebook_progress(lang: str = languages()[0], *, every_seconds: float = 1.0) -> Progress:
    """Return a progress callback that keeps one line of a notebook's output up to date."""
    from IPython.display import DisplayHandle

    shown: Any = DisplayHandle()  # type: ignore[no-untyped-call]
    begun = False

    def write(line: str) -> None:
        nonlocal begun
        show = shown.update if begun else shown.display
        begun = True
        show({"text/plain": line}, raw=True)

    return _now_and_then(write, lang, every_seconds)


def usual_progress(lang: str = languages()[0]) -> Progress | None:
    """Return the progress for whoever asked for none: in a notebook a line, elsewhere nothing."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    in_notebook = shell is not None and shell.config.get("IPKernelApp") is not None
    return notebook_progress(lang) if in_notebook else None
