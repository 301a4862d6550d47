"""`resilienza whatif` and `resilienza frontier`, as typed."""

from __future__ import annotations

import pytest

from resilienza_sim.cli import main

FEW = ["--citizens", "120", "--pairs", "1", "--workers", "1"]


@pytest.mark.parametrize(
    "wrong",
    [
        ["whatif", "quartiere"],
        ["whatif", "quartiere", "--set", "shocks.0.peek=1"],
        ["whatif", "quartiere", "--set", "shocks.0.peak=nan"],
        ["whatif", "quartiere", "--set", "shocks.0.peak=1", "--arm", "nobody"],
        ["frontier", "quartiere", "--budgets", "10"],
        ["frontier", "quartiere", "--budgets", "a,b"],
        ["frontier", "quartiere", "--budgets", "0,nan"],
        ["frontier", "quartiere", "--strategies", "nobody"],
    ],
)
def test_a_mistake_is_one_sentence(wrong, capsys, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(wrong) == 2
    told = capsys.readouterr()
    assert len(told.err.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("lang", ["it", "en"])
def test_a_change_is_said(lang, capsys, tmp_path) -> None:
    asked = ["whatif", "quartiere", "--set", "shocks.0.peak=1.2", *FEW, "--lang", lang]
    asked += ["--out", str(tmp_path)]
    assert main(asked) == 0
    told = capsys.readouterr().out
    assert "shocks.0.peak" in told
    assert {"it": "poche coppie", "en": "few pairs"}[lang] in told


def test_a_frontier_is_a_table_and_two_pictures_and_overwrites_nothing(capsys, tmp_path) -> None:
    asked = ["frontier", "quartiere", "--budgets", "0, 100 mila", "--strategies", "hybrid", *FEW]
    asked += ["--out", str(tmp_path / "made"), "--lang", "it"]
    assert main(asked) == 0
    made = tmp_path / "made"
    assert {file.suffix for file in made.iterdir() if file.is_file()} == {".csv", ".svg", ".png"}
    assert "100.000 €" in capsys.readouterr().out
    assert main(["report", str(made / "100000")]) == 0
    assert main(asked) == 0  # goes on, and has nothing to do
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "frontier.csv").write_text("mine")
    assert main([*asked, "--out", str(tmp_path / "mine")]) == 2
    assert (tmp_path / "mine" / "frontier.csv").read_text() == "mine"
