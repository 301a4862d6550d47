from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from resilienza_sim.experiments.estimate import (
    Estimate,
    Work,
    calibrate,
    estimate,
    together,
    weeks_per_replicate,
)
from resilienza_sim.experiments.progress import notebook_progress, plain_progress, usual_progress


def test_plain_progress_writes_now_and_then_and_at_the_end() -> None:
    out = io.StringIO()
    tell = plain_progress("en", out=out, every_seconds=3600)
    for done in range(5):
        tell(done, 4, None if done == 0 else 10.0)
    assert out.getvalue().splitlines() == ["0 runs of 4", "4 runs of 4: finished"]
    every = io.StringIO()
    tell = plain_progress("it", out=every, every_seconds=0)
    tell(1, 4, 90.0)
    tell(1, 4, 80.0)
    assert every.getvalue().splitlines() == ["1 prova su 4, mancano circa 1 min 30 s"]


def test_weeks_count_the_past_once() -> None:
    assert weeks_per_replicate(260, 104, [8, 174], 5) == 104 + 174 + 5 * (252 + 86)


def cost(workers: int = 1, **size: Any) -> Estimate:
    """Return the cost of a study where a week of a citizen takes a microsecond."""
    return estimate(Work(burn_in_weeks=104, **size), workers=workers, seconds_per_citizen_week=1e-6)


def test_an_estimate_grows_with_what_it_should() -> None:
    size_of = {"citizens": 1000, "weeks": 100, "arms": 2, "pairs": 10, "decision_weeks": [10]}
    one = cost(**size_of)
    assert one.runs == 20
    assert one.weeks == 10 * (104 + 10 + 2 * 90)
    assert one.seconds == one.work_seconds == pytest.approx(one.weeks * 1000 * 1e-6)
    assert cost(**size_of, workers=2).work_seconds == one.work_seconds
    assert cost(**size_of, workers=64).workers == 10
    assert cost(**{**size_of, "citizens": 10_000}).memory_bytes > one.memory_bytes
    assert "20 runs" in one.text("en")
    assert "20 prove" in one.text("it")


def test_studies_run_one_after_the_other_cost_their_sum() -> None:
    size_of = {"citizens": 1000, "weeks": 100, "arms": 2}
    one, other = (cost(pairs=pairs, workers=2, **size_of) for pairs in (10, 6))
    both = together([one, other])
    assert both.runs == one.runs + other.runs == 32
    assert both.seconds == pytest.approx(one.seconds + other.seconds)
    assert both.disk_bytes == pytest.approx(1.6 * one.disk_bytes)
    assert both.memory_bytes == one.memory_bytes


def test_a_disk_too_small_is_told(tmp_path: Path) -> None:
    small = cost(citizens=100, weeks=10, arms=2, pairs=2)
    assert small.disk_warning(tmp_path / "not" / "yet") is None
    huge = cost(citizens=100, weeks=1000, arms=5, pairs=10**9)
    assert "free" in (huge.disk_warning(tmp_path, "en") or "")


def test_calibration_leaves_out_the_first_call() -> None:
    calls: list[int] = []
    assert calibrate(lambda: calls.append(1), 100, weeks=3) >= 0
    assert len(calls) == 4


def test_work_that_is_shared_takes_less_time_and_stays_the_same_work() -> None:
    one = cost(citizens=1000, weeks=52, arms=3, pairs=600)
    two = one.shared(2)
    assert one.shared(1) == one
    assert (two.work_seconds, two.runs, two.workers) == (one.work_seconds, one.runs, 2)
    assert one.seconds / 2 < two.seconds < one.seconds


def test_a_notebook_keeps_one_line_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    display = pytest.importorskip("IPython.display")
    told: list[tuple[str, str]] = []

    class Handle:
        def display(self, what: dict[str, str], raw: bool) -> None:
            told.append(("display", what["text/plain"]))

        def update(self, what: dict[str, str], raw: bool) -> None:
            told.append(("update", what["text/plain"]))

    monkeypatch.setattr(display, "DisplayHandle", Handle)
    tell = notebook_progress("en", every_seconds=0)
    tell(0, 4, None)
    tell(2, 4, 65.0)
    tell(4, 4, 0.0)
    assert [how for how, _ in told] == ["display", "update", "update"]
    assert told[1][1] == "2 runs of 4, about 1 min 5 s left"
    assert told[2][1] == "4 runs of 4: finished"


@pytest.mark.parametrize("kernel", [True, False])
def test_only_a_notebook_is_told_unasked(kernel: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    ipython = pytest.importorskip("IPython")
    assert usual_progress() is None
    shell = type("Shell", (), {"config": {"IPKernelApp": {}} if kernel else {}})()
    monkeypatch.setattr(ipython, "get_ipython", lambda: shell)
    assert (usual_progress() is not None) is kernel
