from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

from resilienza_sim.experiments.spreadsheet import csv_bytes, harmless


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1"])
def test_a_text_that_would_be_a_formula_is_quoted(text: str) -> None:
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("cell", [-1.5, 3, True, None, "plain", "a=b", ""])
def test_anything_else_is_left_as_it_is(cell: object) -> None:
    assert harmless(cell) is cell


def test_numbers_stay_numbers_with_all_their_digits() -> None:
    table = pd.DataFrame(
        {"=evil": ["=cmd|' /C calc'!A0", 'a,"b"\nc'], "value": [-0.1, np.nan], "n": [-2, 3]}
    )
    text = csv_bytes(table).decode()
    assert text.startswith("'=evil,value,n\n'=cmd|' /C calc'!A0,-0.1,-2\n")
    again = pd.read_csv(io.StringIO(text))
    assert again["value"].tolist()[0] == -0.1
    assert again["n"].tolist() == [-2, 3]
    assert again["'=evil"].tolist()[1] == 'a,"b"\nc'


def test_mixed_columns_quote_their_texts_only() -> None:
    table = pd.DataFrame({"level": pd.Series([-1.0, "-low", "high"], dtype=object)})
    assert csv_bytes(table) == b"level\n-1.0\n'-low\nhigh\n"
