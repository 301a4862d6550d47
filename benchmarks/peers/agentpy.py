"""AgentPy: an `AgentList`, methods called on all of it, each citizen with its neighbours' list."""

from __future__ import annotations

from typing import Any

import agentpy as ap
import numpy as np

from benchmarks.peers._serve import PACE, Network, serve


class Citizen(ap.Agent):  # type: ignore[misc]
    """A citizen who looks at its neighbours, then moves."""

    def setup(self) -> None:
        """Start with nobody; the town tells who is near."""
        self.seen = 0.0
        self.neighbours: list[Citizen] = []

    def look(self) -> None:
        """See the mean of the neighbours' trust."""
        total = 0.0
        for each in self.neighbours:
            total += each.trust
        self.seen = total / len(self.neighbours)

    def move(self) -> None:
        """Go a tenth of the way to what was seen."""
        self.trust += PACE * (self.seen - self.trust)


class Model(ap.Model):  # type: ignore[misc]
    """Citizens and their ties."""

    def setup(self) -> None:
        """Make the citizens, then tie them."""
        network: Network = self.p.network
        self.agents = ap.AgentList(self, len(network.trust), Citizen)
        self.agents.trust = ap.AttrIter(network.trust.tolist())
        people = list(self.agents)
        for one, other in zip(network.one.tolist(), network.other.tolist(), strict=True):
            people[one].neighbours.append(people[other])
            people[other].neighbours.append(people[one])

    def step(self) -> None:
        """Everybody looks, then everybody moves."""
        self.agents.look()
        self.agents.move()


class Town:
    """The model between two steps, as `Model.run` drives it."""

    def __init__(self, network: Network) -> None:
        self.model = Model({"network": network, "steps": 10**9})
        self.model.sim_setup()
        self.step = self.model.sim_step

    def trust_now(self) -> Any:
        """Return everybody's trust."""
        return np.array(list(self.model.agents.trust))


if __name__ == "__main__":
    serve("agentpy", Town)
