"""Who asks for a service, and what keeps them from it: early referral, obstacles, overload.

Equation 8, arrivals: hazard to ask = seeking x trust x prod_o (1 - level_o w_io), over its mean at
the starting levels; the need that sends people to a service is lower where somebody sees them
(early referral: Caplan 1964). Obstacles after Herd & Moynihan 2018 (from memory): what a service
asks of people weighs most on those who have least.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model.generalised import trusting
from resilienza_sim.model.rates import PhaseParameters, shape
from resilienza_sim.model.tables import F64, Bool
from resilienza_sim.streams import u01

if TYPE_CHECKING:
    from resilienza_sim.community.people import People

__all__ = [
    "OBSTACLES",
    "AccessParameters",
    "AccessRates",
    "Asking",
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
        0.25, 0.0, 1.0,
        source="assumption; ISTAT 2023: 4.2 % of residents gave up care for lack of money",
    )  # fmt: skip
    obstacle_distance: float = quantity(
        0.10, 0.0, 1.0,
        source="assumption; ISTAT 2023: 1.0 % of residents gave up care hard to reach",
    )  # fmt: skip
    obstacle_bureaucracy: float = quantity(
        0.30, 0.0, 1.0, source="assumption: forms and rules; Herd & Moynihan 2018 for the idea"
    )
    creeping: float = quantity(
        0.02, 0.0, 0.5, unit="per week", source="assumption: half of what was removed is back in 35"
    )
    overload_distrust: float = quantity(
        0.02, 0.0, 0.5, unit="per week",
        source="MODEL.md equation 8: overload lowers trust in services; size: assumption",
    )  # fmt: skip


AccessRates = shape("AccessRates", AccessParameters)


class Asking(NamedTuple):
    """What the parameters of the services say of those who ask and wait."""

    seeks_above: float
    seeking: float
    reneging: float
    trust_loss: float
    severity_work: float


@kernel
def arrivals(
    key: Any, need: Any, service_of: Any, queue: Any, waited: Any, in_care: Any, informed: Any,
    distant: Any, trust: Any, helped: Any, quarter: Any, cover: Any, weight: Any, level: Any,
    usual: float, unmet: Any, severity: Any, overload: Any, waiting: Any, left: Any, work: Any,
    p: Any, a: Any, generalised: Any, c: Any,
) -> None:  # fmt: skip
    """Let people ask for the service of their worst need, and give up.

    Hazard to ask = seeking x trust in that service x trust in people (`capital`) x the way past the
    obstacles, over `usual`; the
    need from which people ask falls by early_referral x how far they are seen by groups and others.
    Hazard to give up = reneging x weeks waited / 26; waiting for an overloaded service costs trust.
    `waiting` counts people by service and weeks waited, for the first-come-first-served rule;
    `left` counts those who gave up, `work` sums the work of those who wait, by service.
    """
    last = waiting.shape[1] - 1
    left[:] = 0
    # Who could ask if wholly seen, trusting and unhindered: the others need no closer look.
    lowest, most = p.seeks_above * (1.0 - a.early_referral), p.seeking / usual
    most *= trusting(1.0, c.usual_trust, c.turning)
    for i in range(need.shape[0]):
        if in_care[i] > 0:
            continue
        if queue[i] == 0:
            # No kind of need is greater than all of them together.
            if (unmet[i] < lowest) | (distant[i] == 1) | (informed[i] == 0):
                continue
            u = u01(key, np.uint64(i))
            if u >= most:
                continue
            worst, kind = 0.0, 0
            for n in range(need.shape[1]):
                if need[i, n] > worst:
                    worst, kind = need[i, n], n
            seen = 1.0 - (1.0 - cover[quarter[i]]) * (1.0 - helped[i])
            if worst < p.seeks_above * (1.0 - a.early_referral * seen):
                continue
            to = service_of[kind]
            way = trusting(generalised[i], c.usual_trust, c.turning)
            for o in range(level.size):
                way *= 1.0 - level[o] * weight[i, o]
            if u < 1.0 - np.exp(-p.seeking * trust[i, to] * way / usual):
                queue[i] = to + 1
                waited[i] = 0
        else:
            to = queue[i] - 1
            waited[i] += 1
            trust[i, to] -= a.overload_distrust * overload[to] * trust[i, to]
            if u01(key, np.uint64(i)) < 1.0 - np.exp(-p.reneging * waited[i] / 26.0):
                trust[i, to] -= p.trust_loss * trust[i, to]
                queue[i] = 0
                left[to] += 1
        if queue[i] > 0:
            to = queue[i] - 1
            waiting[to, min(waited[i], last)] += 1
            work[to] += np.exp(p.severity_work * (unmet[i] - severity[to]))


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
