"""Counts and sums over groups, services and alliances that several indicators ask for."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from resilienza_sim.kernels import kernel
from resilienza_sim.model.hazards import ATTRIBUTES, DEMAND
from resilienza_sim.model.practices import SETTLED

__all__ = [
    "Alliances",
    "Fits",
    "Groups",
    "Organisations",
    "Services",
    "Territory",
    "alliances_of",
    "fits_of",
    "groups_of",
    "organisations_of",
    "services_of",
    "territory_of",
]

_SETTLED = np.float32(SETTLED)
_BITS = np.bitwise_count(np.arange(1 << len(ATTRIBUTES)))


class Organisations(NamedTuple):
    """Those who learn, living groups and services together."""

    living: float
    hesitating: float
    learning: float
    """Those that are not done with learning a practice."""
    dip: float
    """What they lose by it, summed."""


@kernel
def organisations_of(groups: Any, services: Any) -> Organisations:
    """Read how groups and services get on with learning."""
    alive, group_hesitating, group_dip = groups.alive, groups.hesitating, groups.dip
    service_hesitating, service_dip = services.hesitating, services.dip
    count, hesitating, learning, dip = 0, 0, 0, 0.0
    for g in range(alive.size):
        if alive[g]:
            count += 1
            hesitating += group_hesitating[g]
            learning += group_dip[g] >= _SETTLED
            dip += group_dip[g]
    for s in range(service_dip.size):
        count += 1
        hesitating += service_hesitating[s]
        learning += service_dip[s] >= _SETTLED
        dip += service_dip[s]
    return Organisations(float(count), float(hesitating), float(learning), dip)


class Fits(NamedTuple):
    """Mean fit of practices to a mix of demand (equation 11); nan where there is no such mix."""

    service: float
    """Of the services to this week's demand, by their workers."""
    known: float
    """Of the services to the hazards remembered."""
    unseen: float
    """Of groups and services to the hazards not met yet."""


@kernel
def _fit(practice: int, mix: Any) -> float:
    fit = 0.0
    for h in range(mix.size):
        fit += mix[h] * (1.0 - _BITS[practice ^ DEMAND[h]] / len(ATTRIBUTES))
    return fit


@kernel
def fits_of(groups: Any, services: Any, demand: Any, memory: Any) -> Fits:
    """Hold what is practised against what was met, is met and was not met."""
    alive, group_practice = groups.alive, groups.practice
    service_practice, workers = services.practice, services.workers
    kinds, unmet = service_practice.size, (memory == 0.0).astype(np.float64)
    unmet[0] = 0.0  # routine is met every day
    mixes = memory / max(memory.sum(), 1e-300), unmet / max(unmet.sum(), 1.0)
    now, known, unseen = 0.0, 0.0, 0.0
    for s in range(kinds):
        now += workers[s] * _fit(service_practice[s], demand)
        known += _fit(service_practice[s], mixes[0])
        unseen += _fit(service_practice[s], mixes[1])
    count = kinds
    for g in range(alive.size):
        if alive[g]:
            count += 1
            unseen += _fit(group_practice[g], mixes[1])
    return Fits(
        now / workers.sum(),
        known / kinds if memory.any() else np.nan,
        unseen / count if unmet.any() else np.nan,
    )


class Groups(NamedTuple):
    """The living groups."""

    living: float
    operative: float
    aggregative: float
    relational: float
    support: float
    """Mean capability, by component; nan without groups."""
    lasting: float
    """Those that a citizen founded one to two years ago."""


@kernel
def groups_of(groups: Any, citizens: int, week: int, year: int) -> Groups:
    """Read what the groups can do, and how many of those born one to two years ago are left."""
    alive, capability, founder, born = groups.alive, groups.capability, groups.founder, groups.born
    count, lasting, sums = 0, 0, np.zeros(capability.shape[1])
    for g in range(alive.size):
        if alive[g]:
            count += 1
            age = week - born[g]
            # The groups of the start were founded by nobody in the town.
            lasting += (founder[g] < citizens) & (age > year) & (age <= 2 * year)
            for part in range(sums.size):
                sums[part] += capability[g, part]
    means = sums / count if count else np.full(sums.size, np.nan)
    return Groups(float(count), means[0], means[1], means[2], means[3], float(lasting))


class Services(NamedTuple):
    """The welfare services together."""

    burnout: float
    """Share of the operators burnt out."""
    saturated: float
    """People waiting over the cases that can be followed at once, 1 at most; mean of services."""
    queue: float
    served: float
    reneged: float
    intake: float
    """Unmet need of those whose case was opened, summed."""


@kernel
def services_of(services: Any) -> Services:
    """Read how the services are doing."""
    burnout, workers = services.burnout, services.workers
    queue, capacity = services.queue, services.capacity
    burnt, full = 0.0, 0.0
    for s in range(workers.size):
        burnt += burnout[s] * workers[s]
        full += min(1.0, queue[s] / max(capacity[s], 1.0))
    return Services(
        burnt / workers.sum(),
        full / workers.size,
        float(queue.sum()),
        float(services.served.sum()),
        float(services.reneged.sum()),
        float(services.intake.sum()),
    )


class Alliances(NamedTuple):
    """The living alliances; the means are nan without any."""

    living: float
    age: float
    """Mean age, in weeks."""
    delay: float
    """Mean weeks that the last decision took."""
    vertical: float
    """Share governed vertically."""


@kernel
def alliances_of(alliances: Any, week: int) -> Alliances:
    """Read how the alliances are governed."""
    alive, born = alliances.alive, alliances.born
    delay, vertical = alliances.delay, alliances.vertical
    count, age, waited, high = 0, 0, 0, 0
    for k in range(alive.size):
        if alive[k]:
            count += 1
            age += week - born[k]
            waited += delay[k]
            high += vertical[k]
    if count == 0:
        return Alliances(0.0, np.nan, np.nan, np.nan)
    return Alliances(float(count), age / count, waited / count, high / count)


class Territory(NamedTuple):
    """What lies around the citizens: who holds resources, and the places of proximity."""

    engaged: float
    """Share of the private resources that is engaged."""
    room: float
    """Share of the room of the places that is open."""
    usable: float
    """Places open, those that the purse runs counting for more."""


@kernel
def territory_of(holders: Any, places: Any, bought: Any) -> Territory:
    """Read what firms, schools and parishes engage, and which places are open."""
    resources, engaged = holders.resources, holders.engaged
    quarter, capacity, is_open = places.quarter, places.capacity, places.open
    held, used, room, free, usable = 0.0, 0.0, 0.0, 0.0, 0.0
    for h in range(resources.size):
        held += resources[h]
        used += np.float64(resources[h]) * engaged[h]
    for s in range(capacity.size):
        room += capacity[s]
        free += capacity[s] * is_open[s]
        usable += is_open[s] * (1.0 + bought[quarter[s]])
    return Territory(used / held, free / room, usable)
