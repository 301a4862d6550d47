"""An audit on invented runs: what is read where, what is lost, left out and told."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.audit.audit import NOT_APPLICABLE, Audit, Request, audit
from resilienza_sim.experiments.audit.claims import AS_SHIPPED, Claims
from resilienza_sim.experiments.audit.report import AuditReport, write
from resilienza_sim.experiments.audit.stages import PERTURBATION, Stage, stages
from resilienza_sim.experiments.design import values_of
from resilienza_sim.experiments.study import Study
from resilienza_sim.experiments.sweep import make_sweep
from resilienza_sim.metrics.losses import loss_due_to_shocks

TEXT = {"it": "Prova", "en": "A test"}
PAIRS = 12


@pytest.fixture(autouse=True, scope="module")
def _what_matters() -> Iterator[None]:
    """The invented losses are of a size at which 26 matters."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(vars(loss_due_to_shocks), "effect_of_interest", 26.0)
        patched.setitem(vars(loss_due_to_shocks), "weekly", False)
        yield


def claim(name: str, **values: Any) -> dict[str, Any]:
    return {
        "name": name,
        "says": {"it": f"dice {name}", "en": f"says {name}"},
        "case": "here",
        "strategy": "transformative",
        "baseline": "consolidated",
        "direction": "lower",
        **values,
    }


def claims(
    *told: dict[str, Any], tried: Any = ("luck_1", "luck_2", "rewired"), **changes
) -> Claims:
    case = {
        "name": "here",
        "title": TEXT,
        "scenario": "quartiere",
        "perturbations": tried,
        "set": {"time.weeks": 90},
    }
    return Claims.model_validate(
        {
            "name": "trial",
            "question": TEXT,
            "description": TEXT,
            "citizens": 200,
            "pairs": PAIRS,
            "cases": [case],
            "claims": told or [claim("one")],
            **changes,
        }
    )


def invented(stage: Stage, shift: dict[str, dict[str, float]], folder: Path, spread=2.0) -> Study:
    """Return a sweep whose arms lie so far above a common luck, by perturbation."""
    plan = make_sweep(stage.experiment, ready=stage.ready)
    sweep = Study(folder, {**plan.describe(""), "sessions": []})
    labels = values_of(stage.experiment).get(PERTURBATION)
    rows = []
    for point in range(len(plan.points)):
        label = AS_SHIPPED if labels is None else labels[point]
        above = shift.get(label, shift[AS_SHIPPED])
        for r in range(stage.experiment.pairs):
            for k, arm in enumerate(plan.bench.strategies):
                loss = 900 + 30 * np.sin(r) + above[arm.name] + spread * (-1) ** r * k
                rows.append(
                    {
                        "point": point,
                        "strategy": arm.name,
                        "replicate": r,
                        "status": "ok",
                        "error": "",
                        "loss_due_to_shocks": loss,
                    }
                )
    vars(sweep)["runs"] = pd.DataFrame(rows)
    return sweep


def found(told: Claims, shift: dict[str, dict[str, float]], folder: Path) -> Audit:
    return Audit(folder, told, [(s, invented(s, shift, folder)) for s in stages(told)])


SHIFT = {
    AS_SHIPPED: {"consolidated": 0.0, "transformative": -80.0},
    "luck_1": {"consolidated": 0.0, "transformative": -70.0},
    "luck_2": {"consolidated": 0.0, "transformative": -60.0},
    "rewired": {"consolidated": 0.0, "transformative": -50.0},
}


def test_a_claim_that_holds_everywhere_is_robust(tmp_path) -> None:
    table = found(claims(), SHIFT, tmp_path).verdicts.iloc[0]
    assert (table["verdict"], table["holds"], table["lost_in"]) == ("robust", 4, [])


@pytest.mark.parametrize(
    ("value", "verdict", "lost"),
    [(-10.0, "shifted", []), (0.0, "fragile", ["rewired"]), (40.0, "fragile", ["rewired"])],
)
def test_where_a_claim_is_lost_is_named(tmp_path, value, verdict, lost) -> None:
    shift = {**SHIFT, "rewired": {"consolidated": 0.0, "transformative": value}}
    result = found(claims(), shift, tmp_path)
    row = result.verdicts.iloc[0]
    assert (row["verdict"], row["lost_in"]) == (verdict, lost)
    said = " ".join(AuditReport(result, "en").sentences(result.claims.claims[0]))
    assert verdict.upper() in said
    assert ("all ties rewired" in said) == (verdict != "robust")


def test_an_undecided_place_makes_it_inconclusive_and_the_pairs_are_told(tmp_path) -> None:
    shift = {**SHIFT, "rewired": {"consolidated": 0.0, "transformative": -27.0}}
    told = claims()
    chosen = stages(told)
    result = Audit(tmp_path, told, [(s, invented(s, shift, tmp_path, spread=20.0)) for s in chosen])
    row = result.verdicts.iloc[0]
    assert (row["verdict"], row["undecided"]) == ("inconclusive", 1)
    assert row["more_pairs"] > 0
    said = " ".join(AuditReport(result, "en").sentences(told.claims[0]))
    assert "Undecided in 1 of 4" in said


def test_the_margin_is_the_claims_own_or_the_smallest_effect_of_interest(tmp_path) -> None:
    told = claims(claim("one"), claim("two", at_least=55.0))
    result = found(told, SHIFT, tmp_path)
    assert [result.margin(each) for each in told.claims] == [26.0, 55.0]
    assert result.verdicts["verdict"].tolist() == ["robust", "shifted"]


def test_differences_are_strategy_less_baseline(tmp_path) -> None:
    result = found(claims(claim("one", direction="higher")), SHIFT, tmp_path)
    assert result.readings["mean_difference"].iloc[0] == pytest.approx(-80.0)
    assert result.verdicts["verdict"].iloc[0] == "fragile"


def test_placebos_pass_when_they_do_not_hold_and_fail_where_they_do(tmp_path) -> None:
    told = claims(claim("right", direction="higher", placebo=True), claim("wrong", placebo=True))
    result = found(told, SHIFT, tmp_path)
    assert result.verdicts["verdict"].tolist() == ["passed", "failed"]
    assert result.broken == ["wrong"]
    said = " ".join(AuditReport(result, "en").sentences(told.claims[1]))
    assert "PLACEBO FAILED" in said
    assert "as shipped" in said


def test_only_what_is_stated_as_robust_is_held_to_it(tmp_path) -> None:
    shift = {**SHIFT, "rewired": {"consolidated": 0.0, "transformative": 40.0}}
    told = claims(claim("one", stated="robust"), claim("two", stated="fragile"), claim("three"))
    result = found(told, shift, tmp_path)
    assert result.broken == ["one"]
    assert "stated" in " ".join(AuditReport(result, "en").sentences(told.claims[0]))


def test_a_copy_is_the_same_strategy_under_another_name() -> None:
    told = claims(
        claim("twin", strategy="twin", baseline="transformative"), copies={"twin": "transformative"}
    )
    (stage,) = stages(told)
    twin, own = stage.ready["twin"], stage.ready["transformative"]
    assert twin.name == "twin"
    assert twin.hash == own.hash


def test_what_does_not_concern_a_case_is_left_out_with_its_reason() -> None:
    told = claims(
        tried=("argini_55", "linear_returns", "luck_1"),
        perturbations=[
            {"name": "own", "title": TEXT, "source": "assumption", "set": {"time.weeks": 80}},
            {"name": "idle", "title": TEXT, "source": "assumption", "set": {"time.order": "usual"}},
        ],
    )
    case = told.cases[0].model_copy(
        update={"perturbations": ("argini_55", "luck_1", "own", "idle")}
    )
    (stage,) = stages(told.model_copy(update={"cases": (case,)}))
    assert dict(stage.left_out) == {"argini_55": "not_bought", "own": "fixed", "idle": "same"}
    assert stage.experiment.factors[0].options == (AS_SHIPPED, "luck_1")


def test_what_was_left_out_is_not_counted_against_a_claim(tmp_path) -> None:
    told = claims(tried=("argini_55", "luck_1"))
    result = found(told, SHIFT, tmp_path)
    row = result.verdicts.iloc[0]
    assert (row["verdict"], row["holds"], row[NOT_APPLICABLE]) == ("robust", 2, 1)
    assert any("55" in note for note in AuditReport(result, "en").notes())


def test_factors_of_population_are_taken_from_the_case() -> None:
    (stage,) = stages(claims(tried=("half_the_people", "twice_the_people")))
    sets = [choice.set for choice in stage.experiment.factors[0].choices]
    assert sets == [{}, {"town.citizens": 100}, {"town.citizens": 400}]
    whole = claims(tried=("twice_the_people",)).model_copy(update={"citizens": 3_000_000})
    (stage,) = stages(whole)  # the town has no more
    assert dict(stage.left_out) == {"twice_the_people": "same"}


def test_a_case_without_shocks_has_none() -> None:
    told = claims(tried=("luck_1",))
    case = told.cases[0].model_copy(update={"shocks": False})
    (stage,) = stages(told.model_copy(update={"cases": (case,)}))
    assert stage.ready[stage.experiment.scenarios[0]].shocks == ()


@pytest.mark.parametrize(
    "own",
    [
        {"set": {"parameters.shock.levee_hold": 1.0}},
        {"set": {"parameters.shock.levee_holds": "half"}},
        {"times": {"town.citizen": 2.0}},
        {"times": {"time.start": 2.0}},
    ],
)
def test_a_wrong_path_or_value_is_told_before_anything_runs(own) -> None:
    told = claims(
        tried=("own",),
        perturbations=[{"name": "own", "title": TEXT, "source": "assumption", **own}],
    )
    with pytest.raises(ResilienzaError) as error:
        stages(told)
    assert error.value.exit_code == 2


def test_missing_runs_leave_fewer_pairs_and_are_told(tmp_path) -> None:
    told = claims(tried=("luck_1",))
    (stage,) = stages(told)
    sweep = invented(stage, SHIFT, tmp_path)
    runs = sweep.runs
    bad = (runs["point"] == 1) & (runs["replicate"] < 8)
    vars(sweep)["runs"] = runs.assign(status=np.where(bad, "error", "ok"))
    result = Audit(tmp_path, told, [(stage, sweep)])
    row = result.readings.set_index("perturbation").loc["luck_1"]
    assert (row["n"], row["reading"], row["more_pairs"]) == (4, "undecided", 2)
    assert any("16" in note for note in AuditReport(result, "en").notes())
    vars(sweep)["runs"] = runs[runs["point"] == 0]
    again = Audit(tmp_path, told, [(stage, replace_runs(sweep))])
    assert again.readings.set_index("perturbation").loc["luck_1", "n"] == 0


def replace_runs(sweep: Study) -> Study:
    """Return the sweep as if opened anew: nothing remembered but its runs."""
    other = Study(sweep.folder, sweep.manifest)
    vars(other)["runs"] = sweep.runs
    return other


@pytest.mark.parametrize("lang", ["it", "en"])
def test_the_document_has_a_row_for_each_model_and_a_column_for_each_claim(tmp_path, lang) -> None:
    told = claims(claim("one"), claim("two", at_least=55.0))
    result = found(told, SHIFT, tmp_path)
    report = AuditReport(result, lang)
    assert len(report.rows()) == 4
    assert all(len(row) == 3 for row in report.rows())
    text = report.markdown()
    assert text.count("\n| ") == 7
    assert str(told.claims[0].says.text(lang)) in text


def test_what_is_written_can_be_read_again(tmp_path) -> None:
    result = found(claims(), SHIFT, tmp_path)
    names = {path.name for path in write(result)}
    assert names == {"audit.csv", "verdicts.csv", "audit.it.md", "audit.en.md"}
    with (tmp_path / "audit.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["perturbation"] for row in rows} == {AS_SHIPPED, "luck_1", "luck_2", "rewired"}
    assert {row["reading"] for row in rows} == {"holds"}
    before = (tmp_path / "audit.csv").read_bytes()
    write(found(claims(), SHIFT, tmp_path))
    assert (tmp_path / "audit.csv").read_bytes() == before


def test_hostile_texts_stay_text(tmp_path) -> None:
    hostile = "<script>alert(1)</script> | [x](javascript:y)\x1b[31m"
    told = claims(claim("one", says={"it": hostile, "en": hostile}))
    text = AuditReport(found(told, SHIFT, tmp_path), "en").markdown()
    assert "<script>" not in text
    assert "](javascript" not in text.replace("\\](", "")
    assert "\x1b" not in text


def test_the_same_question_has_the_same_folder() -> None:
    def folder(told: Claims, **asked: int) -> Path:
        return Request(claims=told, **asked).prepared().folder

    one, other = claims(), claims(tried=("luck_1",))
    assert folder(one, pairs=6) == folder(one, pairs=6)
    asked = [(one, {"pairs": 6}), (one, {"pairs": 8}), (one, {"citizens": 90, "pairs": 6})]
    folders = {folder(told, **each) for told, each in [*asked, (other, {"pairs": 6})]}
    assert len(folders) == 4


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> tuple[Claims, Audit, Path]:
    told = claims(
        claim("one"),
        claim("twin", strategy="twin", baseline="transformative", at_least=0.0, placebo=True),
        tried=("luck_1",),
        copies={"twin": "transformative"},
    )
    case = told.cases[0].model_copy(update={"set": {"time.weeks": 75, "time.burn_in_weeks": 26}})
    told = told.model_copy(update={"cases": (case,), "citizens": 60, "pairs": 6})
    folder = tmp_path_factory.mktemp("audit") / "out"
    return told, audit(told, workers=1, out=folder), folder


def test_the_model_itself_under_two_families_of_seeds(real) -> None:
    _, result, folder = real
    means = result.readings[result.readings["claim"] == "one"]["mean_difference"]
    assert means.nunique() == 2
    assert (folder / "here" / "manifest.json").exists()


def test_labels_do_nothing_in_the_model_itself(real) -> None:
    readings = real[1].readings.set_index("claim").loc["twin"]
    assert readings["n"].tolist() == [6, 6]
    assert (readings[["mean_difference", "median_difference"]] == 0.0).all(axis=None)
    assert (readings["n_alike"] == 6).all()
    table = real[1].verdicts.set_index("claim").loc["twin"]  # six zeros show no seventh
    assert (table["verdict"], table["undecided"], table["more_pairs"]) == ("inconclusive", 2, 44)


@pytest.mark.parametrize(("pairs", "said"), [(49, ("inconclusive", 0, 2)), (50, ("passed", 2, 0))])
def test_what_never_differs_is_equivalent_from_fifty_pairs_on(tmp_path, pairs, said) -> None:
    told = claims(claim("one", at_least=0.0, placebo=True), tried=("luck_1",), pairs=pairs)
    (stage,) = stages(told)
    alike = {AS_SHIPPED: {"consolidated": 0.0, "transformative": 0.0}}
    result = Audit(tmp_path, told, [(stage, invented(stage, alike, tmp_path, spread=0.0))])
    row = result.verdicts.iloc[0]
    assert (row["verdict"], row["equivalent"], row["undecided"]) == said


def test_the_same_audit_again_runs_nothing(real) -> None:
    told, result, folder = real
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("part-*.parquet")}
    again = audit(told, workers=1, out=folder)
    assert before == {p: p.stat().st_mtime_ns for p in folder.rglob("part-*.parquet")}
    pd.testing.assert_frame_equal(again.readings, result.readings)


def test_replacing_a_stage_keeps_its_runs_count() -> None:
    (stage,) = stages(claims())
    assert stage.runs == 4 * PAIRS * 2
    assert replace(stage, place="elsewhere").runs == stage.runs
