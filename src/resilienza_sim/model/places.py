"""What every quarter offers in a week: small sums that phases ask for."""

from __future__ import annotations

from typing import Any

import numpy as np

from resilienza_sim.kernels import kernel

__all__ = ["open_places", "reach_of"]


@kernel
def open_places(
    quarter: Any, capacity: Any, repurposed: Any, closed: Any, added: Any, open_share: Any
) -> Any:
    """Set the share of each place that is open; return the room by quarter, times what is added.

    A place is open by 1 - closed (1 - repurposed); a quarter without places lacks none.
    """
    quarters, one = added.size, np.float32(1.0)
    size, usable = np.zeros(quarters), np.zeros(quarters)
    for k in range(quarter.size):
        open_share[k] = one - closed * (one - repurposed[k])
        size[quarter[k]] += capacity[k]
        usable[quarter[k]] += capacity[k] * open_share[k]
    for q in range(quarters):
        share = usable[q] / max(size[q], 1e-9) if size[q] > 0 else 1.0
        usable[q] = share * (1.0 + added[q])
    return usable


@kernel
def reach_of(quarter: Any, reach: Any, alive: Any, quarters: int) -> Any:
    """Return the share of each quarter's need that its groups could meet, summed."""
    total = np.zeros(quarters)
    for g in range(quarter.size):
        if alive[g] == 1:
            total[quarter[g]] += reach[g]
    return total
