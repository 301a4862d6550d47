"""Repair of damaged homes: it needs money and hands.

Of the loss of a home, d, a household can pay the share

    m = own + (1 - own) paid        own = 1 - (1 - means)^(1 + k (V / usual - 1))

with `means_poor` for the poor; paid: compensated so far. Savings V are used up while the home is
damaged and rebuilt in years (`reserves`): who has little left pays for little of it (Hobfoll 1989),
all of the `means` at the usual savings of people of the kind; k = `from_savings`.

Builders have ``sites`` open at once per 1,000 households, all floods together, so that a large one
takes longer a home than a small one (England 2007: 236 households a week went back in the first
year, 174 in the next five months: not ever fewer, as by one rate for all). A dry home (``drying`` d
weeks after the water) finds them with hazard ``starting`` m, times ``staying`` while the household
lives in it, times the sites that are free over those asked for; they then take ``pace`` from the
damage every week. Owners go on by themselves meanwhile, with the help they get:
    d <- d e^-(own_repair (m + aid help))
The mud, ``clearing`` of the loss, is cleared in ``clearing_weeks``, sooner with volunteers from
outside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model.rates import PhaseParameters, shape
from resilienza_sim.model.state import HOME
from resilienza_sim.streams import u01

if TYPE_CHECKING:
    from resilienza_sim.model.state import HouseholdTable

__all__ = [
    "NEVER",
    "Backing",
    "Given",
    "Homes",
    "Members",
    "RepairParameters",
    "RepairRates",
    "mend",
    "own_part",
]

_SEEN = 0.01
"""Damage below which nothing is seen any more."""
_NONE = 1e-9
"""Savings below which there are none."""
NEVER = 65535
"""The most weeks that are counted."""


class RepairParameters(PhaseParameters):
    """How deep the water stands, and what repairs a home."""

    depth_spread: float = quantity(
        1.0,
        0.0,
        2.0,
        source="assumption: sd of the log of the water in a home, over the mean of those reached; "
        "0: all homes alike",
    )
    means: float = quantity(
        0.5, 0.0, 1.0, source="assumption: share of the loss that savings and credit pay"
    )
    means_poor: float = quantity(
        0.1, 0.0, 1.0, source="assumption: the same, of households at risk of poverty"
    )
    from_savings: float = quantity(
        0.0,
        0.0,
        1.0,
        source="how far what a household pays for repair and rent goes with its savings (Hobfoll "
        "1989); off: savings are drained by a damaged home even while nothing is repaired, which "
        "would keep a few households out for ever",
    )
    own_repair: float = quantity(
        0.01, 0.0, 0.5, unit="per week", source="assumption: repairs by the household itself"
    )
    aid: float = quantity(
        10.0,
        0.0,
        100.0,
        source="Aldrich 2012: ties bring people back sooner; size assumption: to have a tenth of "
        "one's needs met by others each week repairs as having all the money does",
    )
    clearing: float = quantity(
        0.12,
        0.0,
        1.0,
        source="derived: 24 days of work to clear a home (scenarios/faenza.toml) at 150 EUR, of a "
        "loss of 30,000",
    )
    clearing_weeks: float = quantity(
        4.0,
        0.0,
        52.0,
        unit="weeks",
        source="assumption: in which the household and its own clear the mud; 0: it stays",
    )
    drying: float = quantity(
        12.0,
        0.0,
        104.0,
        unit="weeks",
        source="assumption: walls of a home wholly damaged dry; of one damaged by a third, 4 weeks",
    )
    starting: float = quantity(
        0.15,
        0.0,
        3.0,
        unit="per week",
        source="assumption: who can pay all finds builders in 7 weeks when there are enough",
    )
    staying: float = quantity(
        0.2,
        0.0,
        1.0,
        source="who can live in the damaged home presses builders less than who is out of it: "
        "assumption; sized with `sites` on England 2007: fitted; 1: as much",
    )
    pace: float = quantity(
        0.03,
        0.001,
        1.0,
        unit="damage per week",
        source="assumption: half a year of works for a home damaged by three quarters",
    )
    sites: float = quantity(
        10.0,
        0.1,
        1000.0,
        unit="per 1,000 households",
        source="sized on England 2007, of 17,000 households 4,700 still out after a year and about "
        "900 after 74 weeks: fitted; about half of the Italian builders who renovate, from "
        "memory",
    )


RepairRates = shape("RepairRates", RepairParameters)


class Homes(NamedTuple):
    """The columns of households that kernels read and write."""

    damage: Any
    loss: Any
    depth: Any
    lacking: Any
    dry: Any
    works: Any
    paid: Any
    lodging: Any
    host: Any
    out: Any
    tenant: Any
    left: Any
    savings: Any

    @classmethod
    def of(cls, table: HouseholdTable) -> Homes:
        """Return the columns of a table."""
        return cls(
            table.damage,
            table.loss,
            table.depth,
            table.lacking,
            table.weeks_dry,
            table.works,
            table.paid,
            table.lodging,
            table.host,
            table.weeks_out,
            table.tenant,
            table.left,
            table.savings,
        )


class Members(NamedTuple):
    """Who belongs to which household: k has the citizens start[k] to start[k + 1]."""

    start: Any
    household: Any
    poor: Any


class Backing(NamedTuple):
    """How far savings back what a household pays, and the savings that are usual."""

    weight: float
    usual: float
    usual_poor: float


class Given(NamedTuple):
    """What there is this week for all the households of the town."""

    compensation: float
    volunteers: float
    allowance: float
    sites: float
    vacant: float
    beds: float
    backing: Backing


@kernel
def own_part(means: float, savings: float, poor: bool, backing: Any) -> float:
    """Return the share that a household pays itself: `means` at the usual savings, 0 at none."""
    usual = max(backing.usual_poor if poor else backing.usual, _NONE)
    left = 1.0 + backing.weight * (savings / usual - 1.0)
    return float(1.0 - (1.0 - means) ** left)


@kernel
def _money(homes: Any, members: Any, h: int, backing: Any, p: Any) -> float:
    """Return the share of its loss that a household can pay so far."""
    poor = bool(members.poor[members.start[h]])
    own = own_part(p.means_poor if poor else p.means, float(homes.savings[h]), poor, backing)
    return float(own + (1.0 - own) * homes.paid[h])


@kernel
def _waits(homes: Any, h: int, p: Any) -> bool:
    """Return whether a home waits for builders: damaged, dry, nobody at work."""
    d = homes.damage[h]
    return bool(d > 0.0 and homes.works[h] == 0 and homes.dry[h] > p.drying * d)


@kernel
def _asks(homes: Any, members: Any, h: int, backing: Any, p: Any) -> float:
    """Return the hazard at which a home that waits finds builders, were there enough of them."""
    pressing = p.staying if homes.lodging[h] == HOME else 1.0
    return float(p.starting * pressing * _money(homes, members, h, backing, p))


@kernel
def mend(key: Any, homes: Any, members: Any, received: Any, given: Any, p: Any) -> None:
    """Let each damaged home be repaired for a week, by its household and by builders."""
    free, asked = given.sites, 0.0
    for h in range(homes.damage.size):
        if homes.dry[h] == 0:
            homes.works[h] = 0  # the water is back
        free -= homes.works[h]
        if _waits(homes, h, p):
            asked += _asks(homes, members, h, given.backing, p)
    found = min(1.0, max(free, 0.0) / asked) if asked > 0.0 else 0.0
    cleared = 1.0 - p.clearing * given.volunteers
    mud = (1.0 - p.clearing) ** (1.0 / max(p.clearing_weeks, 1.0))
    for h in range(homes.damage.size):
        d = float(homes.damage[h])
        if d == 0.0:
            continue
        m = _money(homes, members, h, given.backing, p)
        if _waits(homes, h, p):
            asks = _asks(homes, members, h, given.backing, p)
            starts = u01(key, np.uint64(h)) < 1.0 - np.exp(-asks * found)
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
        homes.dry[h] += homes.dry[h] < NEVER
        if d < _SEEN:
            d = 0.0
            homes.works[h], homes.paid[h] = 0, 0.0
        homes.damage[h] = d
