"""``resilienza analyse`` from the outside: what it prints, writes, refuses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from resilienza_sim import cli
from tests.made_sweep import factor, grid, made_sweep

ARMS = ("consolidated", "alluvial", "none")
METRICS = ("loss_due_to_shocks", "robustness", "rapidity", "spent_eur")


def told(row: dict[str, Any], arm: str, replicate: int) -> dict[str, float | None] | None:
    if arm == "none" and replicate == 6 and row["x"] == 1.0:
        return None
    chance = np.random.default_rng([replicate]).normal()
    own = np.random.default_rng([replicate, len(arm)]).normal()
    push = {"alluvial": 12.0 * row["x"] - 6.0, "none": 8.0}.get(arm, 0.0) + 0.3 * own
    return {
        "loss_due_to_shocks": 80 + 9 * chance + push,
        "robustness": 0.8 - push / 500,
        "rapidity": own,
        "spent_eur": 0.0 if arm == "none" else 5_000.0 + row["y"] * 100,
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "sweep"
    titles = {"consolidated": "=Consolidata", "alluvial": "<b>Alluvionale", "none": "Nessuna"}
    factors = [factor("x"), factor("y")]
    points = grid(x=[0.0, 1.0], y=[1.0, 2.0])
    made_sweep(
        folder, points, told, pairs=7, arms=ARMS, metrics=METRICS, factors=factors, titles=titles
    )
    return folder


@pytest.fixture
def sweep(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "sweep"))


@pytest.fixture
def _no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the figures, which other tests look at: they take most of the time."""
    monkeypatch.setattr("resilienza_sim.cli.analyse._draw", lambda *_: [])


def run(*arguments: object, lang: str = "en") -> int:
    return cli.main(["analyse", *map(str, arguments), "--lang", lang])


def refused(capsys: pytest.CaptureFixture[str], folder: Path, *arguments: object) -> str:
    """Return the one sentence of a refusal; nothing printed, nothing written."""
    assert run(folder, *arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert not (folder / "analysis").exists()
    return said.err


def test_a_sweep_is_told_and_written(sweep: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(sweep) == 0
    said = capsys.readouterr()
    for part in (
        "Added hardship due to shocks (point-weeks): lower is better.",
        "Each strategy against “=Consolidata”, over 4 points",
        "Left out because the measure is undefined in some strategy: 2 of 28 pairs.",
        "The smallest of the greatest regrets, over points: ",
        "set another with --enough loss_due_to_shocks=VALUE.",
        "What the euros buy, counted from “Nessuna”",
        "Where the variation comes from",
    ):
        assert part in said.out
    assert "2 runs did not end well" in said.err
    written = {path.name for path in (sweep / "analysis").iterdir()}
    assert written == {
        *(f"{t}.csv" for t in ("comparison", "averages", "tails", "cost_effectiveness", "regret")),
        *(f"{t}.csv" for t in ("acceptability", "best_buys", "satisficing", "dominance")),
        "variance.csv",
        "dictionary.csv",
        "written-by-analyse.txt",
        *(
            f"{name}.{ending}"
            for ending in ("svg", "png")
            for name in (
                "distributions-loss_due_to_shocks",
                "along-loss_due_to_shocks",
                "map-loss_due_to_shocks-alluvial",
                "map-loss_due_to_shocks-none",
            )
        ),
    }


@pytest.mark.usefixtures("_no_figures")
def test_tables_are_tidy(sweep: Path) -> None:
    assert run(sweep, "--metric", "loss_due_to_shocks,rapidity") == 0
    comparison = pd.read_csv(sweep / "analysis" / "comparison.csv")
    assert comparison["metric"].unique().tolist() == ["loss_due_to_shocks", "rapidity"]
    assert len(comparison) == 2 * 4 * 2
    assert {"point", "scenario", "x", "y", "mean_difference", "verdict"} <= set(comparison)
    assert comparison["mean_difference"].dtype == float
    regret = pd.read_csv(sweep / "analysis" / "regret.csv")
    assert set(regret["metric"]) == {"loss_due_to_shocks"}  # rapidity here has no better side


def test_what_an_earlier_analysis_left_is_cleared(sweep: Path) -> None:
    assert run(sweep, "--metric", "loss_due_to_shocks") == 0
    (sweep / "analysis" / "notes.csv").write_text("mine")
    assert run(sweep, "--metric", "rapidity") == 0
    names = {path.name for path in (sweep / "analysis").iterdir()}
    assert "notes.csv" in names
    assert "regret.csv" not in names
    assert not any("loss_due_to_shocks" in name for name in names)


@pytest.mark.slow
def test_the_same_command_writes_the_same_bytes(sweep: Path) -> None:
    def written() -> dict[str, bytes]:
        assert run(sweep) == 0
        return {path.name: path.read_bytes() for path in (sweep / "analysis").iterdir()}

    assert written() == written()


@pytest.mark.usefixtures("_no_figures")
def test_a_threshold_of_ones_own(sweep: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(sweep, "--enough", "robustness=0,8", "--metric", "loss_due_to_shocks") == 0
    out = capsys.readouterr().out
    assert "how often at least 80.0 percentage points" in out
    table = pd.read_csv(sweep / "analysis" / "satisficing.csv")
    assert set(table["metric"]) == {"loss_due_to_shocks", "robustness"}
    assert set(table.loc[table["metric"] == "robustness", "enough"]) == {0.8}


@pytest.mark.usefixtures("_no_figures")
def test_all_metrics_the_headline_first(sweep: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(sweep, "--metric", "all", lang="it") == 0
    out = capsys.readouterr().out
    places = [
        out.index(f"{name} (")
        for name in (
            "Disagio in più accumulato per gli eventi critici",
            "Punto più basso della qualità della vita",
        )
    ]
    assert places == sorted(places)
    assert "Di questa misura non si dice se sia meglio più o meno" in out


def test_factors_of_ones_own(sweep: Path) -> None:
    assert run(sweep, "--factors", "y,x") == 0
    text = (sweep / "analysis" / "map-loss_due_to_shocks-alluvial.svg").read_text(encoding="utf-8")
    assert "over Factor y and Factor x" in text


@pytest.mark.usefixtures("_no_figures")
def test_one_arm_only_gives_what_it_can(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made_sweep(tmp_path / "s", grid(x=[0.0, 1.0], y=[1.0]), told, arms=ARMS[:1], metrics=METRICS)
    assert run(tmp_path / "s") == 0
    out = capsys.readouterr().out
    assert "There is one strategy only" in out
    assert "How bad it gets" in out
    assert "Regret" not in out
    assert {p.name for p in (tmp_path / "s" / "analysis").glob("*.csv")} == {
        "dictionary.csv",
        "tails.csv",
        "satisficing.csv",
    }


@pytest.mark.usefixtures("_no_figures")
def test_an_arm_that_never_ended_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def lost(row: dict[str, Any], arm: str, replicate: int) -> dict[str, float | None] | None:
        return None if arm == "alluvial" else told({**row, "x": 0.0}, arm, replicate)

    made_sweep(tmp_path / "s", grid(x=[0.0, 1.0], y=[1.0]), lost, arms=ARMS, metrics=METRICS)
    assert run(tmp_path / "s") == 0
    assert "No value at all in: Alluvial; left out." in capsys.readouterr().out
    assert run(tmp_path / "s", "--baseline", "alluvial") == 0
    assert "“Alluvial” has no value here" in capsys.readouterr().out


def test_bad_input_is_one_sentence(
    sweep: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "is not one of the metrics" in refused(capsys, sweep, "--metric", "pippo")
    assert "is not one of the metrics" in refused(capsys, sweep, "--enough", "pippo=3")
    assert "did you mean" in refused(capsys, sweep, "--metric", "loss_due_to_shock").casefold()
    for text in (
        "loss_due_to_shocks=abc",
        "loss_due_to_shocks",
        "=3",
        "loss_due_to_shocks=nan",
        "a=1e999",
    ):
        assert "a measure and a number" in refused(capsys, sweep, "--enough", text)
    assert "not one of the strategies" in refused(capsys, sweep, "--baseline", "nobody")
    assert "not one of the factors" in refused(capsys, sweep, "--factors", "x,z")
    assert "two or three factors" in refused(capsys, sweep, "--factors", "x")
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "There is no study" in refused(capsys, empty)
    (empty / "manifest.json").write_text("{")
    assert "cannot be read" in refused(capsys, empty)


def test_a_study_whose_runs_all_failed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made_sweep(tmp_path / "s", grid(x=[0.0]), lambda *_: None)
    assert "no run has ended well" in refused(capsys, tmp_path / "s")


def test_a_folder_where_a_file_is_in_the_way(
    sweep: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (sweep / "analysis").write_text("mine")
    assert run(sweep) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert (sweep / "analysis").read_text() == "mine"


def test_hostile_names_are_harmless(sweep: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = json.loads((sweep / "manifest.json").read_text(encoding="utf-8"))
    manifest["titles"]["alluvial"] = dict.fromkeys(("it", "en"), "\x1b[31m=evil</text><script>")
    (sweep / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert run(sweep) == 0
    assert "\x1b" not in capsys.readouterr().out
    for path in (sweep / "analysis").glob("*.svg"):
        assert b"<script" not in path.read_bytes()


@pytest.mark.usefixtures("_no_figures")
def test_only_what_an_analysis_wrote_is_removed_by_the_next(sweep: Path) -> None:
    assert run(sweep) == 0
    where = sweep / "analysis"
    mine = [where / "map-mine.png", where / "acceptability-mine.csv", where / "mine.txt"]
    for path in mine:
        path.write_bytes(b"mine")
    (where / "written-by-analyse.txt").write_text("regret.csv\n../manifest.json\n", "utf-8")
    assert run(sweep, "--metric", "robustness") == 0
    assert all(path.read_bytes() == b"mine" for path in mine)
    assert (sweep / "manifest.json").exists()
