"""Starsim: a network's arrays of edges and a module that works on them with NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import starsim as ss

from benchmarks.peers._serve import PACE, Network, serve

STEPS = 5_000
"""Planned beforehand, as Starsim does; more than a contest asks for."""


class Ties(ss.Network):  # type: ignore[misc]
    """Ties that stay as they are."""

    def step(self) -> None:
        """Change nothing."""


class Trust(ss.Module):  # type: ignore[misc]
    """Everybody's trust."""

    def __init__(self, first: Any) -> None:
        super().__init__()
        self.define_states(ss.FloatArr("trust", default=0.0))
        self.first = first

    def init_post(self) -> None:
        """Start from the trust of the network."""
        super().init_post()
        self.trust[:] = self.first
        edges, n = self.sim.networks[0].edges, len(self.first)
        self.degree = np.bincount(edges.p1, None, n) + np.bincount(edges.p2, None, n)

    def step(self) -> None:
        """Everybody goes a tenth of the way to the mean of the neighbours' trust."""
        edges, trust = self.sim.networks[0].edges, self.trust.values
        n = len(trust)
        seen = np.bincount(edges.p1, trust[edges.p2], n) + np.bincount(edges.p2, trust[edges.p1], n)
        self.trust[:] = trust + PACE * (seen / self.degree - trust)


class Town:
    """The simulation between two steps."""

    def __init__(self, network: Network) -> None:
        ties = Ties(p1=network.one, p2=network.other, beta=np.ones(len(network.one)))
        self.sim = ss.Sim(
            n_agents=len(network.trust),
            networks=ties,
            modules=Trust(network.trust),
            start=0,
            stop=STEPS,
            dt=1,
            verbose=0,
        )
        self.sim.init()
        (self.trust,) = (each for each in self.sim.modules if isinstance(each, Trust))

    def step(self) -> None:
        """Run every function of one step."""
        self.sim.run_one_step()

    def trust_now(self) -> Any:
        """Return everybody's trust."""
        return self.trust.trust.values


if __name__ == "__main__":
    serve("starsim", Town)
