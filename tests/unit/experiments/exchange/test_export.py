from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.exchange.export import CSV_FILES, export_csv
from resilienza_sim.experiments.exchange.exporting import export
from resilienza_sim.experiments.store import Store
from resilienza_sim.experiments.study import Study
from resilienza_sim.metrics.losses import loss_due_to_shocks
from tests import kept
from tests.unit.experiments import fake_model


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_numbers_keep_every_digit_and_what_is_undefined_is_empty(
    study: Path, tmp_path: Path
) -> None:
    export_csv(study, tmp_path / "csv")
    found = {row["run_id"]: row for row in rows(tmp_path / "csv" / "runs.csv")}
    table = Study.open(study).runs.set_index("run_id")
    assert len(found) == 2 * len(table)
    for name, run in table.iterrows():
        row = found[str(name)]
        assert float(row["loss_due_to_shocks"]) == run["loss_due_to_shocks"]
        assert row["loss_due_to_shocks"] == repr(float(run["loss_due_to_shocks"]))
        assert int(row["seed"]) == run["seed"]
        undefined = pd.isna(run["rarely_defined"])
        assert (row["rarely_defined"] == "") == undefined
        assert (row["study"], row["decision"]) == ("main", fake_model.DECISIONS[0])


def test_series_have_a_row_a_run_and_week(study: Path, tmp_path: Path) -> None:
    export_csv(study, tmp_path / "csv")
    found = rows(tmp_path / "csv" / "series.csv")
    table = Study.open(study).tidy_series()
    ours = [row for row in found if row["decision"] == fake_model.DECISIONS[0]]
    assert len(found) == 2 * len(ours) == 2 * len(table)
    keys = ["run_id", "strategy", "replicate", "week"]
    assert [tuple(row[k] for k in keys) for row in ours] == [
        tuple(map(str, row)) for row in table[keys].itertuples(index=False)
    ]
    assert [float(row["quality"]) for row in ours] == table["quality"].tolist()


def test_series_in_pieces_are_the_series(study: Path) -> None:
    store = Store(study)
    pieces = [series for _, series in store.series_in_pieces(4)]
    assert [len(piece) for piece in pieces] == [48, 48, 48, 48, 24]
    joined = pd.concat([piece.to_pandas() for piece in pieces], ignore_index=True)
    pd.testing.assert_frame_equal(joined, store.series().to_pandas())


def test_comparisons_are_those_of_the_study(study: Path, tmp_path: Path) -> None:
    export_csv(study, tmp_path / "csv")
    found = rows(tmp_path / "csv" / "comparison.csv")
    table = Study.open(study).comparison()
    assert len(found) == 2 * len(table)
    told = [row["low"] for row in found if row["decision"] == fake_model.DECISIONS[0]]
    assert told == ["" if pd.isna(low) else repr(float(low)) for low in table["low"]]


def test_no_cell_is_a_formula(study: Path, tmp_path: Path) -> None:
    export_csv(study, tmp_path / "csv")
    titles = {row["strategy"]: row["title_it"] for row in rows(tmp_path / "csv/strategies.csv")}
    assert titles["alluvial"] == f"'{kept.FORMULA}"
    for path in (tmp_path / "csv").iterdir():
        for row in rows(path):
            for cell in row.values():
                number = cell[:1] == "-" and cell[1:2].isdigit()
                assert number or not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("kind", ["study", "sweep"])
def test_every_column_is_in_the_dictionary_in_both_languages(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    files = export_csv(request.getfixturevalue(kind), tmp_path / "csv")
    told = {(row["file"], row["column"]): row for row in rows(tmp_path / "csv/dictionary.csv")}
    written = {
        (path.name, column)
        for path in files
        for column in path.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
    }
    assert told.keys() == written
    invented = {"rarely_defined", "rarely_defined_censored"}  # the stand-in's own
    for (file, column), row in told.items():
        if column not in invented:
            assert row["source"], (file, column)
            assert row["title_it"] not in ("", column), (file, column)
            assert row["title_en"] not in ("", column), (file, column)
            known = file == "runs.csv" and column == "robustness"
            assert not known or row["title_it"] != row["title_en"]
    loss = told["runs.csv", "loss_due_to_shocks"]
    assert loss["better"] == "lower"
    assert loss["source"] == loss_due_to_shocks.source
    assert loss["unit_it"] == "punti·settimana"


def test_a_sweep_has_points_that_its_runs_name(sweep: Path, tmp_path: Path) -> None:
    export_csv(sweep, tmp_path / "csv")
    points = {row["point"]: row for row in rows(tmp_path / "csv/points.csv")}
    table = Study.open(sweep).points
    assert [float(row["peak"]) for row in points.values()] == table["peak"].tolist()
    assert [row["rule"] for row in points.values()] == table["rule"].tolist()
    assert {row["point"] for row in rows(tmp_path / "csv/runs.csv")} == points.keys()
    assert len(rows(tmp_path / "csv/comparison.csv")) == 4 * 2


def test_the_same_study_gives_the_same_bytes(study: Path, tmp_path: Path) -> None:
    one, two = export_csv(study, tmp_path / "a"), export_csv(study, tmp_path / "b")
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_nothing_is_written_over_unless_asked(study: Path, tmp_path: Path) -> None:
    export_csv(study, tmp_path / "csv")
    with pytest.raises(ResilienzaError, match="--overwrite"):
        export_csv(study, tmp_path / "csv")
    export_csv(study, tmp_path / "csv", overwrite=True)
    (tmp_path / "csv" / "mine.txt").write_text("mine")
    with pytest.raises(ResilienzaError, match=r"mine\.txt"):
        export_csv(study, tmp_path / "csv", overwrite=True)
    (tmp_path / "file").write_text("")
    with pytest.raises(ResilienzaError, match="already there"):
        export_csv(study, tmp_path / "file")


def test_a_folder_without_a_study_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ResilienzaError, match="no study"):
        export_csv(tmp_path, tmp_path / "csv")
    assert not list(tmp_path.iterdir())


def test_names_of_files_are_known_beforehand(study: Path, tmp_path: Path) -> None:
    assert {path.name for path in export_csv(study, tmp_path / "csv")} <= set(CSV_FILES)


@pytest.mark.parametrize(
    ("form", "holds"), [("csv", "runs.csv"), ("crate", "ro-crate-metadata.json")]
)
def test_one_door_leads_to_every_form(study: Path, tmp_path: Path, form, holds) -> None:
    out = export(str(study), tmp_path / "out", form=form)
    assert (out / holds).is_file()
    with pytest.raises(ResilienzaError):
        export(study, tmp_path / "out", form=form)
    assert export(study, tmp_path / "out", form=form, overwrite=True) == out


def test_a_bundle_is_named_after_its_study(study: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert export(study).name == f"{study.name}.zip"
    with pytest.raises(ResilienzaError, match="bundle, csv, crate"):
        export(study, form="parquet")  # type: ignore[arg-type]


class KilledError(BaseException):
    """A process that ends at once."""


@pytest.mark.parametrize("overwrite", [False, True])
def test_an_export_that_was_killed_does_not_block_the_next(
    overwrite: bool, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "csv"

    def killed(*_: object, **__: object) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr("resilienza_sim.experiments.exchange.export.dictionary", killed)
        patched.setattr("shutil.rmtree", killed)  # nor is anything cleared away
        with pytest.raises(KilledError):
            export_csv(study, out)
    assert list(out.iterdir())
    written = export_csv(study, out, overwrite=overwrite)
    assert {path.name for path in written} <= set(CSV_FILES)
    assert rows(out / "runs.csv")


def test_an_export_killed_while_it_moves_its_files_can_be_written_over(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "csv"
    move = Path.replace

    def killed_at_series(self: Path, target: Path) -> Path:
        if target == out / "series.csv":
            raise KilledError
        return move(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", killed_at_series)
        with pytest.raises(KilledError):
            export_csv(study, out)
    assert (out / "runs.csv").exists()
    with pytest.raises(ResilienzaError):
        export_csv(study, out)
    assert (out / "series.csv") in export_csv(study, out, overwrite=True)


def test_a_full_disk_leaves_the_earlier_export_as_it_was(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "csv"
    export_csv(study, out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("resilienza_sim.experiments.store.os.fsync", full)
    with pytest.raises(ResilienzaError, match="the disk is full"):
        export_csv(study, out, overwrite=True)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
