"""The process that drives a sweep stays small however many runs there are."""

from __future__ import annotations

import sys

import pytest

from benchmarks.fresh import fresh

ALLOWED, RUNS = 1e9, 100_000


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell")
def test_a_hundred_thousand_runs_fit_in_a_gigabyte() -> None:
    """Seen from how the memory grows between 5,000 and 20,000 runs; the benchmark does them all."""
    held = {}
    for steps in (10, 20):
        _, _, highest, written = fresh("benchmarks.rows.driver:drive", steps, 1)
        held[written] = highest
    (few, less), (many, more) = sorted(held.items())
    assert (few, many) == (5_000, 20_000)
    each = max(0.0, (more - less) / (many - few))
    assert more + each * (RUNS - many) < ALLOWED
    assert more < 0.6 * ALLOWED
