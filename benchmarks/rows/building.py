"""A community of a million: people, households, groups, ties, first state.

In a fresh process that has built a small town before, so that compiled kernels are loaded.
"""

from __future__ import annotations

from functools import partial

from benchmarks.clock import seconds
from benchmarks.fresh import fresh
from benchmarks.row import Ask, Found, Line, Target
from benchmarks.towns import MILLION, STRATEGY, milano
from resilienza_sim import CommunityModel

TARGETS = {"building": Target(at_least=60.0, aim=15.0, unit="s")}


def build(citizens: int) -> list[float]:
    """Return the seconds that a small town and a large one take, in this order."""
    return [
        seconds(partial(CommunityModel, milano(size), STRATEGY, rng=1)) for size in (300, citizens)
    ]


def measure(ask: Ask) -> Found:
    """Build once to fill the cache of kernels, then measure."""
    citizens = 900 if ask.quick else MILLION
    fresh(f"{__name__}:build", 300)
    ask.say(f"building {citizens} citizens in a fresh process")
    first, large = fresh(f"{__name__}:build", citizens)
    return Found(
        [
            Line(f"{citizens:,} citizens", large, TARGETS["building"]),
            Line("first small town, kernels loaded from the cache", first, unit="s"),
        ]
    )
