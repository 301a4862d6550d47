"""State in contiguous columns: a table is a dataclass whose fields are numpy arrays."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

__all__ = ["F32", "F64", "I32", "I64", "U8", "U16", "U32", "Bool", "Table", "column"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]
U16 = NDArray[np.uint16]
U32 = NDArray[np.uint32]
Bool = NDArray[np.bool_]


def column(dtype: str, doc: str, *, start: float = 0, width: int = 0, share: bool = False) -> Any:
    """Declare one column: its dtype, its meaning and its starting value.

    Parameters
    ----------
    dtype : str
        numpy dtype; the only place where it is stated.
    doc : str
        Meaning, with unit and range.
    start : float, optional
        Value of a new row.
    width : int, optional
        Columns with a second axis (kinds of need, of service) give its length.
    share : bool, optional
        True when the values stay in [0, 1] by form; the tests hold every such column to it.
    """
    about = {"dtype": dtype, "doc": doc, "start": start, "width": width, "share": share}
    return field(metadata=about)


@dataclass(slots=True, eq=False)
class Table:
    """Rows of one kind of agent (or of ties), one array a field."""

    @classmethod
    def empty(cls, rows: int) -> Self:
        """Return a table of `rows` new rows."""
        arrays = {}
        for each in fields(cls):
            width = each.metadata["width"]
            shape = (rows, width) if width else (rows,)
            start, dtype = each.metadata["start"], each.metadata["dtype"]
            arrays[each.name] = np.full(shape, start, dtype) if start else np.zeros(shape, dtype)
        return cls(**arrays)

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the arrays by name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def copy(self) -> Self:
        """Return a table with arrays of its own."""
        return type(self)(**{name: array.copy() for name, array in self.columns().items()})

    def grow(self, rows: int) -> None:
        """Lengthen every column to `rows`, new rows at their starting value."""
        fresh = type(self).empty(rows - len(self))
        for name, array in self.columns().items():
            setattr(self, name, np.concatenate([array, getattr(fresh, name)]))
