"""resilienza-sim: a Mesa model in this project's way, one column, ties in rows, one kernel."""

from __future__ import annotations

from typing import Any

import mesa
import numba
import numpy as np

from benchmarks.peers._serve import PACE, Network, serve

PACE_32 = np.float32(PACE)


@numba.njit(cache=True)
def trust_step(start: Any, neighbour: Any, trust: Any, after: Any, pace: Any) -> None:
    """Move everybody's trust towards the mean of the neighbours'."""
    for i in range(trust.size):
        total = np.float32(0.0)
        for k in range(start[i], start[i + 1]):
            total += trust[neighbour[k]]
        seen = total / np.float32(start[i + 1] - start[i])
        after[i] = trust[i] + pace * (seen - trust[i])


class Town(mesa.Model):
    """Citizens in a column, ties in rows."""

    def __init__(self, network: Network) -> None:
        super().__init__(rng=1)
        one, other = network.arcs
        self.neighbour = other[np.argsort(one, kind="stable")].astype(np.uint32)
        self.start = np.concatenate([[0], np.cumsum(np.bincount(one))]).astype(np.uint32)
        self.trust = network.trust.astype(np.float32)  # as every share of the town's state
        self.after = self.trust.copy()
        # Compiled or read from the cache before the clock starts, into a column nobody reads.
        trust_step(self.start, self.neighbour, self.trust, self.after, PACE_32)

    def step(self) -> None:
        """Everybody goes a tenth of the way to the mean of the neighbours' trust."""
        trust_step(self.start, self.neighbour, self.trust, self.after, PACE_32)
        self.trust, self.after = self.after, self.trust

    def trust_now(self) -> Any:
        """Return everybody's trust."""
        return self.trust


if __name__ == "__main__":
    serve("resilienza-sim", Town)
