"""Files are found where they are named, wherever one stands; a path is read as it is written."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from resilienza_sim.cli import main
from resilienza_sim.experiments.compare import Request
from resilienza_sim.experiments.experiment import load_experiment
from resilienza_sim.experiments.sweep import make_sweep
from resilienza_sim.files import place_of
from resilienza_sim.scenario import load_scenario, scenario_folder
from resilienza_sim.strategies import load_strategy

EXPERIMENT = """
name = "trial"
question = {it = "Prova", en = "Trial"}
description = {it = "Prova", en = "Trial"}
scenarios = ["towns/mine.toml"]
strategies = ["arms/mine.toml", "none"]
baseline = "none"
metrics = ["loss_due_to_shocks"]
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a town and strategies of one's own; one stands elsewhere."""
    (tmp_path / "desk" / "towns").mkdir(parents=True)
    (tmp_path / "desk" / "towns" / "arms").mkdir()
    (tmp_path / "elsewhere").mkdir()
    text = (scenario_folder() / "quartiere.toml").read_text("utf-8")
    named = 'strategies = ["arms/mine.toml", "none"]\nbaseline = "arms/mine.toml"\n'
    assert "[study]\n" in text
    kept = [
        line
        for line in text.splitlines(keepends=True)
        if not line.startswith(("strategies =", "baseline ="))
    ]
    text = "".join(kept).replace("[study]\n", f"[study]\n{named}")
    (tmp_path / "desk" / "towns" / "mine.toml").write_text(text, "utf-8")
    shipped = Path(str(files("resilienza_sim").joinpath("strategies", "alluvial.toml")))
    mine = shipped.read_text("utf-8").replace('name = "alluvial"', 'name = "mine"')
    (tmp_path / "desk" / "towns" / "arms" / "mine.toml").write_text(mine, "utf-8")
    shutil.copytree(tmp_path / "desk" / "towns" / "arms", tmp_path / "desk" / "arms")
    (tmp_path / "desk" / "trial.toml").write_text(EXPERIMENT, "utf-8")
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.setenv("HOME", str(tmp_path / "desk"))
    return tmp_path / "desk"


def test_what_a_scenario_names_lies_beside_it(desk: Path) -> None:
    scenario = load_scenario(desk / "towns" / "mine.toml")
    for each in (scenario, scenario.with_citizens(200).with_set("shocks.0.peak=0.5")):
        wanted = Request(scenario=each).prepared()
        assert list(wanted.plan.arms) == ["mine", "none"]
        assert wanted.plan.baseline == "mine"
    assert main(["check", str(desk / "towns" / "mine.toml")]) == 0


def test_what_an_experiment_names_lies_beside_it(desk: Path) -> None:
    for plan in (
        make_sweep(load_experiment(desk / "trial.toml")),
        make_sweep(load_experiment("~/trial.toml").changed({"seed": 2})),
    ):
        assert [arm.name for arm in plan.bench.strategies] == ["mine", "none"]
    assert main(["check", str(desk / "trial.toml")]) == 0


def test_a_home_is_the_same_for_reading_and_writing(desk: Path) -> None:
    assert place_of("~/s") == desk / "s"
    assert place_of("~nobody-of-that-name/s") == Path("~nobody-of-that-name/s")
    assert load_strategy("~/arms/mine.toml").name == "mine"
    assert load_scenario("~/towns/mine.toml").name


@pytest.mark.parametrize("place", ["{}/arms/mine.toml", "~/arms/mine.toml"])
def test_a_baseline_may_be_a_file(
    place: str, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever passes `check` is compared, and read again from where it was written."""
    options = ["--pairs=1", "--citizens=100", "--no-null", "--no-chance", "--point", "--no-twin"]
    given = ["--strategies=none", f"--baseline={place.format(desk)}", "--workers=1"]
    assert main(["compare", "quartiere", *options, *given, "--out=~/s"]) == 0, capsys.readouterr()
    assert not (desk.parent / "elsewhere" / "~").exists()
    assert main(["report", "~/s"]) == 0
    assert main(["verify", "~/s"]) == 0
    assert main(["export", "~/s", "--csv", "--out=~/csv"]) == 0
    assert (desk / "csv" / "runs.csv").exists()


def test_a_baseline_may_be_one_of_the_files(desk: Path) -> None:
    mine = str(desk / "arms" / "mine.toml")
    for baseline in ("mine", mine):
        wanted = Request(scenario="quartiere", strategies=["none", mine], baseline=baseline)
        assert wanted.prepared().plan.baseline == "mine"
        assert list(wanted.prepared().plan.arms) == ["none", "mine"]
