"""Where to draw the people of a network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.streams import Streams

__all__ = ["spring_layout"]

_ITERATIONS = 80


def spring_layout(
    ends: NDArray[np.int64], weight: NDArray[np.float64], nodes: int
) -> NDArray[np.float64]:
    """Return where to draw the nodes of a graph: tied ones near, all others apart.

    Forces of Fruchterman & Reingold (1991), Software: Practice and Experience 21, 1129-1164.

    Parameters
    ----------
    ends : int64[m, 2]
        The two nodes of each tie.
    weight : float64[m]
        How hard a tie pulls.
    nodes : int
        How many there are.

    Returns
    -------
    float64[nodes, 2]
    """
    place = Streams(1).generator("picture").random((nodes, 2))
    pull = np.zeros((nodes, nodes))
    pull[ends[:, 0], ends[:, 1]] = pull[ends[:, 1], ends[:, 0]] = weight
    reach = 1 / np.sqrt(nodes)
    for heat in np.linspace(0.1, 0.0, _ITERATIONS, endpoint=False):
        apart = place[:, None] - place
        distance = np.maximum(np.hypot(*apart.transpose(2, 0, 1)), 0.01)
        force = (apart * (reach**2 / distance**2 - pull * distance / reach)[..., None]).sum(axis=1)
        length = np.maximum(np.hypot(*force.T), 0.01)
        place += force * (heat / length)[:, None]
    return place
