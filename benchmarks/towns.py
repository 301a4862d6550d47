"""The towns that are measured: Faenza up to its residents, Milano above."""

from __future__ import annotations

from pathlib import Path

from resilienza_sim import CommunityModel, Scenario, load_scenario

__all__ = ["FAENZA", "MILLION", "STRATEGY", "lived", "milano", "scenario"]

FAENZA = 58_710
"""Residents of Faenza."""
MILLION = 1_000_000
STRATEGY = "transformative"
_MILANO = Path(__file__).parent / "scenarios" / "milano.toml"


def milano(citizens: int) -> Scenario:
    """Return the scenario that is large enough for a million, with fewer citizens if asked."""
    return load_scenario(_MILANO).with_citizens(citizens)


def scenario(citizens: int) -> Scenario:
    """Return the reference scenario where it has so many residents, the large one elsewhere."""
    if citizens > FAENZA:
        return milano(citizens)
    return load_scenario("faenza").with_citizens(citizens)


def lived(town: Scenario, week: int = 0) -> CommunityModel:
    """Return a model that has come to a week, under a strategy from week 0 on."""
    model = CommunityModel(town, STRATEGY, rng=1, decision=0)
    model.run_to(week)
    return model
