"""Many arms on one past: the model's own results, euros to the cent, resuming."""

from __future__ import annotations

import pickle
from pathlib import Path

import fake_model
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments.histories import Histories
from resilienza_sim.experiments.many_arms import decision_index, made_plan, read_values
from resilienza_sim.experiments.plan import CHUNK, Arm, Plan
from resilienza_sim.experiments.progress import Stages
from resilienza_sim.experiments.run import run_plan
from resilienza_sim.experiments.runner import Bench
from resilienza_sim.experiments.store import Store
from resilienza_sim.simulation import simulate
from tests.fake_arms import CAMPAIGN, CASH, STAFF, Town, live_in
from tests.small import day, flood, plan, town

SCENARIO = town(citizens=80, weeks=14, decisions=(2, 6), shocks=[flood(4)])
OWN = plan((CASH, 0.5), (STAFF, 0.4), (CAMPAIGN, 0.1))
TWIN = plan((CASH, 0.5), (STAFF, 0.4), (CAMPAIGN, 0.1), name="twin")


def make(*arms: Arm, pairs: int = 2, scenario=SCENARIO, seed=1, decision=0, histories=None) -> Plan:
    bench = Bench({"": scenario}, (OWN,), decision, series=(), euros=True, histories=histories)
    by_pair = [tuple(arm.name for arm in arms)] * pairs
    return made_plan("attribution", bench, {arm.name: arm for arm in arms}, seed, by_pair=by_pair)


def many(n: int) -> list[Arm]:
    return [Arm(f"arm{k}", OWN) for k in range(n)]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory):
    """A study of the real model: an arm, its twin, parts of it and nothing of it."""
    kinds = (CAMPAIGN, CASH, STAFF)
    arms = [
        Arm("whole", OWN),
        Arm("twin", TWIN),
        Arm("no_cash", OWN, (CASH,)),
        Arm("nothing", OWN, kinds),
        Arm("cut", plan((STAFF, 0.4), (CAMPAIGN, 0.1), name="cut")),
        Arm("unspent", plan(name="idle")),
    ]
    folder = tmp_path_factory.mktemp("lived")
    made = make(*arms, pairs=1, decision=1)
    run_plan(made, made.bench.run, folder)
    return read_values(folder, made).loc[0]


def test_an_arm_is_what_simulate_gives(lived) -> None:
    alone = simulate(SCENARIO, strategy=OWN, seed=1, decision=day(6))
    for name, value in alone.metrics.items():
        kept = lived[name]["whole"]
        assert (value is None and kept != kept) or kept == pytest.approx(value, rel=1e-15), name


def test_a_name_changes_nothing(lived) -> None:
    drop = ["run_id"]
    assert lived.loc["whole"].drop(drop).equals(lived.loc["twin"].drop(drop))


def test_euros_add_up_to_the_cent(lived) -> None:
    columns = [name for name in lived if name.startswith("eur_")]
    total = lived[columns].fillna(0.0).sum(axis=1)
    assert total.to_numpy() == pytest.approx(lived["spent_eur"].to_numpy(), abs=1e-6)
    assert lived["received_eur"].nunique() == 1
    assert lived["received_eur"].iloc[0] > 0.0


def test_set_aside_euros_buy_nothing_and_go_to_nobody(lived) -> None:
    whole, part, cut = lived.loc["whole"], lived.loc["no_cash"], lived.loc["cut"]
    assert not part["eur_cash_support"] > 0.0
    assert whole["set_aside_eur"] == 0.0
    assert part["set_aside_eur"] > 0.0
    assert part["loss_total"] != whole["loss_total"]
    # Lines simply cut out leave savings, which swell what the others spend.
    assert cut["eur_campaign"] > 1.01 * part["eur_campaign"]
    assert part["eur_campaign"] == pytest.approx(whole["eur_campaign"], rel=0.03)


def test_nothing_funded_is_as_if_the_purse_stayed_shut(lived) -> None:
    euros = {"run_id", "set_aside_eur", *(name for name in lived if name.startswith("eur_"))}
    left = [name for name in lived if name not in euros]
    one, other = lived.loc["nothing", left], lived.loc["unspent", left]
    assert one.equals(other)
    assert one["spent_eur"] == 0.0


def test_tasks_hold_a_handful_of_arms_of_one_replicate() -> None:
    made = make(*many(2 * CHUNK + 3), pairs=3)
    sizes = [(task.replicate, len(task.runs)) for task in made.tasks()]
    assert sizes == [(r, n) for r in range(3) for n in (CHUNK, CHUNK, 3)]
    for task in made.tasks():
        assert {arm.name for arm in task.arms} == {run.strategy for run in task.runs}
    assert made.total == len(list(made.runs())) == len({run.run_id for run in made.runs()})


def test_a_run_is_named_by_all_that_it_depends_on() -> None:
    def first(**changes) -> str:
        arms = changes.pop("some", many(1))
        return next(make(*arms, **changes).runs()).run_id

    same = first()
    assert first(pairs=9) == same
    others = [
        first(seed=2),
        first(decision=1),
        first(histories=Histories()),
        first(histories=Histories(shift_weeks=1)),
        first(scenario=SCENARIO.with_citizens(81)),
        first(some=[Arm("arm0", OWN, (CAMPAIGN,))]),
        first(some=[Arm("arm0", plan((CAMPAIGN, 0.1)))]),
        first(some=[Arm("arm1", OWN)]),
    ]
    assert len({same, *others}) == len(others) + 1


def test_the_bytes_are_those_of_an_undisturbed_study(tmp_path: Path, monkeypatch) -> None:
    seen = live_in(monkeypatch, Town({CAMPAIGN: 1.0}, faults={("arm30", 1)}))
    made = make(*many(40), pairs=3)
    run_plan(made, made.bench.run, tmp_path / "a")
    statuses = Store(tmp_path / "a").statuses()
    assert sorted(statuses.values()).count("error") == 1
    assert len(read_values(tmp_path / "a", made)) == 119
    seen.faults.clear()
    runs = len(seen.runs)
    run_plan(made, made.bench.run, tmp_path / "a")
    assert len(seen.runs) == runs + 1
    run_plan(made, made.bench.run, tmp_path / "b")
    assert fake_model.contents(tmp_path / "a") == fake_model.contents(tmp_path / "b")


def test_more_arms_and_pairs_go_into_the_same_folder(tmp_path: Path, monkeypatch) -> None:
    seen = live_in(monkeypatch, Town({}))
    for n, pairs in ((3, 2), (5, 4), (2, 1)):
        made = make(*many(n), pairs=pairs)
        run_plan(made, made.bench.run, tmp_path / "s")
        assert len(read_values(tmp_path / "s", made)) == n * pairs
    assert len(seen.runs) == 20
    told = manifests.read(tmp_path / "s")
    assert told is not None
    assert told["pairs"] == 4
    assert len(told["strategies"]) == 5
    other = make(*many(3), scenario=SCENARIO.with_values({"shocks.0.peak": 0.9}))
    with pytest.raises(ResilienzaError) as refused:
        run_plan(other, other.bench.run, tmp_path / "s")
    assert "shocks.0.peak" in refused.value.text("en")


def test_its_baseline_is_a_strategy_that_arms_are_made_from(tmp_path: Path, monkeypatch) -> None:
    live_in(monkeypatch, Town({}))
    made = make(*many(2))
    run_plan(made, made.bench.run, tmp_path / "s")
    told = manifests.read(tmp_path / "s")
    assert told is not None
    assert told["baseline"] == OWN.name
    assert OWN.name not in told["strategies"]
    manifests.write(tmp_path / "s", {**told, "baseline": "arm0"})
    with pytest.raises(ResilienzaError) as refused:
        manifests.read(tmp_path / "s")
    assert f"not one of its strategies: {OWN.name}" in refused.value.text("en")


def test_progress_over_several_plans_is_one() -> None:
    told: list[tuple[int, int, float | None]] = []
    stages = Stages(lambda *a: told.append(a), [10, 6, 4])
    stages(0, 10, None)
    stages(5, 10, 5.0)
    stages(10, 10, 0.0)
    stages.finished()
    stages(8, 14, None)  # eight of them kept from before
    stages(14, 14, 0.0)
    stages.finished()
    stages(4, 4, 0.0)
    assert told == [
        (0, 20, None),
        (5, 20, 15.0),
        (10, 20, 10.0),  # the others, at the pace of the last
        (10, 20, 10.0),
        (16, 20, 4.0),
        (20, 20, 0.0),
    ]


def test_runner_and_tasks_travel_to_workers() -> None:
    made = make(Arm("part", OWN, (CAMPAIGN,)), histories=Histories(shift_weeks=3))
    for task in made.tasks():
        runner, there = pickle.loads(pickle.dumps((made.bench.run, task)))
        assert runner.__self__ == made.bench
        assert there.runs == task.runs
        (arm,) = there.arms
        assert arm.text == made.made["part"].text
        assert arm.strategy.lines(0) == OWN.lines(0)


def test_decisions_and_names_are_checked() -> None:
    assert decision_index(SCENARIO, None) == 0
    assert decision_index(SCENARIO, day(6)) == 1
    with pytest.raises(ResilienzaError):
        decision_index(SCENARIO, day(7))
    assert SCENARIO.arms([OWN, TWIN, OWN]) == (OWN, TWIN)
    with pytest.raises(ResilienzaError):
        SCENARIO.arms([OWN, plan((CAMPAIGN, 1.0))])
    with pytest.raises(ResilienzaError):
        make(*many(1), pairs=0)
