"""``resilienza discover``: counts, rules, map and files; one sentence where there is nothing."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from resilienza_sim.cli import main

sys.path.append(str(Path(__file__).parents[1] / "experiments"))
from planted import PEAK, PRICE, RULE, planted

STEM = "loss_due_to_shocks-alluvial-consolidated"


def corner(row: dict[str, Any]) -> float:
    return -4.0 if row["peak"] >= 0.6 and row["price"] <= 60.0 else 4.0


def slope(row: dict[str, Any]) -> float:
    rule = 4.0 if row.get("rule") == "full" else 0.0
    return float(18.0 * (0.7 - row["peak"]) + 4.0 * np.log(row.get("price", 60.0) / 60.0)) + rule


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corner")
    planted(folder, corner, pairs=20)  # of 8, one point would be undecided
    return folder


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["discover", *arguments]) == 0
    return capsys.readouterr().out


def test_it_tells_counts_rules_the_map_and_where_to_look(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = said(capsys, str(study), "--lang", "en")
    assert "points where “Alluvial model” does better: 12" in out
    assert "points where “Spending as before” does better: 24" in out
    assert "“Alluvial model” does better if “Height of the flood” is at least 0.600 and" in out
    assert "Coverage 100 %: 12 of the 12 points" in out
    assert "Density 100 %" in out
    assert "Each point told by the others" in out
    assert "Where a further point would tell most:" in out
    again = said(capsys, str(study), "--lang", "it")
    assert "«Modello alluvionale» va meglio se «Altezza della piena» è almeno 0,600 e" in again


def test_it_writes_tables_and_pictures(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, str(study), "--lang", "en")
    folder = study / "analysis"
    names = {path.name for path in folder.iterdir()}
    assert names == {
        *(f"discover-{kind}-{STEM}.csv" for kind in ("points", "rules", "next")),
        *(f"flip-map-{STEM}.{kind}" for kind in ("png", "svg")),
    }
    with (folder / f"discover-points-{STEM}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 36
    assert {row["outcome"] for row in rows} == {"strategy", "baseline"}
    svg = (folder / f"flip-map-{STEM}.svg").read_text(encoding="utf-8")
    for text in ("Height of the flood", "Price of the levee (€)", "Not known", "No difference"):
        assert text in svg
    assert (folder / f"flip-map-{STEM}.png").read_bytes().startswith(b"\x89PNG")


def test_the_same_study_gives_the_same_bytes(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def files() -> dict[str, bytes]:
        said(capsys, str(study), "--lang", "it")
        return {path.name: path.read_bytes() for path in (study / "analysis").iterdir()}

    assert files() == files()


@pytest.mark.parametrize(
    ("factors", "shown"),
    [
        ([{**PEAK, "steps": 8}], ["Height of the flood", "Mean difference and 95 % interval"]),
        ([PEAK, RULE], ["Rule", "residual", "full"]),
        (
            [
                {**PEAK, "steps": 4},
                {**PRICE, "steps": 3},
                RULE,
                {
                    **PEAK,
                    "name": "other",
                    "paths": ["shocks.0.duration_weeks"],
                    "steps": 2,
                    "low": 1,
                    "high": 3,
                    "whole": True,
                    "title": {"it": "Durata", "en": "Duration"},
                },
            ],
            ["Rule", "residual", "Held at: Duration = 2"],
        ),
    ],
)
def test_other_numbers_of_factors_have_their_picture(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    factors: list[dict[str, Any]],
    shown: list[str],
) -> None:
    # paths are tried on the real scenario, which is another test's affair
    monkeypatch.setattr("resilienza_sim.experiments.sweep._try", lambda *_: None)
    planted(tmp_path, slope, factors=factors)
    said(capsys, str(tmp_path), "--lang", "en")
    svg = (tmp_path / "analysis" / f"flip-map-{STEM}.svg").read_text(encoding="utf-8")
    for text in shown:
        assert text in svg


def test_the_axes_can_be_chosen(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def heights(*arguments: str) -> float:
        said(capsys, str(study), "--lang", "en", *arguments)
        svg = (study / "analysis" / f"flip-map-{STEM}.svg").read_text(encoding="utf-8")
        found = re.search(r"<text[^>]*>Height of the flood</text>", svg)
        assert found
        return float("rotate(-90" in found.group())

    assert heights("--x", "price") == 1.0
    assert heights("--y", "price") == 0.0


def test_few_pairs_favour_and_do_not_win(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    planted(tmp_path, corner, pairs=1)
    out = said(capsys, str(tmp_path), "--lang", "en")
    assert "points with fewer than 6 pairs, without a verdict of their own: 36" in out
    assert "“Alluvial model” is favoured by the mean if" in out
    assert "nothing on the map is sure" in out
    assert "On the map, of what lies inside" not in out


def test_hostile_names_do_no_harm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evil = "=HYPERLINK(1)"
    rule = {
        **RULE,
        "title": {"it": "<script>\x1b[31m", "en": "<script>\x1b[31m"},
        "choices": [
            {"label": evil, "set": {"parameters.shock.levee_holds": 1.0}},
            {"label": "<b>$x$</b>", "set": {"parameters.shock.levee_holds": 0.0}},
        ],
    }

    def by_label(row: dict[str, Any]) -> float:
        return -4.0 if row["rule"] == evil else 4.0

    planted(tmp_path, by_label, factors=[{**PEAK, "steps": 12}, rule])
    out = said(capsys, str(tmp_path), "--lang", "en")
    assert "\x1b" not in out
    with (tmp_path / "analysis" / f"discover-points-{STEM}.csv").open(encoding="utf-8") as file:
        assert {row["rule"] for row in csv.DictReader(file)} == {f"'{evil}", "<b>$x$</b>"}
    svg = (tmp_path / "analysis" / f"flip-map-{STEM}.svg").read_text(encoding="utf-8")
    assert "<script" not in svg
    assert "<b>" not in svg


def test_without_a_number_there_are_rules_and_no_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nothing = {"low": None, "high": None}
    heights = {**PEAK, **nothing, "levels": ["a", "b", "c", "d"]}
    prices = {**PRICE, **nothing, "levels": ["p", "q", "r"]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("resilienza_sim.experiments.sweep._try", lambda *_: None)
        planted(
            tmp_path,
            lambda row: 4.0 if row["peak"] < "c" else -4.0,
            factors=[heights, prices, RULE],
        )
    out = said(capsys, str(tmp_path), "--lang", "en")
    assert "“Alluvial model” does better if “Height of the flood” is c or d." in out
    assert "No factor is a number: there is no map to draw." in out
    assert not list((tmp_path / "analysis").glob("*.png"))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--metric", "robustnes"], "Did you mean “robustness”?"),
        (["--strategy", "consolidated"], "would be compared with itself"),
        (["--strategy", "none"], "is not one of the strategies of the study"),
        (["--x", "pek"], "is not one of the factors of the study: peak, price."),
        (["--x", "peak", "--y", "peak"], "asked for on both axes"),
    ],
)
def test_a_mistake_is_one_sentence_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    planted(tmp_path, corner, pairs=2)
    assert main(["discover", str(tmp_path), "--lang", "en", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert sentence in told.err
    assert not (tmp_path / "analysis").exists()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda folder: None, "There is no"),
        (
            lambda folder: planted(folder, lambda row: 1.0, factors=[], pairs=6),
            "no factor that varies",
        ),
        (
            lambda folder: planted(folder, slope, factors=[{**PEAK, "steps": 3}]),
            "has 3 points with pairs: a map needs at least 5",
        ),
        (
            lambda folder: planted(
                folder, slope, strategies=["consolidated"], factors=[{**PEAK, "steps": 6}]
            ),
            "would be compared with itself",
        ),
    ],
)
def test_what_has_nothing_to_discover_is_said(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    make: Callable[[Path], object],
    sentence: str,
) -> None:
    make(tmp_path)
    assert main(["discover", str(tmp_path), "--lang", "en"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert sentence in told.err


def test_a_metric_that_is_neither_good_nor_bad_has_no_winner(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    planted(tmp_path, corner, pairs=2)
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    manifest["metrics"]["spent_eur"]["better"] = ""
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert main(["discover", str(tmp_path), "--lang", "en", "--metric", "spent_eur"]) == 2
    assert "neither more nor less is called better" in capsys.readouterr().err


def test_an_axis_that_is_no_number_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    planted(tmp_path, slope, factors=[{**PEAK, "steps": 4}, RULE], pairs=2)
    assert main(["discover", str(tmp_path), "--lang", "en", "--x", "rule"]) == 2
    assert "“rule” is no number" in capsys.readouterr().err
