"""How a kernel is given a table: as one small argument, of which it reads columns by name.

Numba takes apart every argument of a call: forty arrays cost four microseconds, a named tuple of
forty numbers five, as much as many a kernel works on a small town. A *handle* is an array of one
record that says where the columns lie (their address and lengths) and holds what is a number; it
costs a third of a microsecond, however many columns there are. In a kernel ``c.suffering`` of a
handle `c` is the column itself, ``p.influence`` the number. Names, dtypes and axes are part of the
record's type: a handle of another table, or of columns in another order, is another type to numba,
and a kernel is compiled anew for it.

A handle keeps nothing alive: it is good for as long as the table it was asked of, and a column that
is put in another's place is known to it at once (`Handled`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from typing import Any

import numpy as np
from numba.core import types
from numba.core.imputils import lower_getattr
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.np.arrayobj import make_array, populate_array
from numba.np.numpy_support import from_dtype
from numpy.typing import NDArray

__all__ = ["Columns", "Handle", "Handled", "handle_of"]

Handle = NDArray[np.void]
_WORD = 8
"""Bytes of an address, of a length and of a number."""
_LOWERED: set[str] = set()


@cache
def _record(columns: tuple[tuple[str, str, int], ...]) -> np.dtype[np.void]:
    """Return the record for columns of these names, dtypes and numbers of axes (0: a number)."""
    words: list[tuple[str, str]] = []
    for name, dtype, axes in columns:
        words.append((f"{name}:{dtype}:{axes}", "i8" if axes else "f8"))
        words += [(f"{name}.{axis}", "i8") for axis in range(axes)]
        if name not in _LOWERED:
            _LOWERED.add(name)
            lower_getattr(types.Array, name)(partial(_read, name=name))
    return np.dtype(words)


def handle_of(values: Mapping[str, Any]) -> Handle:
    """Return a handle of arrays (C-contiguous, kept alive by the caller) and numbers, by name.

    Raises
    ------
    ValueError
        If an array does not lie in one piece.
    """
    kinds = tuple(
        (name, value.dtype.str[1:], value.ndim) if isinstance(value, np.ndarray) else (name, "", 0)
        for name, value in values.items()
    )
    handle = np.zeros(1, _record(kinds))
    for name, value in values.items():
        _put(handle, name, value)
    return handle


def _put(handle: Handle, name: str, value: Any) -> None:
    """Write where an array lies, or a number."""
    if not isinstance(value, np.ndarray):
        handle[f"{name}::0"] = value
        return
    if not value.flags.c_contiguous:
        raise ValueError(f"{name} does not lie in one piece")
    handle[f"{name}:{value.dtype.str[1:]}:{value.ndim}"] = value.__array_interface__["data"][0]
    for axis, length in enumerate(value.shape):
        handle[f"{name}.{axis}"] = length


class Handled:
    """What kernels may be given a handle of: its columns, which follow those put in their place."""

    __slots__ = ("_handle",)
    _handle: Handle

    def columns(self) -> dict[str, Any]:
        """Return the arrays (and numbers) by name."""
        raise NotImplementedError

    @property
    def handle(self) -> Handle:
        """What a kernel is given; made when first asked for."""
        try:
            return self._handle
        except AttributeError:
            handle = handle_of(self.columns())
            object.__setattr__(self, "_handle", handle)
            return handle

    def __setattr__(self, name: str, value: Any) -> None:
        if getattr(self, name, None) is value:
            return  # written in place, as `+=` does: it lies where it lay
        object.__setattr__(self, name, value)
        try:
            handle = self._handle
        except AttributeError:
            return  # not asked for yet
        try:
            _put(handle, name, value)
        except ValueError:  # another dtype, another number of axes: another record
            del self._handle

    def __getstate__(self) -> dict[str, Any]:
        """Return the columns alone: where they lie is another matter for a copy."""
        return self.columns()

    def __setstate__(self, columns: dict[str, Any]) -> None:
        for name, array in columns.items():
            setattr(self, name, array)


class Columns(Handled):
    """Arrays and numbers by name, of any lengths, for kernels."""

    def __init__(self, **values: Any) -> None:
        for name, value in values.items():
            setattr(self, name, value)

    def columns(self) -> dict[str, Any]:
        """Return the arrays and numbers by name."""
        return vars(self).copy()


# -- what numba is told ---------------------------------------------------------------------------


@cache
def _column(record: Any, name: str) -> tuple[Any, int, int] | None:
    """Return type, axes and place in the record of what is called so; None if nothing is."""
    for field, about in record.fields.items():
        found, _, kind = field.partition(":")
        if found == name and kind:
            dtype, _, axes = kind.partition(":")
            return from_dtype(np.dtype(dtype or "f8")), int(axes), about.offset
    return None


@infer_getattr
class _Columns(AttributeTemplate):  # type: ignore[misc]  # numba has no types
    """Types of what is read from a handle."""

    key = types.Array

    def generic_resolve(self, handle: Any, name: str) -> Any:
        if isinstance(handle.dtype, types.Record) and (about := _column(handle.dtype, name)):
            dtype, axes, _ = about
            return types.Array(dtype, axes, "C") if axes else dtype
        return None


def _read(context: Any, builder: Any, of: Any, value: Any, *, name: str) -> Any:
    """Write the machine's code for ``value.name``."""
    dtype, axes, offset = _column(of.dtype, name)  # type: ignore[misc]  # typed before
    record = make_array(of)(context, builder, value).data

    def word(number: int, kind: Any) -> Any:
        """Load a word; it stays the same while a kernel runs, so loops need not read it again."""
        pointer = builder.bitcast(record, context.get_value_type(types.voidptr))
        at = builder.gep(pointer, [context.get_constant(types.intp, offset + number * _WORD)])
        typed = builder.bitcast(at, context.get_value_type(kind).as_pointer())
        loaded = builder.load(typed)
        loaded.set_metadata("invariant.load", builder.module.add_metadata([]))
        return loaded

    if not axes:
        return word(0, types.float64)
    column = types.Array(dtype, axes, "C")
    array = make_array(column)(context, builder)
    shape = [word(1 + axis, types.intp) for axis in range(axes)]
    size = context.get_abi_sizeof(context.get_data_type(dtype))
    strides = [context.get_constant(types.intp, size)]
    for length in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], length))
    data = builder.inttoptr(word(0, types.intp), array.data.type)
    populate_array(array, data, shape, strides, context.get_constant(types.intp, size), None)
    return array._getvalue()
