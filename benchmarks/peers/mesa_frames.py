"""mesa-frames: a polars frame of citizens joined with one of ties, then grouped by citizen."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from mesa_frames import AgentSetPolars, ModelDF

from benchmarks.peers._serve import PACE, Network, serve


class Citizens(AgentSetPolars):  # type: ignore[misc]
    """Everybody, one row each."""

    def __init__(self, model: Town, network: Network) -> None:
        super().__init__(model)
        self.add(pl.DataFrame({"unique_id": np.arange(len(network.trust)), "trust": network.trust}))

    def step(self) -> None:
        """Everybody goes a tenth of the way to the mean of the neighbours' trust."""
        seen = (
            self.model.ties.join(self.agents, left_on="other", right_on="unique_id")
            .group_by("one")
            .agg(pl.col("trust").mean().alias("seen"))
        )
        moved = self.agents.join(seen, left_on="unique_id", right_on="one", maintain_order="left")
        self["trust"] = moved.select(
            pl.col("trust") + PACE * (pl.col("seen") - pl.col("trust"))
        ).to_series()


class Town(ModelDF):  # type: ignore[misc]
    """Citizens and their ties."""

    def __init__(self, network: Network) -> None:
        super().__init__(1)
        one, other = network.arcs
        self.ties = pl.DataFrame({"one": one, "other": other})
        self.citizens = Citizens(self, network)
        self.agents += self.citizens

    def trust_now(self) -> Any:
        """Return everybody's trust."""
        (citizens,) = self.agents.agents.values()
        return citizens["trust"].to_numpy()


if __name__ == "__main__":
    serve("mesa-frames", Town)
