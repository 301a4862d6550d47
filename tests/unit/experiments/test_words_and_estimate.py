from __future__ import annotations

import io
import math
from pathlib import Path

import pytest

from resilienza_sim.experiments.estimate import (
    calibrate,
    estimate,
    together,
    weeks_per_replicate,
)
from resilienza_sim.experiments.words import duration, number, plain_progress, size, title


@pytest.mark.parametrize(
    ("value", "it", "en"),
    [
        (12.345, "12,3", "12.3"),
        (-0.01234, "−0,0123", "−0.0123"),
        (1234567.0, "1.234.567", "1,234,567"),
        (0.0, "0,00", "0.00"),
        (1e-12, "0,000000", "0.000000"),
        (math.nan, "–", "–"),
    ],
)
def test_numbers(value: float, it: str, en: str) -> None:
    assert number(value, "it") == it
    assert number(value, "en") == en


def test_signs_times_and_sizes() -> None:
    assert number(2.5, "en", signed=True) == "+2.50"
    assert [duration(s, "it") for s in (0.4, 59.6, 3725)] == ["0 s", "1 min 0 s", "1 h 2 min"]
    assert [size(b, "it") for b in (0, 5.2e6, 3.4e9)] == ["0,10 MB", "5,2 MB", "3,4 GB"]
    assert title({"it": "uno"}, "en", "x") == "x"
    assert title({"it": "uno", "en": "one"}, "it", "x") == "uno"


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
    assert every.getvalue().splitlines() == ["1 prove su 4, mancano circa 1 min 30 s"]


def test_weeks_count_the_past_once() -> None:
    assert weeks_per_replicate(260, 104, [8, 174], 5) == 104 + 174 + 5 * (252 + 86)


def test_an_estimate_grows_with_what_it_should() -> None:
    size_of = {"citizens": 1000, "weeks": 100, "arms": 2, "pairs": 10, "workers": 1}
    rate = {"seconds_per_citizen_week": 1e-6, "decision_weeks": [10]}
    one = estimate(**size_of, **rate)
    assert one.runs == 20
    assert one.weeks == 10 * (104 + 10 + 2 * 90)
    assert one.seconds == one.work_seconds == pytest.approx(one.weeks * 1000 * 1e-6)
    assert estimate(**{**size_of, "workers": 2}, **rate).work_seconds == one.work_seconds
    assert estimate(**{**size_of, "workers": 64}, **rate).workers == 10
    assert estimate(**{**size_of, "citizens": 10_000}, **rate).memory_bytes > one.memory_bytes
    assert "20 runs" in one.text("en")
    assert "20 prove" in one.text("it")


def test_studies_run_one_after_the_other_cost_their_sum() -> None:
    size_of = {"citizens": 1000, "weeks": 100, "arms": 2, "workers": 2}
    one, other = (
        estimate(pairs=pairs, seconds_per_citizen_week=1e-6, **size_of) for pairs in (10, 6)
    )
    both = together([one, other])
    assert both.runs == one.runs + other.runs == 32
    assert both.seconds == pytest.approx(one.seconds + other.seconds)
    assert both.disk_bytes == pytest.approx(1.6 * one.disk_bytes)
    assert both.memory_bytes == one.memory_bytes


def test_a_disk_too_small_is_told(tmp_path: Path) -> None:
    small = estimate(
        citizens=100, weeks=10, arms=2, pairs=2, workers=1, seconds_per_citizen_week=1e-6
    )
    assert small.disk_warning(tmp_path / "not" / "yet") is None
    huge = estimate(
        citizens=100, weeks=1000, arms=5, pairs=10**9, workers=1, seconds_per_citizen_week=1e-6
    )
    assert "free" in (huge.disk_warning(tmp_path, "en") or "")


def test_calibration_leaves_out_the_first_call() -> None:
    calls: list[int] = []
    assert calibrate(lambda: calls.append(1), 100, weeks=3) >= 0
    assert len(calls) == 4


def test_work_that_is_shared_takes_less_time_and_stays_the_same_work() -> None:
    one = estimate(
        citizens=1000, weeks=52, arms=3, pairs=600, workers=1, seconds_per_citizen_week=1e-6
    )
    two = one.shared(2)
    assert one.shared(1) == one
    assert (two.work_seconds, two.runs, two.workers) == (one.work_seconds, one.runs, 2)
    assert one.seconds / 2 < two.seconds < one.seconds
