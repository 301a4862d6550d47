"""Tables as CSV that a spreadsheet opens without running what a name holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pandas.api.types import is_bool_dtype, is_numeric_dtype

from resilienza_sim.experiments.store import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["harmless", "harmless_table", "write_csv"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Signs at which spreadsheets take a text for a formula (OWASP, *CSV injection*)."""


def harmless(cell: object) -> object:
    """Return a cell as it may stand in a spreadsheet: a text that would be a formula is quoted.

    Numbers stay numbers, a minus before them too.

    Examples
    --------
    >>> harmless("=1+1"), harmless("-x"), harmless(-1.5), harmless("plain")
    ("'=1+1", "'-x", -1.5, 'plain')
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def harmless_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts and heads no spreadsheet runs."""
    safe = table.rename(columns=harmless)
    for k in range(safe.shape[1]):
        if not _is_number(safe.dtypes.iloc[k]):
            safe.isetitem(k, safe.iloc[:, k].astype(object).map(harmless))
    return safe


def write_csv(path: Path, table: pd.DataFrame) -> Path:
    """Write a table as CSV: UTF-8, one line a row, nothing where undefined, all digits.

    Raises
    ------
    ResilienzaError
        If the file cannot be written.
    """
    text = harmless_table(table).to_csv(index=False, lineterminator="\n")
    write_atomically(path, text.encode())
    return path


def _is_number(kind: object) -> bool:
    """Tell whether a column holds numbers (or truths) only."""
    return bool(is_numeric_dtype(kind) or is_bool_dtype(kind))
