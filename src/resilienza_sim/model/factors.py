"""What a problem asks for beside hands, and who holds it: two tables frozen before any run.

A need is met only as far as its scarcest factor is at hand (the bottleneck: Liebig's law of the
minimum, from memory). Firms, schools and parishes hold different factors (resource dependence:
Pfeffer & Salancik 1978, from memory), so that whom a town engages decides what it can do. What is
in the two tables is an assumption, stated here and swept by nobody: change it before a study.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.kernels import kernel
from resilienza_sim.model.state import NEEDS, StakeholderTable

__all__ = [
    "FACTORS",
    "HOLDERS",
    "HOLDS",
    "PERTINENT",
    "bottlenecks",
    "cover_of",
    "covers",
    "shares_engaged",
]

FACTORS = ("goods", "jobs", "premises", "volunteers", "knowledge")
"""Goods and tools; jobs and placements; rooms and yards; people's time; skills and information."""

HOLDERS = ("firm", "school", "parish")
"""Kinds of stakeholders, in the order of `StakeholderTable.kind`."""

# Assumption: the two factors without which a group's help with that need does not go far.
_PERTINENT = {
    "isolation": ("premises", "volunteers"),
    "income": ("goods", "jobs"),
    "care": ("volunteers", "knowledge"),
    "housing": ("goods", "premises"),
    "health": ("goods", "knowledge"),
}

# Assumption: what each kind controls in an Italian town.
_HELD = {
    "firm": ("goods", "jobs", "premises"),
    "school": ("premises", "knowledge"),
    "parish": ("goods", "premises", "volunteers"),
}

PERTINENT: NDArray[np.bool_] = np.array(
    [[factor in _PERTINENT[kind] for factor in FACTORS] for kind in NEEDS]
)
"""Factors pertinent to each kind of need, shape (needs, factors)."""

HOLDS: NDArray[np.bool_] = np.array(
    [[factor in _HELD[kind] for factor in FACTORS] for kind in HOLDERS]
)
"""Factors held by each kind of stakeholder, shape (holders, factors)."""


@kernel
def shares_engaged(kind: Any, resources: Any, engaged: Any) -> Any:
    """Return the engaged share of the resources of those who hold each factor, from columns."""
    cover = np.zeros(HOLDS.shape[1])
    for factor in range(cover.size):
        held, won = 0.0, 0.0
        for h in range(kind.size):
            if HOLDS[kind[h], factor]:
                held += np.float64(resources[h])
                won += np.float64(resources[h]) * engaged[h]
        cover[factor] = won / max(held, 1e-12)
    return cover


def covers(holders: StakeholderTable) -> NDArray[np.float64]:
    """Return the engaged share of the resources of those who hold each factor, shape (factors,).

    A factor that nobody in the town holds is not covered.
    """
    cover: NDArray[np.float64] = shares_engaged(holders.kind, holders.resources, holders.engaged)
    return cover


@kernel
def bottlenecks(cover: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the least covered of the factors pertinent to each kind of need, shape (needs,)."""
    scarcest = np.zeros(PERTINENT.shape[0], np.int64)
    for kind in range(scarcest.size):
        least = np.inf
        for factor in range(cover.size):
            if PERTINENT[kind, factor] and cover[factor] < least:
                scarcest[kind], least = factor, cover[factor]
    return scarcest


@kernel
def cover_of(cover: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far each kind of need is covered: as far as its bottleneck, shape (needs,)."""
    least = np.full(PERTINENT.shape[0], np.inf)
    for kind in range(least.size):
        for factor in range(cover.size):
            if PERTINENT[kind, factor]:
                least[kind] = min(least[kind], cover[factor])
    return least
