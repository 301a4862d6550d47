"""The dictionary of exported columns: complete, and each file in its own words."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from resilienza_sim.discovery import family
from resilienza_sim.experiments.analysis.analysis import TABLES, analyse
from resilienza_sim.experiments.columns import dictionary
from resilienza_sim.experiments.experiment import Factor
from resilienza_sim.experiments.plan import MetricInfo
from resilienza_sim.messages import catalogue
from resilienza_sim.model.contracts import Indicator, Metric
from tests.made_sweep import factor, grid, made_sweep


def study(*metrics: str, factors: Any = ()) -> Any:
    classes = family("metrics", Metric)
    told = {name: MetricInfo(classes[name].better, classes[name].unit) for name in metrics}
    return SimpleNamespace(
        manifest={"metrics": dict.fromkeys(metrics)},
        describe=told.__getitem__,
        factors=list(factors),
        strategies=["alluvial"],
        strategy_title=lambda name, lang: f"{name} ({lang})",
    )


def test_a_name_of_two_things_is_told_as_what_it_is_in_each_file() -> None:
    both = sorted(
        set(family("metrics", Metric))
        & {c for cls in family("indicators", Indicator).values() for c in cls.columns()}
    )
    assert both  # spent_eur, waiting_weeks: a metric of a run and an indicator of a week
    files = {"runs.csv": both, "series.csv": both, "points.csv": both, "comparison.csv": both}
    named = [Factor.model_validate(factor(name)) for name in both]
    rows = dictionary(study(*both, factors=named), files).set_index(["file", "column"])
    for lang in ("it", "en"):
        for name in both:
            for file, kind in (("runs.csv", "metric"), ("series.csv", "indicator")):
                title = catalogue(lang).raw(f"names.{kind}.{name}")
                assert str(rows.loc[(file, name), f"title_{lang}"]).startswith(title)
            factor_title = getattr(named[both.index(name)].title, lang)
            assert rows.loc[("points.csv", name), f"title_{lang}"] == factor_title


@pytest.mark.parametrize("swept", [True, False])
def test_every_column_of_an_analysis_is_told_in_both_languages(swept: bool, tmp_path: Any) -> None:
    made = made_sweep(
        tmp_path / "s",
        grid(x=[0.0, 1.0], y=[1.0, 2.0] if swept else [1.0]),
        lambda row, arm, k: {
            "loss_due_to_shocks": 80 + k * (1 + row["x"]) + len(arm),
            "spent_eur": 0.0 if arm == "none" else 5_000.0,
        },
        pairs=7,
        arms=("consolidated", "alluvial", "none"),
        metrics=("loss_due_to_shocks", "spent_eur"),
        factors=[factor("x"), factor("y")],
    )
    found = analyse(made, "loss_due_to_shocks")
    columns = {
        f"{name}.csv": ["decision", "metric", *found.tables[name].columns] for name in TABLES
    }
    rows = dictionary(made, columns)
    for row in rows.itertuples():
        for title in (row.title_it, row.title_en):
            assert title not in ("", row.column), (row.file, row.column)
    assert (rows["title_it"] != rows["title_en"]).mean() > 0.9
