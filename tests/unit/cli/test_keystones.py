"""``resilienza keystones``: what it says in each language, its table, mistakes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from resilienza_sim.cli import main
from resilienza_sim.messages import languages

SMALL = ["--citizens", "120", "--pairs", "2", "--set", "time.weeks=26", "--workers", "1"]
ASKED = ["keystones", "quartiere", *SMALL]
NAMES = {
    "it": ("Assistenza domiciliare", "Argine", "0 su 2"),
    "en": ("Home care", "Argine", "0 of 2"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keystones") / "s"


@pytest.mark.parametrize("lang", languages())
def test_every_loss_has_its_line_and_its_row(
    lang: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    assert main([*ASKED, "--out", str(folder), "--lang", lang]) == 0  # the second goes on
    said = " ".join(capsys.readouterr().out.split())
    for part in NAMES[lang]:
        assert part in said
    assert str(folder / "keystones.csv") in said
    table = pd.read_csv(folder / "keystones.csv")
    assert {"service:home_care", "group:1", "group:2", "group:3"} < set(table["name"])
    assert main(["verify", str(folder), "--rerun", "2", "--lang", lang]) == 0
    assert list(table["loss"]) == sorted(table["loss"], reverse=True)
    assert (table["n"] == 2).all()


@pytest.mark.parametrize(
    "mistake",
    [["--strategy", "alluvionale"], ["--decision", "1999-01-01"], ["--pairs", "0"]],
)
def test_a_mistake_is_one_sentence_and_writes_nothing(
    mistake: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*ASKED, *mistake, "--out", str(tmp_path / "s"), "--lang", "en"]) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert not (tmp_path / "s").exists()
