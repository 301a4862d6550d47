"""``resilienza sweep``: what it changes, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from resilienza_sim.cli import main

EXPERIMENT = """
name = "own"
scenarios = ["quartiere"]
strategies = ["consolidated", "none"]
baseline = "consolidated"
metrics = ["loss_due_to_shocks"]
question = { it = "Che cosa cambia?", en = "What changes?" }
description = { it = "Prova.", en = "A test." }

[[factors]]
name = "size"
title = { it = "altezza", en = "height" }
source = "assumption"
paths = ["shocks.1.peak"]
levels = [0.5, 1.0]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(EXPERIMENT, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("shocks.1.peak", "shocks.9.peak", "shocks.9"),
        ("[0.5, 1.0]", "[0.5, 100.0]", "peak"),
        ('"none"]', '"nonee"]', "none"),
        ('baseline = "consolidated"', 'baseline = "alluvial"', "consolidated, none"),
        ('scenarios = ["quartiere"]', 'scenarios = ["quartier"]', "quartiere"),
        ('"loss_due_to_shocks"', '"loss_due_to_shock"', "loss_due_to_shocks"),
        ("levels", "levls", "levels"),
    ],
)
def test_a_bad_file_is_one_sentence_and_writes_nothing(
    file: Path, old: str, new: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(EXPERIMENT.replace(old, new), encoding="utf-8")
    out = file.parent / "study"
    for command in (["check", str(file)], ["sweep", str(file), "--out", str(out)]):
        assert main([*command, "--lang", "en"]) == 2
        told = capsys.readouterr().err
        assert words in told
        assert told.count("\n") == 1
    assert not out.exists()


@pytest.mark.parametrize(
    "option",
    [
        ["--pairs", "0"],
        ["--points", "x"],
        ["--citizens", "10"],
        ["--set", "peak"],
        ["--workers", "-1"],
    ],
)
def test_a_bad_option_is_one_sentence(
    file: Path, option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sweep", str(file), *option, "--lang", "en"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_check_explain_and_list_know_experiments(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(file), "--lang", "en"]) == 0
    assert "situations: 2, factors: 1, runs: 40" in capsys.readouterr().out
    assert main(["explain", str(file), "--lang", "it"]) == 0
    told = capsys.readouterr().out
    assert "Che cosa cambia?" in told
    assert "altezza" in told
    assert main(["list", "experiments", "--lang", "en"]) == 0
    assert "when_each_wins" in capsys.readouterr().out
