"""A visitor's own worker: a process that lives towns, and what it has said so far."""

from __future__ import annotations

import signal
import threading
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from resilienza_sim.classroom.levers import Asked
from resilienza_sim.classroom.live import LiveTown, Message
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.messages import languages
from resilienza_sim.scenario import Scenario
from resilienza_sim.strategies import Strategy

__all__ = ["Session"]

_STOP_SECONDS = 2.0


class Session:
    """One visitor: requests go in, messages come out; the newest request wins.

    Parameters
    ----------
    scenario : Scenario
        The town of the dashboard.
    arms : sequence of Strategy
        What is compared.
    seed, pairs : int
        As in `record`.
    """

    def __init__(self, scenario: Scenario, arms: Sequence[Strategy], seed: int, pairs: int) -> None:
        self._setting = (scenario, tuple(arms), seed, pairs)
        self._change = threading.Condition()
        self._messages: list[Message] = []
        self.run = 0
        self.asked = Asked()
        self._pipe: Connection | None = None
        self._process: Any = None

    def ask(self, asked: Asked) -> int:
        """Ask for a life; return its number. What was under way is overtaken."""
        with self._change:
            self.run += 1
            self.asked = asked
            self._messages = []
            self._change.notify_all()
            if self._process is None or not self._process.is_alive():
                self._start()
            try:
                self._send(asked)
            except OSError:  # it died between the two lines
                self._start()
                self._send(asked)
            return self.run

    def _send(self, asked: Asked) -> None:
        assert self._pipe is not None
        self._pipe.send((self.run, asked))

    def _start(self) -> None:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, *self._setting), daemon=True)
        self._process.start()
        theirs.close()
        self._pipe = ours
        threading.Thread(target=self._listen, args=(ours,), daemon=True).start()

    def _listen(self, pipe: Connection) -> None:
        while True:
            try:
                run, message = pipe.recv()
            except (EOFError, OSError):
                break
            with self._change:
                if run == self.run:
                    self._messages.append(message)
                    self._change.notify_all()
        with self._change:
            if pipe is self._pipe:  # not one that was replaced
                self._messages.append({"kind": "dead"})
                self._change.notify_all()

    def messages(self, run: int, first: int, seconds: float) -> tuple[int, list[Message]]:
        """Return the number of the run under way, and its messages from one on.

        Waits at most `seconds` for one. Of another run than that under way there are none.
        """
        with self._change:
            self._change.wait_for(
                lambda: run != self.run or len(self._messages) > first, timeout=seconds
            )
            return self.run, self._messages[first:] if run == self.run else []

    def close(self) -> None:
        """End the worker."""
        with self._change:
            process, pipe = self._process, self._pipe
            self._process = self._pipe = None
        if pipe is not None:
            pipe.close()
        if process is not None:
            process.terminate()
            process.join(_STOP_SECONDS)
            if process.is_alive():
                process.kill()


def _work(
    pipe: Connection, scenario: Scenario, arms: tuple[Strategy, ...], seed: int, pairs: int
) -> None:
    """Live towns until nobody asks any more: the work of the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends us
    town = LiveTown(scenario, arms, seed=seed, pairs=pairs)
    try:
        while True:
            run, asked = pipe.recv()
            while pipe.poll():  # only the newest is wanted
                run, asked = pipe.recv()
            try:
                for message in town.lives(asked, pipe.poll):
                    pipe.send((run, message))
            except ResilienzaError as error:
                said = {lang: error.text(lang) for lang in languages()}
                pipe.send((run, {"kind": "refused", "text": said}))
    except (EOFError, OSError):
        return
