"""The sentences about who is sure, from invented runs, in both languages."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from resilienza_sim.experiments.experiment import Stopping
from resilienza_sim.experiments.plan import MetricInfo
from resilienza_sim.report.sure import about, sure_lines
from resilienza_sim.statistics import judge

METRICS = {
    "loss_due_to_shocks": MetricInfo("lower", "% x weeks", 1.0),
    "unserved_share": MetricInfo("lower", "share", 0.01),
}


def _runs(pairs: int, shifts: dict[int, float], *, skewed: bool = False) -> pd.DataFrame:
    """Return runs whose difference at each point has just that mean, and deviation 1."""
    rows = []
    for point, shift in shifts.items():
        rng = np.random.default_rng(point)
        if skewed:
            noise = rng.lognormal(0, 1.5, size=pairs)
        else:
            half = rng.normal(size=pairs // 2)
            noise = np.r_[half, -half, np.zeros(pairs % 2)]
        noise = (noise - noise.mean()) / noise.std(ddof=1)
        for arm, own in (("old", 0.0 * noise), ("new", shift + noise)):
            rows += [
                {
                    "point": point,
                    "strategy": arm,
                    "replicate": k,
                    "status": "ok",
                    "loss_due_to_shocks": 20.0 + value,
                    "unserved_share": 0.2 + value / 100,
                }
                for k, value in enumerate(own)
            ]
    return pd.DataFrame(rows)


def _more(pairs: int, shift: float) -> int:
    """Return what the difference of some runs lacks, of which 1 matters."""
    runs = _runs(pairs, {0: shift})
    old, new = (runs.loc[runs["strategy"] == arm, "loss_due_to_shocks"] for arm in ("old", "new"))
    found = judge(old.to_numpy(), new.to_numpy(), direction=-1, effect_of_interest=1.0)
    return about(found.more_pairs)


MORE = _more(60, -1.2)


def _study(runs: pd.DataFrame, kind: str = "") -> Any:
    manifest = {
        "kind": kind,
        "decision": "2024-05-20",
        "metrics": {name: info.as_dict() for name, info in METRICS.items()},
        "titles": {"old": {"it": "Vecchia", "en": "Old"}, "new": {"it": "Nuova", "en": "New"}},
        "horizons": {},
    }
    study = SimpleNamespace(
        runs=runs,
        manifest=manifest,
        is_sweep=bool(kind),
        strategies=["old", "new"],
        baseline="old",
        describe=lambda name: METRICS[name],
    )
    if not kind:
        study.decisions = {"2024-05-20": study}
    return study


@pytest.mark.parametrize("lang", ["it", "en"])
@pytest.mark.parametrize(
    ("pairs", "shift", "told"),
    [
        (60, -3.0, {"it": "va meglio", "en": "does better"}),
        (60, 3.0, {"it": "va peggio", "en": "does worse"}),
        (60, 0.0, {"it": "fa una differenza piccola", "en": "makes a small difference"}),
        (60, -1.2, {"it": f"circa {MORE} coppie in più", "en": f"about {MORE} more pairs"}),
        (60, -1.0, {"it": "100.000 coppie", "en": "100,000 pairs"}),
        (3, -3.0, {"it": "solo 3 coppie", "en": "only 3 pairs"}),
    ],
)
def test_each_case_has_its_sentence(
    pairs: int, shift: float, told: dict[str, str], lang: str
) -> None:
    head, line, method = sure_lines(_study(_runs(pairs, {0: shift})), lang)
    assert told[lang] in line
    assert {"it": "Nuova", "en": "New"}[lang] in line
    assert {
        "it": "Disagio in più accumulato per gli eventi critici",
        "en": "Added hardship due to shocks",
    }[lang] in line
    assert str(pairs) in head
    assert "95 %" in method


def test_a_width_asked_for_and_a_share_in_points() -> None:
    study = _study(_runs(60, {0: -1.4}))
    narrow = Stopping(metrics=("unserved_share",), half_width={"unserved_share": 0.01})
    line = sure_lines(study, "en", narrow)[1]
    assert "as closely as asked" in line
    assert "−1.40" in line
    tiny = Stopping(metrics=("unserved_share",), half_width={"unserved_share": 1e-9}, decided=False)
    assert "as narrow as asked" in sure_lines(study, "en", tiny)[1]


def test_uneven_undefined_and_empty_are_told() -> None:
    assert "A few pairs" in sure_lines(_study(_runs(60, {0: -9.0}, skewed=True)), "en")[1]
    runs = _runs(60, {0: -9.0})
    runs.loc[runs["replicate"] < 4, "loss_due_to_shocks"] = np.nan
    assert "undefined: 4" in sure_lines(_study(runs), "en")[1]
    runs["loss_due_to_shocks"] = np.nan
    assert "no pair has a value" in sure_lines(_study(runs), "en")[1]


@pytest.mark.parametrize("lang", ["it", "en"])
def test_a_sweep_is_told_in_sums(lang: str) -> None:
    runs = _runs(60, {0: -9.0, 1: -1.2, 2: -1.0, 3: 0.0})
    study = _study(runs, "sweep")
    rule = Stopping(metrics=("loss_due_to_shocks",))
    head, line, _ = sure_lines(study, lang, rule)
    assert {"it": "2 su 4", "en": "2 of 4"}[lang] in head
    assert f" {MORE} " in line
    assert "100" in line
    few = sure_lines(_study(_runs(4, {0: -9.0}), "sweep"), lang, rule)[1]
    assert {"it": "troppo poche", "en": "too few"}[lang] in few


def test_about_is_two_figures_rounded_up() -> None:
    assert [about(n) for n in (1, 9, 42, 101, 119, 1_234)] == [1, 9, 42, 110, 120, 1_300]
