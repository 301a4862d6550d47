from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from resilienza_sim.cli import main
from tests import kept


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kept.comparison(tmp_path_factory.mktemp("compared") / "trial")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("form", "made"),
    [("--csv", "trial-csv"), ("--xlsx", "trial.xlsx"), ("--ro-crate", "trial-crate")],
)
def test_a_folder_is_named_after_the_study(
    form: str, made: str, study: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(study), form, "--lang", "en"]) == 0
    assert [path.name for path in here.iterdir()] == [made]
    assert made in capsys.readouterr().out


def test_a_bundle_is_told_with_its_sum_and_how_to_check_it(
    study: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(study), "--bundle", "--out", "new/b.zip", "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert hashlib.sha256((here / "new/b.zip").read_bytes()).hexdigest() in said
    assert "resilienza verify new/b.zip" in said
    assert main(["verify", "new/b.zip"]) == 0


def test_the_licence_is_told(study: Path, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(study), "--ro-crate", "--licence", "CC0-1.0"]) == 0
    assert "CC0-1.0" in capsys.readouterr().out


@pytest.mark.parametrize("forms", [[], ["--csv", "--bundle"]])
@pytest.mark.parametrize("lang", ["it", "en"])
def test_one_form_must_be_said(
    forms: list[str], lang: str, study: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(study), *forms, "--lang", lang]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "--ro-crate" in said.err
    assert said.err.count("\n") == 1
    assert not list(here.iterdir())


@pytest.mark.parametrize("form", ["--csv", "--ro-crate", "--bundle"])
def test_mistakes_are_told_in_one_line_and_write_nothing(
    form: str, study: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "nowhere", form]) == 2
    assert not list(here.iterdir())
    (here / "taken").mkdir()
    (here / "taken" / "mine").write_text("mine")
    assert main(["export", str(study), form, "--out", "taken", "--overwrite"]) == 2
    assert capsys.readouterr().err.count("\n") == 2
    assert [path.name for path in here.rglob("*")] == ["taken", "mine"]


@pytest.mark.parametrize("form", ["--csv", "--ro-crate", "--bundle"])
def test_the_study_is_not_touched(form: str, study: Path, here: Path) -> None:
    before = {path: path.read_bytes() for path in study.rglob("*") if path.is_file()}
    assert main(["export", str(study), form]) == 0
    assert {path: path.read_bytes() for path in study.rglob("*") if path.is_file()} == before
