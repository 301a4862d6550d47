"""A folder is opened as what it holds, and by the command that can read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from resilienza_sim import load_study
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments.exchange.export import export_csv
from resilienza_sim.experiments.plan import COMPARISON, SWEEP
from resilienza_sim.experiments.study import Study
from tests import kept


def folder_of(kind: str | None, where: Path) -> Path:
    told = {} if kind is None else {"kind": kind}
    manifest = {
        "format": manifests.FORMAT,
        "name": "toy",
        "strategies": ["none"],
        "baseline": "none",
        "pairs": 1,
        "seed": 1,
        "titles": {"none": {"it": "Fondo non speso", "en": "Budget unspent"}},
        "metrics": {},
        "scenario": {"hash": "0", "text": "{}"},
        **kept.bare(["none"]),
    }
    manifests.write(where, {**manifest, **told})
    return where


@pytest.mark.parametrize("kind", [None, "sweep"])
def test_load_study_gives_what_the_folder_holds(kind: str | None, tmp_path: Path) -> None:
    study = load_study(folder_of(kind, tmp_path))
    assert study.is_sweep is (kind == "sweep")
    assert study.folder == tmp_path


def test_a_folder_of_one_kind_is_not_opened_as_the_other(tmp_path: Path) -> None:
    with pytest.raises(ResilienzaError, match="made with sweep"):
        Study.open(folder_of("sweep", tmp_path), COMPARISON)
    with pytest.raises(ResilienzaError, match="not a sweep"):
        Study.open(folder_of(None, tmp_path), SWEEP)


@pytest.mark.parametrize("kind", ["attribution", "cloud", "training", "held_out", "keystones"])
def test_the_runs_of_other_commands_are_theirs(kind: str, tmp_path: Path) -> None:
    for way in (load_study, Study.open):
        with pytest.raises(ResilienzaError, match="another command") as told:
            way(folder_of(kind, tmp_path))
        assert kind in str(told.value)


def test_a_folder_without_a_study_is_told(tmp_path: Path) -> None:
    for way in (load_study, Study.open):
        with pytest.raises(ResilienzaError, match="no study"):
            way(tmp_path)


def test_a_study_opened_by_a_relative_path_stays_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    kept.comparison(tmp_path / "s")
    kept.swept(tmp_path / "w")
    study, sweep = load_study("s"), load_study("w")
    monkeypatch.chdir("/")
    assert len(study.runs) == 18
    assert len(study.series)
    assert len(sweep.runs) == 24
    assert len(study.decisions) == 2


@pytest.mark.parametrize("kind", ["runs", "series", ""])
@pytest.mark.parametrize("make", [kept.comparison, kept.swept])
def test_what_is_gone_is_told_and_never_read_as_nothing(kind, make, tmp_path: Path) -> None:
    folder = make(tmp_path / "s")
    study = load_study(folder)
    (folder / kind).rename(tmp_path / "elsewhere")
    for read in (lambda: study.runs, lambda: study.series, lambda: study.failures):
        with pytest.raises(ResilienzaError, match="0 are there"):
            read()
    if kind:
        with pytest.raises(ResilienzaError, match="0 are there"):
            export_csv(folder, tmp_path / "csv")


def test_a_study_that_goes_on_is_read_as_far_as_it_is(tmp_path: Path) -> None:
    folder = kept.comparison(tmp_path / "s", pairs=3)
    old = load_study(folder)
    kept.comparison(folder, pairs=5)
    assert len(old.runs) == 15


def test_both_kinds_of_study_are_asked_alike(tmp_path: Path) -> None:
    study, sweep = (
        load_study(kept.comparison(tmp_path / "s")),
        load_study(kept.swept(tmp_path / "w")),
    )
    both = ["loss_due_to_shocks", "robustness"]
    for each, points in ((study, 1), (sweep, 4)):
        one = each.comparison(both[0], "alluvial")
        assert len(one) == points
        assert set(one["baseline"]) == {"consolidated"}
        turned = each.comparison(both[0], "consolidated", "alluvial")
        assert turned["mean_difference"].tolist() == (-one["mean_difference"]).tolist()
        assert set(each.comparison(both, baseline="alluvial")["metric"]) == set(both)
        assert "p_value" not in each.comparison()
        assert {"p_value", "p_holm"} <= set(each.comparison(both, p_values=True))
        for wrong in ("aluvial", "robustnes"):
            with pytest.raises(ResilienzaError):
                each.comparison(wrong)
            with pytest.raises(ResilienzaError):
                each.comparison("robustness", wrong)
            with pytest.raises(ResilienzaError):
                each.comparison("robustness", baseline=wrong)
