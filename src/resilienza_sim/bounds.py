"""How large a number from a user may be, wherever it comes from."""

__all__ = ["FEWEST_CITIZENS", "LARGEST_SEED", "MOST_CITIZENS", "MOST_PAIRS", "MOST_TOWNS"]

FEWEST_CITIZENS = 25
"""The smallest municipality of Italy has about thirty residents."""
LARGEST_SEED = 2**63 - 1
MOST_CITIZENS = 3_000_000
MOST_PAIRS = 100_000
MOST_TOWNS = 100
"""Towns lived beside the one that a lesson shows."""
