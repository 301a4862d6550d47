"""A folder is ours when its manifest says so: nothing of the user's goes, whatever it is called."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import fake_model
import pandas as pd
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.exchange.crate import export_crate
from resilienza_sim.experiments.exchange.export import export_csv
from resilienza_sim.experiments.run import run_plan
from resilienza_sim.experiments.store import Store, write_atomically, written_aside
from tests import kept

OURS = ["series", "runs", "timings", "worlds", "null", "chance", "shocks", "decisions", "analysis"]


def every(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("place", [*OURS, "decisions/2023-05-01/runs"])
@pytest.mark.parametrize("name", ["part-00001.parquet", "part-mine.csv", "notes.tmp", "a.txt"])
def test_a_folder_of_the_users_is_refused_and_left_as_it_is(
    place: str, name: str, tmp_path: Path
) -> None:
    (tmp_path / place).mkdir(parents=True)
    (tmp_path / place / name).write_bytes(b"years of work")
    before = every(tmp_path)
    with pytest.raises(ResilienzaError, match="holds other files"):
        run_plan(fake_model.plan(), fake_model.runner(), tmp_path)
    assert every(tmp_path) == before


def test_the_users_own_files_in_a_study_stay(tmp_path: Path) -> None:
    folder = run_plan(fake_model.plan(2), fake_model.runner(), tmp_path / "s")
    mine = {
        folder / kind / name
        for kind in ("runs", "series", "timings")
        for name in ("part-mine.parquet", "part-0.parquet", "x.tmp", ".hidden.tmp")
    }
    for path in mine:
        path.write_bytes(b"years of work")
    run_plan(fake_model.plan(4), fake_model.runner(), folder)
    assert all(path.read_bytes() == b"years of work" for path in mine)
    assert len(Store(folder).runs()) == 12


def test_a_decision_folder_of_the_users_is_told_before_any_run(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    (folder / "decisions" / fake_model.DECISIONS[1]).mkdir(parents=True)
    (folder / "decisions" / fake_model.DECISIONS[1] / "thesis.docx").touch()
    with pytest.raises(ResilienzaError, match="holds other files"):
        run_plan(fake_model.plan(), fake_model.runner(), folder)
    assert not (folder / "runs").exists()


def test_a_study_of_another_kind_keeps_its_folder(tmp_path: Path) -> None:
    folder = kept.swept(tmp_path / "s")
    before = every(folder)
    with pytest.raises(ResilienzaError, match="not the one asked for"):
        run_plan(fake_model.plan(decisions=("",)), fake_model.runner(), folder)
    assert every(folder) == before


def test_what_a_torn_start_leaves_is_taken_up(tmp_path: Path) -> None:
    (tmp_path / ".lock").touch()
    (tmp_path / f".{'0' * 16}.tmp").write_bytes(b"half")
    run_plan(fake_model.plan(1), fake_model.runner(), tmp_path)
    assert len(Store(tmp_path).runs()) == 3


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="links")
@pytest.mark.parametrize("kind", ["runs", "series", "timings"])
def test_a_link_in_a_study_is_not_followed(kind: str, tmp_path: Path) -> None:
    folder = run_plan(fake_model.plan(1), fake_model.runner(), tmp_path / "s")
    (tmp_path / "elsewhere").mkdir()
    shutil.rmtree(folder / kind)
    (folder / kind).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ResilienzaError, match="holds other files"):
        run_plan(fake_model.plan(2), fake_model.runner(), folder)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_no_link_laid_in_advance_is_written_through(tmp_path: Path) -> None:
    target, place = tmp_path / "theirs", tmp_path / "s"
    place.mkdir()
    target.write_bytes(b"theirs")
    for name in ("manifest.json.tmp", ".manifest.json.tmp", "manifest.json"):
        (place / name).symlink_to(target)
    write_atomically(place / "manifest.json", b"ours")
    assert target.read_bytes() == b"theirs"
    assert not (place / "manifest.json").is_symlink()


def test_what_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"whole")

    def half() -> None:
        with written_aside(tmp_path / "a") as file:
            file.write(b"x")
            raise ValueError("half")

    with pytest.raises(ValueError, match="half"):
        half()
    assert every(tmp_path) == {"a": b"whole"}


def test_an_export_replaces_what_an_export_wrote_and_nothing_else(tmp_path: Path) -> None:
    study, out = kept.comparison(tmp_path / "s"), tmp_path / "csv"
    out.mkdir()
    (out / "points.csv").write_text("mine")
    (out / "runs.csv").write_text("mine")
    with pytest.raises(ResilienzaError, match=r"points\.csv"):
        export_csv(study, out, overwrite=True)
    assert every(out) == {"points.csv": b"mine", "runs.csv": b"mine"}
    (out / "points.csv").unlink()
    (out / "runs.csv").unlink()
    export_csv(kept.swept(tmp_path / "w"), out)
    assert (out / "points.csv").exists()
    export_csv(study, out, overwrite=True)
    assert not (out / "points.csv").exists()
    assert len(pd.read_csv(out / "runs.csv")) == 6 * 6


def test_a_crate_replaces_what_a_crate_wrote_and_nothing_else(tmp_path: Path) -> None:
    study, out = kept.comparison(tmp_path / "s"), tmp_path / "crate"
    out.mkdir()
    (out / "README.md").write_text("mine")
    with pytest.raises(ResilienzaError, match=r"README\.md"):
        export_crate(study, out, overwrite=True)
    assert every(out) == {"README.md": b"mine"}
    (out / "README.md").unlink()
    export_crate(study, out)
    export_crate(study, out, overwrite=True)
