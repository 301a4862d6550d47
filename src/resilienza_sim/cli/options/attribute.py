"""What ``resilienza attribute`` may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from resilienza_sim.cli.options import (
    Assignments,
    Citizens,
    Decision,
    Metric,
    Out,
    Pairs,
    Scenario,
    Seed,
    Strategies,
    Twin,
    Workers,
    refused,
    whole,
)

MOST_PERMUTATIONS = 10_000
BY = ("action", "ambit")


def kind(text: str) -> str:
    """Return what the players are: actions or ambits."""
    if text not in BY:
        raise refused("--by", text, "choice", allowed=", ".join(BY))
    return text


def even(text: str) -> int:
    """Return an even number of permutations: they go in pairs, forwards and backwards."""
    found = whole("--permutations", text, 2, MOST_PERMUTATIONS)
    if found % 2:
        raise refused("--permutations", text, "even")
    return found


@dataclass(frozen=True, kw_only=True)
class Options:
    """A scenario whose strategies are taken apart."""

    scenario: Scenario
    strategies: Strategies = None
    pairs: Pairs = None
    metric: Metric = None
    by: Annotated[str, typer.Option("--by", metavar="action|ambit", parser=kind)] = BY[0]
    reallocate: Annotated[bool, typer.Option("--reallocate")] = False
    permutations: Annotated[
        int | None, typer.Option("--permutations", metavar="N", parser=even)
    ] = None
    decision: Decision = None
    citizens: Citizens = None
    seed: Seed = 1
    assignments: Assignments = None
    twin: Twin = True
    workers: Workers = None
    out: Out = None
