"""Mesa: an agent a citizen, each with the list of its neighbours; `agents.do` twice a step."""

from __future__ import annotations

from typing import Any

import mesa

from benchmarks.peers._serve import PACE, Network, serve


class Citizen(mesa.Agent):
    """A citizen who looks at its neighbours, then moves."""

    def __init__(self, model: mesa.Model, trust: float) -> None:
        super().__init__(model)
        self.trust = self.seen = trust
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


class Town(mesa.Model):
    """Citizens and their ties."""

    def __init__(self, network: Network) -> None:
        super().__init__(rng=1)
        people = [Citizen(self, trust) for trust in network.trust.tolist()]
        for one, other in zip(network.one.tolist(), network.other.tolist(), strict=True):
            people[one].neighbours.append(people[other])
            people[other].neighbours.append(people[one])

    def step(self) -> None:
        """Everybody looks, then everybody moves."""
        self.agents.do("look")
        self.agents.do("move")

    def trust_now(self) -> Any:
        """Return everybody's trust."""
        return self.agents.get("trust")


if __name__ == "__main__":
    serve("mesa", Town)
