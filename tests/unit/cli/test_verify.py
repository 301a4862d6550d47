from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from resilienza_sim.cli import main
from resilienza_sim.experiments.compare import compare
from resilienza_sim.experiments.exchange import again
from tests import kept
from tests.small import flood, town


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kept.comparison(tmp_path_factory.mktemp("compared") / "trial")


@pytest.mark.parametrize(("lang", "sentence"), [("it", "torna."), ("en", "holds.")])
def test_what_holds_exits_with_nothing_wrong(
    lang: str, sentence: str, study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(study), "--lang", lang]) == 0
    assert capsys.readouterr().out.rstrip().endswith(sentence)


def test_what_does_not_match_exits_with_one(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = shutil.copytree(study, tmp_path / "s")
    part = next((copy / "runs").iterdir())
    kept.one_byte(part)
    assert main(["verify", str(copy), "--lang", "en"]) == 1
    said = capsys.readouterr().out
    assert f"DOES NOT MATCH: Altered since it was written: runs/{part.name}." in said
    assert said.rstrip().endswith("does not match.")


def test_what_is_refused_exits_with_two_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    monkeypatch.chdir(inside)
    with zipfile.ZipFile("a.zip", "w") as archive:
        archive.writestr("../evil", "x")
    with zipfile.ZipFile("b.zip", "w") as archive:
        archive.writestr("README.md", "x")
    for path in ("a.zip", "b.zip", "nowhere.zip", "."):
        assert main(["verify", path]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.count("\n") == 1
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("arguments", [["--rerun", "-1"], ["--rerun", "x"], ["--seed", "x"]])
def test_odd_numbers_are_refused(
    arguments: list[str], study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(study), *arguments]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_runs_made_again_are_told(
    study: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(again, "bench_again", lambda unit: SimpleNamespace(run=kept.run))
    assert main(["verify", str(study), "--rerun", "3", "--lang", "en"]) == 0
    assert "3 of 3 runs made again are equal to the last bit." in capsys.readouterr().out


@pytest.mark.slow
def test_a_study_of_the_model_itself_is_made_again_to_the_bit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario = town(citizens=80, weeks=20, decisions=(4, 8), shocks=[flood(6)])
    study = compare(scenario, ["consolidated", "hybrid"], 2, out=tmp_path / "s", workers=1)
    assert main(["export", str(study.folder), "--bundle", "--out", str(tmp_path / "s.zip")]) == 0
    assert main(["verify", str(tmp_path / "s.zip"), "--rerun", "6", "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "6 of 6 runs made again are equal to the last bit." in said
    assert "Made with the versions of this computer." in said
