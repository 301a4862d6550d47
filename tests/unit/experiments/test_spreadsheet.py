"""Tables as CSV: no cell that a spreadsheet would run, every digit kept."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.spreadsheet import harmless, write_csv


@pytest.mark.parametrize("text", ["=1+1", "+1", "-x", "@SUM", "\tx", "\rx", "\n=x", "＝1", "＠a"])
def test_a_text_that_would_be_a_formula_is_quoted(text: str, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "t.csv", pd.DataFrame({text: [text, "plain"], "number": [-1.5, 2]}))
    back = pd.read_csv(path, keep_default_na=False, lineterminator="\n" if "\r" in text else None)
    assert list(back.columns) == [f"'{text}", "number"]
    assert list(back.iloc[:, 0]) == [f"'{text}", "plain"]
    assert list(back["number"]) == [-1.5, 2.0]


@pytest.mark.parametrize("cell", [-1.5, None, True, "", "a=b", "1-2"])
def test_anything_else_stays_as_it_is(cell: object) -> None:
    assert harmless(cell) is cell


def test_numbers_keep_every_digit_and_what_is_undefined_is_empty(tmp_path: Path) -> None:
    table = pd.DataFrame({"x": [0.1 + 0.2, None], "names": ["a", None]})
    path = write_csv(tmp_path / "t.csv", table)
    assert path.read_bytes() == b"x,names\n0.30000000000000004,a\n,\n"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ResilienzaError):
        write_csv(tmp_path / "nowhere" / "t.csv", pd.DataFrame({"x": [1]}))
