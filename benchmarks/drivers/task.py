"""What all drivers are asked for: the height of a flood, two strategies, some replicates."""

from __future__ import annotations

SCENARIO = "quartiere"
STRATEGIES = ("consolidated", "transformative")
PATH, LOWEST, HIGHEST = "shocks.1.peak", 0.5, 1.4


def heights(points: int) -> list[float]:
    """Return the heights of the flood, evenly from the lowest to the highest."""
    return [LOWEST + (HIGHEST - LOWEST) * k / max(1, points - 1) for k in range(points)]
