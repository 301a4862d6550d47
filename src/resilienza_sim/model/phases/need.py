"""Phase 2, need: life adds to needs, time and others' help from outside take from them (eq. 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from resilienza_sim.community.people import Tag
from resilienza_sim.component import quantity
from resilienza_sim.model.rates import PhaseParameters, shape
from resilienza_sim.model.state import NEEDS
from resilienza_sim.streams import mix, u01

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["NeedParameters", "NeedRates", "live", "run", "unmet"]

ISOLATION, INCOME, CARE, HOUSING, HEALTH = range(len(NEEDS))
_DEPENDANT = int(Tag.DEPENDANT)


class NeedParameters(PhaseParameters):
    """How often life strikes, how long it takes to pass."""

    event_isolation: float = quantity(
        0.004, 0.0, 0.2, unit="per week", source="assumption: one spell in about five years"
    )
    event_income: float = quantity(
        0.003, 0.0, 0.2, unit="per week", source="assumption: one spell in about six years"
    )
    event_care: float = quantity(
        0.002, 0.0, 0.2, unit="per week", source="assumption: one spell in about ten years"
    )
    event_housing: float = quantity(
        0.0006, 0.0, 0.2, unit="per week", source="assumption: one spell in a life"
    )
    event_health: float = quantity(
        0.005, 0.0, 0.2, unit="per week", source="assumption: one spell in about four years"
    )
    event_size: float = quantity(0.6, 0.0, 1.0, source="assumption: need opened by one event")
    alone_factor: float = quantity(2.0, 1.0, 10.0, source="assumption: living alone, isolation")
    poor_factor: float = quantity(3.0, 1.0, 10.0, source="assumption: at risk of poverty, income")
    dependant_factor: float = quantity(6.0, 1.0, 20.0, source="assumption: dependants, care")
    passing: float = quantity(
        0.04, 0.0, 0.5, unit="per week", source="assumption: half of a need passes in 17 weeks"
    )
    housing_passing: float = quantity(
        0.01, 0.0, 0.5, unit="per week", source="assumption: housing need passes in over a year"
    )
    home_felt: float = quantity(
        0.5, 0.0, 1.0, unit="per week",
        source="assumption: what a damaged home lacks is felt by half within a week",
    )  # fmt: skip
    home_repair: float = quantity(
        0.01, 0.0, 0.5, unit="per week", source="assumption: repairs paid by the owners themselves"
    )


NeedRates = shape("NeedRates", NeedParameters)


@numba.njit(cache=True)
def live(key: Any, need: Any, age: Any, poor: Any, alone: Any, tags: Any, p: Any) -> None:
    """Let life events open needs and time close them, citizen by citizen.

    One number is drawn for a citizen and scattered again for each kind, so that the kinds are
    independent; an event of kind k comes with chance 1 - exp(-rate_k x factors).
    """
    for i in range(need.shape[0]):
        draw = mix(key, np.uint64(i))
        old = max(0.0, (age[i] - 40.0) / 40.0)
        for k in range(5):
            if k == ISOLATION:
                rate = p.event_isolation * (p.alone_factor if alone[i] else 1.0)
            elif k == INCOME:
                rate = p.event_income * (p.poor_factor if poor[i] else 1.0)
            elif k == CARE:
                rate = p.event_care * (p.dependant_factor if tags[i] & _DEPENDANT else 1.0)
            elif k == HOUSING:
                rate = p.event_housing * (p.poor_factor if poor[i] else 1.0)
            else:
                rate = p.event_health * (1.0 + old)
            passing = p.housing_passing if k == HOUSING else p.passing
            need[i, k] *= np.exp(-passing)
            if u01(draw, np.uint64(k)) < 1.0 - np.exp(-rate):
                need[i, k] += (1.0 - need[i, k]) * p.event_size


@numba.njit(cache=True)
def homes(need: Any, household: Any, damage: Any, p: Any) -> None:
    """Draw the housing need of a citizen up towards the damage to the home, part of the gap."""
    for i in range(need.shape[0]):
        gap = damage[household[i]] - need[i, HOUSING]
        if gap > 0.0:
            need[i, HOUSING] += p.home_felt * gap


@numba.njit(cache=True)
def unmet(need: Any, out: Any) -> None:
    """Write the unmet need of each citizen over all kinds: U = 1 - prod_k (1 - need_k)."""
    for i in range(need.shape[0]):
        left = 1.0
        for k in range(need.shape[1]):
            left *= 1.0 - need[i, k]
        out[i] = 1.0 - left


@numba.njit(cache=True)
def relieve(need: Any, household: Any, damage: Any, income: float, all_kinds: float) -> None:
    """Meet part of the need of people in damaged homes: compensation and outside volunteers."""
    for i in range(need.shape[0]):
        d = damage[household[i]]
        if d > 0.05:
            need[i, INCOME] *= 1.0 - income
            for k in range(need.shape[1]):
                need[i, k] *= 1.0 - all_kinds * (0.0 if k == HOUSING else 1.0)


def run(model: CommunityModel) -> None:
    """Raise and lower the needs of the week."""
    state, p, people = model.state, model.rates.need, model.community.people
    citizens, damage = state.citizens, state.households.damage
    key = model.streams.key("life", state.week)
    live(key, citizens.need, people.age, people.poor, model.fixed.alone, people.tags, p)

    # Every table of what others do has its own rate; several at once act one after the other.
    help_from = {
        name: model.exogenous_rate(name) for name in ("compensation", "repair", "volunteers")
    }
    damage *= np.exp(-p.home_repair) * (1.0 - help_from["repair"])
    damage[damage < 0.01] = 0.0
    homes(citizens.need, people.household, damage, p)
    if help_from["compensation"] or help_from["volunteers"]:
        relieve(
            citizens.need, people.household, damage,
            help_from["compensation"], help_from["volunteers"],
        )  # fmt: skip
    unmet(citizens.need, model.scratch.unmet)
