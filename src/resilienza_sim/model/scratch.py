"""Working arrays that the phases of a week hand on to each other."""

from __future__ import annotations

import numpy as np

from resilienza_sim.handles import Columns
from resilienza_sim.model.tables import F32

__all__ = ["Scratch"]


class Scratch(Columns):
    """Working arrays of a week: nothing in them counts in the next."""

    def __init__(self, citizens: int, pairs: int) -> None:
        def zeros() -> F32:
            return np.zeros(citizens, np.float32)

        self.unmet, self.asked_load, self.scale = zeros(), zeros(), zeros()
        self.stress, self.heard, self.bridge = zeros(), zeros(), zeros()
        self.exposed = zeros()
        self.asked_of = np.zeros(citizens)
        self.asked = np.zeros((0, 2), np.uint32)
        """Who asked, and the place in their row of the tie along which."""
        self.busy, self.mean_trust = zeros(), zeros()
        self.shown, self.met_formal, self.met_informal = (
            np.zeros(citizens, np.uint8) for _ in range(3)
        )
        self.joins = np.empty(citizens, np.uint32)
        self.allied = np.empty(citizens, np.int32)
        self.pairs = np.empty(pairs, np.uint32)
        self.ties_known, self.spare = np.full(citizens, -1, np.int32), np.empty(citizens)
        """How open people are to more ties, and the number of ties for which that was worked out:
        the one thing that lasts, for it hangs on what is fixed and on that number alone."""
