"""Alliances of groups and services: who sits at the table, what deciding costs (equation 9).

Connection is not cooperation: partners refer people to one another as soon as they know each other,
and act jointly only when they have decided and commit themselves. Horizontal tables pay for every
pair that must agree, the less the more they trust; vertical ones pay for each partner, decide
faster and impose one practice (Provan & Milward 1995).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.kernels import kernel
from resilienza_sim.model.hazards import better
from resilienza_sim.model.names import name_of, names_of
from resilienza_sim.model.practices import change
from resilienza_sim.model.seats import groups_at, sits
from resilienza_sim.model.tables import F64
from resilienza_sim.streams import u01

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = [
    "ally",
    "commit",
    "end",
    "form_alliance",
    "impose",
    "sit",
    "tied",
    "trust_one_another",
    "weigh",
]

_FASTER = 3.0
"""How many times sooner a vertical table decides; a horizontal one hears everybody."""
_ONE = np.float32(1.0)


def form_alliance(
    model: CommunityModel,
    members: NDArray[Any],
    *,
    vertical: bool,
    services: NDArray[Any] | None = None,
) -> None:
    """Bring organisations into an alliance, or into one that a member already belongs to.

    Parameters
    ----------
    members : ndarray of int
        Rows of the groups; the first is the caller.
    vertical : bool
        Whether a new alliance is governed vertically.
    services : ndarray of int, optional
        Rows of the services that join; by default as many as ``learn.services_invited``, by lot.
    """
    state, p = model.state, model.rates.learn
    groups, alliances = state.groups, state.alliances
    known = groups.alliance[members]
    known = known[known >= 0]
    if known.size:
        k = int(known[0])
    else:
        if alliances.alive.all():
            alliances.grow(len(alliances) + 16)
        k = int(np.argmin(alliances.alive))
        for name, array in alliances.columns().items():
            array[k] = getattr(type(alliances).empty(1), name)[0]
        alliances.alive[k], alliances.born[k] = 1, state.week
        alliances.founder[k] = names_of(groups, int(members[0]))
        alliances.vertical[k] = vertical
        alliances.trust[k] = state.mean_trust
        if services is None:
            ids = int(names_of(alliances, k)) * 8 + np.arange(len(state.services))
            lot = model.streams.uniform("invited", state.week, ids)
            services = np.argsort(lot)[: int(p.services_invited)]
    if services is not None:
        alliances.services[k] |= np.uint8(sum(1 << int(s) for s in services))
    groups.alliance[members] = k
    _weigh(model)
    delay(alliances.handle, k, p.lag_per_partner)


@kernel
def tied(
    alive: Any, masks: Any, living: Any, at: Any, quarter: Any, services: int, quarters: int
) -> F64:
    """Return, by quarter, the share of its groups allied with each service, and with any."""
    found, total = np.zeros((quarters, services + 1)), np.zeros(quarters, np.int64)
    for g in range(living.size):
        if living[g]:
            q = quarter[g]
            total[q] += 1
            if at[g] >= 0 and alive[at[g]] and masks[at[g]]:
                found[q, services] += 1.0
                for s in range(services):
                    found[q, s] += sits(masks[at[g]], s)
    for q in range(quarters):
        found[q] /= max(total[q], 1)
    return found


@kernel
def trust_one_another(
    group: Any, in_people: Any, in_services: Any, living: Any, at: Any, tables: Any, usual: float
) -> None:
    """Write the trust among partners: of the members in their ties, and in the services seated.

    Each group counts for the mean of the members of all of them, each service for their mean trust
    in it; without any member for what is `usual` in the town.
    """
    services = in_services.shape[1]
    members = np.zeros(tables.alive.size, np.int64)
    people, seated = np.zeros(members.size), np.zeros((members.size, services))
    for i in range(group.size):
        if group[i] >= 0 and at[group[i]] >= 0:
            k = at[group[i]]
            members[k] += 1
            people[k] += in_people[i]
            for s in range(services):
                if sits(tables.services[k], s):
                    seated[k, s] += in_services[i, s]
    size = groups_at(living, at, members.size)
    for k in range(members.size):
        m = members[k]
        total, partners = size[k] * (people[k] / m if m > 0 else usual), size[k]
        for s in range(services):
            if tables.alive[k] and sits(tables.services[k], s):
                total += seated[k, s] / m if m > 0 else usual
                partners += 1
        tables.trust[k] = total / partners if partners > 0 else 0.0


@kernel
def weigh(
    tables: Any, living: Any, at: Any, deciding: Any, horizontal_cost: float, vertical_cost: float
) -> None:
    """Set the partners of every alliance and what deciding costs each of them.

    1 - e^(-total / n) with total = c n (n - 1) / 2 (1 - trust), or c n if vertical. A service is
    large: a table takes of its time as much as it has of the groups of the town.
    """
    size = groups_at(living, at, tables.alive.size)
    time, groups = np.zeros(deciding.size), 0
    for g in range(living.size):
        groups += living[g] == 1
    for k in range(size.size):
        n = size[k]
        for s in range(deciding.size):
            n += tables.alive[k] == 1 and sits(tables.services[k], s)
        total = horizontal_cost * n * (n - 1) / 2.0 * (_ONE - tables.trust[k])
        if tables.vertical[k]:
            total = vertical_cost * n
        tables.partners[k] = n
        tables.cost[k] = -math.expm1(-total / max(n, 1))
        for s in range(deciding.size):
            if tables.alive[k] == 1 and sits(tables.services[k], s):
                time[s] += size[k] * np.float64(tables.cost[k])
    for s in range(deciding.size):
        deciding[s] = time[s] / max(groups, 1)


def _weigh(model: CommunityModel) -> None:
    groups, p = model.state.groups, model.rates.learn
    weigh(
        model.state.alliances.handle,
        groups.alive,
        groups.alliance,
        model.state.services.deciding,
        p.horizontal_cost,
        p.vertical_cost,
    )


@kernel
def delay(tables: Any, k: Any, per_partner: float) -> None:
    """Make an alliance decide again: the lag grows with the partners, less if vertical."""
    weeks = per_partner * tables.partners[k]
    if tables.vertical[k]:
        weeks /= _FASTER
    tables.lag[k] = tables.delay[k] = math.ceil(weeks)


@kernel
def commit(
    key: Any, tables: Any, ready: Any, news: bool, followed: float, commitment: float, p: Any
) -> bool:
    """Let alliances act jointly once they have decided, with a commitment that grows, and remember.

    What was agreed upon in public (`followed`) leaves less of the doubt (1 - trust)(1 - memory).
    `ready` is set for those that have decided; return whether a vertical one is among them.
    """
    imposing = False
    for k in range(tables.alive.size):
        ready[k] = False
        if not tables.alive[k]:
            continue
        if news:
            delay(tables, k, p.lag_per_partner)
        doubt = (1.0 - np.float64(tables.trust[k])) * (_ONE - tables.memory[k])
        doubt *= 1.0 - p.vision * followed
        chance = p.cooperation * (1.0 - (1.0 - commitment) * doubt)
        ready[k] = tables.lag[k] <= 0 and tables.partners[k] >= 2
        u = u01(key, np.uint64(name_of(tables.founder[k], tables.born[k])))
        tables.joint[k] = ready[k] and u < chance
        memory = np.float64(tables.memory[k])
        memory += tables.joint[k] * p.alliance_memory * (1.0 - memory)
        tables.memory[k] = memory * (1.0 - p.alliance_forgetting)
        tables.lag[k] = max(tables.lag[k] - 1, 0)
        imposing |= ready[k] and tables.vertical[k] == 1
    return imposing


@kernel
def impose(
    tables: Any, ready: Any, own: Any, living: Any, at: Any, practice: Any, demand: F64, p: Any
) -> None:
    """Give the groups of vertical alliances one practice: that of the service that leads them.

    Without a service at the table, it is the best of the services' in the town.
    """
    for k in range(ready.size):
        if not (ready[k] and tables.vertical[k]):
            continue
        imposed: Any = np.int64(-1)
        for s in range(practice.size):
            if tables.services[k] == 0 or sits(tables.services[k], s):
                imposed = better(imposed, np.int64(practice[s]), demand)
        for g in range(living.size):
            if living[g] and at[g] == k:
                change(own, g, imposed, p)
                own.hesitating[g] = 0  # they are told what to do


@kernel
def end(key: Any, tables: Any, living: Any, at: Any, paid: float, hazard: float) -> bool:
    """Let alliances end: sooner when nobody pays for them and they remember little."""
    size = groups_at(living, at, tables.alive.size)
    ended = False
    for k in range(tables.alive.size):
        if tables.alive[k]:
            u = u01(key, np.uint64(name_of(tables.founder[k], tables.born[k])))
            h = hazard * (1.0 - np.float64(tables.memory[k])) * (1.0 - paid)
            if u < -math.expm1(-h) or size[k] == 0:
                tables.alive[k] = tables.joint[k] = 0
                ended = True
    for g in range(at.size):
        if ended and at[g] >= 0 and not tables.alive[at[g]]:
            at[g] = -1
    return ended


class Week(NamedTuple):
    """What a week brings to the tables."""

    demand: F64
    news: bool
    usual: float
    """Mean trust in the town."""
    followed: float
    """How far what was agreed in public is followed."""
    commitment: float
    paid: float
    """How far somebody pays for the tables."""


@kernel
def sit(keys: Any, tables: Any, c: Any, s: Any, g: Any, services: Any, week: Any, p: Any) -> None:
    """Let alliances decide, act jointly with a commitment that grows, remember, and end."""
    living, at, deciding = g.alive, g.alliance, services.deciding
    trust_one_another(c.group, s.mean_trust, c.trust_service, living, at, tables, week.usual)
    weigh(tables, living, at, deciding, p.horizontal_cost, p.vertical_cost)
    ready = np.zeros(tables.alive.size, np.bool_)
    if commit(keys[0], tables, ready, week.news, week.followed, week.commitment, p):
        impose(tables, ready, g, living, at, services.practice, week.demand, p)
    if end(keys[1], tables, living, at, week.paid, p.alliance_end):
        weigh(tables, living, at, deciding, p.horizontal_cost, p.vertical_cost)


_PROCESSES = ("commitment", "alliance end")


def ally(model: CommunityModel) -> None:
    """Go through a week of the alliances there are."""
    state, town = model.state, model.state.municipality
    if not state.alliances.alive.any():
        return
    sit(
        model.streams.keys(_PROCESSES, state.week),
        state.alliances.handle,
        state.citizens.handle,
        model.scratch.handle,
        state.groups.handle,
        state.services.handle,
        Week(
            town.demand,
            town.news,
            state.mean_trust,
            town.followed,
            model.rates.help.commitment,
            float(model.effort.alliances_paid),
        ),
        model.rates.learn.handle,
    )
