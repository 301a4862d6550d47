"""Organisations that a town lists by name: their figures in the sample, and where they start.

A listed association is a group, a listed service one of the services; from week 0 on they live as
all others do. The past leads to them: it keeps listed groups alive, lets people come in by the size
that is listed, and brings as many to ask a service as keeps its cases and its waiting list at what
is listed (counted as `balance` counts, and then left). What chance leaves between is made good when
the timeline begins, so that it begins with the figures of the table.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.community.build import Community
from resilienza_sim.community.known import MOST_OF_MEMBERS, in_sample
from resilienza_sim.model.contracts import Indicator
from resilienza_sim.model.hazards import ATTRIBUTES, DEMAND
from resilienza_sim.model.state import (
    ADULT,
    NEED_SERVICE,
    SERVICES,
    CitizenTable,
    GroupTable,
    ServiceTable,
)
from resilienza_sim.streams import Streams

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel
    from resilienza_sim.model.participation import Usual
    from resilienza_sim.model.state import State

__all__ = [
    "ASSOCIATION_MEASURES",
    "SERVICE_MEASURES",
    "Listed",
    "as_listed",
    "column_of",
    "keep_queues",
    "list_groups",
    "list_services",
    "listed",
    "measures",
    "settle_members",
]

SMALL_GROUP = 3
"""Members of the whole town under which a group is small (docs/odd.md, equation 7)."""
_BACK = 13.0
"""Weeks in which the past makes up for what a service has strayed from its list, as `balance`."""
_MOST = 4.0
"""Largest factor of asking, and one over the smallest, as `balance`."""
_LASTING = 26.0
"""Weeks over which comings and goings are averaged: assumption."""
_STEP = 0.25
"""Part of the way to the factor counted that is gone in a week of the past: assumption."""
_OLDEST = -2_000
"""Week before which a founding is as good as there: the model's own groups go back as far."""

ASSOCIATION_MEASURES = ("members", "volunteers")
SERVICE_MEASURES = ("waiting", "followed", "weeks_waited", "gave_up", "burnout")


@dataclass(frozen=True, eq=False)
class Listed:
    """The listed associations in the sample: association k is group k.

    Parameters
    ----------
    members, active : int64[a]
        In the sample.
    draw : float32[a]
        How much each draws those who come in, over a group that nobody listed.
    small : float
        Members under which one of them is small.
    """

    members: NDArray[np.int64]
    active: NDArray[np.int64]
    draw: NDArray[np.float32]
    small: float


def listed(community: Community, usual: Usual) -> Listed:
    """Return the listed associations of a community in its sample."""
    known, share = community.known.associations, community.sample
    adults = float((community.people.age >= ADULT).sum())
    rate = community.town.figures["nonprofits_per_10k"].value
    every = max(rate * community.town.residents / 10_000, 1.0)
    of_one = usual.members * adults / every
    most = MOST_OF_MEMBERS * usual.members * adults
    members = in_sample([each.members for each in known], share, most, of_one)
    for k, each in enumerate(known):  # people of a table are all there, whatever the sample
        members[k] = max(members[k], int((community.ties.group == k).sum()) if each.people else 0)
    part = usual.active / max(usual.members, 1e-9)
    volunteers = [
        part * int(members[k]) / share if each.volunteers is None else float(each.volunteers)
        for k, each in enumerate(known)
    ]
    active = in_sample(volunteers, share, MOST_OF_MEMBERS * usual.active * adults, 1.0)
    unlisted = community.ties.n_groups - len(known)
    left = max(usual.members * adults - float(members.sum()), 0.0) / max(unlisted, 1)
    draw = members / max(left, 1.0)
    return Listed(
        members, np.minimum(active, members), draw.astype(np.float32), SMALL_GROUP * share
    )


def list_groups(groups: GroupTable, community: Community, them: Listed, week: int) -> None:
    """Give the rows of the listed associations what their table says of them, as of a week."""
    begins = community.known.begins
    for k, each in enumerate(community.known.associations):
        groups.listed[k], groups.draw[k], groups.small[k] = 2, them.draw[k], them.small
        groups.funds[k] = each.eur or 0.0
        if each.practises:
            own = sum(1 << ATTRIBUTES.index(name) for name in each.practises)
            groups.practice[k] = DEMAND[0] | np.uint16(own)
        if each.since is not None and begins is not None:
            born = math.floor((each.since - begins).days / 7)
            groups.born[k] = min(max(born, _OLDEST), week - 1)


# -- members --------------------------------------------------------------------------------------


def settle_members(
    c: CitizenTable,
    groups: GroupTable,
    community: Community,
    them: Listed,
    streams: Streams,
    week: int,
) -> None:
    """Let each listed association have the members and volunteers of its table.

    Who comes in is, first, of its circle; then a member of a group that nobody listed; of its
    quarter before others. Who is over goes to such a group. Members and volunteers of the town stay
    as many as they are, as far as the other groups have any.
    """
    a, age, quarter = them.members.size, community.people.age, community.people.quarter
    if a == 0:
        return
    lots = streams.uniform("listed members", week, np.arange(age.size))
    circle = community.ties.group
    before = int((c.group >= 0).sum()), int(c.active.sum())
    for k in range(a):
        mine = np.flatnonzero(c.group == k)
        mine = mine[np.argsort(lots[mine] + (circle[mine] != k), kind="stable")]
        c.group[mine[them.members[k] :]] = -2
    for k in range(a):
        missing = int(them.members[k]) - int((c.group == k).sum())
        able = np.flatnonzero((age >= ADULT) & ((c.group < 0) | (c.group >= a)))
        rank = lots[able] + 8.0 * (circle[able] != k) + 2.0 * (quarter[able] != groups.quarter[k])
        rank += 1.0 * (c.group[able] == -1)
        chosen = able[np.argsort(rank, kind="stable")[: max(missing, 0)]]
        c.group[chosen] = k
    _place_others(c, groups, quarter, a)
    others = np.flatnonzero(c.group >= a)
    over = int((c.group >= 0).sum()) - before[0]
    gone = others[np.argsort(lots[others], kind="stable")[: max(over, 0)]]
    c.group[gone] = -1
    c.active[c.group < 0] = 0
    _settle_active(c, them, lots, before[1])


def _place_others(c: CitizenTable, groups: GroupTable, quarter: Any, a: int) -> None:
    """Let those whom their association has no room for go to one that nobody listed, if any."""
    homeless = np.flatnonzero(c.group == -2)
    rows = np.flatnonzero(groups.alive[: len(groups)] == 1)
    rows = rows[rows >= a]
    for rank, i in enumerate(homeless):
        near = rows[groups.quarter[rows] == quarter[i]]
        choice = near if near.size else rows
        c.group[i] = choice[rank % choice.size] if choice.size else -1


def _settle_active(c: CitizenTable, them: Listed, lots: Any, before: int) -> None:
    a = them.members.size
    for k in range(a):
        mine = np.flatnonzero(c.group == k)
        order = mine[np.argsort(lots[mine] + (c.active[mine] == 0), kind="stable")]
        c.active[order[: them.active[k]]] = 1
        c.active[order[them.active[k] :]] = 0
    others = np.flatnonzero(c.group >= a)
    over = int(c.active.sum()) - before
    order = others[np.argsort(lots[others], kind="stable")]
    working = order[c.active[order] == 1]
    c.active[working[: max(over, 0)]] = 0
    idle = order[c.active[order] == 0]
    c.active[idle[: max(-over, 0)]] = 1


# -- services -------------------------------------------------------------------------------------


def list_services(services: ServiceTable, community: Community, p: Any) -> None:
    """Give each service that is listed its operators, its cases, the list it is to have.

    Several of one kind add up. What is not told of any is as it would be.
    """
    share = community.sample
    for k, kind in enumerate(SERVICES):
        them = [each for each in community.known.services if each.kind == kind]
        if not them:
            continue
        usual = getattr(p, f"caseload_{kind}")
        operators = [
            each.followed / usual if each.operators is None and each.followed else each.operators
            for each in them
        ]
        known = [each for each in operators if each is not None]
        if not known:
            continue
        followed = [
            float(each.followed) if each.followed is not None else (at_work or 0.0) * usual
            for each, at_work in zip(them, operators, strict=True)
        ]
        services.workers[k] = services.listed_workers[k] = sum(known) * share
        if any(each.followed is not None for each in them):
            services.caseload[k] = sum(followed) / sum(known)
        waiting = [each.waiting for each in them if each.waiting is not None]
        if waiting:
            services.listed_queue[k] = sum(waiting) * share
            services.wanted[k] = (sum(waiting) + sum(followed)) * share
        weeks = [
            (each.weeks_waited, each.waiting or 1) for each in them if each.weeks_waited is not None
        ]
        if weeks:
            of_each, people = zip(*weeks, strict=True)
            services.listed_weeks[k] = float(np.average(of_each, weights=people))


def keep_queues(model: CommunityModel, before: NDArray[np.int64], asked: NDArray[np.int64]) -> None:
    """Count, in the past, who comes to a listed service and who goes; set how many come to ask.

    `before` is cases and people waiting at the beginning of the week, `asked` who came in it.
    """
    services, state = model.state.services, model.state
    if state.week >= 0 or not model.community.known.services:
        return
    _without_bought(model)
    lived = state.week + model.scenario.calendar.burn_in_weeks
    weight = 1.0 / min(lived + 1.0, _LASTING)
    now = services.open_cases + services.queue
    for k in np.flatnonzero(services.wanted > 0.0):
        came = float(asked[k])
        gone = float(before[k] - now[k]) + came
        services.came[k] += (came / services.asking[k] - services.came[k]) * weight
        services.went[k] += (gone - services.went[k]) * weight
        back = 0.0 if state.week == -1 else (services.wanted[k] - now[k]) / _BACK
        factor = (services.went[k] + back) / max(services.came[k], 1e-9)
        if state.week < -1:
            factor = services.asking[k] + _STEP * (factor - services.asking[k])
        services.asking[k] = min(max(factor, 1.0 / _MOST), _MOST)


def _without_bought(model: CommunityModel) -> None:
    """Take from the workers of a table those whom the purse of the past pays, who are in it too."""
    services = model.state.services
    lived = model.state.week + model.scenario.calendar.burn_in_weeks
    services.bought += (services.extra - services.bought) / min(lived + 1.0, _LASTING)
    given = services.listed_workers >= 0.0
    left = np.maximum(services.listed_workers - services.bought, 0.0)
    services.workers[given] = left[given]


def settle_queues(model: CommunityModel) -> None:
    """Let the waiting list of each listed service be as long, and as old, as its table says."""
    state, p = model.state, model.rates.serve
    c, services = state.citizens, state.services
    row = NEED_SERVICE[model.fixed.family]
    for k in np.flatnonzero(services.listed_queue >= 0.0):
        wanted = round(float(services.listed_queue[k]))
        own = np.where(row == k, c.need, np.float32(0.0)).max(axis=1)
        waits = np.flatnonzero(c.waited[:, k] > 0)
        waits = waits[np.argsort(-c.waited[waits, k].astype(np.int64), kind="stable")]
        c.waited[waits[wanted:], k] = 0
        able = np.flatnonzero(
            (c.waited[:, k] == 0)
            & (c.in_care[:, k] == 0)
            & (own >= p.closes_below)
            & (c.informed_formal == 1)
            & (c.distant == 0)
        )
        more = able[np.argsort(-own[able], kind="stable")[: max(wanted - waits.size, 0)]]
        c.waited[more, k] = 1
        on_list = np.concatenate([waits[:wanted], more])
        if services.listed_weeks[k] >= 0.0 and on_list.size:
            # evenly from this week to twice the mean, so that the mean is what is listed
            ages = (np.arange(on_list.size)[::-1] + 0.5) / on_list.size
            weeks = np.rint(2.0 * services.listed_weeks[k] * ages)
            c.waited[on_list, k] = 1 + weeks.astype(np.uint16)
        services.queue[k] = on_list.size


def as_listed(model: CommunityModel) -> None:
    """Begin the timeline with what is listed; from here on nothing leads to it any more."""
    state, known = model.state, model.community.known
    if not known.associations and not known.services:
        return
    settle_members(
        state.citizens,
        state.groups,
        model.community,
        model.fixed.listed,
        model.streams,
        state.week,
    )
    for k, each in enumerate(known.associations):
        state.groups.listed[k] = 1
        state.groups.funds[k] = each.eur or 0.0
    settle_queues(model)


# -- what is seen of them -------------------------------------------------------------------------


def column_of(kind: str, which: str | int, measure: str) -> str:
    """Return the column of the weekly series that holds a measure of an organisation.

    Parameters
    ----------
    kind : {"association", "service"}
        What it is.
    which : int or str
        Place of an association in the scenario, from 0; kind of a service.
    measure : str
        One of `ASSOCIATION_MEASURES` or `SERVICE_MEASURES`.
    """
    return f"{kind}_{which + 1 if isinstance(which, int) else which}_{measure}"


def association_figures(model: CommunityModel) -> list[float]:
    """Members and volunteers of each listed association, in the whole town; 0 when it has ended."""
    state, a = model.state, len(model.community.known.associations)
    groups, known = state.groups, model.community.known.associations
    found: list[float] = []
    for k in range(a):
        # People of a table of memberships are all there: they stand for nobody else.
        scale = 1.0 if known[k].people else 1.0 / model.community.sample
        lives = is_listed(state, k, model.community.ties.n_citizens)
        found += [
            scale * float(groups.members[k]) if lives else 0.0,
            scale * float(groups.active[k]) if lives else 0.0,
        ]
    return found


def is_listed(state: State, k: int, citizens: int) -> bool:
    """Tell whether a row of the groups is still the association listed there, alive."""
    return bool(state.groups.alive[k]) and int(state.groups.founder[k]) == citizens + k


def service_figures(model: CommunityModel) -> list[float]:
    """Who waits, is followed and gives up, weeks waited, burnout of each listed service."""
    state, scale = model.state, 1.0 / model.community.sample
    services, waited = state.services, state.citizens.waited
    found: list[float] = []
    for kind in kinds_listed(model.scenario):
        k = SERVICES.index(kind)
        weeks = waited[waited[:, k] > 0, k]
        found += [
            scale * float(services.queue[k]),
            scale * float(services.open_cases[k]),
            float(weeks.mean()) - 1.0 if weeks.size else math.nan,
            scale * float(services.reneged[k]),
            float(services.burnout[k]),
        ]
    return found


def kinds_listed(scenario: Any) -> tuple[str, ...]:
    """Return the kinds of services that a scenario lists."""
    return tuple(kind for kind in SERVICES if any(each.kind == kind for each in scenario.services))


def measures(scenario: Any) -> Sequence[Indicator]:
    """Return what is observed each week of the organisations that a scenario lists."""
    found = []
    if scenario.associations:
        names = tuple(
            column_of("association", k, measure)
            for k in range(len(scenario.associations))
            for measure in ASSOCIATION_MEASURES
        )
        found.append(
            Indicator(
                function=association_figures, unit="people", source="the town's tables", names=names
            )
        )
    if kinds := kinds_listed(scenario):
        names = tuple(
            column_of("service", kind, measure) for kind in kinds for measure in SERVICE_MEASURES
        )
        found.append(
            Indicator(function=service_figures, unit="", source="the town's tables", names=names)
        )
    return found
