"""A study as a workbook: what an office suite of any language reads, and nothing that runs."""

from __future__ import annotations

import html
import re
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.exchange.workbook import LONGEST_CELL, export_workbook, shown
from resilienza_sim.experiments.study import Study
from tests import kept


def sheets(path: Path) -> dict[str, list[dict[str, str | float]]]:
    """Read a workbook: sheet by sheet, rows by the names of the columns."""
    with zipfile.ZipFile(path) as file:
        book = file.read("xl/workbook.xml").decode()
        strings = file.read("xl/sharedStrings.xml").decode()
        texts = [
            html.unescape(re.sub(r"<[^>]+>", "", each))
            for each in re.findall(r"<si>(.*?)</si>", strings, re.S)
        ]
        found = {}
        for k, name in enumerate(re.findall(r'<sheet name="([^"]+)"', book), 1):
            data = file.read(f"xl/worksheets/sheet{k}.xml").decode()
            assert "<f>" not in data  # no formula
            assert "hyperlink" not in data
            rows = []
            for row in re.findall(r"<row .*?</row>", data, re.S):
                cells = {}
                for at, kind, value in re.findall(
                    r'<c r="([A-Z]+)\d+"[^>]*?(?: t="(\w)")?><v>(.*?)</v>', row
                ):
                    cells[at] = texts[int(value)] if kind == "s" else float(value)
                rows.append(cells)
            head = rows[0]
            found[name] = [{str(head[at]): v for at, v in row.items()} for row in rows[1:]]
    return found


def test_numbers_are_numbers_and_seeds_keep_every_digit(study: Path, tmp_path: Path) -> None:
    found = sheets(export_workbook(study, tmp_path / "new" / "s.xlsx"))
    opened = Study.open(study)
    runs = {str(row["run_id"]): row for row in found["runs"]}
    for row in opened.runs.itertuples():
        told = runs[row.run_id]
        assert told["loss_due_to_shocks"] == pytest.approx(row.loss_due_to_shocks, rel=1e-14)
        assert int(told["seed"]) == row.seed
        assert isinstance(told["seed"], str) or row.seed <= 2**53
        assert ("rarely_defined" in told) is not pd.isna(row.rarely_defined)
    weeks = [row for row in found["weekly means"] if row["decision"] == opened.manifest["decision"]]
    series = opened.tidy_series("quality")
    means = series.groupby(["strategy", "week"])["quality"].mean()
    ours = [row for row in weeks if row["study"] == "main"]
    assert len(ours) == len(means)
    for row in ours:
        mean = means[str(row["strategy"]), int(row["week"])]
        assert row["quality"] == pytest.approx(mean, rel=1e-12)


def test_a_name_that_looks_like_a_formula_stays_a_text(study: Path, tmp_path: Path) -> None:
    found = sheets(export_workbook(study, tmp_path / "s.xlsx"))
    titles = {row["strategy"]: row["title_it"] for row in found["strategies"]}
    assert titles["alluvial"] == kept.FORMULA


@pytest.mark.parametrize("kind", ["study", "sweep"])
def test_every_column_of_every_sheet_is_told(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    found = sheets(export_workbook(request.getfixturevalue(kind), tmp_path / "s.xlsx"))
    told = {(row["sheet"], row["column"]): row for row in found["dictionary"]}
    for name, rows in found.items():
        for column in {column for row in rows for column in row}:
            if not column.startswith("rarely_defined"):
                assert told[name, column]["title_it"] != column
                assert told[name, column]["title_en"] != column


def test_the_same_study_gives_the_same_bytes_and_nothing_is_written_over(
    study: Path, tmp_path: Path
) -> None:
    one, two = (export_workbook(study, tmp_path / name) for name in ("a.xlsx", "b.xlsx"))
    assert one.read_bytes() == two.read_bytes()
    with pytest.raises(ResilienzaError, match="already there"):
        export_workbook(study, one)
    export_workbook(study, one, overwrite=True)
    assert {path.name for path in tmp_path.iterdir()} == {"a.xlsx", "b.xlsx"}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (np.int64(2**53), 2**53),
        (2**63 - 1, "9223372036854775807"),
        (np.float64("nan"), None),
        (float("-inf"), "-inf"),
        (pd.NA, None),
        (np.bool_(True), True),
        ("=1+1", "=1+1"),
        ("x" * 40_000, "x" * (LONGEST_CELL - 1) + "…"),
    ],
)
def test_what_a_cell_holds(cell: object, expected: object) -> None:
    assert shown(cell) == expected
    assert type(shown(cell)) is type(expected)
