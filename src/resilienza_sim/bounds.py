"""How large a number from a user may be, wherever it comes from."""

__all__ = ["LARGEST_SEED", "MOST_CITIZENS", "MOST_PAIRS"]

LARGEST_SEED = 2**63 - 1
MOST_CITIZENS = 3_000_000
MOST_PAIRS = 100_000
