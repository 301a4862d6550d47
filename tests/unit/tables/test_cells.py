"""Numbers and days as people write them; what is none says why."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilienza_sim.tables.cells import UnreadableError, day, is_missing, number, plain


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1.234", 1234.0),
        ("1 234", 1234.0),
        ("1.234.567", 1_234_567.0),
        ("12,5", 12.5),
        ("12.5", 12.5),
        ("€ 12.000,00", 12_000.0),
        ("80 euro", 80.0),
        ("−3", -3.0),
        (7, 7.0),
        (0.5, 0.5),
        ("1’234", 1234.0),
    ],
)
def test_a_number_is_read_as_it_is_written(cell, value) -> None:
    assert number(cell) == value


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("=2+3", "formula"),
        ("#N/D", "error"),
        (date(2024, 10, 15), "date"),
        ("NaN", "number"),
        ("inf", "number"),
        (float("nan"), "number"),
        ("circa 30", "number"),
        ("1.23.4", "number"),
        (True, "number"),
        ("9" * 400, "number"),
    ],
)
def test_what_is_no_number_says_why(cell, reason) -> None:
    with pytest.raises(UnreadableError, match=reason):
        number(cell)


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_every_italian_number_comes_back(whole, cents) -> None:
    told = f"{whole:,}".replace(",", ".") + f",{cents:02d}"
    assert number(told) == pytest.approx(whole + cents / 100)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("15/3/1998", date(1998, 3, 15)),
        ("15.03.98", date(1998, 3, 15)),
        ("marzo 1998", date(1998, 3, 1)),
        ("12 March 2010", date(2010, 3, 12)),
        ("1975", date(1975, 1, 1)),
        (1975, date(1975, 1, 1)),
        ("2010-06-01", date(2010, 6, 1)),
        (date(2001, 1, 2), date(2001, 1, 2)),
    ],
)
def test_a_day_is_read_as_it_is_written(cell, found) -> None:
    assert day(cell) == found


@pytest.mark.parametrize("cell", ["32/13/2020", "ieri", "15/3", "boh 1998"])
def test_what_is_no_day_is_refused(cell) -> None:
    with pytest.raises(UnreadableError):
        day(cell)


def test_signs_that_nobody_sees_are_taken_out() -> None:
    assert plain(" Borgo\u202e\u200f\x07  Nuovo ") == ("Borgo Nuovo", True)
    assert plain("Caffè però") == ("Caffè però", False)
    assert plain(12.0) == ("12", False)


@pytest.mark.parametrize("cell", [None, "", " - ", "n.d.", "?", "N/A"])
def test_what_says_that_nothing_is_known(cell) -> None:
    assert is_missing(cell)
    assert not is_missing("0")
