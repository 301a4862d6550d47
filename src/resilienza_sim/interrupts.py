"""A Ctrl-C waits until compiled code has been left.

Python answers a signal between two of its own instructions, and numba runs some (it unpickles the
type of a tuple) on the way into and out of a kernel. What is raised there is lost, or ends the
process with a segmentation fault; what is raised while pydantic calls back becomes another error.
So whatever may be in a kernel is done with the signals held back.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["held_back"]

_SIGNALS = tuple(
    number for name in ("SIGINT", "SIGTERM", "SIGHUP") if (number := getattr(signal, name, None))
)


@contextmanager
def held_back() -> Iterator[None]:
    """Answer signals that would stop the program once the block is done; a second one at once.

    Signals that are ignored, or end the process by themselves, are left as they are. In another
    thread than the main one Python answers none, and nothing is held back.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual = {number: signal.getsignal(number) for number in _SIGNALS}
    heard: list[tuple[int, FrameType | None]] = []

    def hear(number: int, frame: FrameType | None) -> None:
        heard.append((number, frame))
        if len(heard) > 1:
            answer(number, frame)

    def answer(number: int, frame: FrameType | None) -> None:
        handler = usual[number]
        if callable(handler):
            handler(number, frame)

    ours = [number for number, handler in usual.items() if callable(handler)]
    for number in ours:
        signal.signal(number, hear)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, usual[number])
        if heard:
            answer(*heard[0])
