"""Alliances of groups and services: who sits at the table, what deciding costs (equation 9).

Connection is not cooperation: partners refer people to one another as soon as they know each other,
and act jointly only when they have decided and commit themselves. Horizontal tables pay for every
pair that must agree, the less the more they trust; vertical ones pay for each partner, decide
faster and impose one practice (Provan & Milward 1995).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.model.names import names_of
from resilienza_sim.model.practices import best, change
from resilienza_sim.model.tables import F64, Bool

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["ally", "form_alliance", "seats", "tied"]

_FASTER = 3.0
"""How many times sooner a vertical table decides; a horizontal one hears everybody."""


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
    _delay(model, np.array([k]))


def seats(model: CommunityModel) -> Bool:
    """Return which service sits at which living alliance, shape (alliances, services)."""
    alliances = model.state.alliances
    bits = alliances.services[:, None] >> np.arange(len(model.state.services))
    at: Bool = np.logical_and(bits & 1 == 1, alliances.alive[:, None] == 1)
    return at


def tied(model: CommunityModel) -> F64:
    """Return, by quarter, the share of its groups allied with each service, and with any."""
    groups, n = model.state.groups, len(model.community.quarters)
    at = seats(model)
    at = np.concatenate([at, at.any(axis=1, keepdims=True)], axis=1)
    alive = groups.alive == 1
    mine = alive & (groups.alliance >= 0)
    found = np.zeros((n, at.shape[1]))
    np.add.at(found, groups.quarter[mine], at[groups.alliance[mine]])
    total = np.bincount(groups.quarter[alive], minlength=n)
    share: F64 = found / np.maximum(total, 1)[:, None]
    return share


def _groups_in(model: CommunityModel) -> NDArray[np.int64]:
    """Return the living groups of each alliance."""
    groups = model.state.groups
    mine = groups.alliance[(groups.alive == 1) & (groups.alliance >= 0)]
    return np.bincount(mine, minlength=len(model.state.alliances))


def _weigh(model: CommunityModel) -> None:
    """Set the partners of every alliance and what deciding costs each of them."""
    state, p = model.state, model.rates.learn
    alliances, services = state.alliances, state.services
    at, size = seats(model), _groups_in(model)
    n = size + at.sum(axis=1)
    alliances.partners[:] = n
    flat = p.horizontal_cost * n * (n - 1) / 2.0 * (1.0 - alliances.trust)
    total = np.where(alliances.vertical == 1, p.vertical_cost * n, flat)
    alliances.cost[:] = -np.expm1(-total / np.maximum(n, 1))
    # A service is large: a table takes of its time as much as it has of the groups of the town.
    weight = size * alliances.cost.astype(np.float64)
    services.deciding[:] = weight @ at / max(int((state.groups.alive == 1).sum()), 1)


def _delay(model: CommunityModel, which: NDArray[Any]) -> None:
    """Make alliances decide again: the lag grows with the partners, less if vertical."""
    alliances, p = model.state.alliances, model.rates.learn
    weeks = p.lag_per_partner * alliances.partners[which]
    weeks = np.where(alliances.vertical[which] == 1, weeks / _FASTER, weeks)
    alliances.delay[which] = alliances.lag[which] = np.ceil(weeks).astype(np.int32)


def _trust_each_other(model: CommunityModel) -> None:
    """Write the trust among partners: of the members in their ties, and in the services seated."""
    state = model.state
    c, alliances = state.citizens, state.alliances
    inside = np.flatnonzero(c.group >= 0)
    k = state.groups.alliance[c.group[inside]]
    inside, k = inside[k >= 0], k[k >= 0]
    n = len(alliances)
    members = np.bincount(k, minlength=n)

    def mean(trust: Any) -> F64:
        total = np.bincount(k, weights=trust[inside], minlength=n)
        return np.where(members > 0, total / np.maximum(members, 1), state.mean_trust)

    size, at = _groups_in(model).astype(np.float64), seats(model)
    total = size * mean(model.scratch.mean_trust)
    for s in np.flatnonzero(at.any(axis=0)):
        total += at[:, s] * mean(c.trust_service[:, s])
    partners = size + at.sum(axis=1)
    alliances.trust[:] = np.where(partners > 0, total / np.maximum(partners, 1.0), 0.0)


def ally(model: CommunityModel) -> None:
    """Let alliances decide, act jointly with a commitment that grows, remember, and end."""
    state, p = model.state, model.rates.learn
    alliances, town = state.alliances, state.municipality
    living = np.flatnonzero(alliances.alive)
    if living.size == 0:
        return
    _trust_each_other(model)
    _weigh(model)
    if town.news:
        _delay(model, living)
    names = names_of(alliances, living)
    u = model.streams.uniform("commitment", state.week, names)
    doubt = (1.0 - alliances.trust[living].astype(np.float64)) * (1.0 - alliances.memory[living])
    doubt *= 1.0 - p.vision * town.followed  # what was agreed upon in public leaves less of it
    commit = p.cooperation * (1.0 - (1.0 - model.rates.help.commitment) * doubt)
    ready = (alliances.lag[living] <= 0) & (alliances.partners[living] >= 2)
    acts = ready & (u < commit)
    alliances.joint[living] = acts
    memory = alliances.memory[living].astype(np.float64)
    memory += acts * p.alliance_memory * (1.0 - memory)
    alliances.memory[living] = memory * (1.0 - p.alliance_forgetting)
    _impose(model, living[ready & (alliances.vertical[living] == 1)])
    alliances.lag[living] = np.maximum(alliances.lag[living] - 1, 0)
    _end(model, living)


def _impose(model: CommunityModel, decided: NDArray[np.int64]) -> None:
    """Give the groups of vertical alliances one practice: that of the service that leads them."""
    state = model.state
    groups, practice, at = state.groups, state.services.practice, seats(model)
    for k in decided:
        leaders = practice[at[k]] if at[k].any() else practice
        imposed = np.uint16(best(leaders, state.municipality.demand))
        rows = np.flatnonzero((groups.alliance == k) & (groups.alive == 1))
        change(model, groups, rows, np.full(rows.size, imposed))
        groups.hesitating[rows] = 0  # they are told what to do


def _end(model: CommunityModel, living: NDArray[Any]) -> None:
    """Let alliances end: sooner when nobody pays for them and they remember little."""
    state, p = model.state, model.rates.learn
    alliances, groups = state.alliances, state.groups
    paid = model.effort.alliances_paid
    hazard = p.alliance_end * (1.0 - alliances.memory[living]) * (1.0 - paid)
    names = names_of(alliances, living)
    u = model.streams.uniform("alliance end", state.week, names)
    over = living[(u < -np.expm1(-hazard)) | (_groups_in(model)[living] < 1)]
    if over.size:
        alliances.alive[over] = 0
        alliances.joint[over] = 0
        groups.alliance[np.isin(groups.alliance, over)] = -1
        _weigh(model)
