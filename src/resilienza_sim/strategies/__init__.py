"""Strategies are data: one TOML file each, shipped here or anywhere a user keeps them."""

from resilienza_sim.strategies.strategy import Strategy, load_strategy, shipped_strategies

__all__ = ["Strategy", "load_strategy", "shipped_strategies"]
