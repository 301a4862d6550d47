"""Shapes in time and ways of being hit that several kinds of shock share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.community.build import Community
from resilienza_sim.streams import Streams

__all__ = ["low_homes_first", "older_first", "pulse"]

Array = NDArray[np.float64]


def pulse(age: Array, weeks: float) -> Array:
    """Return 1 for the first `weeks`, then 0."""
    return (age < weeks).astype(np.float64)


def older_first(community: Community, young: float, from_age: float) -> Array:
    """Return exposures that grow from `young` to 1 with age, from `from_age` to 85."""
    age = community.people.age.astype(np.float64)
    return young + (1.0 - young) * np.clip((age - from_age) / (85.0 - from_age), 0.0, 1.0)


def low_homes_first(
    community: Community, streams: Streams, share: Array, upper: float, dry: float = 0.0
) -> Array:
    """Return who is flooded: in each quarter the lowest buildings, ground floors first.

    The height of a building is drawn once for all floods, so that the water comes back to the same
    homes; buildings are ranked within their quarter, so that the share flooded is met whatever the
    sample. `upper` is the share of the homes upstairs that are hit as well, the same ones whenever
    the water is as high; those who live in the others are hit by `dry`.
    """
    people = community.people
    height = streams.uniform("building height", 0, people.building)
    order = np.lexsort((height, people.quarter))
    residents = np.bincount(people.quarter)
    first = np.concatenate([[0], np.cumsum(residents)[:-1]])
    rank = np.empty(order.size)
    rank[order] = np.arange(order.size) - first[people.quarter[order]]
    # A building is as high as its middle resident.
    middle = np.bincount(people.building, weights=rank) / np.bincount(people.building)
    wet = (middle[people.building] + 0.5) / residents[people.quarter] < share
    reached = streams.uniform("upper floor height", 0, people.household) < upper
    return np.where(wet, np.where(people.ground_floor | reached, 1.0, dry), 0.0)
