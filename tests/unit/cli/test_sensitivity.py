"""The command on invented sweeps: both languages, what it writes, what it refuses."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from resilienza_sim import cli
from tests.invented_sweep import chosen, experiment, invented, ranged

DIFFERENCE = {"it": "Differenza: la new meno la old", "en": "Difference: the new minus the old"}


@pytest.fixture(autouse=True)
def _no_language_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESILIENZA_LANG", raising=False)
    monkeypatch.delenv("RESILIENZA_DEBUG", raising=False)


def formula(x, arm: str, replicate: int) -> float:
    chance = np.random.default_rng([replicate, len(arm), int(1e6 * x["a"])]).normal(0, 0.1)
    return float(10 + 6 * x["a"] + 3 * x["b"] * (arm == "new") + replicate + chance)


def factors():
    return [ranged("a"), ranged("b"), chosen("c", "no", "perhaps", "yes")]


@pytest.mark.parametrize(
    ("lang", "kind", "points", "method"),
    [
        ("it", "morris", 6, "Morris"),
        ("en", "morris", 6, "Morris"),
        ("en", "saltelli", 16, "Sobol"),
        ("it", "latin_hypercube", 40, "PAWN"),
    ],
)
def test_tables_sentences_and_files(
    lang: str,
    kind: str,
    points: int,
    method: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    invented(tmp_path, experiment(*factors(), kind=kind, points=points, pairs=2), formula)
    assert cli.main(["sensitivity", str(tmp_path), "--lang", lang]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert method in said.out
    assert DIFFERENCE[lang] in said.out
    said_first = {"it": "Conta soprattutto «fattore a»", "en": "What matters most is “factor a”"}
    assert said_first[lang] in said.out
    place = {"it": "«fattore b»", "en": "“factor b”"}[lang]
    assert place in said.out[said.out.index(DIFFERENCE[lang]) :]
    assert bool(re.search(r"\d,\d", said.out)) is (lang == "it")
    many = {"it": "più di due scelte", "en": "more than two choices"}[lang]
    assert (many in said.out) is (kind == "morris")

    written = {path.name for path in (tmp_path / "analysis").iterdir()}
    expected = {f"sensitivity-loss_due_to_shocks.{end}" for end in ("csv", "png", "svg")}
    if kind == "morris":
        expected |= {f"sensitivity-loss_due_to_shocks-plane.{end}" for end in ("png", "svg")}
    assert written == expected
    table = pd.read_csv(tmp_path / "analysis" / "sensitivity-loss_due_to_shocks.csv")
    assert set(table["of"]) == {"old", "new", "new - old"}
    assert set(table["kind"]) == {"level", "difference"}
    assert {"factor", "index", "value", "low", "high", "floor", "detected", "noise"} <= set(table)


def test_same_command_writes_the_same_bytes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    invented(tmp_path, experiment(*factors(), points=6, pairs=2), formula)
    seen = []
    for _ in range(2):
        assert cli.main(["sensitivity", str(tmp_path)]) == 0
        folder = tmp_path / "analysis"
        seen.append({path.name: path.read_bytes() for path in sorted(folder.iterdir())})
    assert seen[0] == seen[1]


def test_one_strategy_against_another_and_several_scenarios(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = experiment(
        *factors(), points=6, strategies=["old", "new", "other"], scenarios=["up", "down"]
    )
    invented(tmp_path, told, formula)
    arguments = ["sensitivity", str(tmp_path), "--strategy", "other", "--baseline", "new"]
    assert cli.main([*arguments, "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert out.count("Difference: the other minus the new") == 2
    assert "the old" not in out
    assert "Scenario: up" in out
    assert "one pair cannot tell" in out
    names = {path.name for path in (tmp_path / "analysis").glob("*.png")}
    stem = "sensitivity-loss_due_to_shocks"
    assert names == {f"{stem}-{k}{end}.png" for k in (1, 2) for end in ("", "-plane")}


def test_what_limits_trust_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def noise(x, arm: str, replicate: int) -> float | None:
        if x["a"] == 0 and x["b"] == 0 and x["c"] == "no":
            return None
        here = [replicate, int(3 * x["a"] + 0.5), int(3 * x["b"] + 0.5), len(x["c"])]
        return float(np.random.default_rng(here).normal())

    invented(tmp_path, experiment(*factors(), points=20, pairs=2), noise)
    assert cli.main(["sensitivity", str(tmp_path), "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "noise of replicates rules the indices" in out
    assert "No factor is told from noise" in out
    assert "Left out" in out
    assert "no factor moves it" in out, "the arms do not differ at all"


def test_hostile_names_do_no_harm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evil = ranged("a") | {"title": {"it": "=1+1\x1b[31m$x$", "en": "<script>alert(1)</script>"}}
    told = experiment(evil, ranged("b"), points=6, scenarios=["=cmd|' /C calc'!A0", "../up"])
    invented(tmp_path, told, formula)
    for lang in ("it", "en"):
        assert cli.main(["sensitivity", str(tmp_path), "--lang", lang]) == 0
    assert "\x1b" not in capsys.readouterr().out
    folder = tmp_path / "analysis"
    with (folder / "sensitivity-loss_due_to_shocks.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    texts = ("scenario", "metric", "of", "strategy", "baseline", "factor", "other")
    assert not [row[name] for row in rows for name in texts if row[name][:1] in set("=+-@")]
    assert {path.name.split("-")[0] for path in folder.iterdir()} == {"sensitivity"}
    assert "<script" not in (folder / "sensitivity-loss_due_to_shocks-1.svg").read_text()


@pytest.mark.parametrize("lang", ["it", "en"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["--metric", "charm"],
        ["--strategy", "nobody"],
        ["--baseline", "nobody"],
        ["--strategy", "old"],
    ],
)
def test_bad_input_is_one_sentence_and_nothing_is_written(
    arguments: list[str], lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    invented(tmp_path, experiment(*factors(), points=6), formula)
    assert cli.main(["sensitivity", str(tmp_path), *arguments, "--lang", lang]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert not (tmp_path / "analysis").exists()


def test_a_folder_without_a_sweep_and_too_few_points_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["sensitivity", str(tmp_path / "nothing")]) == 2
    told = experiment(ranged("a", steps=3), ranged("b", steps=3), kind="factorial")
    invented(tmp_path / "few", told, formula)
    assert cli.main(["sensitivity", str(tmp_path / "few"), "--lang", "en"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "9 points of 9 are whole, at least 20" in said.err
    assert cli.main(["sensitivity"]) == 2


def test_a_folder_that_cannot_be_written_is_detected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    invented(tmp_path, experiment(*factors(), points=6), formula)
    (tmp_path / "analysis").write_text("in the way", encoding="utf-8")
    assert cli.main(["sensitivity", str(tmp_path), "--lang", "en"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
