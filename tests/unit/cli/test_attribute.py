"""``resilienza attribute``: what it says in each language, files, mistakes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from resilienza_sim.cli import main
from resilienza_sim.experiments.estimate import Work, estimate
from resilienza_sim.messages import languages
from tests.fake_arms import CAMPAIGN, STAFF, TRAINING, Town, live_in

OWN = """
name = "mine"
source = "a test"
[title]
it = "Mia <b>prova</b>\\u001b[31m"
en = "My <b>test</b>\\u001b[31m"
[description]
it = "Prova"
en = "Test"
[[normal]]
action = "training"
share = 0.4
[[normal]]
action = "service_staff"
share = 0.3
[[normal]]
action = "campaign"
share = 0.3
"""
WORTH = {TRAINING: 10.0, STAFF: -5.0}


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delenv("RESILIENZA_LANG", raising=False)
    monkeypatch.setattr("resilienza_sim.cli.attribute.cost_of", _no_cost)
    path = tmp_path / "mine.toml"
    path.write_text(OWN, encoding="utf-8")
    return str(path)


def rows_of(path: Path) -> list[dict]:
    return pd.read_csv(path).to_dict("records")


def _no_cost(plan, steps, runs, workers):
    quick = estimate(
        Work(citizens=10, weeks=1, burn_in_weeks=0, arms=1, pairs=1),
        workers=1,
        seconds_per_citizen_week=1e-9,
    )
    return replace(quick, runs=runs)


def told(*arguments: str) -> int:
    return main(["attribute", "quartiere", "--citizens", "200", "--workers", "1", *arguments])


@pytest.mark.parametrize("lang", languages())
def test_it_tells_what_helps_what_harms_and_what_does_nothing(
    lang: str, own: str, tmp_path: Path, monkeypatch, capsys: pytest.CaptureFixture[str]
) -> None:
    live_in(monkeypatch, Town(WORTH))
    folder = tmp_path / "s"
    assert told("--strategies", own, "--pairs", "50", "--out", str(folder), "--lang", lang) == 0
    said = capsys.readouterr().out
    words = {
        "it": ("lascia fuori lo zero", "PEGGIORA la misura di 0,500", "non cambia niente", "400"),
        "en": ("leaves zero out", "WORSENS the metric by 0.500", "changes nothing", "400"),
    }[lang]
    for each in words:
        assert each in said
    assert "\x1b" not in said
    rows = rows_of(folder / "attribution-loss_due_to_shocks-action.csv")
    assert [row["player"] for row in rows] == [TRAINING, CAMPAIGN, STAFF]
    assert float(rows[0]["effect"]) == pytest.approx(4 / 3)
    assert [row["verdict"] for row in rows] == ["helps", "nothing", "harms"]
    for kind in ("png", "svg"):
        assert (folder / "figures" / f"attribution-loss_due_to_shocks-action.{kind}").stat().st_size


@pytest.mark.parametrize("lang", languages())
def test_the_same_in_a_few_pairs_is_told_without_an_interval(
    lang: str, own: str, tmp_path: Path, monkeypatch, capsys: pytest.CaptureFixture[str]
) -> None:
    live_in(monkeypatch, Town(WORTH))
    folder = tmp_path / "s"
    assert told("--strategies", own, "--pairs", "6", "--out", str(folder), "--lang", lang) == 0
    said = capsys.readouterr().out
    once, twice, never = {
        "it": ("vale lo stesso", "lo stesso in tutte le 6 coppie", "comprende lo zero"),
        "en": ("it is worth the same", "the same in all 6 pairs", "holds zero"),
    }[lang]
    assert said.count(once) == 1
    assert said.count(twice) == 2
    assert never not in said
    rows = rows_of(folder / "attribution-loss_due_to_shocks-action.csv")
    assert [row["verdict"] for row in rows] == ["undecided", "nothing", "undecided"]


def test_options_reach_the_study(
    own: str, tmp_path: Path, monkeypatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = live_in(monkeypatch, Town(WORTH))
    folder = str(tmp_path / "s")
    both = f"{own},alluvial"
    options = [
        "--strategies",
        both,
        "--pairs",
        "3",
        "--out",
        folder,
        "--by",
        "ambit",
        "--reallocate",
        "--lang",
        "en",
        "--seed",
        "7",
        "--permutations",
        "2",
        "--set",
        "shocks.0.peak=0.5",
    ]
    assert told(*options) == 0
    said = capsys.readouterr().out
    assert "2 random orders in every pair" in said
    assert "go to the other items" in said
    assert "at least 6 are needed" in said
    assert "Promotion and awareness" in said
    assert "not known" in said
    assert (tmp_path / "s" / "attribution-loss_due_to_shocks-ambit-reallocated.csv").exists()
    runs = len(seen.runs)
    assert told(*options, "--metric", "robustness") == 0
    assert "going on from there" in capsys.readouterr().out
    assert len(seen.runs) == runs


def test_failed_runs_are_told(
    own: str, tmp_path: Path, monkeypatch, capsys: pytest.CaptureFixture[str]
) -> None:
    live_in(monkeypatch, Town(WORTH, faults={("mine:action:aside:3", 0)}))
    assert told("--strategies", own, "--pairs", "6", "--out", str(tmp_path / "s")) == 0
    said = capsys.readouterr().out
    assert "1 prova non è finita bene" in said
    assert "manca il valore: 1" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--permutations", "3"], "an even number"),
        (["--permutations", "0"], "from 2 to 10,000"),
        (["--by", "colour"], "one of action, ambit"),
        (["--metric", "loss_due_to_shock"], "Did you mean “loss_due_to_shocks”?"),
        (["--strategies", "none"], "buys nothing"),
        (["--strategies", "aluvial"], "Did you mean “alluvial”?"),
        (["--decision", "2020-01-01"], "is not a decision date"),
        (["--pairs", "0"], "from 1 to 100,000"),
        (["--out", __file__], "must be a folder"),
    ],
)
def test_mistakes_get_one_sentence_and_write_nothing(
    arguments: list[str], words: str, tmp_path: Path, monkeypatch, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    assert told(*arguments, "--lang", "en") == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""
    assert not list(tmp_path.iterdir())
