"""A worker of its own for each visitor: real processes, a town of a few people."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from resilienza_sim.classroom.levers import Asked
from resilienza_sim.classroom.session import Session
from tests.small import flood, town

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tiny():
    return town(citizens=120, weeks=14, shocks=[flood(7)])


@pytest.fixture
def session(tiny) -> Iterator[Session]:
    opened = Session(tiny, tiny.arms(("alluvial", "transformative")), 1, 0)
    yield opened
    opened.close()


def told(session: Session, run: int, kind: str) -> list[dict]:
    """Return what a run says up to a message of some kind."""
    found: list[dict] = []
    deadline = time.monotonic() + 120.0
    while not any(each["kind"] == kind for each in found):
        assert time.monotonic() < deadline
        now, more = session.messages(run, len(found), 1.0)
        assert now == run
        found += more
    return found


def test_a_run_goes_from_its_beginning_to_its_end(session) -> None:
    kinds = [each["kind"] for each in told(session, session.ask(Asked()), "end")]
    assert kinds[0] == "begin"
    assert kinds[-2:] == ["watched", "end"]
    assert set(kinds[1:-2]) == {"weeks"}


def test_the_newest_request_wins(session) -> None:
    first = session.ask(Asked())
    second = session.ask(Asked(peaks=(1.3,)))
    events = told(session, second, "end")[0]["recording"]["scene"]["events"]
    assert events[0]["hit"] > 0.25
    assert session.messages(first, 0, 0.0) == (second, [])


def test_two_sessions_do_not_disturb_each_other(session, tiny) -> None:
    other = Session(tiny, tiny.arms(("alluvial", "transformative")), 1, 0)
    try:
        mine, theirs = session.ask(Asked()), other.ask(Asked(peaks=(0.0,)))
        assert told(session, mine, "end")[0]["recording"]["scene"]["events"]
        assert not told(other, theirs, "end")[0]["recording"]["scene"]["events"]
    finally:
        other.close()


def test_a_worker_that_dies_is_told_and_another_takes_its_place(session) -> None:
    run = session.ask(Asked())
    told(session, run, "begin")
    session._process.kill()
    assert told(session, run, "dead")[-1] == {"kind": "dead"}
    assert told(session, session.ask(Asked()), "end")[-1] == {"kind": "end"}


def test_what_the_model_refuses_is_told_in_both_languages(session) -> None:
    run = session.ask(Asked(lines={"alluvial": {"argini": 3.0, "service_staff": 3.0}}))
    text = told(session, run, "refused")[-1]["text"]
    assert text.keys() == {"it", "en"}
    told(session, session.ask(Asked()), "end")
