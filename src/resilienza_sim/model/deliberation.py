"""Deliberation: the town's problems seen by many, pooled, agreed upon, and put into the plan.

Every cycle of planning the voices paid for (the action ``deliberation``) bring a diagnosis each:
how severe every kind of need is, seen from their own side and quarter, with an error of their own.

    view_vk  = [(1 - w) town_k + w milieu_vk] exp(e z_vk), as shares over the kinds k
    pool_k   = mean_v view_vk, before anybody has heard the others (Page 2007: the error of the
               crowd is the mean error less the diversity)
    after_vk = view_vk + c t_v (pool_k - view_vk), t_v the trust of v in people at large
    priority_k ~ pool_k x tackleability_k
    followed = exp(-dispersion after / tolerance)

A line of the plan is then weighed by 1 + r followed (sum_k relieves_k priority_k K - 1), K the
number of kinds: equal priorities change nothing, and the sum of the shares stays as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.model.state import ADULT, NEEDS
from resilienza_sim.model.sums import added
from resilienza_sim.model.tables import F64
from resilienza_sim.streams import normal_of

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel
    from resilienza_sim.model.contracts import Action

__all__ = ["deliberate", "weighed"]


def _views(model: CommunityModel, voices: NDArray[np.int64]) -> F64:
    """Return what each voice thinks of the kinds of need, as shares, shape (v, needs)."""
    state, p, people = model.state, model.parameters.plan, model.community.people
    need, week = state.citizens.need, state.week
    milieu = people.quarter.astype(np.int64) * 2 + model.fixed.target
    size = np.maximum(np.bincount(milieu), 1)
    around = np.stack(
        [np.bincount(milieu, weights=need[:, k]) / size for k in range(len(NEEDS))], axis=1
    )
    town = need.mean(axis=0, dtype=np.float64)
    seen = (1.0 - p.milieu) * town + p.milieu * around[milieu[voices]]
    u = np.stack([model.streams.uniform(f"view of {kind}", week, voices) for kind in NEEDS], axis=1)
    seen = (seen + 1e-6) * np.exp(p.view_error * normal_of(u))
    views: F64 = seen / seen.sum(axis=1, keepdims=True)
    # Who hears the first speaker before speaking says in part the same.
    heard: F64 = p.plurality * views + (1.0 - p.plurality) * views[:1]
    return heard


def _dispersion(views: F64) -> float:
    """Return the standard deviation between voices of the share of a kind, mean over the kinds."""
    return float(views.std(axis=0).mean())


def deliberate(model: CommunityModel) -> None:
    """Hold the deliberation of the cycle, with as many voices as seats were paid for."""
    state, p, town = model.state, model.parameters.plan, model.state.municipality
    able = np.flatnonzero((state.citizens.active == 1) & (model.community.people.age >= ADULT))
    seats = min(int(town.seats), able.size)
    if seats < 1:
        return
    lots = model.streams.uniform("voice", state.week, able)
    voices = np.sort(able[np.argsort(lots, kind="stable")[:seats]]).astype(np.int64)
    views = _views(model, voices)
    pool = views.mean(axis=0)
    trust = state.citizens.generalised_trust[voices].astype(np.float64)[:, None]
    after = views + p.convergence * trust * (pool - views)
    town.seats = 0.0
    town.voices = seats
    town.dispersion_before, town.dispersion_after = _dispersion(views), _dispersion(after)
    tackle = np.array([getattr(p, f"tackle_{kind}") for kind in NEEDS])
    priority = pool * tackle
    total = priority.sum()
    town.priority[:] = priority / total if total > 0.0 else 1.0 / len(NEEDS)
    town.followed = float(np.exp(-town.dispersion_after / p.tolerance))


def weighed(model: CommunityModel, shares: Mapping[Action, float]) -> dict[Action, float]:
    """Return the shares of the lines, moved towards what the priorities ask; same sum."""
    town, p = model.state.municipality, model.parameters.plan
    pull = p.responsiveness * town.followed
    if pull == 0.0 or not shares:
        return dict(shares)
    weight = {
        a: share * (1.0 + pull * (_asked(a, town.priority) - 1.0)) for a, share in shares.items()
    }
    total = added(weight.values())
    if total <= 0.0:
        return dict(shares)
    scale = added(shares.values()) / total
    return {action: value * scale for action, value in weight.items()}


def _asked(action: Action, priority: F64) -> float:
    """Return how far an action is what the priorities ask: 1 when they say nothing of it."""
    relieves = action.relieves()
    total = added(relieves.values())
    if total <= 0.0:
        return 1.0
    wanted = added(relieves.get(kind, 0.0) * float(priority[k]) for k, kind in enumerate(NEEDS))
    return len(NEEDS) * wanted / total
