"""What each hazard asks of those who help: a table of attributes, frozen before any run.

An organisation's practice is a set of attributes; its fit to a hazard is the share of attributes on
which practice and demand agree (docs/odd.md, equation 11). Hamming distance between two hazards is
their novelty to one another, and sets cross-protection (equation 10).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.kernels import kernel

__all__ = [
    "ATTRIBUTES",
    "DEMAND",
    "HAZARDS",
    "attributes",
    "best",
    "better",
    "distance",
    "fit",
    "hazard_index",
    "match",
    "match_of",
]

ATTRIBUTES = (
    "remote_delivery",
    "home_visits",
    "cash_support",
    "job_support",
    "rehousing",
    "evacuation",
    "queue_triage",
    "infection_control",
    "outreach_isolated",
    "cultural_mediation",
    "logistics_supply",
    "psychosocial_first_aid",
)

# One character an attribute, in the order above; the reasons are in docs/odd.md.
_TABLE = {
    "routine": "011100000000",
    "pandemic": "101000111011",
    "flood": "011011101011",
    "economic_crisis": "001110100000",
    "heat_wave": "110000001010",
    "factory_closure": "001100100000",
    "migration_wave": "000010110111",
    "earthquake": "001011101011",
    "blackout": "010000001010",
}

HAZARDS = tuple(_TABLE)
_ATTRIBUTES = len(ATTRIBUTES)

DEMAND: NDArray[np.uint16] = np.array(
    [sum(1 << bit for bit, mark in enumerate(row) if mark == "1") for row in _TABLE.values()],
    dtype=np.uint16,
)
"""Demand of each hazard as a bit mask over `ATTRIBUTES`, in the order of `HAZARDS`."""


def hazard_index(hazard: str) -> int:
    """Return the row of a hazard in `HAZARDS`."""
    return HAZARDS.index(hazard)


@kernel
def attributes(mask: Any) -> int:
    """Return how many attributes a mask holds."""
    left, count = np.int64(mask), 0
    while left:
        left &= left - 1
        count += 1
    return count


@kernel
def fit(practice: Any, demand: Any) -> float:
    """Return the share of attributes on which a practice agrees with a demand, in [0, 1]."""
    return 1.0 - attributes(np.int64(practice) ^ np.int64(demand)) / _ATTRIBUTES


@kernel
def match_of(practice: Any, demand: NDArray[np.float64]) -> float:
    """Return the fit of one practice to a mix of demand over hazards, in [0, 1]."""
    total = 0.0
    for h in range(demand.size):
        if demand[h] > 0.0:
            total += fit(practice, DEMAND[h]) * demand[h]
    return total


@kernel
def match(practice: NDArray[np.uint16], demand: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the fit of each practice to a mix of demand over hazards, in [0, 1]."""
    fits = np.empty(practice.size)
    for row in range(practice.size):
        fits[row] = match_of(practice[row], demand)
    return fits


@kernel
def better(one: Any, other: Any, demand: NDArray[np.float64]) -> Any:
    """Return which of two practices fits demand better, the lower mask of two alike; -1 is none."""
    if one < 0 or other < 0:
        return max(one, other)
    gain = match_of(one, demand) - match_of(other, demand)
    if gain == 0.0:
        return min(one, other)
    return one if gain > 0.0 else other


@kernel
def best(practices: NDArray[np.uint16], demand: NDArray[np.float64]) -> Any:
    """Return the practice that fits demand best; of two alike, the lower mask, never the row."""
    found, most = np.int64(-1), -1.0
    for practice in practices:
        fits = match_of(practice, demand)
        if fits > most or (fits == most and practice < found):
            found, most = np.int64(practice), fits
    return found


def distance() -> NDArray[np.float64]:
    """Return the normalised Hamming distance between every two hazards, shape (h, h)."""
    far: NDArray[np.float64] = np.bitwise_count(DEMAND[:, None] ^ DEMAND) / len(ATTRIBUTES)
    return far
