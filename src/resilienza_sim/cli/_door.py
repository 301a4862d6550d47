"""The one lazy door: what is heavy is imported here, when a command needs it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["work"]


def work(module: str) -> Any:
    """Return a module of the package by its name there, such as ``cli.compare``."""
    return import_module(f"resilienza_sim.{module}")
