"""What a reading of a pattern promises: one number a world."""

from __future__ import annotations

from abc import abstractmethod

from resilienza_sim.component import Component
from resilienza_sim.experiments.validation.bench import Bench

__all__ = ["Reading"]


class Reading(Component):
    """How a pattern is asked of the model: one kind a file of ``readings/``."""

    @abstractmethod
    def read(self, bench: Bench) -> float:
        """Return the value of one world; nan where it is not defined."""
