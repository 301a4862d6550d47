import json
from datetime import date

import numpy as np
import pytest

from resilienza_sim.report.reading import as_float, facts_of, look_up
from resilienza_sim.report.view import decisions, row_means
from resilienza_sim.words import Words


@pytest.fixture(scope="module")
def views(study):
    return decisions(study, Words("it"))


def test_every_decision_week_has_its_view_in_order_of_date(views):
    assert [view.key for view in views] == ["2020-02-24", "2023-05-01"]
    assert [view.week for view in views] == [7, 173]
    assert views[1].date_of(173) == date(2023, 5, 1)


def test_the_baseline_comes_first_and_each_arm_has_its_look(views):
    names = [arm.name for arm in views[0].arms]
    assert names == ["consolidated", "alluvial", "transformative", "hybrid", "none"]
    assert [arm.order for arm in views[0].arms] == [0, 1, 2, 3, 4]
    assert views[0].arms[2].title == "Resilienza trasformativa"


def test_arms_are_held_against_the_baseline_and_the_first_other(views):
    couples = [(c.baseline.name, c.strategy.name) for c in views[0].comparisons]
    assert couples[:4] == [
        ("consolidated", x) for x in ("alluvial", "transformative", "hybrid", "none")
    ]
    assert couples[4:] == [("alluvial", x) for x in ("transformative", "hybrid", "none")]


def test_the_main_metric_is_the_first_row(views):
    for each in views[0].comparisons:
        assert each.rows[0] is each.headline


def test_rows_agree_with_the_study(views, study):
    row = views[0].comparisons[1].headline
    table = study.table("loss_due_to_shocks")
    assert row.mean_baseline == pytest.approx(table["consolidated"].mean())
    assert row.mean_strategy - row.mean_baseline == pytest.approx(row.difference)
    assert row.gain == -1
    assert row.effect == 40.0


def test_shares_are_told_in_percentage_points(views, study):
    comparison = study.comparison(["robustness"]).iloc[0]
    row = next(r for r in views[0].comparisons[0].rows if r.metric == "robustness")
    assert row.difference == pytest.approx(100 * comparison["mean_difference"])
    assert row.effect == pytest.approx(2.0)


def test_means_of_censored_times_are_cut_like_the_comparison(views):
    for each in views[0].comparisons:
        row = next(r for r in each.rows if r.metric == "recovery_weeks")
        assert row.censored > 0
        assert row.mean_strategy - row.mean_baseline == pytest.approx(row.difference)


def test_metrics_against_the_verdict_are_found(make_study):
    arms = ("consolidated", "transformative")
    study = make_study(decisions=("2020-02-24",), strategies=arms, strength=2.0, pairs=16)
    (transformative,) = decisions(study, Words("it"))[0].comparisons
    judged = transformative.headline
    assert judged.verdict == "better"
    worse = transformative.others(judged, "worse")
    assert [(row.metric, row.verdict) for row in worse] == [("unserved_share", "worse")]
    better = transformative.others(judged, "better")
    assert "robustness" in {row.metric for row in better}
    assert {row.verdict for row in better} == {"better"}
    assert judged not in better


def test_a_metric_that_does_not_stand_with_all_the_others_is_not_told(make_study):
    study = make_study(decisions=("2020-02-24",), pairs=16)
    transformative = decisions(study, Words("it"))[0].comparisons[1]
    row = next(row for row in transformative.rows if row.metric == "unserved_share")
    assert row.low > row.effect  # its interval by itself says that it is worse
    assert row.kind == "undecided"
    assert transformative.others(transformative.headline, "worse") == ()


def test_shocks_are_dated_and_sorted(views):
    assert [span.first for span in views[0].shocks] == sorted(s.first for s in views[0].shocks)
    flood = views[0].shocks[1]
    assert (flood.title, flood.first) == ("Alluvione, Borgo", date(2023, 5, 2))
    assert flood.start_week == pytest.approx(173 + 1 / 7)


def test_weekly_values_pair_by_replicate_when_runs_are_missing(make_study):
    study = make_study(
        weeks=40, decisions=("2020-02-24",), strategies=("consolidated", "hybrid"), pairs=4
    )
    runs = study.runs
    lost = (runs["strategy"] == "hybrid") & (runs["replicate"] == 1)
    study.runs = runs[~lost].reset_index(drop=True)
    view = decisions(study, Words("it"))[0]
    values = view.weekly("quality", "hybrid")
    assert values.shape == (4, 40)
    assert np.isnan(values[1]).all()
    assert np.isfinite(values[[0, 2, 3]]).all()
    assert np.isnan(view.since_decision("quality", "hybrid")[1])
    assert view.weekly("quality", "nobody").shape == (4, 40)


def test_row_means_of_nothing_are_undefined():
    means = row_means(np.array([[1.0, np.nan], [np.nan, np.nan]]))
    assert means[0] == 1.0
    assert np.isnan(means[1])


def test_a_manifest_is_read_in_any_of_its_forms():
    texts = {"a": json.dumps({"title": {"it": "A"}})}
    manifest = {
        "scenario": {"hash": "x", "text": json.dumps({"name": "n", "shocks": []}), "shocks": [1]},
        "strategies": ["a", "b"],
        "strategy_texts": texts,
    }
    found = facts_of(manifest)
    assert found["scenario"] == {"name": "n", "shocks": [1], "hash": "x"}
    assert found["strategies"] == {"a": {"title": {"it": "A"}}, "b": {}}
    assert facts_of({"strategies": {"a": {"title": "A"}}})["strategies"] == {"a": {"title": "A"}}
    assert facts_of({"scenario": {"text": "not json"}})["scenario"] == {}


def test_look_up_and_as_float_never_fail():
    assert look_up({"a": {"b": 1}}, "a", "b") == 1
    assert look_up({"a": 1}, "a", "b") is None
    assert as_float("x", 2.0) == 2.0
    assert np.isnan(as_float(None))


def test_the_length_of_a_shock_is_read_from_the_scenario_when_not_told():
    from resilienza_sim.report.reading import shock_weeks
    from resilienza_sim.scenario import Scenario

    text = {"it": "x", "en": "x"}
    scenario = Scenario.model_validate(
        {
            "name": "x",
            "title": text,
            "description": text,
            "town": {"municipality": "Faenza"},
            "quarters": [{"name": "all", "share": 1.0}],
            "time": {"start": "2020-01-06", "weeks": 260, "decisions": ["2020-02-24"]},
            "shocks": [{"kind": "flood", "start": "2023-05-02", "label": "Flood"}],
        }
    )
    lengths = shock_weeks(scenario.model_dump_json())
    assert 1 <= lengths[0] <= 60
    assert shock_weeks("{}") == {}


@pytest.mark.parametrize(
    "shock",
    [
        {"start": "9999-12-31"},
        {"start": "9999-12-27", "weeks": 520},
        {"start": "2020-03-02", "weeks": 1e12},
        {"start": "2020-03-02", "after_weeks": 1e9},
        {"start": "0001-01-01", "weeks": 10},
        {"start": "2020-03-02", "weeks": float("inf")},
    ],
)
def test_shocks_at_the_end_of_the_calendar_break_nothing(shock, small):
    told_here = {**small.manifest, "scenario": {**facts_of(small.manifest)["scenario"]}}
    told_here["scenario"]["shocks"] = [{"kind": "flood", "label": "x", **shock}]
    study = type(small)(small.folder, told_here)
    (view,) = decisions(study, Words("it"))
    for span in view.shocks:
        assert span.first <= span.last
        assert span.start_week <= span.end_week
    assert view.date_of(10**9).year == 9999
