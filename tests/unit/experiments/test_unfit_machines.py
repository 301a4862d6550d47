"""A machine that cannot run the model is told as one, and no run is blamed for it."""

from __future__ import annotations

import sys
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Any

import fake_model
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.driver import drive
from resilienza_sim.experiments.engine import Engine
from resilienza_sim.experiments.worker import Outcome, call_alike, fingerprint


class Dying(Executor):
    """An executor whose workers all die at once; it may know why."""

    apart, places = True, 1

    def __init__(self, unfit: str = "") -> None:
        self.unfit = unfit

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        dead: Future[Any] = Future()
        dead.set_exception(BrokenExecutor())
        return dead

    def check(self) -> None:
        if self.unfit:
            raise ResilienzaError("cluster_cannot_run", address=self.unfit, reason="no numpy")

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        pass


def driven(executor: Executor) -> list[Outcome]:
    kept: list[Outcome] = []
    tasks = fake_model.plan(1).tasks()
    drive(tasks, fake_model.runner(), kept.extend, engine=Engine(lambda: executor))
    return kept


def test_where_a_machine_is_unfit_no_run_is_said_to_have_crashed() -> None:
    with pytest.raises(ResilienzaError, match="node7"):
        driven(Dying("node7"))


def test_where_all_are_fit_the_run_that_kills_is_the_one_to_blame() -> None:
    assert {outcome.status for outcome in driven(Dying())} == {"crashed"}


def test_a_machine_that_lacks_a_package_refuses_before_it_runs(monkeypatch) -> None:
    expected = fingerprint()
    assert call_alike(expected, int, "7") == 7
    monkeypatch.setitem(sys.modules, "scipy", None)
    with pytest.raises(ResilienzaError) as caught:
        call_alike(expected, pytest.fail, "it ran")
    assert caught.value.key == "cluster_cannot_run"
