"""How the reference reads columns: as Python floats, rounded only where the model stores them."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np


def opened(given: Any) -> Any:
    """Return the columns and numbers that a handle (`resilienza_sim.handles`) stands for.

    Anything but a handle is returned as it is.
    """
    if not isinstance(given, np.ndarray) or given.dtype.names is None:
        return given
    found = {}
    for field in given.dtype.names:
        name, colon, kind = field.partition(":")
        if not colon:
            continue
        dtype, axes = kind.split(":")
        if not int(axes):
            found[name] = float(given[field][0])
            continue
        shape = [int(given[f"{name}.{axis}"][0]) for axis in range(int(axes))]
        size = int(np.prod(shape)) * np.dtype(dtype).itemsize
        place = (ctypes.c_uint8 * size).from_address(int(given[field][0]))
        found[name] = np.frombuffer(place, dtype).reshape(shape)
    return SimpleNamespace(**found)


def instead(given: Any, name: str, array: np.ndarray) -> Any:
    """Return a copy of a handle in which another array stands for a column."""
    copy = given.copy()
    (field,) = (each for each in copy.dtype.names if each.startswith(f"{name}:"))
    copy[field] = array.__array_interface__["data"][0]
    return copy


def single(value: float) -> float:
    """Round to single precision, where the model works out two stored numbers alone.

    A sum, difference or product of two numbers held in 32 bits is itself held in 32 bits.
    """
    return struct.unpack("f", struct.pack("f", value))[0]


def row(start, degree, i: int) -> Iterator[int]:
    """Return the places of the arcs of person i."""
    return iter(range(int(start[i]), int(start[i]) + int(degree[i])))
