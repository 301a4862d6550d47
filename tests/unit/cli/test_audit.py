"""``resilienza audit``: what it prints, what it writes, its exit codes, its refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from resilienza_sim.cli import main

CLAIMS = """
name = "trial"
question = { it = "Tiene?", en = "Does it stand?" }
description = { it = "Una prova.", en = "A trial." }
citizens = 60
pairs = 6

[copies]
twin = "transformative"

[[cases]]
name = "here"
title = { it = "Quartiere", en = "Quarter" }
scenario = "quartiere"
set = { "time.weeks" = 75, "time.burn_in_weeks" = 26 }
perturbations = ["luck_1"]

[[claims]]
name = "twin"
says = { it = "la gemella spende più di chi non spende", en = "the twin spends more than nothing" }
case = "here"
strategy = "twin"
baseline = "none"
metric = "spent_eur"
direction = "higher"
at_least = 0.0
stated = "robust"
"""
WRONG = CLAIMS.replace('direction = "higher"', 'direction = "lower"')


@pytest.fixture(autouse=True)
def _no_language_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESILIENZA_LANG", raising=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("audit")


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "claims.toml"
    path.write_text(CLAIMS, encoding="utf-8")
    return path


def run(*arguments: object) -> int:
    return main([*map(str, arguments), "--workers", "1"])


@pytest.mark.parametrize(("lang", "word"), [("it", "SOLIDA"), ("en", "ROBUST")])
def test_it_tells_and_writes_the_verdicts(file, folder, capsys, lang, word) -> None:
    assert run("audit", file, "--out", folder, "--lang", lang, "--check") == 0
    said = capsys.readouterr().out
    assert word in said
    names = {path.name for path in folder.iterdir()}
    assert {"audit.csv", "verdicts.csv", "audit.it.md", "audit.en.md", "here"} <= names
    assert word in (folder / f"audit.{lang}.md").read_text(encoding="utf-8")


def test_check_exits_with_1_only_where_what_is_stated_falls(tmp_path, folder, capsys) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(WRONG, encoding="utf-8")
    assert run("audit", wrong, "--out", folder, "--lang", "en") == 0  # same runs: nothing to do
    assert "FRAGILE" in capsys.readouterr().out
    assert run("audit", wrong, "--out", folder, "--lang", "en", "--check") == 1
    assert "twin" in capsys.readouterr().out.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["missing.toml"], "missing.toml"),
        (["missing"], "missing"),
        (["{file}", "--pairs", "0"], "--pairs"),
        (["{file}", "--worlds", "-1"], "--worlds"),
        (["{file}", "--citizens", "many"], "--citizens"),
        (["{file}", "--out", "{file}"], "--out"),
        (["{study}"], "manifest.json"),
        (["{file}", "--out", "{study}"], "{study}"),
    ],
)
@pytest.mark.parametrize("lang", ["it", "en"])
def test_mistakes_are_one_sentence_and_exit_2(
    tmp_path, file, capsys, monkeypatch, arguments, word, lang
) -> None:
    monkeypatch.chdir(tmp_path)
    study = tmp_path / "study"
    study.mkdir()
    (study / "manifest.json").write_text("{}", encoding="utf-8")
    given = [each.format(file=file, study=study) for each in arguments]
    assert run("audit", *given, "--lang", lang) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert word.format(study=study) in said.err
    assert not (tmp_path / "results").exists()


def test_a_claim_that_is_not_valid_is_told_with_its_place(tmp_path, capsys) -> None:
    path = tmp_path / "claims.toml"
    path.write_text(CLAIMS.replace('case = "here"', 'case = "hare"'), encoding="utf-8")
    assert run("audit", path, "--lang", "en") == 2
    said = capsys.readouterr().err
    assert "hare" in said
    assert "here" in said


def test_check_and_explain_know_a_file_of_claims(file, capsys) -> None:
    assert main(["check", str(file), "--lang", "en"]) == 0
    assert (
        "valid claims, “Does it stand?” – claims: 1, cases: 1, runs: 24." in capsys.readouterr().out
    )
    assert main(["explain", str(file), "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "the twin spends more than nothing" in told
    assert "that it holds" in told


def test_check_refuses_a_claim_about_a_strategy_that_is_not_there(tmp_path, capsys) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(CLAIMS.replace('baseline = "none"', 'baseline = "transform"'))
    assert main(["check", str(path), "--lang", "en"]) == 2
    assert "Did you mean “transformative”?" in capsys.readouterr().err
