"""Who sits at which table, and what they see there of one another's practices.

Groups carry the number of their table, tables a mask of their services.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.kernels import kernel
from resilienza_sim.model.hazards import better
from resilienza_sim.model.tables import F64, U16

__all__ = ["best_at_tables", "groups_at", "sits"]


@kernel
def sits(mask: Any, service: Any) -> Any:
    """Return whether a service sits at the table that has this mask."""
    return (np.int64(mask) >> service) & 1 == 1


@kernel
def groups_at(living: Any, at: Any, tables: int) -> NDArray[np.int64]:
    """Return how many living groups sit at each table; `at` is the table of each, -1 for none."""
    size = np.zeros(tables, np.int64)
    for g in range(living.size):
        if living[g] and at[g] >= 0:
            size[at[g]] += 1
    return size


@kernel
def best_at_tables(
    alive: Any,
    masks: Any,
    at: Any,
    living: Any,
    groups: U16,
    services: U16,
    demand: F64,
) -> tuple[U16, U16]:
    """Return, for groups and services, the best practice in their alliances, or their own.

    `masks` has the services of each alliance, `at` the alliance of each group.
    """
    for_groups, for_services = groups.copy(), services.copy()
    top = np.full(alive.size, -1)
    for g in range(groups.size):
        if living[g] and at[g] >= 0:
            top[at[g]] = better(top[at[g]], np.int64(groups[g]), demand)
    seen = np.full(services.size, -1)
    for k in range(alive.size):
        if alive[k]:
            for s in range(services.size):
                if sits(masks[k], s):
                    top[k] = better(top[k], np.int64(services[s]), demand)
            for s in range(services.size):
                if sits(masks[k], s):
                    seen[s] = better(seen[s], top[k], demand)
    for g in range(groups.size):
        if living[g] and at[g] >= 0 and alive[at[g]]:
            for_groups[g] = top[at[g]]
    for s in range(services.size):
        if seen[s] >= 0:
            for_services[s] = seen[s]
    return for_groups, for_services
