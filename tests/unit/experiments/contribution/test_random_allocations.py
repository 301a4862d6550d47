"""The whole benchmark: stages told beforehand, folders, resuming, interruption."""

from __future__ import annotations

from pathlib import Path

import fake_model
import pytest

from resilienza_sim.experiments.contribution.random_allocations import (
    Request,
    Stage,
    random_allocations,
)
from resilienza_sim.experiments.run import StudyInterrupted
from tests.fake_arms import ARGINI, CAMPAIGN, CASH, OUTREACH, TRAINING, Town, live_in
from tests.small import plan, town

SCENARIO = town()
ARMS = [
    plan((TRAINING, 0.2), (CAMPAIGN, 0.8), name="one"),
    plan((CASH, 0.5), (OUTREACH, 0.5), name="two"),
    plan((ARGINI, 1.0), name="three"),
]
METRIC = "loss_due_to_shocks"


def measured(folder: Path, **changes):
    choices = {"allocations": 12, "pairs": 6, "candidates": 9, "first_histories": 2}
    return random_allocations(SCENARIO, ARMS, workers=1, out=folder, **{**choices, **changes})


def test_stages_count_the_runs_that_are_made(tmp_path: Path, monkeypatch) -> None:
    seen = live_in(monkeypatch, Town({TRAINING: 9.0}, noise=0.1))
    told: list[tuple[int, int, float | None]] = []
    found = measured(tmp_path / "s", progress=lambda *a: told.append(a))
    asked = {"allocations": 12, "pairs": 6, "candidates": 9, "first_histories": 2}
    steps = Request(scenario=SCENARIO, strategies=ARMS, **asked).prepared().steps
    assert steps == (
        Stage("", 15, 6),
        Stage(TRAINING, 18, 2),
        Stage(TRAINING, 8, 4),
        Stage("held_out", 5, 6),
    )
    total = sum(step.runs for step in steps)
    assert told[0][:2] == (0, total)
    assert told[-1] == (total, total, 0.0)
    assert [done for done, *_ in told] == sorted(done for done, *_ in told)
    assert total - 3 * 6 <= len(seen.runs) <= total  # the arm as it is may be among the last
    alone = Request(scenario=SCENARIO, strategies=ARMS, best=False, **asked).prepared()
    assert alone.steps == steps[:1]
    assert found.best is not None
    assert sorted(p.name for p in tmp_path.glob("s/*") if p.is_dir()) == [
        "held_out",
        "runs",
        "series",
        "timings",
        TRAINING,
    ]


def test_the_same_command_resumes_to_the_same_bytes(tmp_path: Path, monkeypatch) -> None:
    seen = live_in(monkeypatch, Town({TRAINING: 9.0}, noise=0.1))
    whole = measured(tmp_path / "whole")
    runs = len(seen.runs)
    again = measured(tmp_path / "whole")
    assert len(seen.runs) == runs
    assert again.best is not None
    assert whole.best is not None
    assert again.best.table().equals(whole.best.table())

    stop = {"after": 0}

    def interrupt(done: int, total: int, left: float | None) -> None:
        stop["after"] += 1
        if stop["after"] in (20, 120, 140):
            raise KeyboardInterrupt

    for _ in range(3):
        with pytest.raises(StudyInterrupted) as told:
            measured(tmp_path / "torn", progress=interrupt)
        assert told.value.folder == tmp_path / "torn"
    measured(tmp_path / "torn")
    assert fake_model.contents(tmp_path / "torn") == fake_model.contents(tmp_path / "whole")


def test_without_anything_to_share_there_is_no_search(tmp_path: Path, monkeypatch) -> None:
    live_in(monkeypatch, Town({ARGINI: 1.0}))
    found = random_allocations(
        SCENARIO, ARMS[2:], allocations=5, pairs=6, workers=1, out=tmp_path / "s"
    )
    assert found.best is None
    assert measured(tmp_path / "t", best=False).best is None
    assert not (tmp_path / "t" / TRAINING).exists()


def test_a_failing_candidate_is_recorded_and_passed_over(tmp_path: Path, monkeypatch) -> None:
    faults = {("one:3", r) for r in range(20)}
    live_in(monkeypatch, Town({TRAINING: 9.0}, noise=0.1, faults=faults))
    found = measured(tmp_path / "s")
    assert found.best is not None
    assert found.best.best["one"].name != "one:3"
