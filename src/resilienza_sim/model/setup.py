"""The first state of a town, and what stays fixed in it: made once, shared by every arm."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from resilienza_sim.community.build import Community
from resilienza_sim.community.people import SEGMENTS, Tag
from resilienza_sim.community.ties import Ties
from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model.access import ease, hindrance, starting_levels
from resilienza_sim.model.cooperation import profile_of, residents_of
from resilienza_sim.model.factors import HOLDERS
from resilienza_sim.model.hazards import DEMAND
from resilienza_sim.model.network import rows_with_slack
from resilienza_sim.model.participation import (
    EARLY,
    USUAL_FATIGUE,
    Usual,
    past_setbacks,
    usual_part,
    work_this_week,
)
from resilienza_sim.model.rates import PhaseParameters
from resilienza_sim.model.state import (
    ADULT,
    SERVICES,
    AllianceTable,
    ArcTable,
    CallTable,
    CitizenTable,
    GroupTable,
    HouseholdTable,
    Municipality,
    PoolTable,
    PresenceTable,
    ServiceTable,
    SpaceTable,
    StakeholderTable,
    State,
)
from resilienza_sim.streams import Streams

if TYPE_CHECKING:
    from resilienza_sim.model.parameters import Parameters

__all__ = ["Fixed", "Laid", "SetupParameters", "first_state", "fix", "lay_out"]

_ITALY_HOME_CARE = 0.027  # share of the over 65 in integrated home care, ISTAT BES 2019


class SetupParameters(PhaseParameters):
    """How a town is before anything happens; the burn-in lets it settle."""

    rest_suffering: float = quantity(0.10, 0.0, 0.7, source="assumption: s0 of most people")
    rest_spread: float = quantity(
        0.11, 0.0, 1.0, source="assumption: more for the poor and the old"
    )
    threshold_low: float = quantity(0.35, 0.0, 1.0, source="assumption: theta, lowest")
    threshold_high: float = quantity(0.65, 0.0, 1.0, source="assumption: theta, highest")
    grievance_low: float = quantity(0.05, 0.0, 1.0, source="assumption: g0, lowest")
    grievance_high: float = quantity(0.45, 0.0, 1.0, source="assumption: g0, highest")
    distant: float = quantity(
        0.31, 0.0, 1.0, source="MODEL.md equation 12: share distant from help .27-.39"
    )
    distant_target: float = quantity(
        0.42, 0.0, 1.0, source="MODEL.md equation 12: share distant among the marginal"
    )
    informed_formal: float = quantity(0.60, 0.0, 1.0, source="assumption: informed of services")
    informed_informal: float = quantity(0.45, 0.0, 1.0, source="assumption: informed of groups")
    trust_services: float = quantity(0.55, 0.0, 1.0, source="assumption: mean trust in services")
    bridging: float = quantity(
        1.0, 0.0, 1.0,
        source="assumption: first trust across the line between majority and minorities, as a "
        "share of what ties of that kind have (scripts/phase_diagram.py)",
    )  # fmt: skip
    resource_threshold_low: float = quantity(
        0.5, 0.0, 1.0,
        source="Granovetter 1978, thresholds: activity around a stakeholder, a/(a + usual), that "
        "activates the first; 0.5 is the usual level: assumption",
    )  # fmt: skip
    resource_threshold_high: float = quantity(
        0.8, 0.0, 1.0, source="assumption: the last needs four times the usual activity around it"
    )
    spaces_per_1000: float = quantity(1.0, 0.0, 50.0, source="assumption: places of proximity")
    stakeholders_per_1000: float = quantity(
        2.0, 0.0, 50.0, source="assumption: firms, schools, parishes that hold resources"
    )
    resources_spread: float = quantity(
        1.0, 0.0, 3.0, source="assumption: sd of the log of what a stakeholder holds; 0 = all alike"
    )


@dataclass(frozen=True, eq=False)
class Fixed:
    """What never changes in a town, ready for the kernels."""

    alone: NDArray[np.bool_]
    target: NDArray[np.uint8]
    where: NDArray[np.uint16]
    """Quarter and side in one number: twice the quarter, plus one for the target's side."""
    carer: NDArray[np.uint8]
    dependants: NDArray[np.int64]
    """Those who need help every day, household by household."""
    pool_start: NDArray[np.int32]
    meeting_rate: float
    usual_part: Usual
    """Who belongs and who volunteers at rest, and the flows that keep them."""
    profile: NDArray[np.uint8]
    """Segment that stands for each citizen before those who help."""
    residents: NDArray[np.float64]
    """Share of each segment among those who could take part, by quarter."""
    hindrance: NDArray[np.float32]
    usual_access: float
    tags: dict[str, NDArray[np.bool_]]

    @cached_property
    def tag_sizes(self) -> list[int]:
        """Citizens of each tag, in the order of the tags."""
        return [int(mask.sum()) for mask in self.tags.values()]

    @cached_property
    def concerned(self) -> NDArray[np.float64]:
        """Weight of each obstacle in the town: whom it concerns and how far; sums to one."""
        weight = self.hindrance.sum(axis=0, dtype=np.float64)
        shares: NDArray[np.float64] = weight / max(float(weight.sum()), 1e-9)
        return shares


def _loss_of(layer: NDArray[np.uint8], meet: Any) -> NDArray[np.float64]:
    """Return the weekly loss hazard of ties by layer, as the meet phase has it."""
    rate = np.full(layer.shape, meet.loss_group)
    for bit, value in (
        (4, meet.loss_neighbourhood), (2, meet.loss_building), (8, meet.loss_friendship), (1, 0.0),
    ):  # fmt: skip
        rate[(layer & bit) > 0] = value
    return rate


def _introduced_a_week(community: Community, meet: Any, active_share: float) -> float:
    """Return the ties that groups at their usual activity make among members not yet tied."""
    people, ties = community.people, community.ties
    members = np.bincount(ties.group[ties.group >= 0], minlength=1)
    known = ties.counts[1] / max(int((members * (members - 1)).sum()), 1)
    active = active_share * float((people.age >= ADULT).sum())
    return float(meet.acquaintance * active * (1.0 - known))


def _usual(community: Community, parameters: Parameters) -> Usual:
    """Return the usual participation of a town, and the base rates that keep it."""
    act, streams = parameters.act, Streams(community.seed)
    usual = usual_part(
        community.town.figures, act,
        work_this_week(parameters.help.active_hours, act.turn_hours),
        _setbacks(community, parameters, streams),
    )  # fmt: skip
    usual_rancour = 0.25
    base = (1.0 - USUAL_FATIGUE) * (1.0 + act.inward * usual_rancour)
    return usual._replace(join=usual.join / base, take_up=usual.take_up / base)


def _setbacks(
    community: Community, parameters: Parameters, streams: Streams
) -> NDArray[np.float64]:
    """Return what past losses of income have left in each citizen."""
    poor = community.people.poor
    ids = np.arange(poor.size)
    return past_setbacks(
        poor, parameters.need, parameters.act,
        lambda name: streams.uniform(f"start {name}", 0, ids),
    )  # fmt: skip


def fix(community: Community, parameters: Parameters) -> Fixed:
    """Work out what stays fixed, and the rates that keep a town at rest where it is.

    Ties are made as fast as they are lost, and people join and begin to volunteer as fast as they
    leave, at the stocks of which a year's recall is the region's measured level, so that a town
    without shocks does not drift.
    """
    people, ties = community.people, community.ties
    n = people.age.size
    size = np.diff(people.household_start)
    tags = {tag.name.lower(): (people.tags & tag) > 0 for tag in Tag if tag.name}
    masks = np.arange(ties.counts[0].size, dtype=np.uint8)
    lost_a_week = float((_loss_of(masks, parameters.meet) * ties.counts[0]).sum()) / 2.0
    usual = _usual(community, parameters)
    introduced = _introduced_a_week(community, parameters.meet, usual.active)
    met_a_week = max(0.0, lost_a_week - introduced)
    alone = (size == 1)[people.household]
    weight = hindrance(people, alone)
    return Fixed(
        alone=alone,
        target=tags["target"].astype(np.uint8),
        where=(2 * people.quarter.astype(np.uint16) + tags["target"]).astype(np.uint16),
        carer=tags["caregiver"].astype(np.uint8),
        dependants=np.flatnonzero(tags["dependant"]),
        pool_start=np.searchsorted(ties.pot_i, np.arange(n + 1)).astype(np.int32),
        meeting_rate=float(met_a_week / max(ties.pot_i.size, 1)),
        usual_part=usual,
        profile=profile_of(people),
        residents=residents_of(people, len(community.quarters), len(SEGMENTS)),
        hindrance=weight,
        usual_access=ease(weight, starting_levels(parameters.access)),
        tags=tags,
    )


def _take_part(
    c: CitizenTable, community: Community, fixed: Fixed, parameters: Parameters, streams: Streams
) -> None:
    """Let those belong and volunteer who do so at rest: fewer in a week than in a year.

    Members are those of the community's groups, volunteers are among them; who had setbacks takes
    part less, as at rest.
    """
    adult = community.people.age >= ADULT
    ids, usual = np.arange(adult.size), fixed.usual_part
    c.setback[:] = _setbacks(community, parameters, streams)
    for process, share in (("belonging", EARLY * usual.members), ("active", usual.active)):
        # an exponential race: who comes first, by a chance that falls with setbacks
        race = -np.log1p(-streams.uniform(f"start {process}", 0, ids))
        race *= np.exp(2.0 * parameters.act.hardship * c.setback)
        race[~adult | ((c.group if process == "active" else community.ties.group) < 0)] = np.inf
        count = min(round(share * int(adult.sum())), int(np.isfinite(race).sum()))
        first = np.argsort(race, kind="stable")[:count]
        if process == "belonging":
            c.group[first] = community.ties.group[first]
        else:
            c.active[first] = 1


def _citizens(
    community: Community, fixed: Fixed, parameters: Parameters, streams: Streams
) -> CitizenTable:
    p = parameters.setup
    people, figures = community.people, community.town.figures
    n = people.age.size
    ids = np.arange(n)

    def u(process: str) -> NDArray[np.float64]:
        return streams.uniform(f"start {process}", 0, ids)

    c = CitizenTable.empty(n)
    poor, target = people.poor, fixed.target == 1
    c.rest_suffering[:] = p.rest_suffering + (1.0 - p.rest_suffering) * p.rest_spread * (
        0.4 * u("rest") + 0.4 * poor + 0.2 * np.maximum(people.age - 40.0, 0.0) / 60.0
    )
    c.suffering[:] = c.rest_suffering
    c.past_ease[:] = 1.0 - c.suffering
    c.threshold[:] = p.threshold_low + (p.threshold_high - p.threshold_low) * u("threshold")
    spread = u("grievance")
    c.anchor[:] = p.grievance_low + (p.grievance_high - p.grievance_low) * (
        0.85 * spread + 0.15 * poor
    )
    c.grievance[:] = c.anchor
    c.openness[:] = 0.2 + 0.6 * u("openness")
    # Asked yes or no, the share that trusts others is the region's: P(t > 1/2) = figure.
    normal = ndtri(np.clip(u("trust"), 1e-6, 1 - 1e-6))
    c.trust_anchor[:] = ndtr(0.8 * (ndtri(figures["generalised_trust"].value) + normal))
    c.generalised_trust[:] = c.trust_anchor
    c.trust_service[:] = np.clip(p.trust_services + 0.3 * (u("service")[:, None] - 0.5), 0.0, 1.0)
    c.efficacy_anchor[:] = 0.3 + 0.4 * u("efficacy")
    c.efficacy[:] = c.efficacy_anchor
    c.skill[:] = people.skill
    c.fatigue[:] = 0.1
    _take_part(c, community, fixed, parameters, streams)
    c.distant[:] = u("distant") < np.where(target, p.distant_target, p.distant)
    c.informed_formal[:] = u("formal") < p.informed_formal
    c.informed_informal[:] = u("informal") < p.informed_informal
    return c


def _groups(community: Community, streams: Streams) -> GroupTable:
    ties = community.ties
    n, g = ties.n_citizens, ties.n_groups
    groups = GroupTable.empty(g + 64)
    names = np.arange(g)
    groups.alive[:g] = 1
    groups.quarter[:g] = ties.group_quarter
    groups.kind[:g] = ties.group_kind
    groups.founder[:] = n + np.arange(g + 64)  # the old groups' founders are not among the citizens
    groups.born[:g] = -2_000 + (streams.uniform("start born", 0, names) * 1_500).astype(np.int32)
    groups.capability[:g] = 0.35 + 0.3 * streams.uniform("start capability", 0, names)[:, None]
    # Practices differ a little: each group has one attribute of its own beside routine.
    own = (streams.uniform("start practice", 0, names) * 12).astype(np.uint16)
    groups.practice[:] = DEMAND[0]
    groups.practice[:g] ^= np.uint16(1) << own
    return groups


def _services(community: Community, parameters: Parameters) -> ServiceTable:
    services, p = ServiceTable.empty(len(SERVICES)), parameters.serve
    n = community.people.age.size
    reach = community.town.figures["home_care_elderly"].value / _ITALY_HOME_CARE
    per = (
        p.residents_per_social_worker, p.residents_per_home_carer / max(reach, 0.05),
        p.residents_per_shelter_worker, p.residents_per_practitioner,
    )  # fmt: skip
    services.workers[:] = [n / each for each in per]
    services.practice[:] = DEMAND[0]
    return services


def _stakeholders(n: int, quarters: int, p: SetupParameters, streams: Streams) -> StakeholderTable:
    """Return firms, schools and parishes, at least one of each; a few hold most of what there is.

    Resources are lognormal, as sizes of organisations roughly are (Gibrat 1931, from memory).
    """
    count = max(len(HOLDERS), round(p.stakeholders_per_1000 * n / 1000))
    holders, rows = StakeholderTable.empty(count), np.arange(count)
    holders.kind[:] = rows % len(HOLDERS)
    holders.quarter[:] = rows % quarters
    normal = ndtri(np.clip(streams.uniform("start resources", 0, rows), 1e-6, 1 - 1e-6))
    size = np.exp(p.resources_spread * normal)
    holders.resources[:] = size / size.sum()
    u = streams.uniform("start resource threshold", 0, rows)
    low, high = p.resource_threshold_low, p.resource_threshold_high
    holders.threshold[:] = low + (high - low) * u
    return holders


class Laid(NamedTuple):
    """The ties of a community laid out in rows with slack."""

    arcs: ArcTable
    start: NDArray[np.int64]
    degree: NDArray[np.int32]
    room: NDArray[np.int32]


def lay_out(ties: Ties, target: NDArray[np.uint8], p: SetupParameters) -> Laid:
    """Lay the ties out as a state holds them: from here on the community's arcs can be let go."""
    degree = np.diff(ties.ptr).astype(np.int32)
    start, room, places = rows_with_slack(degree)
    arcs = ArcTable.empty(places)
    _lay(
        ties.ptr, ties.nbr, ties.rev, ties.trust, ties.layer, start, target,
        np.float32(p.bridging), arcs.nbr, arcs.rev, arcs.trust, arcs.layer,
    )  # fmt: skip
    return Laid(arcs, start, degree, room)


@kernel
def _lay(
    ptr: Any, nbr: Any, rev: Any, trust: Any, layer: Any, start: Any, target: Any,
    share: np.float32, new_nbr: Any, new_rev: Any, new_trust: Any, new_layer: Any,
) -> None:  # fmt: skip
    """Copy every row of ties to its place among the arcs; trust across the line by a share."""
    for i in range(ptr.size - 1):
        for a in range(ptr[i], ptr[i + 1]):
            at, j = a + start[i] - ptr[i], nbr[a]
            new_nbr[at] = j
            new_rev[at] = rev[a] + start[j] - ptr[j]
            new_trust[at] = trust[a] * share if target[i] != target[j] else trust[a]
            new_layer[at] = layer[a]


def first_state(
    community: Community,
    fixed: Fixed,
    laid: Laid,
    parameters: Parameters,
    streams: Streams,
    week: int,
) -> State:
    """Return the state of a town before its past begins."""
    people, ties, p = community.people, community.ties, parameters.setup
    pool = PoolTable(ties.pot_i, ties.pot_j, ties.pot_layer, np.zeros(ties.pot_i.size, np.uint8))
    n, quarters = people.age.size, len(community.quarters)
    spaces = SpaceTable.empty(max(quarters, round(p.spaces_per_1000 * n / 1000)))
    spaces.quarter[:] = np.arange(len(spaces)) % quarters
    spaces.capacity[:], spaces.open[:] = 60.0, 1.0
    state = State(
        week=week,
        citizens=_citizens(community, fixed, parameters, streams),
        start=laid.start,
        degree=laid.degree,
        room=laid.room,
        arcs=laid.arcs,
        pool=pool,
        households=HouseholdTable.empty(people.household_start.size - 1),
        groups=_groups(community, streams),
        services=_services(community, parameters),
        spaces=spaces,
        alliances=AllianceTable.empty(16),
        stakeholders=_stakeholders(n, quarters, p, streams),
        municipality=Municipality(obstacles=starting_levels(parameters.access)),
        presence=PresenceTable.empty(quarters),
        calls=CallTable.empty(quarters),
    )
    return state
