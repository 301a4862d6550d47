"""The first state of a town, and what stays fixed in it: made once, shared by every arm."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import scipy
from numpy.typing import NDArray

from resilienza_sim.community.build import Community
from resilienza_sim.community.people import SEGMENTS, People, Tag
from resilienza_sim.community.ties import Ties
from resilienza_sim.component import quantity
from resilienza_sim.handles import Columns
from resilienza_sim.kernels import kernel
from resilienza_sim.model import displacement
from resilienza_sim.model.access import ease, hindrance, starting_levels
from resilienza_sim.model.balance import levels
from resilienza_sim.model.cooperation import profile_of, residents_of
from resilienza_sim.model.factors import HOLDERS
from resilienza_sim.model.generalised import trusting
from resilienza_sim.model.hazards import DEMAND
from resilienza_sim.model.network import rows_with_slack
from resilienza_sim.model.organisations import (
    Listed,
    list_groups,
    list_services,
    listed,
    settle_members,
)
from resilienza_sim.model.participation import (
    USUAL_FATIGUE,
    USUALLY_TIRED,
    Usual,
    past_setbacks,
    usual_part,
    work_this_week,
)
from resilienza_sim.model.phases.meet import MeetRates, loss_rate
from resilienza_sim.model.phases.need import INCOME, NeedRates, past_needs
from resilienza_sim.model.rates import PhaseParameters, rates
from resilienza_sim.model.reserves import left_of
from resilienza_sim.model.state import (
    ADULT,
    MINOR,
    NEED_SERVICE,
    NEEDS,
    OLD,
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
    QuarterTable,
    ServiceTable,
    SpaceTable,
    StakeholderTable,
    State,
)
from resilienza_sim.model.tables import F32
from resilienza_sim.streams import Streams, normal_of

if TYPE_CHECKING:
    from resilienza_sim.model.parameters import Parameters

__all__ = ["Fixed", "Laid", "SetupParameters", "first_state", "fix", "lay_out"]

_ITALY_TRUST = 0.239  # share that trusts most people, ISTAT BES 2019
_TRUST_SPREAD = 0.8  # assumption: sd of generalised trust on the normal scale
_ITALY_SPENDING = 126.0  # EUR a head, municipal social spending 2019, as the towns' figures
_A_LITTLE = 0.5  # of a tie, so that those who have none may find one: assumption
_EASE = 0.75  # of recovery, what distress, its contagion and worn reserves leave, quiet Faenza
_RELIEVED = (
    4.0,
    1.0,
    2.0,
    1.3,
    0.65,
)  # what others meet of each need, over that of income, likewise
_LASTING = (
    1.35  # of 2 (coming and going), what strain that changes while people belong leaves, likewise
)
_STAYED = 0.35  # of the members, those of the circle that a group was made from, likewise
_USUALLY_DONE = 0.015  # efficacy that doing and being helped adds, mean of a quiet Faenza
_USUALLY_SEEN = 0.054  # help received and cases of a pair at rest, in a quiet Faenza


class SetupParameters(PhaseParameters):
    """How a town is before anything happens; the burn-in lets it settle."""

    rest_suffering: float = quantity(0.10, 0.0, 0.7, source="assumption: s0 of most people")
    rest_spread: float = quantity(
        0.11, 0.0, 1.0, source="assumption: more for the poor and the old"
    )
    usual_relief: float = quantity(
        0.018,
        0.0,
        1.0,
        unit="per week",
        source="assumption: what people, services and money usually meet of a need, for its first "
        "level only",
    )
    threshold_low: float = quantity(0.35, 0.0, 1.0, source="assumption: theta, lowest")
    threshold_high: float = quantity(0.65, 0.0, 1.0, source="assumption: theta, highest")
    grievance_low: float = quantity(0.05, 0.0, 1.0, source="assumption: g0, lowest")
    grievance_high: float = quantity(0.45, 0.0, 1.0, source="assumption: g0, highest")
    usual_rancour: float = quantity(
        0.02,
        0.0,
        0.2,
        source="mean of what everyday life adds to the grievance that a person returns to, in a "
        "quiet town",
    )
    usual_fatigue: float = quantity(
        0.115, 0.0, 1.0, source="mean fatigue of a quiet town, where the past begins"
    )
    usual_anger: float = quantity(
        0.043, 0.0, 1.0, source="mean anger of a quiet town, where the past begins"
    )
    usual_help: float = quantity(
        0.0105, 0.0, 1.0, source="mean help received and expected in a quiet town, likewise"
    )
    support_kept: float = quantity(
        0.9, 0.0, 1.0, source="what everyday life leaves of perceived support, mean, likewise"
    )
    savings_low: float = quantity(
        0.5,
        0.0,
        1.0,
        source="assumption: savings of the poor as a share of what others have, so that about a "
        "third are under a quarter of the scale, as many as cannot meet an unexpected expense "
        "(ISTAT: 28.4 % one of 600 EUR in 2006, about a third one of 800 in later years, from "
        "memory)",
    )
    distant: float = quantity(
        0.31,
        0.0,
        1.0,
        source="share distant from help .27-.39, survey not named",
    )
    distant_target: float = quantity(
        0.42,
        0.0,
        1.0,
        source="share distant among people at risk of being left out, survey not named",
    )
    informed_formal: float = quantity(0.60, 0.0, 1.0, source="assumption: informed of services")
    informed_informal: float = quantity(0.45, 0.0, 1.0, source="assumption: informed of groups")
    informed_distant: float = quantity(
        0.84,
        0.0,
        1.0,
        source="of those distant from help over that of all, measured in quiet towns: who knows of "
        "groups is helped, and comes nearer",
    )
    trust_services: float = quantity(0.55, 0.0, 1.0, source="assumption: mean trust in services")
    bridging: float = quantity(
        1.0,
        0.0,
        1.0,
        source="assumption: first trust across the line between majority and minorities, as a "
        "share of what ties of that kind have (scripts/phase_diagram.py)",
    )
    resource_threshold_low: float = quantity(
        0.5,
        0.0,
        1.0,
        source="Granovetter 1978, thresholds: activity around a stakeholder, a/(a + usual), that "
        "activates the first; 0.5 is the usual level: assumption",
    )
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
    family: NDArray[np.uint8]
    """1 for people under 65 who live with minors: the row of `NEED_SERVICE` that is theirs."""
    dependants: NDArray[np.int64]
    """Those who need help every day, household by household."""
    pool_start: NDArray[np.int32]
    quarter_start: NDArray[np.int64]
    """The first citizen of each quarter; last, their number."""
    meeting_rate: float
    closure_rate: float
    sociable: NDArray[np.float32]
    """Ties outside the household that each usually has, over the mean."""
    usual_degree: NDArray[np.int32]
    usual_ties: NDArray[np.float32]
    """Those outside the household, and a little."""
    usual_part: Usual
    """Who belongs and who volunteers at rest, and the flows that keep them."""
    listed: Listed
    """The listed associations in the sample."""
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


def _introduced_a_week(community: Community, parameters: Parameters, active_share: float) -> float:
    """Return the ties that groups and care bring at rest, the circles that are entered with them.

    In groups, at rest, ties are made as they are lost: known are the share k of those who act
    together for whom acquaintance (1 - k) = loss k. Care introduces along the potential ties.
    """
    meet, ties = parameters.meet, community.ties
    active = active_share * float((community.people.age >= ADULT).sum())
    both = max(meet.acquaintance + meet.loss_group, 1e-12)
    in_groups = active * meet.acquaintance * meet.loss_group / both
    in_care = parameters.care.introduction * _USUALLY_SEEN * ties.pot_i.size
    return float((in_groups + in_care) * (1.0 + meet.entering * ties.circle))


def _usual_joining(community: Community, p: Any) -> float:
    """Return what generalised trust at the level of the region multiplies joining by."""
    share = community.town.figures["generalised_trust"].value
    trusts = _TRUST_SPREAD * scipy.special.ndtri([share, _ITALY_TRUST])
    here, italy = scipy.special.ndtr(trusts / np.hypot(1.0, _TRUST_SPREAD))
    return float(trusting(p.usual_trust * float(here / italy), p.usual_trust, p.joining))


def _usual(community: Community, parameters: Parameters) -> Usual:
    """Return the usual participation of a town, and the base rates that keep it."""
    act, streams = parameters.act, Streams(community.seed)
    usual = usual_part(
        community.town.figures,
        act,
        work_this_week(parameters.help.active_hours, act.turn_hours),
        _setbacks(community, parameters, streams),
    )
    usual_rancour = 0.25
    base = (1.0 - USUAL_FATIGUE) * (1.0 + act.inward * usual_rancour)
    # The region's level is that of its own trust: only changes of trust count.
    base *= _usual_joining(community, parameters.capital)
    return usual._replace(join=usual.join / base, take_up=usual.take_up / base)


def _setbacks(
    community: Community, parameters: Parameters, streams: Streams
) -> NDArray[np.float64]:
    """Return what past losses of income have left in each citizen."""
    poor = community.people.poor
    ids = np.arange(poor.size)
    return past_setbacks(
        poor,
        parameters.need,
        parameters.act,
        lambda name: streams.uniform(f"start {name}", 0, ids),
    )


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
    meet = parameters.meet
    common, masks = (np.arange(size) for size in ties.counts.shape)
    safer = ((1.0 + meet.usual_common) / (1.0 + common)) ** meet.embedding
    chances = rates(meet, MeetRates)
    loss = np.array([loss_rate(int(layer), chances) for layer in masks])
    lost_a_week = float(safer @ ties.counts @ loss) / 2.0
    usual = _usual(community, parameters)
    met_a_week = max(0.0, lost_a_week - _introduced_a_week(community, parameters, usual.active))
    outside = ties.degree - (size[people.household] - 1) + _A_LITTLE
    sociable = (outside / outside.mean()).astype(np.float32)
    entered = 1.0 + meet.entering * ties.circle
    pairs = float((sociable[ties.pot_i] * sociable[ties.pot_j]).sum())
    alone = (size == 1)[people.household]
    weight = hindrance(people, alone)
    return Fixed(
        alone=alone,
        target=tags["target"].astype(np.uint8),
        where=(2 * people.quarter.astype(np.uint16) + tags["target"]).astype(np.uint16),
        carer=tags["caregiver"].astype(np.uint8),
        family=_with_minors(people),
        dependants=np.flatnonzero(tags["dependant"]),
        pool_start=np.searchsorted(ties.pot_i, np.arange(n + 1)).astype(np.int32),
        quarter_start=np.searchsorted(
            people.quarter, np.arange(len(community.quarters) + 1)
        ).astype(np.int64),
        meeting_rate=(1.0 - meet.closure) * met_a_week / entered / max(pairs, 1e-9),
        closure_rate=meet.closure * met_a_week / n,
        sociable=sociable,
        usual_degree=ties.degree,
        usual_ties=outside.astype(np.float32),
        usual_part=usual,
        listed=listed(community, usual),
        profile=profile_of(people),
        residents=residents_of(people, len(community.quarters), len(SEGMENTS)),
        hindrance=weight,
        usual_access=ease(weight, starting_levels(parameters.access)),
        tags=tags,
    )


def _feel_as_at_rest(c: CitizenTable, p: Any, act: Any) -> None:
    """Let people suffer, and have reserves left, as their needs leave them in the long run.

    The rest of equation 2, nu U (1 - s) = rho `_EASE` (s - s0), of the reserves, of efficacy.
    """
    unmet = 1.0 - np.prod(1.0 - c.need, axis=1)
    hit = p.burden * unmet
    rest, left = c.rest_suffering, np.ones_like(hit)
    backed = left_of(c.perceived_support, p.support_eases, p.usual_support)
    for _ in range(30):  # who suffers has less in reserve, and recovers less
        back = p.recovery * _EASE * backed * left + hit
        distress = (1.0 - rest) * hit / np.maximum(back, 1e-9)
        wear = 1.0 - (1.0 - c.fatigue**2) * (1.0 - distress)
        reserve = 1.0 / (1.0 + p.reserve_drain / max(p.reserve_rebuilding, 1e-9) * wear)
        left = left_of(reserve, p.spiral, p.usual_reserve)
        left = np.where(rest + distress > c.threshold, p.chronic, left)
    c.suffering[:] = np.minimum(rest + distress, 1.0)  # beyond it by a rounding only
    c.reserve[:] = reserve
    c.past_ease[:] = 1.0 - c.suffering
    c.weeks_above[:] = np.where(c.suffering > c.threshold, p.chronic_weeks + 1, 0)
    lost = act.efficacy_loss * (unmet + 0.5 * c.fatigue)
    kept = act.efficacy_return / np.maximum(act.efficacy_return + lost, 1e-9)
    c.efficacy[:] = (kept * c.efficacy_anchor + _USUALLY_DONE) / (1.0 + _USUALLY_DONE)


def _take_part(
    c: CitizenTable, community: Community, fixed: Fixed, parameters: Parameters, streams: Streams
) -> None:
    """Let those belong and volunteer who do so at rest: fewer in a week than in a year.

    Some members are of the circles from which the groups were made, the others came in later, from
    anywhere; each is as likely as the rates of coming over those of going are at rest (equation 6).
    """
    adult, capital = community.people.age >= ADULT, parameters.capital
    ids, usual = np.arange(adult.size), fixed.usual_part
    c.setback[:] = _setbacks(community, parameters, streams)
    strain = 1.0 - (1.0 - c.setback) * (1.0 - np.maximum(c.suffering - c.rest_suffering, 0.0))
    odds = np.exp(-_LASTING * parameters.act.hardship * strain) * c.efficacy
    odds *= trusting(c.generalised_trust, capital.usual_trust, capital.joining)
    # who volunteers has come in and begun
    both = 1.0 + usual.active / max(usual.members - usual.active, 1e-9) * odds / odds.mean()
    circle, any_group = community.ties.group, _any_group(community, streams)

    def first(process: str, count: int, chances: Any, among: Any) -> Any:
        """Return who comes first in an exponential race with these odds."""
        race = -np.log1p(-streams.uniform(f"start {process}", 0, ids)) / chances
        race[~(adult & among)] = np.inf
        most = int(np.isfinite(race).sum())
        return np.argsort(race, kind="stable")[: min(count, most)]

    members, volunteers = (round(x * int(adult.sum())) for x in (usual.members, usual.active))
    stayed = first("belonging", round(_STAYED * members), odds * both, circle >= 0)
    c.group[stayed] = circle[stayed]
    later = first("coming", members - stayed.size, odds * both, (c.group < 0) & (any_group >= 0))
    c.group[later] = any_group[later]
    active = first("active", volunteers, odds, c.group >= 0)
    c.active[active], c.fatigue[active] = 1, USUALLY_TIRED


def _any_group(community: Community, streams: Streams) -> NDArray[np.int32]:
    """Return a group for each citizen, of the quarter if there is one there, of the town if not."""
    ties, quarter = community.ties, community.people.quarter
    lots = streams.uniform("start group", 0, np.arange(quarter.size))
    found = np.full(quarter.size, -1, np.int32)
    every = np.arange(ties.n_groups)
    for q in range(len(community.quarters)):
        here = np.flatnonzero(ties.group_quarter == q)
        choice, who = here if here.size else every, quarter == q
        if choice.size:
            found[who] = choice[(lots[who] * choice.size).astype(np.int64)]
    return found


def _with_minors(people: People) -> NDArray[np.uint8]:
    """Tell who is under 65 and lives where a minor does."""
    home = np.zeros(people.household_start.size - 1, np.bool_)
    home[people.household[people.age < MINOR]] = True
    return (home[people.household] & (people.age < OLD)).astype(np.uint8)


def _save(
    homes: HouseholdTable, community: Community, parameters: Parameters, streams: Streams
) -> None:
    """Give households savings that differ, fewer where people are poor.

    What everyday life leaves of them: r (1 - x) = d want x, with the usual need of income.
    """
    people, p = community.people, parameters.setup
    need, mood = parameters.need, parameters.mood
    poor = people.poor[people.household_start[:-1]]
    rank = streams.uniform("start savings", 0, np.arange(len(homes)))
    homes.savings_anchor[:] = rank * np.where(poor, p.savings_low, 1.0)
    event = need.event_income * np.where(poor, need.poor_factor, 1.0)
    want = need.event_size * event / (event + need.income_passing + p.usual_relief)
    used = mood.savings_drain / max(mood.savings_rebuilding, 1e-9) * want
    homes.savings[:] = homes.savings_anchor / (1.0 + used)


def _citizens(
    community: Community, fixed: Fixed, parameters: Parameters, streams: Streams, savings: F32
) -> CitizenTable:
    p = parameters.setup
    people, figures = community.people, community.town.figures
    n = people.age.size
    ids = np.arange(n)

    def u(process: str) -> NDArray[np.float64]:
        return streams.uniform(f"start {process}", 0, ids)

    c = CitizenTable.empty(n)
    drawn = np.column_stack([u(f"need {kind}") for kind in NEEDS])
    relief = np.tile(p.usual_relief * np.array(_RELIEVED), (n, 1))
    paid = parameters.need.income_passing * parameters.need.savings_share
    relief[:, INCOME] += paid * (savings / parameters.need.usual_savings - 1.0)
    c.need[:] = past_needs(
        people,
        fixed.alone,
        fixed.family,
        rates(parameters.need, NeedRates),
        relief,
        1.0 - drawn,
    )
    poor, target = people.poor, fixed.target == 1
    c.rest_suffering[:] = p.rest_suffering + (1.0 - p.rest_suffering) * p.rest_spread * (
        0.4 * u("rest") + 0.4 * poor + 0.2 * np.maximum(people.age - 40.0, 0.0) / 60.0
    )
    c.threshold[:] = p.threshold_low + (p.threshold_high - p.threshold_low) * u("threshold")
    spread = u("grievance")
    c.anchor[:] = p.grievance_low + (p.grievance_high - p.grievance_low) * (
        0.85 * spread + 0.15 * poor
    )
    c.temper[:] = np.maximum(c.anchor - p.usual_rancour, 0.0)
    c.grievance[:] = c.anchor
    c.openness[:] = 0.2 + 0.6 * u("openness")
    # Asked yes or no, the share that trusts others is the region's: P(t > 1/2) = figure.
    normal = normal_of(u("trust"))
    usual = scipy.special.ndtri(figures["generalised_trust"].value)
    c.trust_anchor[:] = scipy.special.ndtr(_TRUST_SPREAD * (usual + normal))
    c.generalised_trust[:] = c.trust_anchor
    c.trust_service[:] = np.clip(p.trust_services + 0.3 * (u("service")[:, None] - 0.5), 0.0, 1.0)
    c.efficacy_anchor[:] = 0.3 + 0.4 * u("efficacy")
    c.efficacy[:] = c.efficacy_anchor
    c.skill[:] = people.skill
    c.fatigue[:] = p.usual_fatigue
    c.anger[:] = p.usual_anger
    c.received[:] = c.expected[:] = p.usual_help
    # Asked yes or no, the share that has people to rely on is the region's, as with trust.
    normal = normal_of(u("support"))
    usual = scipy.special.ndtri(figures["people_to_rely_on"].value)
    c.support_anchor[:] = scipy.special.ndtr(0.8 * (usual + normal))
    c.perceived_support[:] = p.support_kept * c.support_anchor
    c.company[:] = parameters.capital.usual_company
    _feel_as_at_rest(c, parameters.mood, parameters.act)
    _take_part(c, community, fixed, parameters, streams)
    c.distant[:] = u("distant") < np.where(target, p.distant_target, p.distant)
    c.informed_formal[:] = u("formal") < p.informed_formal
    far, less = float(c.distant.mean()), p.informed_distant
    known = np.where(c.distant, less, (1.0 - less * far) / max(1.0 - far, 1e-9))
    c.informed_informal[:] = u("informal") < p.informed_informal * known
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
    groups.capability[:g] = 0.32 + 0.3 * streams.uniform("start capability", 0, names)[:, None]
    # Practices differ a little: each group has one attribute of its own beside routine.
    own = (streams.uniform("start practice", 0, names) * 12).astype(np.uint16)
    groups.practice[:] = DEMAND[0]
    groups.practice[:g] ^= np.uint16(1) << own
    return groups


def _services(community: Community, parameters: Parameters) -> ServiceTable:
    """Return the establishment: as many workers as the town's social spending can pay.

    Where there is less of it, each follows more people, and each of those gets less of their time.
    """
    services, p = ServiceTable.empty(len(SERVICES)), parameters.serve
    n = community.people.age.size
    spending = community.town.figures["social_spending_eur"].value / _ITALY_SPENDING
    per = (
        p.residents_per_social_worker,
        p.residents_per_home_carer,
        p.residents_per_shelter_worker,
        p.residents_per_family_worker,
    )
    services.workers[:] = [spending * n / each for each in per]
    thin = max(spending, 1e-9) ** -p.thinning
    services.caseload[:] = [thin * getattr(p, f"caseload_{service}") for service in SERVICES]
    services.practice[:] = DEMAND[0]
    list_services(services, community, p)
    return services


def _first_cases(
    c: CitizenTable, services: ServiceTable, fixed: Fixed, parameters: Parameters, streams: Streams
) -> None:
    """Fill the places of the services, with those whose need sends them there before others.

    Nobody waits yet: without the cases of the past all of them would ask in the first weeks.
    """
    p, names = parameters.serve, np.arange(len(c))
    for k, service in enumerate(SERVICES):
        answered = NEED_SERVICE[fixed.family] == k
        own = np.where(answered, c.need, np.float32(0.0)).max(axis=1)
        lots = streams.uniform(f"start case {service}", 0, names)
        places = round(services.workers[k] * services.caseload[k])
        could = (own >= p.closes_below) & (c.informed_formal == 1) & (c.distant == 0)
        order = np.argsort(lots + (own < p.seeks_above) + 2.0 * ~could, kind="stable")
        taken = order[: min(places, int(could.sum()))]
        c.in_care[taken, k] = 1 + (lots[taken] * p.review_weeks).astype(np.uint16)
        c.reviewed[taken, k] = 1.0
        c.since_care[taken, k] = 0
        c.cases[taken] += 1
        services.open_cases[k] = services.load[k] = taken.size
        if services.listed_queue[k] >= 0.0:
            waiting = order[taken.size : int(could.sum())][: round(services.listed_queue[k])]
            c.waited[waiting, k] = 1
            services.queue[k] = waiting.size


def _spaces(community: Community, p: SetupParameters) -> SpaceTable:
    """Return the places of proximity: those listed, else as many as a town usually has."""
    listed_here, quarters = community.known.spaces, [each.name for each in community.quarters]
    n = community.people.age.size
    if not listed_here:
        spaces = SpaceTable.empty(max(len(quarters), round(p.spaces_per_1000 * n / 1000)))
        spaces.quarter[:] = np.arange(len(spaces)) % len(quarters)
        spaces.capacity[:] = 60.0
    else:
        spaces = SpaceTable.empty(len(listed_here))
        spaces.quarter[:] = [quarters.index(each.quarter) for each in listed_here]
        spaces.capacity[:] = [each.capacity * community.sample for each in listed_here]
    spaces.open[:] = 1.0
    return spaces


def _stakeholders(n: int, quarters: int, p: SetupParameters, streams: Streams) -> StakeholderTable:
    """Return firms, schools and parishes, at least one of each; a few hold most of what there is.

    Resources are lognormal, as sizes of organisations roughly are (Gibrat 1931, from memory).
    """
    count = max(len(HOLDERS), round(p.stakeholders_per_1000 * n / 1000))
    holders, rows = StakeholderTable.empty(count), np.arange(count)
    holders.kind[:] = rows % len(HOLDERS)
    holders.quarter[:] = rows % quarters
    normal = normal_of(streams.uniform("start resources", 0, rows))
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
    old = Columns(ptr=ties.ptr, nbr=ties.nbr, rev=ties.rev, trust=ties.trust, layer=ties.layer)
    _lay(old.handle, arcs.handle, start, target, np.float32(p.bridging))
    return Laid(arcs, start, degree, room)


@kernel
def _lay(old: Any, new: Any, start: Any, target: Any, share: np.float32) -> None:
    """Copy every row of ties to its place among the arcs; trust across the line by a share."""
    ptr, nbr, rev, trust, layer = old.ptr, old.nbr, old.rev, old.trust, old.layer
    for i in range(ptr.size - 1):
        for a in range(ptr[i], ptr[i + 1]):
            at, j = a + start[i] - ptr[i], nbr[a]
            new.nbr[at] = j
            new.rev[at] = rev[a] + start[j] - ptr[j]
            new.trust[at] = trust[a] * share if target[i] != target[j] else trust[a]
            new.layer[at] = layer[a]


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
    households = HouseholdTable.empty(people.household_start.size - 1)
    displacement.settle_in(households, people, streams, parameters)
    _save(households, community, parameters, streams)
    state = State(
        week=week,
        citizens=_citizens(
            community, fixed, parameters, streams, households.savings[people.household]
        ),
        start=laid.start,
        degree=laid.degree,
        room=laid.room,
        arcs=laid.arcs,
        pool=pool,
        households=households,
        groups=_groups(community, streams),
        services=_services(community, parameters),
        spaces=_spaces(community, p),
        alliances=AllianceTable.empty(16),
        stakeholders=_stakeholders(n, quarters, p, streams),
        municipality=Municipality(
            obstacles=starting_levels(parameters.access),
            usual_company=parameters.capital.usual_company,
        ),
        presence=PresenceTable.empty(quarters),
        calls=CallTable.empty(quarters),
        quarters=QuarterTable.empty(quarters),
    )
    _first_cases(state.citizens, state.services, fixed, parameters, streams)
    list_groups(state.groups, community, fixed.listed, week)
    settle_members(state.citizens, state.groups, community, fixed.listed, streams, week)
    state.municipality.wanted = levels(state)
    state.municipality.stocks = state.municipality.wanted.copy()
    return state
