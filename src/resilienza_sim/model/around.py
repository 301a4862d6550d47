"""What each person sees along their ties: distress, rancour, the other side, activity, news.

One look a week (`phases.trust`), at the ties as they are after they have learnt; mood, activity,
news and the indicators of the ties are made of it.
"""

from __future__ import annotations

from typing import Any

from resilienza_sim.kernels import kernel

__all__ = ["ACTIVE", "FORMAL", "INFORMAL", "IN_PERSON", "REMOTE", "SIDE", "show"]

IN_PERSON, REMOTE = 1, 2
ACTIVE = 1
SIDE, FORMAL, INFORMAL = 1, 2, 3
"""Where in the byte the other bits are: how far to shift."""


@kernel
def show(active: Any, target: Any, formal: Any, informal: Any, shown: Any) -> None:
    """Put into one byte what others see of a person: what is read together lies together."""
    for i in range(shown.size):
        shown[i] = (
            (active[i] != 0)
            | (target[i] != 0) << SIDE
            | (formal[i] != 0) << FORMAL
            | (informal[i] != 0) << INFORMAL
        )
