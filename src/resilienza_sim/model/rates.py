"""The numbers of one phase: validated in a file, then handed to kernels as a named tuple."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Collection
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict

from resilienza_sim.handles import Handle, handle_of

__all__ = ["PhaseParameters", "rates", "shape"]


class PhaseParameters(BaseModel):
    """Parameters of one phase of the week; each default carries its source."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def shape(name: str, parameters: type[PhaseParameters], *, without: Collection[str] = ()) -> Any:
    """Return the named tuple class that carries the numbers of a phase to its kernels.

    The module of `parameters` must hold it under `name`: the cache of compiled kernels looks for it
    there. `without` names the parameters that are not numbers.
    """
    fields = [field for field in parameters.model_fields if field not in without]
    make: Any = namedtuple  # fields known at run time are beyond a type checker
    numbers = make(name, fields, module=parameters.__module__)
    return type(name, (_Numbers, numbers), {"__module__": parameters.__module__})


class _Numbers:
    """Numbers of a named tuple, which kernels read by name from a handle."""

    @cached_property
    def handle(self) -> Handle:
        """The numbers for a kernel; made when first asked for."""
        return handle_of(self._asdict())  # type: ignore[attr-defined]  # of the named tuple


def rates(parameters: PhaseParameters, shape: Any) -> Any:
    """Return the numbers as a named tuple that a compiled kernel can read by name."""
    return shape(*(float(getattr(parameters, name)) for name in shape._fields))
