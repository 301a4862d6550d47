"""The state of a town: one table for each kind of agent, one for the ties, one for the purse."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

import numpy as np

from resilienza_sim.handles import Columns, Handle
from resilienza_sim.model.hazards import ATTRIBUTES, HAZARDS
from resilienza_sim.model.tables import F32, F64, I32, I64, U8, U16, U32, Table, column

__all__ = [
    "ADULT",
    "ELSEWHERE",
    "GONE",
    "HOME",
    "KIN",
    "LODGINGS",
    "MINOR",
    "NEEDS",
    "NEED_SERVICE",
    "NEVER",
    "OLD",
    "RENTED",
    "SERVICES",
    "SHELTER",
    "AllianceTable",
    "ArcTable",
    "CallTable",
    "CitizenTable",
    "GroupTable",
    "HouseholdTable",
    "Municipality",
    "PoolTable",
    "PresenceTable",
    "QuarterTable",
    "ServiceTable",
    "SpaceTable",
    "StakeholderTable",
    "State",
]

NEEDS = ("isolation", "income", "care", "housing", "health")
SERVICES = ("social_work", "home_care", "shelter", "family_support")
ELSEWHERE = 255
"""Service of a need that the municipality does not answer: health is the region's."""
NEED_SERVICE = np.array([[0, 0, 1, 2, ELSEWHERE], [0, 0, 3, 2, ELSEWHERE]], dtype=np.uint8)
"""Service that answers each kind of need: of most people, and of those who live with minors.

Care that people lack is home care, but where minors live it is the support of families.
"""

HOME, KIN, RENTED, SHELTER, GONE = range(5)
LODGINGS = ("home", "kin", "rented", "shelter", "gone")
"""Where a household lives; gone: it leaves the town this week, and a newcomer takes the place."""

ADULT = 14
"""Age from which people take part, as the surveys of volunteering and participation ask."""
NEVER = 65535
"""Weeks since what never was."""
MINOR, OLD = 18, 65
"""Age of majority; age from which care is home care, whoever lives there."""

N_NEEDS, N_SERVICES, N_HAZARDS = len(NEEDS), len(SERVICES), len(HAZARDS)


@dataclass(slots=True, eq=False)
class CitizenTable(Table):
    """What changes in a citizen; what does not is in the community's `People`."""

    need: F32 = column("f4", "unmet need by kind, [0, 1]", width=N_NEEDS, share=True)
    suffering: F32 = column("f4", "disagio s, [0, 1]", share=True)
    rest_suffering: F32 = column("f4", "level s0 that suffering returns to, [0, 1]", share=True)
    threshold: F32 = column("f4", "suffering that wears out when it lasts, [0, 1]", share=True)
    weeks_above: U16 = column("u2", "weeks in a row above the threshold")
    weeks_since_hit: U16 = column(
        "u2", "weeks since the last direct hit; 65535 = never", start=65535
    )
    sensitised: U8 = column("u1", "1 if the last event that hit came soon after another")
    blow: F32 = column("f4", "direct hit of this week, [0, 1]", share=True)
    fatigue: F32 = column("f4", "fatigue f, [0, 1]", share=True)
    anger: F32 = column("f4", "anger a, [0, 1]", share=True)
    grievance: F32 = column("f4", "rancour g, [0, 1]", share=True)
    anchor: F32 = column("f4", "grievance g0 a person returns to, [0, 1]", share=True)
    temper: F32 = column("f4", "grievance that the marks of history fade to, [0, 1]", share=True)
    openness: F32 = column("f4", "susceptibility to the others' grievance, [0, 1]", share=True)
    generalised_trust: F32 = column("f4", "trust in people at large, [0, 1]", share=True)
    trust_anchor: F32 = column("f4", "generalised trust a person returns to, [0, 1]", share=True)
    trust_service: F32 = column("f4", "trust in each service, [0, 1]", width=N_SERVICES, share=True)
    efficacy: F32 = column("f4", "self-efficacy, [0, 1]", share=True)
    efficacy_anchor: F32 = column("f4", "self-efficacy a person returns to", share=True)
    skill: F32 = column("f4", "what a helper can do, [0, 1]", share=True)
    received: F32 = column("f4", "help received, moving average, [0, 1]", share=True)
    expected: F32 = column("f4", "help expected: own past level, [0, 1]", share=True)
    perceived_support: F32 = column(
        "f4", "help a person counts on if it were needed, [0, 1]", share=True
    )
    support_anchor: F32 = column("f4", "perceived support a person returns to", share=True)
    reserve: F32 = column("f4", "strength in reserve, 1 when nothing wears it, [0, 1]", share=True)
    past_ease: F32 = column("f4", "own past well-being, slow average of 1 - s, [0, 1]", share=True)
    given: F32 = column("f4", "help given this week over own capacity, [0, 1]", share=True)
    helped: F32 = column("f4", "share of need met this week by others than services", share=True)
    refused: F32 = column("f4", "share of those asked this week who did not help", share=True)
    active: U8 = column("u1", "1 if a volunteer of the group")
    suspended: U8 = column("u1", "1 while limits stop what the citizen does in the group")
    helping: U8 = column("u1", "1 while helping on own initiative since a shock")
    doing: U8 = column("u1", "1 if at work for others this week, as a volunteer or as a helper")
    since_work: U16 = column(
        "u2", "weeks since last at work for a group; 65535 = never", start=65535
    )
    since_part: U16 = column(
        "u2", "weeks since last part in what a group does; 65535 = never", start=65535
    )
    setback: F32 = column("f4", "what past losses of income have left, [0, 1]", share=True)
    distant: U8 = column("u1", "1 if distant: keeps away from help of any kind")
    informed_formal: U8 = column("u1", "1 if informed of the services")
    informed_informal: U8 = column("u1", "1 if informed of the groups' help")
    group: I32 = column("i4", "group the citizen belongs to, -1 for none", start=-1)
    company: F32 = column(
        "f4", "company of late: trusted contact outside the household, a group, [0, 1]", share=True
    )
    waited: U16 = column("u2", "weeks in the queue of each service; 0: not in it", width=N_SERVICES)
    in_care: U16 = column("u2", "weeks of the case with each service; 0: none", width=N_SERVICES)
    reviewed: F32 = column(
        "f4", "need at the last review of each case, [0, 1]", width=N_SERVICES, share=True
    )
    followed: U16 = column("u2", "weeks of follow-up left after a case", width=N_SERVICES)
    since_care: U16 = column(
        "u2",
        "weeks since each service last worked on a case; 65535: never",
        width=N_SERVICES,
        start=65535,
    )
    since_grant: U16 = column(
        "u2", "weeks since the last grant of money; 65535: never", start=65535
    )
    cases: U8 = column("u1", "open cases")
    cumulative: F32 = column("f4", "suffering summed since the decision week")


@dataclass(slots=True, eq=False)
class ArcTable(Table):
    """Directed active ties; row i of the CSR is arcs ``start[i] : start[i] + degree[i]``."""

    nbr: U32 = column("u4", "the other person")
    rev: U32 = column("u4", "position of the reverse arc")
    trust: F32 = column("f4", "trust of i in j, [0, 1]", share=True)
    learnt: F32 = column("f4", "trust of last week, where the week's is written next", share=True)
    debt: F32 = column("f4", "what i owes j, [0, 1]", share=True)
    layer: U8 = column("u1", "layers of the tie, bit mask")
    mark: U8 = column("u1", "this week: 1 in person, 2 remote, 4 i asked j, 8 and j agreed")


@dataclass(slots=True, eq=False)
class PoolTable(Table):
    """Pairs who could meet: potential ties, kept apart from the active ones.

    Who they are never changes: only `active` is a copy's own, the rest is the community's.
    """

    i: U32 = column("u4", "lower person")
    j: U32 = column("u4", "higher person")
    layer: U8 = column("u1", "where they could meet, bit mask")
    active: U8 = column("u1", "1 while the pair is an active tie")

    def copy(self) -> Self:
        """Return the same pairs, with a memory of their own of who is tied."""
        return replace(self, active=self.active.copy())


@dataclass(slots=True, eq=False)
class HouseholdTable(Table):
    """Families: what weighs on them."""

    burden: F32 = column("f4", "care need of the dependants not met by others, [0, 1]", share=True)
    damage: F32 = column("f4", "damage to the home, [0, 1]", share=True)
    loss: F32 = column("f4", "damage at worst since the home last stood whole, [0, 1]", share=True)
    depth: F32 = column("f4", "water in the home over the mean of those reached; fixed", start=1.0)
    tenant: U8 = column("u1", "1 if the home is rented; fixed")
    weeks_dry: U16 = column("u2", "weeks since the last water; 65535 = never", start=65535)
    works: U8 = column("u1", "1 while builders are at work in the home")
    paid: F32 = column("f4", "share of the loss compensated so far, [0, 1]", share=True)
    lacking: F32 = column(
        "f4", "what the place where it lives lacks, as it is felt by now, [0, 1]", share=True
    )
    lodging: U8 = column("u1", "where it lives: home, kin, rented, shelter, gone")
    host: I32 = column("i4", "household it stays with, -1 for none", start=-1)
    weeks_out: U16 = column("u2", "weeks out of home")
    left: U16 = column("u2", "times that a household has left the town from this place")
    savings: F32 = column("f4", "savings left, as a rank among households, [0, 1]", share=True)
    savings_anchor: F32 = column("f4", "savings that a household rebuilds to", share=True)


@dataclass(slots=True, eq=False)
class GroupTable(Table):
    """Groups: informal, associations, third sector."""

    alive: U8 = column("u1", "1 while the group exists")
    quarter: U8 = column("u1", "quarter of the group")
    kind: U8 = column("u1", "0 informal, 1 association, 2 third sector")
    founder: I64 = column(
        "i8", "identity of the founder (a citizen), the group's own name with birth"
    )
    born: I32 = column("i4", "week of birth")
    members: I32 = column("i4", "members")
    active: I32 = column("i4", "active members")
    at_work: I32 = column("i4", "those at work this week")
    emergent: U8 = column("u1", "1 if born of an emergency: needs no place, and fades")
    capability: F32 = column(
        "f4", "operative, aggregative, relational, support, [0, 1]", start=0.5, width=4, share=True
    )
    practice: U16 = column("u2", "attributes it practises, bit mask")
    orientation: F32 = column("f4", "0 closed, 1 caring", start=0.7, share=True)
    dip: F32 = column("f4", "loss while a new practice is learnt, [0, 1]", share=True)
    aside: U16 = column("u2", "practice put aside for a try, bit mask; 0 for none")
    hesitating: U8 = column("u1", "1 while it hesitates before a demand it does not fit")
    adaptability: F32 = column("f4", "how far it has learnt to unlearn, [0, 1]", share=True)
    funds: F64 = column("f8", "EUR in hand")
    granted: U8 = column("u1", "1 if it was founded with money")
    listed: U8 = column(
        "u1", "1 if it is in a table of the town, people of all quarters come in; 2 in the past"
    )
    draw: F32 = column("f4", "how much it draws who comes in, over a usual group", start=1.0)
    small: F32 = column("f4", "members under which it is small", start=3.0)
    alliance: I32 = column("i4", "alliance, -1 for none", start=-1)
    reach: F32 = column("f4", "share of the quarter's need it could meet this week", share=True)
    used: F32 = column("f4", "share of its capacity used this week", share=True)


@dataclass(slots=True, eq=False)
class ServiceTable(Table):
    """Welfare services, one row a kind."""

    workers: F64 = column("f8", "workers of the establishment")
    caseload: F64 = column("f8", "cases that one worker follows at once")
    extra: F64 = column("f8", "workers paid this week by the purse")
    practice: U16 = column("u2", "attributes it practises, bit mask")
    fatigue: F32 = column("f4", "operators' fatigue, [0, 1]", share=True)
    burnout: F32 = column("f4", "share of operators burnt out, [0, 1]", share=True)
    dip: F32 = column("f4", "loss while a new practice is learnt, [0, 1]", share=True)
    aside: U16 = column("u2", "practice put aside for a try, bit mask; 0 for none")
    hesitating: U8 = column("u1", "1 while it hesitates before a demand it does not fit")
    adaptability: F32 = column("f4", "how far it has learnt to unlearn, [0, 1]", share=True)
    deciding: F32 = column("f4", "share of its time spent at the tables it sits at", share=True)
    queue: I64 = column("i8", "people waiting")
    served: I64 = column("i8", "cases opened this week")
    reneged: I64 = column("i8", "people who gave up this week")
    open_cases: I64 = column("i8", "cases in hand")
    load: F64 = column("f8", "cases in hand, and those followed up by the work they take")
    waits: I64 = column("i8", "weeks waited by those whose case was opened this week, summed")
    intake: F64 = column("f8", "unmet need of those whose case was opened this week, summed")
    capacity: F64 = column("f8", "cases that can be followed at once this week")
    asking: F64 = column("f8", "what the hazard to ask is multiplied by", start=1.0)
    wanted: F64 = column("f8", "cases and people waiting that the past leads to; 0: none told")
    came: F64 = column("f8", "people who ask in a week of the past, without that factor")
    went: F64 = column("f8", "people who leave it in a week of the past, likewise")
    listed_queue: F64 = column("f8", "people waiting by its table; -1: not told", start=-1.0)
    listed_workers: F64 = column(
        "f8",
        "workers by its table, those that the purse pays included; -1: not told",
        start=-1.0,
    )
    bought: F64 = column("f8", "workers that the purse pays in a week of the past, mean")
    listed_weeks: F64 = column("f8", "weeks they have waited; -1: not told", start=-1.0)


@dataclass(slots=True, eq=False)
class SpaceTable(Table):
    """Places of proximity."""

    quarter: U8 = column("u1", "quarter")
    capacity: F32 = column("f4", "people it holds")
    open: F32 = column("f4", "share open this week, [0, 1]", share=True)
    repurposed: F32 = column("f4", "how far it has found a new use, [0, 1]", share=True)


@dataclass(slots=True, eq=False)
class PresenceTable(Table):
    """Street workers, one row a quarter."""

    workers: F64 = column("f8", "street workers of this week")
    opened: I64 = column("i8", "contacts of this week that would not have been without them")


@dataclass(slots=True, eq=False)
class QuarterTable(Table):
    """Quarters: what neighbours expect each other to do."""

    efficacy: F64 = column(
        "f8", "collective efficacy, 1/2 at the usual levels of Italy, [0, 1]", share=True
    )


@dataclass(slots=True, eq=False)
class CallTable(Table):
    """What calls for help, one row a quarter."""

    usual: F64 = column("f8", "distress around that people are used to, [0, 1]", start=0.1)
    call: F64 = column("f8", "distress of this week that is new, [0, 1]")


@dataclass(slots=True, eq=False)
class AllianceTable(Table):
    """Alliances of groups and services."""

    alive: U8 = column("u1", "1 while the alliance exists")
    vertical: U8 = column("u1", "1 if governed vertically")
    founder: I64 = column("i8", "name of the group that called it, with birth its own name")
    born: I32 = column("i4", "week of birth")
    services: U8 = column("u1", "services that sit in it, bit mask")
    partners: I32 = column("i4", "organisations in it")
    trust: F32 = column("f4", "trust among the partners, [0, 1]", start=0.5, share=True)
    memory: F32 = column("f4", "experience of working together, [0, 1]", share=True)
    lag: I32 = column("i4", "weeks left before the joint decision holds")
    delay: I32 = column("i4", "weeks that the last decision took")
    joint: U8 = column("u1", "1 if it acts jointly this week")
    cost: F32 = column("f4", "share of the partners' capacity spent on deciding", share=True)


@dataclass(slots=True, eq=False)
class StakeholderTable(Table):
    """Firms, schools, parishes: who holds resources and factors."""

    kind: U8 = column("u1", "0 firm, 1 school, 2 parish")
    quarter: U8 = column("u1", "quarter")
    resources: F32 = column("f4", "share of the town's private resources it holds", share=True)
    engaged: F32 = column("f4", "how far it is engaged, [0, 1]", share=True)
    threshold: F32 = column("f4", "activity around it that activates it, [0, 1]", share=True)


@dataclass(slots=True, eq=False)
class Municipality:
    """Purse, levees and memory of the town; money in whole cents."""

    phase: int = 0
    phase_weeks: int = 0
    available_cents: int = 0
    spent_cents: int = 0
    kept_cents: int = 0
    """What no line of a strategy in euros asked for: left in the purse and not released."""
    levee: F64 = field(default_factory=lambda: np.zeros(N_HAZARDS))
    """Height of the argini paid by the purse, by hazard, in units of water."""
    river: F64 = field(default_factory=lambda: np.zeros(N_HAZARDS))
    """Height of works paid by others, equal in every arm."""
    design: F64 = field(default_factory=lambda: np.zeros(N_HAZARDS))
    """Height that the last event asked for."""
    asked: F64 = field(default_factory=lambda: np.zeros(N_HAZARDS))
    """Height still to be paid of the raise asked for."""
    works: F64 = field(default_factory=lambda: np.zeros(N_HAZARDS))
    """Height paid that does not stand yet: works are lumpy."""
    memory: F64 = field(default_factory=lambda: np.zeros(N_HAZARDS))
    in_event: U8 = field(default_factory=lambda: np.zeros(N_HAZARDS, np.uint8))
    event_peak: F64 = field(default_factory=lambda: np.zeros(N_HAZARDS))
    event_gap: I64 = field(default_factory=lambda: np.zeros(N_HAZARDS, np.int64))
    water: F64 = field(default_factory=lambda: np.zeros(N_HAZARDS))
    """Height of the water this week, by hazard."""
    damage: F64 = field(default_factory=lambda: np.zeros(N_HAZARDS))
    """What overtops, by hazard, [0, 1] (equation 10)."""
    struck: F64 = field(default_factory=lambda: np.zeros(N_HAZARDS))
    """Worst damage of the last event, by hazard: what stays closed after it is a share of it."""
    hit: F64 = field(default_factory=lambda: np.zeros(N_HAZARDS))
    """Share of the citizens hit this week, by hazard."""
    demand: F64 = field(default_factory=lambda: np.zeros(N_HAZARDS))
    """Mix of this week's demand over hazards, routine included; sums to one."""
    dominant: int = 0
    """Hazard that asks most this week."""
    news: bool = False
    """Whether that changed this week."""
    usual_help: float = float("nan")
    """Help that people have come to expect of one another: mean received, as they remember it."""
    usual_company: float = float("nan")
    """Company that people hold their own against: partly what others in the town have."""
    reference: float = float("nan")
    """Mean suffering in the half year before the timeline: what Q is held against."""
    priority: F64 = field(default_factory=lambda: np.full(N_NEEDS, 1.0 / N_NEEDS))
    """Weight of each kind of need in the plan, as last agreed; sums to one."""
    followed: float = 0.0
    """How far what was agreed is followed, [0, 1]."""
    seats: float = 0.0
    """Seats in the next deliberation paid for so far."""
    voices: int = 0
    """Who took part in the last one."""
    dispersion_before: float = float("nan")
    dispersion_after: float = float("nan")
    """Disagreement on the priorities among the voices, before and after deliberating."""
    contact_closed: float = 0.0
    gatherings_closed: float = 0.0
    service_dip: float = 0.0
    space_closed: float = 0.0
    salience: float = 0.0
    heard: F64 = field(default_factory=lambda: np.zeros(2))
    """Who heard of services, and of groups, in the past, summed over its weeks."""
    known: F64 = field(default_factory=lambda: np.zeros(2))
    """Who knew of them, summed alike."""
    informed: F64 = field(default_factory=lambda: np.zeros(2))
    """Who knew of them at the end of the last week of the past."""
    flows: F64 = field(default_factory=lambda: np.zeros((4, 2)))
    """Who comes into and who leaves the stocks of `balance` in a week, as the past has counted."""
    stocks: F64 = field(default_factory=lambda: np.zeros(4))
    """Those stocks, as last counted in the past."""
    wanted: F64 = field(default_factory=lambda: np.zeros(4))
    """Those stocks where the past begins."""
    obstacles: F64 = field(default_factory=lambda: np.zeros(3))
    """Level of cost, distance and bureaucracy between people and services, [0, 1]."""

    def copy(self) -> Self:
        """Return a municipality with arrays of its own."""
        own: dict[str, Any] = {
            each.name: value.copy()
            for each in fields(self)
            if isinstance(value := getattr(self, each.name), np.ndarray)
        }
        return replace(self, **own)


_ROWS = "start", "degree", "room"
_ARCS = tuple(each.name for each in fields(ArcTable))


class _WithTies:
    """What has ties in rows, for kernels."""

    __slots__ = ("_ties",)

    @property
    def ties(self: Any) -> Handle:
        """The rows (start, degree, room) and the columns of their arcs, as kernels read them."""
        kept = getattr(self, "_ties", None)
        if kept is None:
            self._ties = kept = Columns()
        for name in _ROWS:
            setattr(kept, name, getattr(self, name))
        for name in _ARCS:
            setattr(kept, name, getattr(self.arcs, name))
        return kept.handle


@dataclass(slots=True, eq=False)
class State(_WithTies):
    """Everything that changes from week to week."""

    week: int
    citizens: CitizenTable
    start: I64
    """First arc of each person, shape (n + 1,); last, the first place free after all rows."""
    degree: I32
    """Active ties of each person."""
    room: I32
    """Places of each person's row, those free included."""
    arcs: ArcTable
    pool: PoolTable
    households: HouseholdTable
    groups: GroupTable
    services: ServiceTable
    spaces: SpaceTable
    alliances: AllianceTable
    stakeholders: StakeholderTable
    presence: PresenceTable
    calls: CallTable
    quarters: QuarterTable
    municipality: Municipality
    new_ties: int = 0
    lost_ties: int = 0
    alliance_ties: int = 0
    """Ties made this week between members of different groups of one alliance."""
    help_acts: int = 0
    """Times that help was given along a tie this week."""
    help_returned: int = 0
    """Those among them given by one who owed help to the other."""
    tie_trust: float = 0.0
    """Trust along the ties of this week, summed."""
    bonds: float = 0.0
    """Trusted contact with one's own side outside the household, [0, 1), summed over people."""
    face_contacts: int = 0
    """Contacts in person outside the household, counted once for each of the two."""
    remote_contacts: int = 0
    groups_helped: int = 0
    neighbours_helped: int = 0
    """Those met this week by people who help on their own."""
    joint_share: float = float("nan")
    """Share of the groups' strength that acted jointly this week."""
    volunteer_hours: float = 0.0
    """Hours given this week by helpers and by active members."""
    mean_trust: float = 0.5
    """Mean over citizens of the trust in their ties, at the last mood phase."""
    met_informal: float = 0.0
    met_formal: float = 0.0
    met_together: float = 0.0
    """Need met this week only because services and others worked together; half is in each."""
    births: int = 0
    deaths: int = 0
    trials: int = 0
    pilots: int = 0
    pilots_better: int = 0
    adoptions: int = 0

    def copy(self) -> Self:
        """Return an independent copy: the snapshot from which an arm is forked."""
        own: dict[str, Any] = {
            each.name: value.copy()
            for each in fields(self)
            if hasattr(value := getattr(self, each.name), "copy")
        }
        return replace(self, **own)

    def tables(self) -> dict[str, Table]:
        """Return the tables by name."""
        return {
            each.name: value
            for each in fields(self)
            if isinstance(value := getattr(self, each.name), Table)
        }


assert len(ATTRIBUTES) <= 16, "practices are 16-bit masks"
