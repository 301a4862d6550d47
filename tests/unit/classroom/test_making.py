from __future__ import annotations

import numpy as np
import pytest

from resilienza_sim.classroom.making import TWO_WAYS_OUT, bought_by, record
from resilienza_sim.classroom.recording import FLAGS
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.metrics.losses import loss
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.simulation import replicate_seed, simulate, trajectory_of
from resilienza_sim.worlds import ranges_here, world
from tests.small import plan


def test_the_town_that_is_watched_is_the_one_that_simulate_runs(scenario, recording) -> None:
    for arm in recording.arms:
        life = simulate(scenario, strategy=arm.name, seed=1)
        found = np.array(arm.indicators["quality"], dtype=float)
        np.testing.assert_allclose(found, life.values["quality"], rtol=1e-4)
        due = recording.watched.due_to_shocks[arm.name]
        assert due == pytest.approx(life.metrics["loss_due_to_shocks"], abs=1e-3)


def test_the_other_towns_are_the_worlds_of_a_comparison(scenario, recording) -> None:
    assert [pair.number for pair in recording.pairs] == [0, 1]
    name = recording.arms[1].name
    life = simulate(scenario, strategy=name, seed=1, world=1)
    assert recording.pairs[1].everyday[name] == pytest.approx(
        life.metrics["loss_everyday"], abs=1e-3
    )


def test_what_an_action_spares_is_the_loss_without_it_less_the_loss_with_it(
    scenario, recording
) -> None:
    arms = {arm.name: arm for arm in scenario.arms(TWO_WAYS_OUT)}
    for pair in recording.pairs:
        assert {*pair.spared} == {*arms}
        for name, spared in pair.spared.items():
            assert tuple(spared) == bought_by(arms[name])
    assert any(value != 0.0 for value in recording.pairs[0].spared["transformative"].values())

    here = world(scenario, list(arms.values()), ranges_here(scenario), 1, 1)
    past = CommunityModel(here.scenario, rng=replicate_seed(1, 1), decision=30)
    past.run_to(here.scenario.decision_weeks[0])
    losses = []
    for muted in (frozenset({"argini"}), frozenset()):
        model = past.fork(here.arms[0])
        model.muted = muted
        model.run_to(30)
        losses.append(loss(trajectory_of(model, 1, "").series("quality")))
    found = recording.pairs[1].spared["alluvial"]["argini"]
    assert found == pytest.approx(losses[0] - losses[1], abs=2e-3)


def test_arms_are_alike_until_the_decision_and_part_after_it(recording) -> None:
    one, other = (np.array(arm.suffering) for arm in recording.arms)
    decision = recording.scene.decision
    assert (one[:, :decision] == other[:, :decision]).all()
    assert (one[:, decision:] != other[:, decision:]).any()


def test_the_flood_is_an_event_and_is_seen_on_people(recording) -> None:
    first = recording.scene.events[0]
    assert (first.kind, first.first) == ("flood", 8)
    assert [each.kind for each in recording.scene.events] == ["flood", "pandemic"]
    hit = 1 << FLAGS.index("hit")
    flags = np.array(recording.arms[0].flags)
    assert (flags[:, first.first] & hit).any()
    assert not (flags[:, first.first - 1] & hit).any()


def test_euros_are_the_whole_towns(scenario, recording) -> None:
    scale = recording.scene.residents / recording.scene.citizens
    for arm in recording.arms:
        life = simulate(scenario, strategy=arm.name, seed=1)
        cents = sum(cents for week, *_, cents in life.ledger.entries if week >= 0)
        weekly = np.sum(list(arm.spent_eur.values()), axis=0)
        assert weekly.sum() == pytest.approx(scale * cents / 100.0, rel=1e-3)
        after = weekly[recording.scene.decision :]
        assert after.mean() * 52 == pytest.approx(scenario.purse_eur, rel=0.25)


def test_the_same_seed_is_the_same_recording_and_another_is_not(scenario, recording) -> None:
    assert record(scenario, pairs=0).arms == recording.arms
    assert record(scenario, seed=2, pairs=0).arms != recording.arms


def test_the_name_of_a_strategy_is_only_a_name(scenario) -> None:
    lines = [("street_work", 0.5), ("cash_support", 0.4)]
    found = record(scenario, [plan(*lines, name="one"), plan(*lines, name="two")], pairs=0)
    one, two = found.arms
    assert one.suffering == two.suffering
    assert one.flags == two.flags
    assert one.trust == two.trust


def test_progress_is_told_and_bad_numbers_are_refused(scenario) -> None:
    seen: list[tuple[int, int]] = []
    record(scenario, pairs=1, done=lambda so_far, runs: seen.append((so_far, runs)))
    assert seen == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
    with pytest.raises(ResilienzaError):
        record(scenario, pairs=101)
    with pytest.raises(ResilienzaError) as problem:
        record(scenario, ["alluvial"], pairs=0)
    assert problem.value.key == "recording_arms"
