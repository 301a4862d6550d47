from __future__ import annotations

import pickle

import fake_model
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.plan import MetricInfo


def test_every_run_has_a_name_of_its_own() -> None:
    plan = fake_model.plan(5)
    names = {run.run_id for run in plan.runs()}
    assert len(names) == len(list(plan.runs())) == 5 * 2 * 3
    assert all(len(name) == 16 for name in names)


@pytest.mark.parametrize(
    "change",
    [
        {"scenario": {"hash": "1" * 16, "text": "{}"}},
        {"seed": 8},
        {"citizens": 101},
        {"model_version": "0.2"},
        {"strategy_texts": dict.fromkeys(fake_model.STRATEGIES, "{}")},
    ],
)
def test_a_change_of_what_a_run_depends_on_changes_its_name(change: dict[str, object]) -> None:
    before = {run.run_id for run in fake_model.plan(2).runs()}
    after = fake_model.plan(2, **change)
    assert not before & {run.run_id for run in after.runs()}
    assert after.hash != fake_model.plan(2).hash


def test_more_pairs_or_another_baseline_keep_the_names() -> None:
    small, large = fake_model.plan(2), fake_model.plan(4, baseline="alluvial")
    assert {run.run_id for run in small.runs()} < {run.run_id for run in large.runs()}
    assert small.hash == large.hash


def test_tasks_hold_what_is_missing_and_skip_the_rest() -> None:
    plan = fake_model.plan(2)
    done = {run.run_id for run in plan.runs() if run.strategy != "alluvial" or run.replicate == 1}
    (task,) = plan.tasks(done)
    assert task.replicate == 0
    assert {run.strategy for run in task.runs} == {"alluvial"}
    assert task.wants(fake_model.DECISIONS[0], "alluvial")
    assert not task.wants(fake_model.DECISIONS[0], "transformative")
    one = task.only(task.runs[0])
    assert one.runs == task.runs[:1]
    assert pickle.loads(pickle.dumps(one)) == one


def test_a_plan_without_pairs_or_baseline_is_refused() -> None:
    with pytest.raises(ResilienzaError, match="pairs is 0"):
        fake_model.plan(0)
    with pytest.raises(ResilienzaError, match="Did you mean “alluvial”"):
        fake_model.plan(2, baseline="aluvial")


def test_metric_information_survives_the_manifest() -> None:
    info = MetricInfo("lower", "weeks", 1.5, {"it": "settimane"})
    assert MetricInfo.of(info.as_dict()) == info
    assert MetricInfo.of({"better": "higher", "title": "x"}).title == {"it": "x", "en": "x"}
    assert [MetricInfo(b).direction for b in ("lower", "higher", "neither", "")] == [-1, 1, 0, 0]
