"""What trust in people at large and company multiply, each 1 at its usual level (see `capital`)."""

from __future__ import annotations

from typing import Any

from resilienza_sim.kernels import kernel

__all__ = ["eased", "trusting"]


@kernel
def trusting(trust: Any, usual: float, weight: float) -> Any:
    """Return what generalised trust multiplies: (1 + w t) / (1 + w usual), 1 at the usual level."""
    return (1.0 + weight * trust) / (1.0 + weight * usual)


@kernel
def eased(company: float, usual: float, strength: float) -> float:
    """Return what company multiplies: (1 + k m) / (1 + k usual), 1 at the usual level."""
    return (1.0 + strength * company) / (1.0 + strength * usual)
