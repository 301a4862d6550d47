"""State in contiguous columns: a table is a dataclass whose fields are numpy arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.handles import Handled

__all__ = ["F32", "F64", "I32", "I64", "U8", "U16", "U32", "Bool", "Table", "column"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]
U16 = NDArray[np.uint16]
U32 = NDArray[np.uint32]
Bool = NDArray[np.bool_]


_LINE = 64
"""Bytes that the processor fetches at once: columns begin at a multiple of it."""


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
class Table(Handled):
    """Rows of one kind of agent (or of ties), one array a field; kernels get its `handle`."""

    @classmethod
    def _placed(cls, rows: int) -> Self:
        """Return a table of zeros whose columns lie in one block of memory.

        A large block gets large pages from the system, where many columns of their own do not: a
        week of a town of 60,000 takes a sixth less.
        """
        shapes = {
            each.name: ((rows, width) if (width := each.metadata["width"]) else (rows,))
            for each in fields(cls)
        }
        dtypes = {each.name: np.dtype(each.metadata["dtype"]) for each in fields(cls)}
        sizes = {name: math.prod(shapes[name]) * dtypes[name].itemsize for name in shapes}
        block = np.zeros(_LINE + sum(size + _LINE for size in sizes.values()), np.uint8)
        arrays, at = {}, -block.ctypes.data % _LINE
        for name, size in sizes.items():
            arrays[name] = block[at : at + size].view(dtypes[name]).reshape(shapes[name])
            at += (size // _LINE + 1) * _LINE
        return cls(**arrays)

    @classmethod
    def empty(cls, rows: int) -> Self:
        """Return a table of `rows` new rows."""
        table = cls._placed(rows)
        for each in fields(cls):
            if each.metadata["start"]:  # zeros not written to take no memory yet
                getattr(table, each.name)[...] = each.metadata["start"]
        return table

    def __len__(self) -> int:
        names: tuple[str, ...] = self.__slots__
        return len(getattr(self, names[0]))

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the arrays by name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def copy(self) -> Self:
        """Return a table with arrays of its own."""
        twin = type(self)._placed(len(self))
        for name, array in self.columns().items():
            getattr(twin, name)[...] = array
        return twin

    def grow(self, rows: int) -> None:
        """Lengthen every column to `rows`, new rows at their starting value."""
        fresh = type(self).empty(rows - len(self))
        for name, array in self.columns().items():
            setattr(self, name, np.concatenate([array, getattr(fresh, name)]))
