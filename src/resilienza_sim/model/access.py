"""Who asks for a service, and what keeps them from it: early referral, obstacles, overload.

Equation 8, arrivals: hazard to ask = seeking x trust x prod_o (1 - level_o w_io), over its mean at
the starting levels; the need that sends people to a service is lower where somebody sees them
(early referral: Caplan 1964). Obstacles after Herd & Moynihan 2018 (from memory): what a service
asks of people weighs most on those who have least.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model.care import own_need
from resilienza_sim.model.generalised import trusting
from resilienza_sim.model.rates import PhaseParameters, shape
from resilienza_sim.model.state import NEED_SERVICE
from resilienza_sim.model.tables import F64, Bool
from resilienza_sim.streams import u01

if TYPE_CHECKING:
    from resilienza_sim.community.people import People

__all__ = [
    "OBSTACLES",
    "AccessParameters",
    "AccessRates",
    "arrivals",
    "creep",
    "ease",
    "hindrance",
]

OBSTACLES = ("cost", "distance", "bureaucracy")
_OLD, _ELDERLY = 75, 65


class AccessParameters(PhaseParameters):
    """Asking for a service: who is sent early, what stands in the way."""

    early_referral: float = quantity(
        0.25, 0.0, 0.5, source="Caplan 1964 for the idea, from memory; size: assumption"
    )
    obstacle_cost: float = quantity(
        0.25,
        0.0,
        1.0,
        source="assumption; ISTAT 2023: 4.2 % of residents gave up care for lack of money",
    )
    obstacle_distance: float = quantity(
        0.10,
        0.0,
        1.0,
        source="assumption; ISTAT 2023: 1.0 % of residents gave up care hard to reach",
    )
    obstacle_bureaucracy: float = quantity(
        0.30, 0.0, 1.0, source="assumption: forms and rules; Herd & Moynihan 2018 for the idea"
    )
    creeping: float = quantity(
        0.02, 0.0, 0.5, unit="per week", source="assumption: half of what was removed is back in 35"
    )
    overload_distrust: float = quantity(
        0.02,
        0.0,
        0.5,
        unit="per week",
        source="overload lowers trust in services: assumption, no study was found",
    )


AccessRates = shape("AccessRates", AccessParameters)


@kernel
def arrivals(
    key: Any, c: Any, f: Any, services: Any, desk: Any, unmet: Any, p: Any, a: Any
) -> None:
    """Let people ask each service for the needs it answers, and give up.

    Hazard to ask = seeking x trust in that service x trust in people (`capital`) x the way past the
    obstacles, over `usual_access`; the
    need from which people ask falls by early_referral x how far they are seen by groups and others.
    Hazard to give up = reneging x weeks waited / 26, and whoever has no need left goes; waiting for
    an overloaded service costs trust. `desk.waiting` counts people by service and weeks waited, for
    the first-come-first-served rule; `reneged` those who left the queue without having been served.
    """
    need, waited, in_care, trust = c.need, c.waited, c.in_care, c.trust_service
    informed, distant, helped, generalised = (
        c.informed_formal,
        c.distant,
        c.helped,
        c.generalised_trust,
    )
    family, quarter, weight = f.family, f.quarter, f.hindrance
    cover, level, overload = desk.cover, desk.obstacles, desk.overload
    waiting, seeking, left = desk.waiting, desk.seeking, services.reneged
    last, kinds = waiting.shape[1] - 1, left.size
    left[:] = 0
    waiting[:] = 0
    for k in range(kinds):
        seeking[k] = p.seeking * desk.hazard[k] * services.asking[k]
    lowest = p.seeks_above * (1.0 - a.early_referral)
    for i in range(need.shape[0]):
        # No kind of need is greater than all of them together: most need no closer look.
        asks = (unmet[i] >= lowest) & (distant[i] == 0) & (informed[i] == 1)
        queues = False
        for k in range(kinds):
            queues |= waited[i, k] > 0
        if not (asks or queues):
            continue
        seen = 1.0 - (1.0 - cover[quarter[i]]) * (1.0 - helped[i])
        least = p.seeks_above * (1.0 - a.early_referral * seen)
        way = trusting(generalised[i], desk.usual_trust, desk.turning) / desk.usual_access
        for o in range(level.size):
            way *= 1.0 - level[o] * weight[i, o]
        for k in range(kinds):
            if in_care[i, k] > 0:
                continue
            own, case = own_need(need[i], NEED_SERVICE[family[i]], k), np.uint64(i * kinds + k)
            if waited[i, k] == 0:
                if not asks or own < least:
                    continue
                if u01(key, case) < 1.0 - np.exp(-seeking[k] * trust[i, k] * way):
                    waited[i, k] = 1
                    waiting[k, 0] += 1
                continue
            trust[i, k] -= a.overload_distrust * overload[k] * trust[i, k]
            if own < p.closes_below:
                waited[i, k] = 0
                left[k] += 1
            elif u01(key, case) < 1.0 - np.exp(-p.reneging * waited[i, k] / 26.0):
                trust[i, k] -= p.trust_loss * trust[i, k]
                waited[i, k] = 0
                left[k] += 1
            else:
                waiting[k, min(waited[i, k], last)] += 1
                waited[i, k] += 1


def hindrance(people: People, alone: Bool) -> NDArray[np.float32]:
    """Return how far each obstacle concerns each citizen, shape (n, obstacles), in [0, 1].

    Cost concerns the poor, distance the very old and the old who live alone, bureaucracy those of
    little skill.
    """
    far = (people.age >= _OLD) | (alone & (people.age >= _ELDERLY))
    return np.column_stack([people.poor, far, 1.0 - people.skill]).astype(np.float32)


def starting_levels(p: AccessParameters) -> F64:
    """Return the level of each obstacle before anything is done about it."""
    return np.array([getattr(p, f"obstacle_{name}") for name in OBSTACLES])


def ease(weight: NDArray[np.float32], level: F64) -> float:
    """Return how much of the way to a service the obstacles leave open, mean over citizens."""
    way = np.prod(1.0 - level * weight.astype(np.float64), axis=1)
    return max(float(way.mean()), 1e-9)


@kernel
def creep(level: Any, a: Any) -> None:
    """Let obstacles come back to where they started, as offices and rules do if left alone."""
    start = (a.obstacle_cost, a.obstacle_distance, a.obstacle_bureaucracy)
    for o in range(level.size):
        level[o] += a.creeping * (start[o] - level[o])
