"""AMBER: the vectorised lane, columns taken as NumPy arrays and set at once, as its guide says."""

from __future__ import annotations

from typing import Any

import ambr as am
import numpy as np

from benchmarks.peers._serve import PACE, Network, serve


class Model(am.Model):  # type: ignore[misc]
    """Citizens and their ties."""

    def setup(self) -> None:
        """Make the citizens and lay out their ties."""
        network: Network = self.p["network"]
        self.one, self.other = network.arcs
        self.degree = np.bincount(self.one)
        self.add_agents(len(network.trust), trust=network.trust)

    def step_vectorized(self) -> None:
        """Everybody goes a tenth of the way to the mean of the neighbours' trust."""
        trust = self.agents.numpy("trust")
        seen = np.bincount(self.one, trust[self.other]) / self.degree
        self.agents.set(trust=trust + PACE * (seen - trust))


class Town:
    """The model between two steps, as its `run` drives it."""

    def __init__(self, network: Network) -> None:
        self.model = Model({"network": network, "steps": 10**9, "seed": 1, "show_progress": False})
        self.model.cpu(mode="vectorized")
        self.step = self.model.run_step

    def trust_now(self) -> Any:
        """Return everybody's trust."""
        return self.model.agents.numpy("trust")


if __name__ == "__main__":
    serve("ambr", Town)
