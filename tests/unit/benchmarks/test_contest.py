"""The contest of the frameworks: no one is silently dropped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks import contest
from benchmarks.contest import Entry, compete
from benchmarks.environments import all_peers
from benchmarks.rows import peers as row

OURS = all_peers()[0]
STRANGER = replace(OURS, name="nowhere", title="Nowhere", pins=())


def silent(_text: str) -> None:
    """Hear nothing."""


@pytest.mark.slow
def test_ours_runs_and_who_cannot_is_told(tmp_path) -> None:
    fared = compete([OURS, STRANGER], 100, tmp_path, {}, silent, rounds=2)
    assert fared[OURS.name].seconds > 0.0
    assert fared[OURS.name].steps >= 2
    assert fared[STRANGER.name].seconds is None
    assert "no section [nowhere]" in fared[STRANGER.name].why


@pytest.mark.slow
def test_wrong_numbers_are_told(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(contest, "PACE", 0.2)  # in the reference, not in the peer's process
    fared = compete([OURS], 100, tmp_path, {}, silent, rounds=1)
    assert fared[OURS.name] == Entry(version=fared[OURS.name].version, why=fared[OURS.name].why)
    assert "wrong numbers" in fared[OURS.name].why


def test_who_would_take_too_long_is_not_run(tmp_path) -> None:
    slow = {OURS.name: Entry(seconds=1.0, steps=3, least=13.0)}
    fared = compete([OURS], 100, tmp_path, slow, silent)
    assert fared[OURS.name].why == "not run, over 2 min expected from the smaller size"


def test_who_failed_is_not_tried_at_a_larger_size(tmp_path) -> None:
    fared = compete([OURS], 100, tmp_path, {OURS.name: Entry(why="ended by itself")}, silent)
    assert fared[OURS.name].why == "ended by itself"


def test_ours_is_held_against_the_fastest_of_the_others() -> None:
    entries = {OURS.name: Entry(2.0), "a": Entry(8.0), "b": Entry(6.0), "c": Entry(why="broke")}
    line = row._line(1_000, entries)
    assert line.measured == 3.0
    assert "(b)" in line.what


def test_alone_nothing_is_claimed() -> None:
    line = row._line(1_000, {OURS.name: Entry(2.0), "c": Entry(why="broke")})
    assert line.measured is None
    assert line.why == "no other could be run"
