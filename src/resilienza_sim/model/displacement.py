"""Displacement: who must leave a damaged home, where to, and when they come back.

A household lives in one place: at home, with kin or friends, in a rented dwelling, in a shelter or
hotel, or it has gone from the town. Each week homes are repaired, then people move, then everyone
feels how they live.

**Repair** needs money and hands. Of the loss of a home, d, a household can pay the share

    m = own + (1 - own) paid        own = means, or means_poor; paid: compensated so far

Builders have ``sites`` open at once per 1,000 households, all floods together, so that a large one
takes longer a home than a small one (England 2007: 236 households a week went back in the first
year, 174 in the next five months: not ever fewer, as by one rate for all). A dry home (``drying`` d
weeks after the water) finds them with hazard ``starting`` m, times the sites that are free over
those asked for; they then take ``pace`` from the damage every week. Owners go on by themselves meanwhile, with the help they get:
d <- d e^-(own_repair (m + aid help)). The mud, ``clearing`` of the loss, is cleared in
``clearing_weeks``, sooner with volunteers from outside.

**Leaving** home: d > ``uninhabitable``. *Kin first* (Smith & McCarty 2009; Quarantelli 1982): each
tie of each member to somebody whose own home stands and hosts nobody yet offers beds with hazard
``bed`` times the trust of who offers; the first offer is taken. Otherwise a dwelling to rent, if
one is found, or the shelters and hotels of the municipality, crowded beyond their beds, from where
people look again every week. *Moving on*: hosts tire with hazard ``host_ends``, or are flooded
themselves; a dwelling is found with hazard ``renting``, times what an allowance pays and the
dwellings that are left.

**Return** is a hazard: ``returning`` (1 - d) once the home can be lived in again, for tenants times
``tenant_return`` (Fussell 2011). Who is out for ``long_out`` weeks may leave for good; a newcomer
household takes the place, in a home that stands.

**How people live** opens housing need towards 1 - (1 - d)(1 - lack), lack by place (shelter > kin;
Schwartz et al. 2018), and isolation towards ``uprooted`` lack; hosts are crowded as well, since
ties carry stress (Kaniasty & Norris 1993).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.special import ndtri

from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model.network import row
from resilienza_sim.model.rates import PhaseParameters, shape
from resilienza_sim.model.state import GONE, HOME, KIN, NEEDS, RENTED, SERVICES, SHELTER
from resilienza_sim.streams import arc_id, u01

if TYPE_CHECKING:
    from resilienza_sim.community.people import People
    from resilienza_sim.model.community_model import CommunityModel
    from resilienza_sim.model.state import HouseholdTable
    from resilienza_sim.streams import Streams

__all__ = [
    "DisplacementParameters",
    "DisplacementRates",
    "Given",
    "Homes",
    "Members",
    "dwell",
    "let_in",
    "lodge",
    "mend",
    "run",
    "settle_in",
]

ISOLATION, HOUSING = NEEDS.index("isolation"), NEEDS.index("housing")
_SHELTER_SERVICE = SERVICES.index("shelter")
_SEEN = 0.01
"""Damage below which nothing is seen any more."""
_NEVER = 65535


class DisplacementParameters(PhaseParameters):
    """Damage, repair, beds, moving on, coming back."""

    depth_spread: float = quantity(
        1.0, 0.0, 2.0,
        source="assumption: sd of the log of the water in a home, over the mean of those reached; "
        "0: all homes alike",
    )  # fmt: skip
    tenants: float = quantity(
        0.18, 0.0, 1.0, source="ISTAT 2021: 20.5 % of households rent; derived for those not poor"
    )
    tenants_poor: float = quantity(
        0.318, 0.0, 1.0, source="ISTAT 2021: 31.8 % of the poorest fifth rent"
    )
    uninhabitable: float = quantity(
        0.22, 0.02, 1.0, unit="damage",
        source="assumption: damage beyond which nobody lives in a home; sized on England 2007, "
        "17,000 households out of 48,000 damaged homes: fitted; 1: nobody leaves",
    )  # fmt: skip
    felt: float = quantity(
        0.5, 0.0, 1.0, unit="per week",
        source="assumption: what a home lacks is felt by half within a week",
    )  # fmt: skip
    means: float = quantity(
        0.5, 0.0, 1.0, source="assumption: share of the loss that savings and credit pay"
    )
    means_poor: float = quantity(
        0.1, 0.0, 1.0, source="assumption: the same, of households at risk of poverty"
    )
    own_repair: float = quantity(
        0.01, 0.0, 0.5, unit="per week", source="assumption: repairs by the household itself"
    )
    aid: float = quantity(
        10.0, 0.0, 100.0,
        source="Aldrich 2012: ties bring people back sooner; size assumption: to have a tenth of "
        "one's needs met by others each week repairs as having all the money does",
    )  # fmt: skip
    clearing: float = quantity(
        0.12, 0.0, 1.0,
        source="derived: 24 days of work to clear a home (scenarios/faenza.toml) at 150 EUR, of a "
        "loss of 30,000",
    )  # fmt: skip
    clearing_weeks: float = quantity(
        4.0, 0.0, 52.0, unit="weeks",
        source="assumption: in which the household and its own clear the mud; 0: it stays",
    )  # fmt: skip
    drying: float = quantity(
        12.0, 0.0, 104.0, unit="weeks",
        source="assumption: walls of a home wholly damaged dry; of one damaged by a third, 4 weeks",
    )  # fmt: skip
    starting: float = quantity(
        0.15, 0.0, 3.0, unit="per week",
        source="assumption: who can pay all finds builders in 7 weeks when there are enough",
    )  # fmt: skip
    pace: float = quantity(
        0.03, 0.001, 1.0, unit="damage per week",
        source="assumption: half a year of works for a home damaged by three quarters",
    )  # fmt: skip
    sites: float = quantity(
        6.0, 0.1, 1000.0, unit="per 1,000 households",
        source="sized on England 2007, 4,700 of 17,000 households still out after a year: fitted; "
        "about a third of the Italian builders who renovate, from memory",
    )  # fmt: skip
    bed: float = quantity(
        0.25, 0.0, 10.0, unit="per week",
        source="sized on Smith & McCarty 2009, Florida 2004: 57-65 % with family or friends: "
        "fitted; 0: nobody offers",
    )  # fmt: skip
    host_ends: float = quantity(
        0.03, 0.0, 1.0, unit="per week",
        source="assumption: guests stay for about eight months; Burton et al. 2015: hosts and "
        "guests bear it for months, not years",
    )  # fmt: skip
    renting: float = quantity(
        0.04, 0.0, 1.0, unit="per week",
        source="assumption: with the rent paid, a dwelling is found in about half a year",
    )  # fmt: skip
    rent_means: float = quantity(
        0.3, 0.0, 1.0, source="assumption: of a rent, what the not poor pay beside their own home"
    )
    vacant: float = quantity(
        10.0, 0.0, 1000.0, unit="per 1,000 households",
        source="assumption: dwellings to let at once in a town",
    )  # fmt: skip
    beds: float = quantity(
        6.0, 0.0, 1000.0, unit="per 1,000 residents",
        source="assumption: gyms and hotel rooms that a municipality takes at once; Faenza housed "
        "3.4 per 1,000 two months after May 2023",
    )  # fmt: skip
    beds_per_worker: float = quantity(
        20.0, 0.0, 500.0, unit="beds",
        source="assumption: places that a worker of the shelters paid by the purse adds",
    )  # fmt: skip
    returning: float = quantity(
        0.3, 0.0, 10.0, unit="per week",
        source="assumption: owners move back four weeks after they could",
    )  # fmt: skip
    tenant_return: float = quantity(
        0.4, 0.0, 1.0,
        source="Fussell 2011, Katrina: owners 2.5 times as likely to return to their home",
    )  # fmt: skip
    long_out: float = quantity(
        26.0, 0.0, 520.0, unit="weeks", source="assumption: after half a year people give up"
    )
    leaving: float = quantity(
        0.001, 0.0, 0.5, unit="per week",
        source="assumption: no flight was seen from Faenza; 5 % a year of those long out",
    )  # fmt: skip
    lack_kin: float = quantity(
        0.25, 0.0, 1.0, source="assumption: what a home with kin or friends lacks"
    )
    lack_rented: float = quantity(
        0.20, 0.0, 1.0, source="assumption: what a rented dwelling lacks to those uprooted"
    )
    lack_shelter: float = quantity(
        0.50, 0.0, 1.0,
        source="Schwartz et al. 2018, Sandy: with friends or family the odds of stress are .52 of "
        "those in shelters; hence twice the lack: assumption",
    )  # fmt: skip
    crowding: float = quantity(
        0.5, 0.0, 1.0, source="assumption: what a shelter lacks more where nobody has a bed"
    )
    hosting: float = quantity(
        0.10, 0.0, 1.0,
        source="assumption: what a home with guests lacks; Kaniasty & Norris 1993: ties carry "
        "stress",
    )  # fmt: skip
    uprooted: float = quantity(
        0.5, 0.0, 1.0,
        source="assumption: isolation of those out of home, over what they lack; Munro et al. "
        "2017: odds of depression 1.95 among the displaced, to those flooded at home",
    )  # fmt: skip


DisplacementRates = shape("DisplacementRates", DisplacementParameters)


class Homes(NamedTuple):
    """The columns of households that kernels read and write."""

    damage: Any
    dry: Any
    works: Any
    paid: Any
    lodging: Any
    host: Any
    out: Any
    tenant: Any
    left: Any

    @classmethod
    def of(cls, table: HouseholdTable) -> Homes:
        """Return the columns of a table."""
        return cls(
            table.damage, table.weeks_dry, table.works, table.paid, table.lodging, table.host,
            table.weeks_out, table.tenant, table.left,
        )  # fmt: skip


class Members(NamedTuple):
    """Who belongs to which household: k has the citizens start[k] to start[k + 1]."""

    start: Any
    household: Any
    poor: Any


class Given(NamedTuple):
    """What there is this week for all the households of the town."""

    compensation: float
    volunteers: float
    allowance: float
    sites: float
    vacant: float
    beds: float


class Links(NamedTuple):
    """The ties, as the kernel reads them."""

    start: Any
    degree: Any
    nbr: Any
    rev: Any
    trust: Any


# -- repair ---------------------------------------------------------------------------------------


@kernel
def _money(homes: Any, members: Any, h: int, p: Any) -> float:
    """Return the share of its loss that a household can pay so far."""
    own = p.means_poor if members.poor[members.start[h]] else p.means
    return float(own + (1.0 - own) * homes.paid[h])


@kernel
def _waits(homes: Any, h: int, p: Any) -> bool:
    """Return whether a home waits for builders: damaged, dry, nobody at work."""
    d = homes.damage[h]
    return bool(d > 0.0 and homes.works[h] == 0 and homes.dry[h] > p.drying * d)


@kernel
def mend(key: Any, homes: Any, members: Any, received: Any, given: Any, p: Any) -> None:
    """Let each damaged home be repaired for a week, by its household and by builders."""
    free, asked = given.sites, 0.0
    for h in range(homes.damage.size):
        if homes.dry[h] == 0:
            homes.works[h] = 0  # the water is back
        free -= homes.works[h]
        if _waits(homes, h, p):
            asked += p.starting * _money(homes, members, h, p)
    found = min(1.0, max(free, 0.0) / asked) if asked > 0.0 else 0.0
    cleared = 1.0 - p.clearing * given.volunteers
    mud = (1.0 - p.clearing) ** (1.0 / max(p.clearing_weeks, 1.0))
    for h in range(homes.damage.size):
        d = float(homes.damage[h])
        if d == 0.0:
            continue
        m = _money(homes, members, h, p)
        if _waits(homes, h, p):
            starts = u01(key, np.uint64(h)) < 1.0 - np.exp(-p.starting * m * found)
            homes.works[h] = 1 if starts else 0
        helped, first, end = 0.0, members.start[h], members.start[h + 1]
        for i in range(first, end):
            helped += received[i]
        d *= np.exp(-p.own_repair * (m + p.aid * helped / (end - first))) * cleared
        if homes.dry[h] < p.clearing_weeks:
            d *= mud
        if homes.works[h]:
            d -= min(d, p.pace)
        homes.paid[h] += (1.0 - homes.paid[h]) * given.compensation
        homes.dry[h] += homes.dry[h] < _NEVER
        if d < _SEEN:
            d = 0.0
            homes.works[h], homes.paid[h] = 0, 0.0
        homes.damage[h] = d


# -- where to -------------------------------------------------------------------------------------


@kernel
def _guests(homes: Any) -> Any:
    """Return the households that each hosts."""
    guests = np.zeros(homes.host.size, np.int64)
    for g in homes.host:
        if g >= 0:
            guests[g] += 1
    return guests


@kernel
def _first_offer(key: Any, h: int, standing: Any, members: Any, links: Any, bed: float) -> int:
    """Return the household that offers beds first within the week, -1 for none.

    Each tie offers after a time of its own, exponential with rate bed times the trust in those
    who ask.
    """
    best, soonest = -1, 1.0
    for i in range(members.start[h], members.start[h + 1]):
        first, end = row(links.start, links.degree, i)
        for k in range(first, end):
            j = links.nbr[k]
            g = members.household[j]
            rate = bed * links.trust[links.rev[k]]
            if g == h or not standing[g] or rate <= 0.0:
                continue
            after = -np.log(1.0 - u01(key, arc_id(i, j))) / rate
            if after < soonest:
                best, soonest = g, after
    return best


@kernel
def lodge(keys: Any, homes: Any, members: Any, links: Any, given: Any, p: Any) -> None:
    """Let those who cannot stay leave home, and those out move on, come back or go for good.

    `keys`: beds, rent, hosts who tire, return, leaving for good. Hosts are those at home, without
    guests, whose home stands as the week begins.
    """
    was, guests = homes.lodging.copy(), _guests(homes)
    standing, rented = np.empty(was.size, np.bool_), 0
    for h in range(was.size):
        rented += was[h] == RENTED
        whole = was[h] == HOME and homes.damage[h] <= p.uninhabitable
        standing[h] = whole and guests[h] == 0
    vacancy = max(0.0, 1.0 - rented / given.vacant) if given.vacant > 0.0 else 0.0
    for h in range(was.size):
        d, now, name = float(homes.damage[h]), was[h], np.uint64(h)
        if now == HOME:
            if d <= p.uninhabitable:
                continue
            homes.out[h] = 0
        else:
            homes.out[h] += homes.out[h] < _NEVER
            tenure = p.tenant_return if homes.tenant[h] else 1.0
            ready = 1.0 - d if d <= p.uninhabitable else 0.0
            if u01(keys[3], name) < 1.0 - np.exp(-p.returning * ready * tenure):
                homes.lodging[h], homes.host[h], homes.out[h] = HOME, -1, 0
                continue
            long = homes.out[h] >= p.long_out
            if long and u01(keys[4], name) < 1.0 - np.exp(-p.leaving):
                homes.lodging[h], homes.host[h] = GONE, -1
                homes.left[h] += homes.left[h] < _NEVER
                continue
            if now == RENTED:
                continue
        own = 0.0 if members.poor[members.start[h]] else p.rent_means
        pays = given.allowance + (1.0 - given.allowance) * own
        rents = u01(keys[1], name) < 1.0 - np.exp(-p.renting * pays * vacancy)
        if now == KIN:
            g = homes.host[h]
            tired = u01(keys[2], name) < 1.0 - np.exp(-p.host_ends)
            dry = was[g] == HOME and homes.damage[g] <= p.uninhabitable
            if not rents and dry and not tired:
                continue
        if now != HOME and rents:
            homes.lodging[h], homes.host[h] = RENTED, -1
        else:
            g = _first_offer(keys[0], h, standing, members, links, p.bed)
            homes.host[h] = g
            homes.lodging[h] = KIN if g >= 0 else (RENTED if rents else SHELTER)


# -- how it is to live there ----------------------------------------------------------------------


@kernel
def dwell(need: Any, homes: Any, members: Any, beds: float, p: Any) -> None:
    """Draw housing need and isolation towards what the place where people live lacks."""
    guests, sheltered = _guests(homes), 0
    for h in range(guests.size):
        if homes.lodging[h] == SHELTER:
            sheltered += members.start[h + 1] - members.start[h]
    without = 1.0 - min(1.0, beds / sheltered) if sheltered > 0 else 0.0
    shelter = p.lack_shelter + (1.0 - p.lack_shelter) * p.crowding * without
    for h in range(guests.size):
        where, lack = homes.lodging[h], 0.0
        if where == HOME:
            for _ in range(guests[h]):
                lack += (1.0 - lack) * p.hosting
        elif where == KIN:
            lack = p.lack_kin
        elif where == RENTED:
            lack = p.lack_rented
        elif where == SHELTER:
            lack = shelter
        housing = 1.0 - (1.0 - homes.damage[h]) * (1.0 - lack)
        if housing <= 0.0:
            continue
        apart = 0.0 if where == HOME else p.uprooted * lack
        for i in range(members.start[h], members.start[h + 1]):
            need[i, HOUSING] += p.felt * max(0.0, housing - need[i, HOUSING])
            need[i, ISOLATION] += p.felt * max(0.0, apart - need[i, ISOLATION])


# -- the town -------------------------------------------------------------------------------------


def settle_in(households: HouseholdTable, people: People, streams: Streams, p: Any) -> None:
    """Draw what stays fixed in a home: who rents it, and how deep water stands in it."""
    names = np.arange(len(households))
    share = np.where(people.poor[people.household_start[:-1]], p.tenants_poor, p.tenants)
    households.tenant[:] = streams.uniform("start tenure", 0, names) < share
    u = streams.uniform("start depth", 0, names)
    spread = p.depth_spread
    households.depth[:] = np.exp(spread * ndtri(np.clip(u, 1e-6, 1 - 1e-6)) - 0.5 * spread**2)


def let_in(households: HouseholdTable) -> None:
    """Let newcomers take the places of those gone for good, in homes that stand."""
    gone = households.lodging == GONE
    households.lodging[gone] = HOME
    for name in ("damage", "works", "paid", "weeks_out"):
        getattr(households, name)[gone] = 0


def run(model: CommunityModel) -> None:
    """Repair homes, move households, and let people feel how they live."""
    state, p, people = model.state, model.rates.displacement, model.community.people
    homes = Homes.of(state.households)
    if not (homes.damage.any() or homes.lodging.any()):
        return
    week, count = state.week, homes.damage.size
    members = Members(people.household_start, people.household, people.poor)
    beds = p.beds * len(state.citizens) / 1000.0
    given = Given(
        compensation=model.exogenous_rate("compensation"),
        volunteers=model.exogenous_rate("volunteers"),
        allowance=model.exogenous_rate("allowance"),
        sites=p.sites * count / 1000.0,
        vacant=p.vacant * count / 1000.0,
        beds=beds + p.beds_per_worker * float(state.services.extra[_SHELTER_SERVICE]),
    )
    mend(model.streams.key("repair", week), homes, members, state.citizens.received, given, p)
    processes = ("bed offered", "rent found", "host tired", "return home", "leaving town")
    links = Links(state.start, state.degree, state.arcs.nbr, state.arcs.rev, state.arcs.trust)
    lodge(model.streams.keys(processes, week), homes, members, links, given, p)
    dwell(state.citizens.need, homes, members, given.beds, p)
