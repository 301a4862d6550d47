from __future__ import annotations

import math
import shutil
from datetime import date
from pathlib import Path

import fake_model
import numpy as np
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.plan import MetricInfo
from resilienza_sim.experiments.run import run_plan
from resilienza_sim.experiments.study import Study


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("study") / "s"
    run_plan(fake_model.plan(30), fake_model.runner(), folder)
    return Study.open(folder)


def test_frames_are_tidy(study: Study) -> None:
    assert list(study.runs.columns[:7]) == [
        "run_id",
        "point",
        "strategy",
        "replicate",
        "seed",
        "status",
        "error",
    ]
    assert study.metrics == ["loss_due_to_shocks", "rarely_defined", "recovery_weeks", "robustness"]
    assert list(study.series.columns) == ["run_id", "week", "bridging", "quality"]
    assert study.series["bridging"].isna().sum() == 90 * 2
    tidy = study.tidy_series("quality")
    assert list(tidy.columns) == ["run_id", "strategy", "replicate", "week", "quality"]
    assert len(tidy) == len(study.series)
    assert study.table("loss_due_to_shocks").shape == (30, 3)
    assert len(study.timings) == 90


def test_decision_dates_lead_to_each_other(study: Study) -> None:
    assert list(study.decisions) == [date(2020, 2, 24), date(2023, 5, 1)]
    assert study.decisions[study.decision] is study
    other = study.decisions[date(2023, 5, 1)]
    assert other.decisions[date(2020, 2, 24)].folder == study.folder
    assert not np.allclose(other.table("loss_due_to_shocks"), study.table("loss_due_to_shocks"))


def test_a_study_taken_elsewhere_stands_alone(study: Study, tmp_path: Path) -> None:
    copy = tmp_path / "a" / "b" / "c"
    shutil.copytree(study.folder / "decisions" / "2023-05-01", copy)
    assert list(Study.open(copy).decisions) == [date(2023, 5, 1)]
    assert len(Study.open(copy).runs) == 90


def test_comparison_has_a_row_for_each_metric_and_pair(study: Study) -> None:
    table = study.comparison()
    assert list(table.columns[:10]) == [
        "metric",
        "baseline",
        "strategy",
        "mean_difference",
        "low",
        "high",
        "dz",
        "p_better",
        "a12",
        "verdict",
    ]
    assert {"median_difference", "n", "correlation", "effect_of_interest", "skewness"} <= set(
        table.columns
    )
    assert "p_value" not in table.columns
    pairs = table.loc[table["metric"] == "loss_due_to_shocks", ["baseline", "strategy"]]
    assert pairs.to_numpy().tolist() == [
        ["consolidated", "alluvial"],
        ["consolidated", "transformative"],
        ["alluvial", "transformative"],
    ]
    assert len(table) == 3 * 4


def test_a_difference_is_strategy_less_baseline(study: Study) -> None:
    row = study.comparison(["loss_due_to_shocks"], baseline="alluvial").set_index("strategy").loc
    wide = study.table("loss_due_to_shocks")
    mean = (wide["transformative"] - wide["alluvial"]).mean()
    assert row["transformative"]["mean_difference"] == pytest.approx(mean)
    assert row["transformative"]["verdict"] == "better"
    assert row["transformative"]["correlation"] > 0.9
    assert row["consolidated"]["baseline"] == "alluvial"
    assert row["consolidated"]["verdict"] == "equivalent"


def test_a_row_does_not_depend_on_the_others(study: Study) -> None:
    whole = study.comparison().set_index(["metric", "baseline", "strategy"])
    alone = study.comparison(["robustness"], baseline="consolidated")
    same = whole.loc[("robustness", "consolidated", "alluvial")]
    assert alone.loc[alone["strategy"] == "alluvial", "low"].item() == same["low"]


def test_undefined_pairs_are_dropped_and_censored_ones_kept(study: Study) -> None:
    table = study.comparison(baseline="consolidated").set_index(["metric", "strategy"])
    rarely = table.loc[("rarely_defined", "alluvial")]
    assert (rarely["n"], rarely["dropped"], rarely["verdict"]) == (20, 10, "undecided")
    assert math.isnan(rarely["effect_of_interest"])
    time = table.loc[("recovery_weeks", "transformative")]
    assert time["n"] == 30
    assert time["censored"] > 0


def test_p_values_come_only_when_asked(study: Study) -> None:
    table = study.comparison(p_values=True)
    defined = table.dropna(subset="p_value")
    assert (defined["p_holm"] >= defined["p_value"]).all()
    assert len(defined) >= 9


def test_summary_and_variance(study: Study) -> None:
    summary = study.summary().set_index("strategy")
    values = study.table("loss_due_to_shocks")["alluvial"]
    assert summary.loc["alluvial", "tail"] == pytest.approx(np.quantile(values, 0.9))
    assert summary.loc["alluvial", "worst"] == values.max()
    assert study.summary("robustness").set_index("strategy").loc["alluvial", "worst"] == (
        study.table("robustness")["alluvial"].min()
    )
    shares = study.variance()
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["replicate"] > shares["arm"] > shares["interaction"]


def test_the_verdict_is_one_sentence_in_each_language(study: Study) -> None:
    said = study.verdict(baseline="alluvial", strategy="transformative", lang="it")
    assert said.startswith(
        "Nel modello, data questa storia, «transformative» va meglio di «alluvionale»: il disagio"
        " in più accumulato per gli eventi critici è minore di 2,"
    )
    assert " punti·settimana in media (−" in said
    assert "Su 30 coppie di prove, in" in said
    said = study.verdict(baseline="transformative", strategy="alluvial", lang="en")
    assert (
        "“alluvial” does worse than “transformative”: the added hardship due to shocks is higher"
        in said
    )
    assert "forecast" not in said
    said = study.verdict(strategy="alluvial", lang="en")
    assert "the difference is small: the added hardship due to shocks" in said
    assert "95% interval" in said
    assert "below the threshold that the program calls useful (0.5 point-weeks)" in said


def test_the_verdict_names_the_metrics_that_disagree(tmp_path: Path) -> None:
    turned = {**fake_model.METRICS, "robustness": MetricInfo("lower", "", 0.001)}
    folder = run_plan(fake_model.plan(30, metrics=turned), fake_model.runner(), tmp_path / "s")
    study = Study.open(folder)
    said = study.verdict(strategy="transformative", lang="en")
    assert "With “transformative” these get worse: “Lowest point of the quality of life”." in said
    assert "get better" not in said
    agreed = Study.open(run_plan(fake_model.plan(30), fake_model.runner(), tmp_path / "t"))
    assert "no other outcome surely gets worse." in agreed.verdict(
        strategy="transformative", lang="en"
    )


@pytest.mark.parametrize("lang", ["it", "en"])
@pytest.mark.parametrize("effect", [None, 0.0, 0.5, 2.2, 50.0])
def test_every_verdict_has_its_words(
    study: Study, monkeypatch: pytest.MonkeyPatch, lang: str, effect: float | None
) -> None:
    monkeypatch.setattr(
        study, "describe", lambda metric: MetricInfo("lower", "%·weeks", effect), raising=True
    )
    for metric in study.metrics:
        for old, new in study.pairs_of_arms():
            said = study.verdict(metric, baseline=old, strategy=new, lang=lang)
            assert "{" not in said
            assert "nan" not in said


@pytest.mark.parametrize(("pairs", "words"), [(1, "at least 6"), (3, "at least 6")])
def test_few_pairs_are_said_to_be_few(tmp_path: Path, pairs: int, words: str) -> None:
    folder = run_plan(fake_model.plan(pairs), fake_model.runner(), tmp_path / "s")
    study = Study.open(folder)
    assert words in study.verdict(lang="en")
    assert set(study.comparison()["verdict"]) == {"undecided"}
    assert "No pair of runs" in study.verdict("rarely_defined", lang="en") or pairs > 1


def test_one_arm_compares_with_nothing(tmp_path: Path) -> None:
    plan = fake_model.plan(2, strategy_texts={"consolidated": "{}"})
    study = Study.open(run_plan(plan, fake_model.runner(), tmp_path / "s"))
    assert study.comparison().empty
    assert list(study.comparison().columns[:3]) == ["metric", "baseline", "strategy"]


def test_names_that_do_not_exist_are_told_with_the_nearest(study: Study) -> None:
    with pytest.raises(ResilienzaError, match="Did you mean “alluvial”"):
        study.comparison(baseline="aluvial")
    with pytest.raises(ResilienzaError, match="Did you mean “robustness”"):
        study.verdict("robustnes")


def test_a_study_of_failures_opens(tmp_path: Path) -> None:
    def fails(task: object) -> list[object]:
        raise ValueError("no")

    study = Study.open(run_plan(fake_model.plan(2), fails, tmp_path / "s"))
    assert len(study.failures) == 6
    assert study.series.empty
    assert study.comparison().empty
    with pytest.raises(ResilienzaError, match="not one of the metrics"):
        study.verdict()


def test_a_diagnosis_is_never_named_in_a_verdict(tmp_path: Path) -> None:
    said = []
    for diagnosis in (False, True):
        other = MetricInfo("higher", "", 0.5, {"it": "la diagnosi"}, diagnosis)
        metrics = {**fake_model.METRICS, "rarely_defined": other}
        folder = tmp_path / str(diagnosis)
        run_plan(fake_model.plan(30, metrics=metrics), fake_model.runner(), folder)
        said.append(Study.open(folder).verdict("robustness", strategy="transformative"))
    assert "la diagnosi" in said[0]
    assert "la diagnosi" not in said[1]
