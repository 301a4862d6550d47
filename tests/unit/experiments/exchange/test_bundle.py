from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tomllib
import zipfile
from pathlib import Path

import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.exchange.bundle import CHECKSUMS, export_bundle
from resilienza_sim.experiments.exchange.units import units
from resilienza_sim.experiments.experiment import load_experiment
from resilienza_sim.experiments.store import Store
from resilienza_sim.experiments.sweep import make_sweep
from tests import kept
from tests.unit.experiments import fake_model


def test_a_bundle_has_all_parts_as_they_are(study: Path, tmp_path: Path) -> None:
    told = export_bundle(study, tmp_path / "s.zip")
    assert told == hashlib.sha256((tmp_path / "s.zip").read_bytes()).hexdigest()
    top = kept.unzipped(tmp_path / "s.zip", tmp_path / "open")
    for path in study.rglob("*"):
        if path.is_file() and path.name != ".lock":
            inside = top / "study" / path.relative_to(study)
            assert inside.read_bytes() == path.read_bytes()
    assert not list(top.rglob(".lock"))
    assert {p.name for p in (top / "strategies").iterdir()} == {
        f"{name}.toml" for name in fake_model.STRATEGIES
    }


def test_the_same_study_gives_the_same_bytes(study: Path, tmp_path: Path) -> None:
    elsewhere = shutil.copytree(study, tmp_path / "elsewhere" / "copy")
    for each in elsewhere.rglob("*"):
        each.touch()
    export_bundle(study, tmp_path / "a.zip")
    export_bundle(elsewhere, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist() == sorted(archive.namelist())


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum here")
def test_checksums_are_read_without_this_program(study: Path, tmp_path: Path) -> None:
    export_bundle(study, tmp_path / "s.zip")
    top = kept.unzipped(tmp_path / "s.zip", tmp_path / "open")

    def check() -> subprocess.CompletedProcess[str]:
        command = ["sha256sum", "-c", CHECKSUMS]
        return subprocess.run(command, cwd=top, capture_output=True, text=True, check=False)

    assert check().returncode == 0
    lines = (top / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    assert len(lines) == sum(path.is_file() for path in top.rglob("*")) - 1
    kept.one_byte(top / "constraints.txt")
    assert "constraints.txt: FAILED" in check().stdout


def test_the_scenario_inside_is_that_of_the_study(study: Path, tmp_path: Path) -> None:
    export_bundle(study, tmp_path / "s.zip")
    top = kept.unzipped(tmp_path / "s.zip", tmp_path / "open")
    found = tomllib.loads((top / "scenario.toml").read_text(encoding="utf-8"))
    assert found == {**kept.SCENARIO, "time": {"weeks": 12}}


def test_the_readme_tells_the_commands_in_both_languages(study: Path, tmp_path: Path) -> None:
    export_bundle(study, tmp_path / "s.zip")
    text = (kept.unzipped(tmp_path / "s.zip", tmp_path / "open") / "README.md").read_text("utf-8")
    for name in ("QUESTO_FILE.zip", "THIS_FILE.zip"):
        assert f"resilienza verify {name}\n" in text
    arms = ",".join(f"strategies/{name}.toml" for name in fake_model.STRATEGIES)
    again = (
        f"resilienza compare scenario.toml --strategies {arms} --baseline"
        " strategies/consolidated.toml --pairs 6 --seed 7 --point --no-null --out again\n"
    )
    assert text.count(again) == 2
    assert str(study.parent) not in text


def test_constraints_are_the_versions_it_was_run_on(study: Path, tmp_path: Path) -> None:
    export_bundle(study, tmp_path / "s.zip")
    top = kept.unzipped(tmp_path / "s.zip", tmp_path / "open")
    versions = dict(units(study)[0].last_session["versions"])
    python = versions.pop("python")
    lines = (top / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert lines == [f"# Python {python}", *sorted(f"{n}=={v}" for n, v in versions.items())]


def test_the_experiment_inside_gives_the_same_sweep(
    sweep: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_bundle(sweep, tmp_path / "s.zip")
    monkeypatch.chdir(kept.unzipped(tmp_path / "s.zip", tmp_path / "open"))
    made, first = make_sweep(load_experiment("experiment.toml")), make_sweep(kept.experiment())
    for factor in ("peak", "rule"):
        assert made.facts["points"][factor] == first.facts["points"][factor]
    assert [p.setting.values for p in made.points] == [p.setting.values for p in first.points]
    assert list(made.counts) == list(first.counts)
    assert [s.hash for s in made.bench.scenarios.values()] == [
        s.hash for s in first.bench.scenarios.values()
    ]
    assert {s.name: s.hash for s in made.bench.strategies} == {
        s.name: s.hash for s in first.bench.strategies
    }
    assert (made.bench.metrics, made.bench.series) == (first.bench.metrics, first.bench.series)
    assert made.seed == first.seed
    assert [run.run_id for run in made.runs()] == [run.run_id for run in first.runs()]
    assert "resilienza sweep experiment.toml --out again" in Path("README.md").read_text("utf-8")


def test_a_study_that_is_not_finished_is_refused(study: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(study, tmp_path / "s")
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    (copy / "manifest.json").write_text(json.dumps({**manifest, "pairs": 7}), encoding="utf-8")
    with pytest.raises(ResilienzaError, match=r"not finished \(18 runs of 21\)"):
        export_bundle(copy, tmp_path / "s.zip")
    assert not (tmp_path / "s.zip").exists()


def test_nothing_is_written_over_unless_asked(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "s.zip"
    out.write_text("mine")
    with pytest.raises(ResilienzaError, match="--overwrite"):
        export_bundle(study, out)
    assert out.read_text() == "mine"
    export_bundle(study, out, overwrite=True)
    assert zipfile.is_zipfile(out)
    with pytest.raises(ResilienzaError, match="already there"):
        export_bundle(study, tmp_path, overwrite=True)


@pytest.mark.parametrize("name", ["../../evil", "a/b", "..", "con'; rm", "A" * 300])
def test_a_strategy_with_a_hostile_name_names_no_file(
    name: str, study: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(study, tmp_path / "s")
    text = (copy / "manifest.json").read_text(encoding="utf-8")
    data = json.loads(text)
    data["strategies"].append(name)
    data["strategy_texts"][name] = "{}"
    (copy / "manifest.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ResilienzaError, match=r"manifest\.json"):
        export_bundle(copy, tmp_path / "s.zip")


def test_older_studies_have_no_points_and_can_be_packed(study: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(study, tmp_path / "s")
    for part in copy.rglob("runs/part-*.parquet"):
        kept.rewrite(part, lambda table: table.drop_columns("point"))
    assert Store(copy).runs()["point"].to_pylist() == [0] * 18
    export_bundle(copy, tmp_path / "s.zip")
