"""Phase 1, shock: the water of the week, what overtops the levees, and whom it hits.

Equations 2 (exposure) and 10 (levees) of docs/odd.md; Viglione et al. 2014, Di Baldassarre et al.
2013. What neighbours keep off is in `capital`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model.capital import shield
from resilienza_sim.model.chance import chance
from resilienza_sim.model.hazards import HAZARDS, distance, hazard_index
from resilienza_sim.model.rates import PhaseParameters, shape
from resilienza_sim.model.repair import Homes
from resilienza_sim.model.state import NEEDS
from resilienza_sim.model.tables import F64

if TYPE_CHECKING:
    from resilienza_sim.community.build import Community
    from resilienza_sim.model.calendar import Calendar
    from resilienza_sim.model.community_model import CommunityModel
    from resilienza_sim.model.contracts import Channels, Shock
    from resilienza_sim.streams import Streams

__all__ = [
    "PreparedShock",
    "ShockParameters",
    "ShockRates",
    "damage_homes",
    "excursions",
    "hit_citizens",
    "overtopping",
    "pass_week",
    "prepare",
    "protection",
    "run",
    "union",
]

HOUSING = NEEDS.index("housing")
_MANY = 512
"""People hit together: as many as stay near the processor while their chances are worked out."""
_WHEN = {"start", "after_weeks", "every_weeks", "monthly", "weekly"}


class ShockParameters(PhaseParameters):
    """Levees, memory and the hit."""

    levee_holds: float = quantity(
        0.5,
        0.0,
        1.0,
        source="prior 0-1: share of exceeded argini that still does its part: none, as of an earth "
        "levee that is overtopped (Di Baldassarre et al. 2013), to all, as of a capacity. Nobody "
        "has measured it for protocols and stock; the middle is an assumption",
        action="argini",
    )
    levee_amplification: float = quantity(
        0.5, 0.0, 1.0, source="xi of Di Baldassarre et al. 2013: levees raise the water they hold"
    )
    damage_depth: float = quantity(
        0.5, 0.05, 5.0, unit="water", source="alpha_H of Di Baldassarre et al. 2013, prior range"
    )
    cross_protection: float = quantity(
        0.15,
        0.0,
        2.0,
        unit="distance",
        source="prior .05-.3: no study of protection from one hazard to another was found",
    )
    memory_shield: float = quantity(
        0.3, 0.0, 1.0, source="assumption: psi, share of the hit that awareness avoids"
    )
    levee_crowding: float = quantity(
        0.1, 0.0, 1.0, source="Di Baldassarre et al. 2013: exposure grows behind a levee; prior"
    )
    hit_rate: float = quantity(
        0.057,
        0.0,
        3.0,
        unit="per week",
        source="assumption: need raised by a full hit; the measured figures of "
        "scripts/calibrate_model.py tell it from what the hit itself does hardly at all",
    )
    home_rate: float = quantity(
        0.46,
        0.0,
        5.0,
        source="fitted to trajectories of those flooded (Galatzer-Levy et al. 2018) before homes "
        "had a course of their own, and kept: damage to a home by a flood of two weeks",
    )
    undoing: float = quantity(
        1.0,
        0.0,
        1.0,
        source="assumption: repairs are spread evenly over what was lost, so that lower water "
        "undoes its share of them; 0: only damage beyond what is left counts",
    )
    sensitisation: float = quantity(
        0.2, 0.0, 1.0, source="prior +10-30 % on re-exposure within 104 weeks"
    )
    sensitised_weeks: int = quantity(
        104, 0, 520, unit="weeks", source="convention: within two years"
    )
    routine_load: float = quantity(
        0.3, 0.01, 5.0, unit="damage", source="assumption: routine weighs as a hit of three tenths"
    )
    interruption: float = quantity(
        1.0,
        0.0,
        1.0,
        source="convention: demand departs from practice and contacts are cut in full; 0: "
        "services are asked for the usual, people meet as always",
    )
    felt_hit: float = quantity(
        0.002,
        0.0,
        1.0,
        source="assumption: who is hit by less does not count as hit, nor remembers; the full week "
        "of a pandemic is some .01",
    )
    event_starts: float = quantity(
        0.10, 0.01, 1.0, unit="water", source="assumption: an excursion opens above this"
    )
    event_ends: float = quantity(
        0.05, 0.0, 1.0, unit="water", source="assumption: an excursion closes below this"
    )
    event_gap_weeks: int = quantity(
        8, 1, 104, unit="weeks", source="assumption: shorter lulls belong to the same event"
    )


ShockRates = shape("ShockRates", ShockParameters)


@dataclass(frozen=True)
class PreparedShock:
    """A shock made ready for one community: who is hit, and how much water when."""

    hazard: int
    water: NDArray[np.float64]
    closure: NDArray[np.float64]
    limits: NDArray[np.float64]
    tail: NDArray[np.float64]
    channels: Channels
    exposure: NDArray[np.float32]
    needs: NDArray[np.float64]
    damages_homes: bool
    protects: str
    strike: float

    def on(self) -> NDArray[np.bool_]:
        """Return whether anything of it is felt, week by week."""
        felt: NDArray[np.bool_] = (self.water > 0) | (self.closure > 0) | (self.tail > 0)
        felt |= self.limits > 0
        return felt


def prepare(
    shocks: Iterable[Shock], calendar: Calendar, community: Community, streams: Streams
) -> tuple[PreparedShock, ...]:
    """Make ready what happens to one community, returns and parts of compounds each on its own.

    Who is hit is worked out once for all the returns of a shock.
    """
    ready = []
    hit: dict[str, NDArray[np.float32]] = {}
    for each in (event for shock in shocks for event in shock.events(calendar, streams)):
        name = each.model_dump_json(exclude=_WHEN)
        if name not in hit:
            hit[name] = each.exposure(community, streams).astype(np.float32)
        ready.append(
            PreparedShock(
                hazard=hazard_index(each.hazard),
                water=each.water(calendar),
                closure=each.closure(calendar),
                limits=each.limits(calendar),
                tail=each.aftermath(calendar),
                channels=each.channels(),
                exposure=hit[name],
                needs=each.need_weights(),
                damages_homes=each.damages_homes,
                protects=each.protects,
                strike=each.strike,
            )
        )
    return tuple(ready)


def overtopping(water: F64, works: F64, argini: F64, rate: Any) -> F64:
    """Return the damage of each water, [0, 1]: equation 10, the river's works first, then argini.

    Works of earth raise the water they hold, and give way when it exceeds them: they hold all of
    it while ``W + xi R <= R``; beyond, the full and raised depth passes. Argini in the source's
    sense (protocols, stock, surge capacity) raise no water; when they are exceeded a share h of
    them still does its part::

        past(W, H) = W - h H   if W > H, else 0

    h = 0: what is exceeded is of no use any more; h = 1: only the excess passes. Damage is
    ``1 - exp(-depth / alpha)``.
    """
    depth = _depth(water, works, argini, rate.levee_holds, rate.levee_amplification)
    damage: F64 = 1.0 - np.exp(-depth / rate.damage_depth)
    return damage


@kernel
def _depth(water: Any, works: Any, argini: Any, holds: float, amplification: float) -> Any:
    """Return the depth that passes the works and then the argini."""
    depth = np.empty(water.size)
    for k in range(water.size):
        raised = water[k] + amplification * works[k]
        left = raised if water[k] > 0.0 and raised > works[k] else 0.0
        depth[k] = left - holds * argini[k] if left > argini[k] else 0.0
    return depth


@lru_cache(maxsize=64)
def _crossing(reach: float) -> F64:
    """Return how far the levee against one hazard is felt against another, shape (h, h)."""
    cross: F64 = np.eye(len(HAZARDS)) if reach == 0 else np.exp(-distance() / reach)
    return cross


def protection(levee: F64, reach: float) -> F64:
    """Return the levee felt against each hazard: L_eff(h) = sum_k L_k exp(-dist(h, k) / l)."""
    felt: F64 = _crossing(reach) @ levee
    return felt


@kernel
def pass_week(blow: Any, since: Any) -> None:
    """Forget the blows of last week and count one week more since the last hit, up to never."""
    never = np.uint16(65535)
    for i in range(since.size):
        blow[i] = 0.0
        since[i] += since[i] < never


@kernel
def hit_citizens(exposure: Any, weights: Any, amount: float, c: Any, p: Any) -> int:
    """Raise the needs of those hit; return how many were.

    The hit of citizen i is v_i = amount e_i (1 - eta_i / 2) (1 + sensitisation if hit before). Who
    is sensitised by an earlier event is so for every week of this one.
    """
    need, blow, efficacy = c.need, c.blow, c.efficacy
    since, sensitised = c.weeks_since_hit, c.sensitised
    hit = 0
    kinds = np.flatnonzero(weights > 0.0)
    who, v, lost = np.empty(_MANY, np.int64), np.empty(_MANY), np.empty(_MANY)
    again = np.empty(_MANY, np.uint8)
    for start in range(0, exposure.size, _MANY):
        m = 0  # those exposed, so many at a time that they stay near the processor
        for i in range(start, min(start + _MANY, exposure.size)):
            e = exposure[i]
            if e > 0.0:
                same_event = since[i] <= p.event_gap_weeks
                again[m] = sensitised[i] if same_event else since[i] <= p.sensitised_weeks
                more = p.sensitisation * again[m]
                who[m] = i
                v[m] = amount * e * (1.0 - 0.5 * efficacy[i]) * (1.0 + more)
                m += 1
        for k in kinds:
            for j in range(m):
                lost[j] = chance(p.hit_rate * v[j] * weights[k])
            for j in range(m):
                need[who[j], k] += (1.0 - need[who[j], k]) * lost[j]
        for j in range(m):
            lost[j] = chance(v[j])
        for j in range(m):
            blow[who[j]] += (1.0 - blow[who[j]]) * lost[j]
            if v[j] > p.felt_hit:
                since[who[j]], sensitised[who[j]] = 0, again[j]
                hit += 1
    return hit


@kernel
def damage_homes(exposure: Any, first: Any, amount: float, homes: Any, p: Any) -> None:
    """Damage the homes of the households hit (all members share the hit of the first).

    Water reaches again what it reached before: of a home that had lost D and lacks d by now, water
    that does w undoes the share 1 - d / D of w that was repaired, all of it as high as then or
    higher. What was paid for the old loss is less of the new one.
    """
    for h in range(homes.damage.size):
        v = amount * exposure[first[h]] * homes.depth[h]
        new = 1.0 - np.exp(-p.home_rate * v) if v > 0.0 else 0.0
        if new > 0.0:
            d = float(homes.damage[h])
            worst = max(d, float(homes.loss[h])) if d > 0.0 else 0.0
            least, again = max(d, new), new
            if new < worst:
                again = d + new * (1.0 - d / worst)
            now = least + p.undoing * (again - least)
            homes.dry[h] = 0
            homes.loss[h] = max(worst, new)
            homes.paid[h] *= d / now
            homes.damage[h] = now


@kernel
def excursions(
    water: Any,
    damage: Any,
    struck: Any,
    in_event: Any,
    peak: Any,
    gap: Any,
    starts: float,
    ends: float,
) -> None:
    """Open and follow the events of each hazard; a closed one asks for a levee (equation 10).

    What an event has struck is its worst damage so far.
    """
    for h in range(water.size):
        within = in_event[h] == 1 or damage[h] == 0.0
        struck[h] = max(struck[h], damage[h]) if within else damage[h]
        if water[h] >= starts:
            in_event[h] = 1
        peak[h] = max(peak[h], water[h]) if in_event[h] else 0.0
        gap[h] = gap[h] + 1 if in_event[h] and water[h] < ends else 0


def union(parts: Iterable[float]) -> float:
    """Return what several shares, each lost apart from the others, take together."""
    open_share = 1.0
    for part in parts:
        open_share *= 1.0 - min(1.0, float(part))
    return 1.0 - open_share


def _damages(model: CommunityModel, shocks: Sequence[PreparedShock]) -> list[float]:
    """Set the water and the damage of each hazard; return the damage of each shock's own water.

    Two waters at once are as high as the higher, not as their sum; none borrows another's height.
    """
    town, p, week = model.state.municipality, model.rates.shock, model.state.week
    town.water.fill(0.0)
    town.damage.fill(0.0)
    if not shocks:
        return []
    of = [shock.hazard for shock in shocks]
    water = np.array([shock.water[week] for shock in shocks])
    argini = protection(town.levee, p.cross_protection)
    damage = overtopping(water, town.river[of], argini[of], p)
    amounts: list[float] = damage.tolist()
    for h, high, amount in zip(of, water.tolist(), amounts, strict=True):
        town.water[h] = max(town.water[h], high)
        town.damage[h] = max(town.damage[h], amount)
    return amounts


def _strike(model: CommunityModel, shock: PreparedShock, amount: float) -> None:
    """Let what overtops hit people and homes; who remembers is hit by less.

    Neighbours keep part of the hit from people, nothing from homes (`capital`). Where homes are
    damaged, that alone is the housing need: it lasts as long as the damage (`displacement`).
    """
    state, p, h = model.state, model.rates.shock, shock.hazard
    town, citizens = state.municipality, state.citizens
    seen = 1.0 - p.memory_shield * town.memory[h]
    crowd = 1.0 + p.levee_crowding * town.levee[h] * (1.0 - town.memory[h])
    amount *= seen * crowd * shock.strike
    weights = shock.needs.copy()
    if shock.damages_homes:
        weights[HOUSING] = 0.0
    hit = hit_citizens(
        shield(model, shock.exposure, shock.protects),
        weights,
        amount,
        citizens.handle,
        p.handle,
    )
    town.hit[h] = max(town.hit[h], hit / len(citizens))
    if shock.damages_homes:
        first, homes = model.community.people.household_start, Homes.of(state.households)
        damage_homes(shock.exposure, first, amount * shock.needs[HOUSING], homes, p.handle)


def run(model: CommunityModel) -> None:
    """Let this week's shocks reach the town."""
    state, p = model.state, model.rates.shock
    town, citizens, week = state.municipality, state.citizens, state.week
    pass_week(citizens.blow, citizens.weeks_since_hit)
    shocks = model.active_shocks(week)

    town.hit.fill(0.0)
    town.river[:] = model.river_works(week)
    damage = _damages(model, shocks)
    for shock, amount in zip(shocks, damage, strict=True):
        if amount > 0.0:
            _strike(model, shock, amount)

    excursions(
        town.water,
        town.damage,
        town.struck,
        town.in_event,
        town.event_peak,
        town.event_gap,
        p.event_starts,
        p.event_ends,
    )
    _close(model, shocks, damage)


def _close(model: CommunityModel, shocks: Sequence[PreparedShock], damage: Sequence[float]) -> None:
    """Set what is closed this week, and what the town asks of those who help."""
    town, p, week = model.state.municipality, model.rates.shock, model.state.week
    closed = [
        max(amount, float(shock.tail[week] * town.struck[shock.hazard]))
        for shock, amount in zip(shocks, damage, strict=True)
    ]
    town.contact_closed = p.interruption * union(shock.closure[week] for shock in shocks)
    town.gatherings_closed = p.interruption * union(shock.limits[week] for shock in shocks)
    town.service_dip = union(s.channels.services * x for s, x in zip(shocks, closed, strict=True))
    town.space_closed = union(s.channels.spaces * x for s, x in zip(shocks, closed, strict=True))
    town.salience = union(shock.channels.salience * shock.water[week] for shock in shocks)
    dominant = 0
    if shocks:
        load = p.interruption * town.damage
        load[0] = p.routine_load  # routine demand never stops
        town.demand[:] = load / load.sum()
        dominant = int(town.demand.argmax())
    else:
        town.demand.fill(0.0)
        town.demand[0] = 1.0
    town.news, town.dominant = dominant != town.dominant, dominant
