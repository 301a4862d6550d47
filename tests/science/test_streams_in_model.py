"""Named luck in the whole model: an arm that acts does not shift another's chances."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.phases import meet, need
from resilienza_sim.simulation import Trajectory, simulate, simulate_arms
from resilienza_sim.strategies import Strategy, load_strategy
from resilienza_sim.streams import Streams
from tests.reference.columns import instead, opened
from tests.small import SHIPPED, differences, flood, lived, not_alike, pandemic, plan, record, town

WEEKS, DECISION, WATER = 26, 4, 10
# A purse of some size, so that every action does something in a small town.
PURSE = {"eur_per_head": 1500.0, "discretionary_share": 0.3}


def scene(**values: Any):
    shocks = [flood(WATER), pandemic(16)]
    return town(
        citizens=300, weeks=WEEKS, decisions=(DECISION,), shocks=shocks, purse=PURSE, **values
    )


def all_arms(**values: Any) -> dict[str, Trajectory]:
    found = simulate_arms(scene(), SHIPPED, replicate=0, seed=1, **values)
    return {each.strategy: each for each in found}


@pytest.fixture(scope="module")
def arms() -> dict[str, Trajectory]:
    """Every shipped arm of one replicate."""
    return all_arms()


def variant(strategy: Strategy, **changes: Any) -> Strategy:
    return Strategy.model_validate(strategy.model_dump(mode="json") | changes)


# -- the same again -------------------------------------------------------------------------------


def test_simulating_twice_gives_the_same_bytes(arms) -> None:
    for name, again in all_arms().items():
        assert not not_alike(arms[name], again)


def test_arms_differ_from_one_another_and_from_other_replicates(arms) -> None:
    for one, other in pairwise(SHIPPED):
        assert "spent_eur" in not_alike(arms[one], arms[other])
    assert "suffering" in not_alike(arms["transformative"], arms["none"])
    (other,) = simulate_arms(scene(), ["none"], replicate=1, seed=1)
    assert "suffering" in not_alike(arms["none"], other)


def test_the_order_and_the_number_of_arms_do_not_matter(arms) -> None:
    backwards = simulate_arms(scene(), SHIPPED[::-1], replicate=0, seed=1)
    for each in backwards:
        assert not not_alike(arms[each.strategy], each)
    alone = simulate(scene(), strategy="hybrid", seed=1)
    assert not not_alike(arms["hybrid"], alone)


def test_an_arm_skipped_leaves_the_others(arms) -> None:
    decision = arms["none"].decision
    skip = frozenset({(decision, name) for name in ("consolidated", "transformative")})
    found = all_arms(skip=skip)
    assert set(found) == {"alluvial", "hybrid", "none"}
    assert not any(not_alike(arms[name], each) for name, each in found.items())


def test_an_earlier_decision_leaves_a_later_one() -> None:
    both = town(citizens=200, weeks=20, decisions=(2, 8), shocks=[flood(5)])
    late = town(citizens=200, weeks=20, decisions=(8,), shocks=[flood(5)])
    found = {
        (each.decision_week, each.strategy): each
        for each in simulate_arms(both, ["alluvial", "none"], replicate=0, seed=1)
    }
    for alone in simulate_arms(late, ["alluvial", "none"], replicate=0, seed=1):
        assert not not_alike(found[8, alone.strategy], alone)


def test_a_model_stepped_by_hand_goes_where_simulate_goes(arms) -> None:
    model = lived(scene(), WEEKS, seed=arms["alluvial"].seed, strategy="alluvial")
    told = model.recorder.series("suffering")[-WEEKS:]
    assert told.tobytes() == arms["alluvial"].values["suffering"].tobytes()


def test_another_process_gives_the_same_bytes(arms, root: Path) -> None:
    """Neither the order of sets nor the addresses of objects have a say."""
    code = (
        "from resilienza_sim.simulation import simulate\n"
        "from tests.science.test_streams_in_model import digest, scene\n"
        "print(digest(simulate(scene(), strategy='hybrid', seed=1)))\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={
            **os.environ,
            "PYTHONHASHSEED": "12345",
            "PYTHONPATH": os.pathsep.join(
                [str(root), str(root / "src"), os.environ.get("PYTHONPATH", "")]
            ),
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert told.stdout.strip() == digest(arms["hybrid"])


def digest(trajectory: Trajectory) -> str:
    text = json.dumps(record(trajectory), default=lambda x: hashlib.sha256(x).hexdigest())
    return hashlib.sha256(text.encode()).hexdigest()


# -- a strategy is only data ----------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_a_strategy_under_another_name_gives_the_same_trajectory(
    arms, tmp_path, root, name
) -> None:
    text = (root / "src/resilienza_sim/strategies" / f"{name}.toml").read_text(encoding="utf-8")
    file = tmp_path / "renamed.toml"
    file.write_text(text.replace(f'name = "{name}"', 'name = "renamed"', 1), encoding="utf-8")
    copy = simulate(scene(), strategy=file, seed=1)
    assert copy.strategy == "renamed"
    assert not not_alike(arms[name], copy)


def split(line: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**line, "share": line["share"] * part} for part in (0.37, 0.63)]


@pytest.mark.parametrize("name", ["consolidated", "alluvial", "transformative", "hybrid"])
def test_splitting_every_line_in_two_changes_nothing(arms, name) -> None:
    whole = load_strategy(name).model_dump(mode="json")
    halves = {
        phase: [half for line in whole[phase] for half in split(line)]
        for phase in ("normal", "emergency", "recovery")
    }
    found = simulate(scene(), strategy=variant(load_strategy(name), **halves), seed=1)
    assert not not_alike(arms[name], found)


@pytest.mark.parametrize("returns", ["concave", "linear"])
def test_splitting_a_line_changes_nothing_whatever_the_returns(returns) -> None:
    scenario = scene().with_set(f'purse.returns="{returns}"')
    one = plan(("street_work", 0.6), ("training", 0.2))
    two = plan(("street_work", 0.25), ("training", 0.2), ("street_work", 0.35))
    ends = [simulate(scenario, strategy=each, seed=1) for each in (one, two)]
    assert not not_alike(*ends)


# -- before the first euro ------------------------------------------------------------------------


@pytest.mark.parametrize("strategy", ["alluvial", "transformative", "hybrid", "none"])
def test_arms_are_one_to_the_bit_until_the_first_euro_differs(strategy) -> None:
    past = lived(scene(), DECISION, strategy="consolidated")
    arms = [past.fork(name, DECISION) for name in ("consolidated", strategy)]
    while arms[0].ledger.entries == arms[1].ledger.entries:
        assert not differences(arms[0].state, arms[1].state)
        for arm in arms:
            arm.step()
    assert differences(arms[0].state, arms[1].state)


def test_arms_that_part_in_the_emergency_are_one_until_then() -> None:
    usual = [("street_work", 0.5), ("service_staff", 0.3)]
    arms = [
        lived(scene(), DECISION, strategy=plan(*usual, emergency=[("training", share)]))
        for share in (0.2, 0.9)
    ]
    while arms[0].week < WATER:
        for arm in arms:
            arm.step()
        assert not differences(arms[0].state, arms[1].state)
    for arm in arms:
        arm.step()
    assert differences(arms[0].state, arms[1].state)


def test_a_line_that_cannot_yet_be_spent_changes_nothing() -> None:
    # Before any event nobody asks for argini: the euros stay in the purse.
    arms = [
        lived(scene(), WATER, strategy=plan(("training", 0.5), *more))
        for more in ([], [("argini", 0.4)])
    ]
    assert not differences(arms[0].state, arms[1].state)


# -- luck belongs to its owner --------------------------------------------------------------------


def test_an_extra_draw_leaves_the_others(monkeypatch) -> None:
    plainly = meet.run

    def with_more_draws(model: CommunityModel) -> None:
        ids = np.arange(50)
        for process in ("something new", "life", "help", "encounter"):
            model.streams.uniform(process, model.week, ids)
        model.streams.generator("something new", model.week).normal(size=3)
        model.random.random()
        model.rng.random()
        plainly(model)
        model.streams.uniform("group death", model.week, ids)

    before = lived(scene(), 14)
    monkeypatch.setattr(meet, "run", with_more_draws)
    assert not differences(before.state, lived(scene(), 14).state)


def life_events(monkeypatch, run) -> set[tuple[int, int, int]]:
    """Return (draw, citizen, kind) of every event of life during a run."""
    events: set[tuple[int, int, int]] = set()
    weeks = iter(range(10_000))
    plainly = need.live

    def noted(key, c, people, homes, aid, s, *rates):
        """Let life strike people without any need, in homes without damage; then as it is."""
        clear = np.zeros_like(opened(c).need)
        still = np.zeros_like(opened(homes).damage)
        out = opened(s).unmet.copy()
        plainly(
            key,
            instead(c, "need", clear),
            people,
            instead(homes, "damage", still),
            (0.0, 0.0, aid[2]),
            instead(s, "unmet", out),
            *rates,
        )
        plainly(key, c, people, homes, aid, s, *rates)
        week = next(weeks)
        events.update((week, int(i), int(k)) for i, k in np.argwhere(clear > 0.0))

    with monkeypatch.context() as patch:
        patch.setattr(need, "live", noted)
        run()
    return events


def test_life_strikes_the_same_people_in_every_arm(monkeypatch) -> None:
    struck = [
        life_events(monkeypatch, lambda name=name: lived(scene(), WEEKS, strategy=name))
        for name in SHIPPED
    ]
    assert len(struck[0]) > 100
    assert all(each == struck[0] for each in struck)


@pytest.mark.parametrize("process", ["encounter", "help", "hear", "act", "seek"])
def test_the_luck_of_one_process_is_not_that_of_another(monkeypatch, process) -> None:
    plainly = Streams._hash
    calm = life_events(monkeypatch, lambda: lived(scene(), 14))

    def reseeded(self: Streams, names: tuple[str, ...]) -> slice:
        return plainly(
            self, tuple(f"another {name}" if name == process else name for name in names)
        )

    monkeypatch.setattr(Streams, "_hash", reseeded)
    other = None

    def run() -> None:
        nonlocal other
        other = lived(scene(), 14)

    assert life_events(monkeypatch, run) == calm
    monkeypatch.undo()
    assert differences(lived(scene(), 14).state, other.state), "the process has no say at all"


def watch_keys(patch, note: Callable[[str, int, int], object]) -> None:
    """Have every key that the model asks for noted, by process and week."""
    one, several = Streams.key, Streams.keys

    def key(self: Streams, process: str, week: int = 0) -> np.uint64:
        found = one(self, process, week)
        note(process, week, int(found))
        return found

    def keys(self: Streams, processes: tuple[str, ...], week: int = 0) -> np.ndarray:
        found = several(self, processes, week)
        for process, each in zip(processes, found, strict=True):
            note(process, week, int(each))
        return found

    patch.setattr(Streams, "key", key)
    patch.setattr(Streams, "keys", keys)


def test_keys_know_nothing_of_the_strategy(monkeypatch) -> None:
    asked: dict[str, dict[tuple[str, int], int]] = {}

    for name in SHIPPED:
        mine = asked.setdefault(name, {})

        def noted(process: str, week: int, key: int, mine=mine) -> None:
            mine[process, week] = key

        with monkeypatch.context() as patch:
            watch_keys(patch, noted)
            lived(scene(), WEEKS, strategy=name)
    common = set.intersection(*(set(each) for each in asked.values()))
    assert len(common) > 400
    for key in common:
        assert len({each[key] for each in asked.values()}) == 1
    names = {process for each in asked.values() for process, _ in each}
    assert not [name for name in names for strategy in SHIPPED if strategy in name.split()]


def test_no_two_processes_share_a_key(monkeypatch) -> None:
    keys: dict[int, tuple[str, int]] = {}

    def noted(process: str, week: int, key: int) -> None:
        assert keys.setdefault(key, (process, week)) == (process, week)

    watch_keys(monkeypatch, noted)
    lived(scene(), WEEKS, strategy="hybrid")
