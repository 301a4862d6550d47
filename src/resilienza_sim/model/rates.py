"""The numbers of one phase: validated in a file, then handed to kernels as a named tuple."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

__all__ = ["PhaseParameters", "rates"]


class PhaseParameters(BaseModel):
    """Parameters of one phase of the week; each default carries its source."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def rates(parameters: PhaseParameters, shape: Any) -> Any:
    """Return the numbers as a named tuple that a compiled kernel can read by name."""
    return shape(*(float(getattr(parameters, name)) for name in shape._fields))
