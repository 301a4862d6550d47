"""``resilienza random-allocations``: what it says in each language, files, mistakes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from resilienza_sim.cli import main
from resilienza_sim.experiments.estimate import Work, estimate
from resilienza_sim.messages import languages
from tests.fake_arms import ARGINI, STREET, TRAINING, Town, live_in

SMALL = ["--pairs", "6", "--allocations", "12", "--candidates", "6", "--histories", "2"]
WORTH = {TRAINING: 10.0, STREET: 30.0, ARGINI: -5.0}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESILIENZA_LANG", raising=False)
    monkeypatch.setattr("resilienza_sim.cli.random_allocations.cost_of", _no_cost)


def rows_of(path: Path) -> list[dict]:
    return pd.read_csv(path).to_dict("records")


def _no_cost(plan, steps, runs, workers):
    assert [pairs for _, pairs in steps]
    quick = estimate(
        Work(citizens=10, weeks=1, burn_in_weeks=0, arms=1, pairs=1),
        workers=1,
        seconds_per_citizen_week=1e-9,
    )
    return replace(quick, runs=runs)


def told(*arguments: str) -> int:
    return main(
        ["random-allocations", "quartiere", "--citizens", "200", "--workers", "1", *arguments]
    )


@pytest.mark.parametrize("lang", languages())
def test_it_tells_places_euros_and_the_best(
    lang: str, tmp_path: Path, monkeypatch, capsys: pytest.CaptureFixture[str]
) -> None:
    live_in(monkeypatch, Town(WORTH, noise=0.05))
    folder = tmp_path / "s"
    arms = "none,alluvial,transformative"
    assert told("--strategies", arms, *SMALL, "--out", str(folder), "--lang", lang) == 0
    said = " ".join(capsys.readouterr().out.split())
    wanted = {
        "it": (
            "più di una scelta a caso",
            "meno di una scelta a caso",
            "lascia fermi 1.000 € su 1.000",
            "gli stessi euro, al centesimo",
            "al suo meglio guadagna",
            "non ha azioni tra cui ripartire",
            "6 × 2, 2 × 6",
        ),
        "en": (
            "more than a random choice",
            "less than a random choice",
            "leaves 1,000 € of 1,000 unspent",
            "the same euros, to the cent",
            "at its best gains",
            "has no actions among which to share",
            "6 × 2, 2 × 6",
        ),
    }[lang]
    for each in wanted:
        assert each in said
    places = rows_of(folder / "cloud-loss_due_to_shocks.csv")
    assert [row["strategy"] for row in places] == arms.split(",")
    shares = rows_of(folder / "best-loss_due_to_shocks-shares.csv")
    assert {row["strategy"] for row in shares} == {"alluvial", "transformative"}
    spread = rows_of(folder / "allocations-loss_due_to_shocks.csv")
    assert len({row["strategy"] for row in spread}) == 12
    assert (folder / "best-loss_due_to_shocks-order.csv").exists()
    for kind in ("png", "svg"):
        assert (folder / "figures" / f"random-allocations-loss_due_to_shocks.{kind}").stat().st_size


def test_without_the_best_only_the_cloud_is_run(
    tmp_path: Path, monkeypatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = live_in(monkeypatch, Town(WORTH))
    choices = ["--no-best", "--metric", "robustness", "--lang", "en", "--out", str(tmp_path / "s")]
    assert told("--pairs", "3", "--allocations", "5", *choices) == 0
    said = capsys.readouterr().out
    assert "Then each strategy at its best" not in said
    assert "fewer than 6, it is not known" in said
    assert len(seen.runs) == 3 * (5 + 5)
    assert told("--pairs", "3", "--allocations", "5", *choices) == 0
    assert "going on from there" in capsys.readouterr().out
    assert len(seen.runs) == 3 * (5 + 5)


def test_an_arm_that_is_already_the_best_and_luck_are_told(
    tmp_path: Path, monkeypatch, capsys: pytest.CaptureFixture[str]
) -> None:
    live_in(monkeypatch, Town({}))
    arms = ["--strategies", "alluvial,hybrid", "--lang", "en", "--out", str(tmp_path / "a")]
    assert told(*SMALL, *arms) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert said.count("none of the ways tried to share its euros does better") == 2
    assert "the order does not change" in said
    assert "it is not known whether more or less than a random choice" in said


def test_the_same_gain_in_a_few_histories_is_told_without_an_interval(
    tmp_path: Path, monkeypatch, capsys: pytest.CaptureFixture[str]
) -> None:
    live_in(monkeypatch, Town(WORTH))
    choices = ["--strategies", "transformative", "--lang", "en", "--out", str(tmp_path / "a")]
    assert told(*SMALL, *choices) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "on histories never seen; with 6 histories it is not known" in said
    assert "(undefined …" not in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--allocations", "1"], "from 2 to 100,000"),
        (["--candidates", "1"], "from 2 to 10,000"),
        (["--histories", "0"], "from 1 to 10,000"),
        (["--metric", "quality"], "is not one of the metrics"),
        (["--strategies", "none"], "None of the strategies buys anything"),
        (["--decision", "soon"], "is not a decision date"),
        (["--citizens", "99999"], "residents"),
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
