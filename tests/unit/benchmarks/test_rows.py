"""The rows of the benchmark: told, held to figures, and they run."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from benchmarks.__main__ import attempt, main
from benchmarks.clock import in_turns
from benchmarks.contest import expected, random_network
from benchmarks.environments import all_peers
from benchmarks.fresh import fresh
from benchmarks.peers._serve import Network
from benchmarks.row import Ask, Found, Line, Row, Target
from benchmarks.rows import memory, passes, phases

ROWS = Row.all()
PROFILES = {"phases"}
"""Rows that describe and are held to nothing."""
IN_PROCESSES_OF_THEIR_OWN = {"building", "frame", "help", "memory", "small"}
NOT_CHEAP = {"peers", "study", "throughput", "workers"}
QUICK = Ask(say=lambda text: None, quick=True)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_row_says_what_it_measures(row) -> None:
    assert row.title.endswith(".")
    assert len(row.title) <= 90
    assert row.about


@pytest.mark.parametrize(
    "row", [ROWS[name] for name in sorted(ROWS.keys() - PROFILES)], ids=lambda r: r.name
)
def test_a_row_is_held_to_figures(row) -> None:
    assert row.targets
    for target in row.targets.values():
        assert target.unit
        assert (target.aim > target.at_least) is target.more_is_better


def test_help_names_every_row(capsys) -> None:
    with pytest.raises(SystemExit) as leave:
        main(["--help"])
    told = capsys.readouterr().out
    assert leave.value.code == 0
    assert "examples:" in told
    assert all(f"  {name} " in told for name in ROWS)


def check(name: str) -> None:
    row = ROWS[name]
    found = row.measure(QUICK)
    assert found.lines
    held = [line.target for line in found.lines if line.target is not None]
    assert set(held) == set(row.targets.values())
    for line in found.lines:
        assert line.why or np.isfinite(line.measured)


@pytest.mark.parametrize("name", sorted(ROWS.keys() - IN_PROCESSES_OF_THEIR_OWN - NOT_CHEAP))
def test_a_row_runs(name: str) -> None:
    check(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(IN_PROCESSES_OF_THEIR_OWN))
def test_a_row_runs_in_a_process_of_its_own(name: str) -> None:
    check(name)


@pytest.mark.parametrize(
    ("measured", "verdict"),
    [(4.0, "met aim"), (5.0, "met aim"), (10.0, "met"), (11.0, "**MISSED**")],
)
def test_the_verdict_of_a_ceiling(measured, verdict) -> None:
    assert Target(10.0, 5.0, "ms").verdict(measured) == verdict


@pytest.mark.parametrize(
    ("measured", "verdict"), [(500.0, "met aim"), (150.0, "met"), (149.0, "**MISSED**")]
)
def test_the_verdict_of_a_floor(measured, verdict) -> None:
    assert Target(150.0, 400.0, "times", more_is_better=True).verdict(measured) == verdict


def test_what_could_not_be_measured_says_why() -> None:
    cells = Line("speed", None, Target(10.0, 5.0, "ms"), why="no such model").cells()
    assert cells == ("speed", "–", "≤ 10 ms", "≤ 5 ms", "not measured: no such model")


def test_a_row_that_breaks_takes_no_other_with_it(capsys) -> None:
    def measure(_ask: Ask) -> Found:
        raise ZeroDivisionError("by zero")

    found, worked = attempt(Row("broken", "", "", {}, measure), QUICK)
    assert not worked
    assert found.lines[0].cells()[-1] == "not measured: ZeroDivisionError: by zero"
    assert "by zero" in capsys.readouterr().err


def test_turns_are_taken() -> None:
    heard: list[str] = []
    taken = in_turns({name: lambda name=name: heard.append(name) for name in "ab"}, 3)
    assert heard == list("ababab")
    assert [len(times) for times in taken.values()] == [3, 3]


def test_watching_the_phases_leaves_them_as_they_were() -> None:
    before = [phase.run for phase in phases.WEEK]
    with phases.watched({}):
        assert [phase.run for phase in phases.WEEK] != before
    assert [phase.run for phase in phases.WEEK] == before


def test_a_bare_pass_goes_through_every_tie_once() -> None:
    start, degree = np.array([0, 3, 5]), np.array([2, 1])  # one place of the first row is unused
    neighbour = np.array([0, 1, 9, 1, 9], np.uint32)
    ties, x = np.zeros(5, np.float32), np.array([1.0, 3.0], np.float32)
    passes.bare_pass(start, degree, neighbour, ties, x, np.float32(0.5))
    assert ties.tolist() == [0.5, 1.5, 0.0, 1.5, 0.0]


# -- the peers ------------------------------------------------------------------------------------

PEERS = all_peers()


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_a_peer_is_told_and_pinned(peer) -> None:
    assert peer.title
    assert peer.about
    assert all("==" in pin for pin in peer.pins)
    assert bool(peer.pins) is (peer is not PEERS[0])


def test_ours_stands_first_among_the_peers() -> None:
    assert PEERS[0].name == "resilienza"
    assert {"mesa", "agentpy", "mesa_frames", "amber", "starsim"} <= {p.name for p in PEERS}


def test_the_network_of_the_peers_leaves_nobody_alone() -> None:
    network = random_network(500)
    one, other = network.arcs
    assert not (one == other).any()
    assert len({*zip(one.tolist(), other.tolist(), strict=True)}) == len(one)
    assert np.bincount(one, minlength=500).min() >= 1
    assert len(one) / 500 == pytest.approx(8.0, abs=0.2)


def test_trust_goes_to_the_mean_of_the_neighbours() -> None:
    pair = Network(np.array([0]), np.array([1]), np.array([0.0, 1.0]))
    assert expected(pair, 1).tolist() == pytest.approx([0.1, 0.9])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell")
def test_memory_is_that_of_the_process_not_of_the_one_that_started_it() -> None:
    held = np.ones(40_000_000)  # 320 MB here
    told = fresh("benchmarks.rows.memory:highest_resident")
    assert told < held.nbytes
    assert memory.highest_resident() > held.nbytes
