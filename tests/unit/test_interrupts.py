"""A Ctrl-C is answered where it does no harm."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator

import pytest

from resilienza_sim import CommunityModel, load_scenario
from resilienza_sim.interrupts import held_back
from resilienza_sim.model.phases import help


@pytest.fixture(autouse=True)
def usual() -> Iterator[None]:
    """Hear Ctrl-C, however these tests were started."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@held_back()
def stopped(times: int, done: list[int]) -> None:
    """Be stopped some times, and note how often it went on."""
    for time in range(times):
        signal.raise_signal(signal.SIGINT)
        done.append(time)


def test_it_is_answered_once_the_block_is_done() -> None:
    done: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        stopped(1, done)
    assert done == [0]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_one_is_answered_at_once() -> None:
    done: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        stopped(2, done)
    assert done == [0]


def test_what_is_ignored_stays_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with held_back():
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_a_fault_of_the_block_is_told_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError), held_back():
        _ = 1 / 0


def test_another_thread_is_let_be() -> None:
    seen = []

    def work() -> None:
        with held_back():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]


def test_a_week_of_the_model_is_ended_first(monkeypatch: pytest.MonkeyPatch) -> None:
    model = CommunityModel(load_scenario("quartiere").with_citizens(300), rng=1)
    week, usual = model.week, help.run

    def interrupted(model: CommunityModel) -> None:
        signal.raise_signal(signal.SIGINT)
        usual(model)

    monkeypatch.setattr(help, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        model.step()
    assert model.week == week + 1
