"""Displacement: who must leave a damaged home, where to, and when they come back.

A household lives in one place: at home, with kin or friends, in a rented dwelling, in a shelter or
hotel, or it has gone from the town. Each week homes are repaired (`repair`), then people move,
then everyone feels how they live.

**Leaving** home: d > ``uninhabitable``. *Kin first* (Smith & McCarty 2009; Quarantelli 1982): each
tie of each member to somebody whose own home stands and hosts nobody yet offers beds with hazard
``bed`` times the trust of who offers; the first offer is taken. Otherwise a dwelling to rent, if
one is found, or the shelters and hotels of the municipality, crowded beyond their beds, from where
people look again every week. *Moving on*: hosts tire with hazard ``host_ends``, or are flooded
themselves; a dwelling is found with hazard ``renting``, times what an allowance and own means
(``rent_means``, backed by savings as in `repair`) pay and the dwellings that are left.

**Return** is a hazard: ``returning`` (1 - d) once the home can be lived in again, for tenants times
``tenant_return`` (Fussell 2011). Who is out for ``long_out`` weeks may leave for good; a newcomer
household takes the place, in a home that stands.

**How people live.** The lack L = 1 - (1 - d)(1 - lack), lack by place (shelter > kin; Schwartz et
al. 2018), is felt with some delay, F <- F + ``felt`` (L - F), and is part of housing need N for as
long as it is there, beside the part that life opens, r (`need`), and less what others have met:
    N <- 1 - (1 - r)(1 - F'), r = 1 - (1 - N)/(1 - F);  N F'/F where N < F;  N += felt (F' - N)+
So it ends when the home is mended and lived in again, and has no clock of its own: a flood finds
people with the need that is still there. Isolation goes towards ``uprooted`` lack; hosts are
crowded as well, since ties carry stress (Kaniasty & Norris 1993).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model.network import row
from resilienza_sim.model.rates import PhaseParameters, shape
from resilienza_sim.model.repair import NEVER, Backing, Given, Homes, Members, mend, own_part
from resilienza_sim.model.state import GONE, HOME, KIN, NEEDS, RENTED, SERVICES, SHELTER
from resilienza_sim.streams import arc_id, normal_of, u01

if TYPE_CHECKING:
    from resilienza_sim.community.people import People
    from resilienza_sim.model.community_model import CommunityModel
    from resilienza_sim.model.parameters import Parameters
    from resilienza_sim.model.state import HouseholdTable
    from resilienza_sim.streams import Streams

__all__ = [
    "DisplacementParameters",
    "DisplacementRates",
    "Links",
    "dwell",
    "let_in",
    "lodge",
    "run",
    "settle_in",
]

ISOLATION, HOUSING = NEEDS.index("isolation"), NEEDS.index("housing")
_UNFELT = 0.001
"""Lack below which nothing is felt any more."""
_SHELTER_SERVICE = SERVICES.index("shelter")


class DisplacementParameters(PhaseParameters):
    """Leaving home, beds, moving on, coming back."""

    tenants: float = quantity(
        0.18, 0.0, 1.0, source="ISTAT 2021: 20.5 % of households rent; derived for those not poor"
    )
    tenants_poor: float = quantity(
        0.318, 0.0, 1.0, source="ISTAT 2021: 31.8 % of the poorest fifth rent"
    )
    uninhabitable: float = quantity(
        0.22,
        0.02,
        1.0,
        unit="damage",
        source="assumption: damage beyond which nobody lives in a home; sized on England 2007, "
        "17,000 households out of 48,000 damaged homes: fitted; 1: nobody leaves",
    )
    felt: float = quantity(
        0.5,
        0.0,
        1.0,
        unit="per week",
        source="assumption: what a home lacks is felt by half within a week",
    )
    bed: float = quantity(
        0.25,
        0.0,
        10.0,
        unit="per week",
        source="sized on Smith & McCarty 2009, Florida 2004: 57-65 % with family or friends: "
        "fitted; 0: nobody offers",
    )
    host_ends: float = quantity(
        0.03,
        0.0,
        1.0,
        unit="per week",
        source="assumption: guests stay for about eight months; Burton et al. 2015: hosts and "
        "guests bear it for months, not years",
    )
    renting: float = quantity(
        0.04,
        0.0,
        1.0,
        unit="per week",
        source="assumption: with the rent paid, a dwelling is found in about half a year",
    )
    rent_means: float = quantity(
        0.3, 0.0, 1.0, source="assumption: of a rent, what the not poor pay beside their own home"
    )
    vacant: float = quantity(
        10.0,
        0.0,
        1000.0,
        unit="per 1,000 households",
        source="assumption: dwellings to let at once in a town",
    )
    beds: float = quantity(
        6.0,
        0.0,
        1000.0,
        unit="per 1,000 residents",
        source="assumption: gyms and hotel rooms that a municipality takes at once; Faenza housed "
        "3.4 per 1,000 two months after May 2023",
    )
    beds_per_worker: float = quantity(
        20.0,
        0.0,
        500.0,
        unit="beds",
        source="assumption: places that a worker of the shelters paid by the purse adds",
    )
    returning: float = quantity(
        0.3,
        0.0,
        10.0,
        unit="per week",
        source="assumption: owners move back four weeks after they could",
    )
    tenant_return: float = quantity(
        0.4,
        0.0,
        1.0,
        source="Fussell 2011, Katrina: owners 2.5 times as likely to return to their home",
    )
    long_out: float = quantity(
        26.0, 0.0, 520.0, unit="weeks", source="assumption: after half a year people give up"
    )
    leaving: float = quantity(
        0.001,
        0.0,
        0.5,
        unit="per week",
        source="assumption: no flight was seen from Faenza; 5 % a year of those long out",
    )
    lack_kin: float = quantity(
        0.25, 0.0, 1.0, source="assumption: what a home with kin or friends lacks"
    )
    lack_rented: float = quantity(
        0.20, 0.0, 1.0, source="assumption: what a rented dwelling lacks to those uprooted"
    )
    lack_shelter: float = quantity(
        0.50,
        0.0,
        1.0,
        source="Schwartz et al. 2018, Sandy: with friends or family the odds of stress are .52 of "
        "those in shelters; hence twice the lack: assumption",
    )
    crowding: float = quantity(
        0.5, 0.0, 1.0, source="assumption: what a shelter lacks more where nobody has a bed"
    )
    hosting: float = quantity(
        0.10,
        0.0,
        1.0,
        source="assumption: what a home with guests lacks; Kaniasty & Norris 1993: ties carry "
        "stress",
    )
    uprooted: float = quantity(
        0.5,
        0.0,
        1.0,
        source="assumption: isolation of those out of home, over what they lack; Munro et al. "
        "2017: odds of depression 1.95 among the displaced, to those flooded at home",
    )


DisplacementRates = shape("DisplacementRates", DisplacementParameters)


class Links(NamedTuple):
    """The ties, as the kernel reads them."""

    start: Any
    degree: Any
    nbr: Any
    rev: Any
    trust: Any


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
            homes.out[h] += homes.out[h] < NEVER
            tenure = p.tenant_return if homes.tenant[h] else 1.0
            ready = 1.0 - d if d <= p.uninhabitable else 0.0
            if u01(keys[3], name) < 1.0 - np.exp(-p.returning * ready * tenure):
                homes.lodging[h], homes.host[h], homes.out[h] = HOME, -1, 0
                continue
            long = homes.out[h] >= p.long_out
            if long and u01(keys[4], name) < 1.0 - np.exp(-p.leaving):
                homes.lodging[h], homes.host[h] = GONE, -1
                homes.left[h] += homes.left[h] < NEVER
                continue
            if now == RENTED:
                continue
        own = 0.0
        if not members.poor[members.start[h]]:
            own = own_part(p.rent_means, float(homes.savings[h]), False, given.backing)
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
def lacked(need: float, before: float, now: float) -> float:
    """Return housing need once the lack that is felt has moved, the rest of the need kept."""
    if need >= before and before < 1.0:
        return 1.0 - (1.0 - need) * (1.0 - now) / (1.0 - before)
    return need * now / before


@kernel
def dwell(need: Any, homes: Any, members: Any, beds: float, p: Any) -> None:
    """Let people feel what the place where they live lacks: housing need, and isolation."""
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
        before = float(homes.lacking[h])
        if housing <= 0.0 and before <= 0.0:
            continue
        now = before + p.felt * (housing - before)
        now = now if now > _UNFELT else 0.0
        homes.lacking[h] = now
        apart = 0.0 if where == HOME else p.uprooted * lack
        for i in range(members.start[h], members.start[h + 1]):
            moved = lacked(float(need[i, HOUSING]), before, now)
            need[i, HOUSING] = moved + p.felt * max(0.0, now - moved)
            need[i, ISOLATION] += p.felt * max(0.0, apart - need[i, ISOLATION])


# -- the town -------------------------------------------------------------------------------------


def settle_in(
    households: HouseholdTable, people: People, streams: Streams, parameters: Parameters
) -> None:
    """Draw what stays fixed in a home: who rents it, and how deep water stands in it."""
    names, p = np.arange(len(households)), parameters.displacement
    share = np.where(people.poor[people.household_start[:-1]], p.tenants_poor, p.tenants)
    households.tenant[:] = streams.uniform("start tenure", 0, names) < share
    u = streams.uniform("start depth", 0, names)
    spread = parameters.repair.depth_spread
    households.depth[:] = np.exp(spread * normal_of(u) - 0.5 * spread**2)


def let_in(households: HouseholdTable) -> None:
    """Let newcomers take the places of those gone for good, in homes that stand."""
    gone = households.lodging == GONE
    households.lodging[gone] = HOME
    for name in ("damage", "works", "paid", "weeks_out"):
        getattr(households, name)[gone] = 0


def run(model: CommunityModel) -> None:
    """Repair homes, move households, and let people feel how they live."""
    state, p, people = model.state, model.rates.displacement, model.community.people
    own, received = model.rates.repair, model.state.citizens.received
    usual = model.rates.need.usual_savings
    homes = Homes.of(state.households)
    if not (homes.damage.any() or homes.lodging.any() or homes.lacking.any()):
        return
    week, count = state.week, homes.damage.size
    members = Members(people.household_start, people.household, people.poor)
    beds = p.beds * len(state.citizens) / 1000.0
    given = Given(
        compensation=model.exogenous_rate("compensation"),
        volunteers=model.exogenous_rate("volunteers"),
        allowance=model.exogenous_rate("allowance"),
        sites=own.sites * count / 1000.0,
        vacant=p.vacant * count / 1000.0,
        beds=beds + p.beds_per_worker * float(state.services.extra[_SHELTER_SERVICE]),
        backing=Backing(own.from_savings, usual, usual * model.parameters.setup.savings_low),
    )
    mend(model.streams.key("repair", week), homes, members, received, given, own.handle)
    processes = ("bed offered", "rent found", "host tired", "return home", "leaving town")
    links = Links(state.start, state.degree, state.arcs.nbr, state.arcs.rev, state.arcs.trust)
    lodge(model.streams.keys(processes, week), homes, members, links, given, p.handle)
    dwell(state.citizens.need, homes, members, given.beds, p.handle)
