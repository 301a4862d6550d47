"""A running Dask cluster seen as an executor: connected at once or told why not, left as found."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from resilienza_sim.errors import Phrase, ResilienzaError, system_reason
from resilienza_sim.experiments.worker import call_alike, fingerprint
from resilienza_sim.reading import LARGEST_BYTES, read_whole

__all__ = ["Cluster"]

T = TypeVar("T")

_ANSWER_SECONDS = 5.0
_WORKER_SECONDS = 60.0
"""Workers asked for with the scheduler are seconds behind it, more on a shared file system."""
_COUNT_SECONDS = 2.0
_RESULT_SECONDS = 120.0
_PACKAGE = "resilienza_sim"
_EXTRA = "resilienza-sim[cluster]"


class Cluster(Executor):
    """Workers of a Dask scheduler that is already running; other users' tasks are left alone.

    Parameters
    ----------
    address : str
        ``host:port``, ``tcp://host:port``, or the path of a scheduler file.

    Raises
    ------
    ResilienzaError
        If the extra ``cluster`` is not installed, no scheduler answers, it has no workers, or its
        machines have other versions than this one.
    """

    apart = True
    """A worker that dies takes down its own tasks only."""

    def __init__(self, address: str) -> None:
        try:
            distributed: Any = import_module("distributed")
        except ImportError as problem:
            raise ResilienzaError("missing_package", package=_EXTRA) from problem

        self.address = _where(address)
        _ask(self.address)
        # Its own tracebacks would stand above the one sentence that says what happened.
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
        self._client: Any = distributed.Client(
            self.address, timeout=_ANSWER_SECONDS, set_as_default=False, name="resilienza"
        )
        self._counted, self._places = 0.0, 0
        self._failures: int | None = None
        self._sent: set[Any] = set()
        try:
            self._wait_for_workers()
            self.check()
            self._try_a_task()
            self._failures = self._client.run_on_scheduler(_allow_failures, 0)
        except BaseException:
            self.shutdown()
            raise

    @property
    def places(self) -> int:
        """Workers there are now; they may come and go."""
        if time.monotonic() - self._counted > _COUNT_SECONDS:
            with suppress(Exception):  # lost: the futures will say so
                self._places = len(self._client.nthreads())
            self._counted = time.monotonic()
        return max(1, self._places)

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Send a call to a worker, which refuses it if it is not of the same kind as this one."""
        promise: Future[T] = Future()
        # Not the library's own executor: a call whose result was lost on its way would never end.
        # pure: two calls that look alike are two calls.
        sent = self._client.submit(call_alike, fingerprint(), fn, *args, **kwargs, pure=False)
        self._sent.add(sent)
        sent.add_done_callback(partial(self._pass_on, promise))
        return promise

    def _pass_on(self, promise: Future[T], sent: Any) -> None:
        """Fulfil a promise, in a thread of the client's, once its call has ended."""
        self._sent.discard(sent)
        if sent.status == "error":
            promise.set_exception(sent.exception())
            return
        try:
            promise.set_result(sent.result(timeout=_RESULT_SECONDS))
        except BaseException as problem:  # cancelled, or the scheduler is gone
            promise.set_exception(BrokenExecutor(str(problem)))

    def shutdown(self, wait: bool = False, *, cancel_futures: bool = True) -> None:
        """Cancel what was asked for here and leave; scheduler and workers stay up."""
        client, self._client = self._client, None
        if client is None:
            return
        with suppress(Exception):  # the scheduler may be gone, and its tasks with it
            if self._failures is not None and client.status == "running":
                client.cancel(list(self._sent))
                client.run_on_scheduler(_allow_failures, self._failures)
        client.close(timeout=_ANSWER_SECONDS)

    def _wait_for_workers(self) -> None:
        deadline = time.monotonic() + _WORKER_SECONDS
        while not self._client.nthreads():
            if time.monotonic() > deadline:
                raise ResilienzaError(
                    "cluster_without_workers", address=self.address, seconds=round(_WORKER_SECONDS)
                )
            time.sleep(0.2)

    def check(self) -> None:
        """Compare every machine there is with this one.

        Raises
        ------
        ResilienzaError
            If one has other versions, or cannot read the model.
        """
        here = fingerprint()
        # A function of Python's own first: a machine without the package cannot unpack ours.
        there = {self.address: self._client.run_on_scheduler(find_spec, _PACKAGE)}
        for address, spec in {**there, **self._client.run(find_spec, _PACKAGE)}.items():
            if spec is None:
                raise _unlike(address, ModuleNotFoundError(f"No module named '{_PACKAGE}'"))
        found = self._client.run(call_alike, here, fingerprint, on_error="return")
        for address, answer in found.items():
            if isinstance(answer, BaseException):
                raise _unlike(address, answer) from answer

    def _try_a_task(self) -> None:
        try:  # a task passes through the scheduler's hands too
            self._client.submit(fingerprint, pure=False).result(timeout=_WORKER_SECONDS)
        except Exception as problem:
            raise _unlike(self.address, problem) from problem


def _unlike(address: str, problem: BaseException) -> ResilienzaError:
    if isinstance(problem, ResilienzaError):
        return problem
    return ResilienzaError("cluster_cannot_run", address=address, reason=_reason(problem))


def _allow_failures(number: int, dask_scheduler: Any = None) -> int:
    """Set after how many deaths of its worker a task is given up; return what it was."""
    before = int(dask_scheduler.allowed_failures)
    dask_scheduler.allowed_failures = number
    return before


def _where(address: str) -> str:
    """Return the address, from a scheduler file if it is one."""
    path = Path(address)
    if not path.is_file():
        return address
    try:
        return str(json.loads(read_whole(path, LARGEST_BYTES))["address"])
    except (ResilienzaError, ValueError, KeyError, TypeError, RecursionError) as problem:
        raise ResilienzaError("no_cluster", address=address, reason=_reason(problem)) from problem


def _ask(address: str) -> None:
    """Raise unless a scheduler answers: a client left half-made would go on complaining."""
    try:
        with ThreadPoolExecutor(1) as pool:  # a notebook has a loop of its own in this thread
            data = pool.submit(asyncio.run, _identity(address)).result()
        if data.get("type") != "Scheduler":
            raise ValueError(f"type: {data.get('type')}")
    except Exception as problem:
        raise ResilienzaError("no_cluster", address=address, reason=_reason(problem)) from problem


def _reason(problem: BaseException) -> str | Phrase:
    """Return the system's reason if it is below a network library's."""
    below: BaseException | None = problem
    while below is not None:
        if isinstance(below, OSError) and below.errno:
            return system_reason(below)
        below = below.__cause__ or below.__context__
    return " ".join(str(problem).split()) or type(problem).__name__


async def _identity(address: str) -> dict[str, Any]:
    comm_of: Any = import_module("distributed.comm")
    security: Any = import_module("distributed.security")
    how = security.Security().get_connection_args("client")

    async def ask() -> dict[str, Any]:
        comm = await comm_of.connect(address, timeout=_ANSWER_SECONDS, **how)
        try:
            await comm.write({"op": "identity", "reply": True})
            data = await comm.read()
        finally:
            comm.abort()
        return dict(data)

    return await asyncio.wait_for(ask(), _ANSWER_SECONDS)
