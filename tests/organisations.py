"""Groups and services as those who learn: what tests ask of both alike."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.practices import SETTLED


class Kind(NamedTuple):
    """Groups or services: their table, and which of them live."""

    table: Any
    alive: NDArray[np.bool_]


def organisations(model: CommunityModel) -> tuple[Kind, Kind]:
    """Return the groups and the services."""
    groups, services = model.state.groups, model.state.services
    return Kind(groups, groups.alive == 1), Kind(services, np.ones(len(services), np.bool_))


def ready(kind: Kind) -> NDArray[np.bool_]:
    """Return which are not already learning something new."""
    return kind.alive & (kind.table.dip < SETTLED)
