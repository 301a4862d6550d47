"""The other end of `benchmarks.contest`: builds one peer's town and steps it when told."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, NamedTuple, Protocol

import numpy as np

PACE = 0.1
"""Share of the way to the neighbours' mean that a citizen's trust goes in a step."""


class Network(NamedTuple):
    """The ties, each pair once, and the trust that everybody starts with."""

    one: Any  # int64[ties]
    other: Any  # int64[ties]
    trust: Any  # float64[n]

    @property
    def arcs(self) -> tuple[Any, Any]:
        """Each tie from both of its ends: who looks, and whom at."""
        return np.concatenate([self.one, self.other]), np.concatenate([self.other, self.one])


class Town(Protocol):
    """What a peer's model must offer."""

    def step(self) -> None:
        """Go through one step, with all that the framework does in one."""

    def trust_now(self) -> Any:
        """Return everybody's trust, in the order of the network, shape (n,)."""


def serve(package: str, build: Callable[[Network], Town]) -> None:
    """Build the town of the network named on the command line, then obey line by line.

    ``steps K`` answers with the seconds of K steps; ``trust FILE`` saves everybody's trust.
    """
    # A framework may print as it likes: answers go where it cannot write.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)

    def answer(**facts: Any) -> None:
        answers.write(json.dumps(facts) + "\n")

    with np.load(sys.argv[1]) as file:
        network = Network(file["one"], file["other"], file["trust"])
    start = time.perf_counter()
    town = build(network)
    answer(seconds=time.perf_counter() - start, version=version(package))
    for line in sys.stdin:
        order, _, what = line.strip().partition(" ")
        if order == "steps":
            step, count = town.step, int(what)
            start = time.perf_counter()
            for _ in range(count):
                step()
            answer(seconds=time.perf_counter() - start)
        else:
            np.save(what, np.asarray(town.trust_now(), np.float64))
            answer(saved=what)
