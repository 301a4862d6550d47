"""What a town can lose at once: a service, a listed association, the largest group of a quarter.

A loss is named ``service:NAME``, ``association:K`` or ``group:QUARTER``, by the number from 1 of
the association in its list (`organisations`) or of the quarter in the scenario. A lost
service keeps no worker of its own; its clients wait for it, or for whom the purse pays. A lost
group ends as groups end, with its members left without one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from resilienza_sim.errors import unknown
from resilienza_sim.model.groups_life import disband
from resilienza_sim.model.state import SERVICES

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["ASSOCIATION", "GROUP", "SERVICE", "losses_of", "take_away"]

SERVICE, ASSOCIATION, GROUP = "service", "association", "group"


def losses_of(quarters: int, associations: int = 0) -> tuple[str, ...]:
    """Return all that a town of so many quarters and listed associations can lose."""
    return (
        *(f"{SERVICE}:{name}" for name in SERVICES),
        *(f"{ASSOCIATION}:{k + 1}" for k in range(associations)),
        *(f"{GROUP}:{k + 1}" for k in range(quarters)),
    )


def take_away(model: CommunityModel, loss: str) -> bool:
    """Take something away from a town; return whether it was there.

    Raises
    ------
    ResilienzaError
        If there is no such thing to lose.
    """
    known = losses_of(len(model.community.quarters), len(model.community.known.associations))
    if loss not in known:
        raise unknown("unknown_loss", loss, known)
    kind, _, name = loss.partition(":")
    if kind == SERVICE:
        model.state.services.workers[SERVICES.index(name)] = 0.0
        return True
    groups, citizens, place = model.state.groups, model.state.citizens, int(name) - 1
    rows = np.arange(len(groups))
    wanted = rows == place if kind == ASSOCIATION else groups.quarter == place
    here = np.flatnonzero((groups.alive == 1) & wanted)
    if not here.size:
        return False
    largest = here[np.argmax(groups.members[here])]
    groups.alive[largest], groups.alliance[largest] = 0, -1
    disband(citizens.group, citizens.active, groups.alive)
    model.state.deaths += 1
    return True
