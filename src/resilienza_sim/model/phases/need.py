"""Phase 2, need: life adds to needs, time and others' help from outside take from them (eq. 2).

Where households live, and what they lack there, is in `displacement`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.community.people import People, Tag
from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model import displacement
from resilienza_sim.model.chance import chance
from resilienza_sim.model.generalised import eased
from resilienza_sim.model.rates import PhaseParameters, shape
from resilienza_sim.model.state import NEEDS
from resilienza_sim.model.tables import F64, Bool
from resilienza_sim.streams import mix, u01

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["NeedParameters", "NeedRates", "live", "past_needs", "run", "unmet"]

ISOLATION, INCOME, CARE, HOUSING, HEALTH = range(len(NEEDS))
_KINDS = len(NEEDS)
_DEPENDANT = int(Tag.DEPENDANT)
assert _DEPENDANT == 4, "the classes of `calm` take the bit as it is"
_DAMAGED = 0.05
"""Damage to the home from which others help."""


class NeedParameters(PhaseParameters):
    """How often life strikes, how long it takes to pass."""

    event_isolation: float = quantity(
        0.004, 0.0, 0.2, unit="per week", source="assumption: one spell in about five years"
    )
    event_income: float = quantity(
        0.0015, 0.0, 0.2, unit="per week", source="assumption: one spell in about ten years"
    )
    event_care: float = quantity(
        0.0011,
        0.0,
        0.2,
        unit="per week",
        source="assumption: one spell in about ten years, dependants and families told apart",
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
    family_factor: float = quantity(
        2.5, 1.0, 20.0, source="living with minors, care: fitted to users of services"
    )
    passing: float = quantity(
        0.04,
        0.0,
        0.5,
        unit="per week",
        source="assumption: half of a need of company or health passes in 17 weeks",
    )
    income_passing: float = quantity(
        0.015,
        0.0,
        0.5,
        unit="per week",
        source="assumption: half of a need of income passes in a year, as spells of poverty last",
    )
    care_passing: float = quantity(
        0.01,
        0.0,
        0.5,
        unit="per week",
        source="assumption: half of a need of care passes in over a year; many last",
    )
    savings_share: float = quantity(
        0.3,
        0.0,
        1.0,
        source="assumption: part of the pace at which income need passes that savings pay for; "
        "0: off",
    )
    usual_savings: float = quantity(
        0.40, 0.05, 1.0, source="mean savings of a quiet town, at which they are neutral"
    )
    housing_passing: float = quantity(
        0.01,
        0.0,
        0.5,
        unit="per week",
        source="assumption: what life opens (evictions, arrears) passes in over a year; what a "
        "home lacks goes with the lack",
    )


NeedRates = shape("NeedRates", NeedParameters)


@kernel
def calm(p: Any) -> tuple[Any, Any]:
    """Return the chances e^-rate of a week without an event.

    First by class of person (1 alone + 2 poor + 4 with dependants + 8 with minors) for the kinds up
    to housing, multiplied up, shape (16, 4); then by age for health, the last kind.
    """
    up_to, health = np.empty((16, HEALTH)), np.empty(256)
    for c in range(16):
        alone, poor, dependants, minors = c & 1 > 0, c & 2 > 0, c & 4 > 0, c & 8 > 0
        left = np.exp(-p.event_isolation * (p.alone_factor if alone else 1.0))
        up_to[c, ISOLATION] = left
        left *= np.exp(-p.event_income * (p.poor_factor if poor else 1.0))
        up_to[c, INCOME] = left
        care = (p.dependant_factor if dependants else 1.0) * (p.family_factor if minors else 1.0)
        left *= np.exp(-p.event_care * care)
        up_to[c, CARE] = left
        left *= np.exp(-p.event_housing * (p.poor_factor if poor else 1.0))
        up_to[c, HOUSING] = left
    for age in range(256):
        health[age] = np.exp(-p.event_health * (1.0 + max(0.0, (age - 40.0) / 40.0)))
    return up_to, health


@kernel
def passing(p: Any) -> Any:
    """Return the rate at which time closes each kind of need."""
    rate = np.full(_KINDS, p.passing)
    rate[INCOME], rate[CARE], rate[HOUSING] = p.income_passing, p.care_passing, p.housing_passing
    return rate


@kernel
def strike(need: Any, draw: Any, u: float, up_to: Any, health: float, size: float) -> None:
    """Let the events of a week open the needs of one citizen who has at least one.

    With S_k = prod_{j<=k} e^-rate_j, u >= S_k for the first time at k has chance S_{k-1} - S_k =
    S_{k-1} (1 - e^-rate_k): that none came before and k does. What comes after the first is drawn
    kind by kind from numbers of its own, so that all kinds are independent.
    """
    struck, before = False, 1.0
    for k in range(HEALTH + 1):
        none = up_to[k] if k < HEALTH else before * health
        if (u01(draw, np.uint64(k)) >= none / before) if struck else u >= none:
            need[k] += (1.0 - need[k]) * size
            struck = True
        before = none


@kernel
def together(need: Any) -> float:
    """Return the unmet need over all kinds of one citizen: U = 1 - prod_k (1 - need_k)."""
    left = 1.0
    for k in range(_KINDS):
        left *= 1.0 - need[k]
    return 1.0 - left


@kernel
def live(key: Any, c: Any, people: Any, homes: Any, aid: Any, s: Any, p: Any, capital: Any) -> None:
    """Move the needs of each citizen by one week, and write the unmet need over all kinds.

    Time closes needs, isolation the faster for company, and events open them; compensation and
    outside volunteers meet part of the need of people in damaged homes. One number a citizen says
    whether anything happens at all. Income need passes at the usual pace with the usual savings of
    a household, slower with less.
    """
    need, company = c.need, c.company
    household, age, poor, alone = people.household, people.age, people.poor, people.alone
    tags, family = people.tags, people.family
    damage, savings = homes.damage, homes.savings
    out = s.unmet
    compensation, volunteers, usual_company = aid
    up_to, health = calm(p)
    left = np.exp(-passing(p))
    left[INCOME] = np.exp(-p.income_passing * (1.0 - p.savings_share))
    paying = p.income_passing * p.savings_share / p.usual_savings
    relieved = compensation > 0.0 or volunteers > 0.0
    for i in range(need.shape[0]):
        ease = eased(company[i], usual_company, capital.accompanying)
        need[i, ISOLATION] *= np.exp(-(p.passing * ease))
        for k in range(1, _KINDS):
            need[i, k] *= left[k]
        need[i, INCOME] *= 1.0 - chance(paying * savings[household[i]])
        kind = alone[i] + 2 * poor[i] + (tags[i] & _DEPENDANT) + 8 * family[i]
        u = u01(key, np.uint64(i))
        if u >= up_to[kind, HOUSING] * health[age[i]]:
            draw = mix(key, np.uint64(i))
            strike(need[i], draw, u, up_to[kind], health[age[i]], p.event_size)
        if relieved and damage[household[i]] > _DAMAGED:
            need[i, INCOME] *= 1.0 - compensation
            for k in range(_KINDS):
                need[i, k] *= 1.0 if k == HOUSING else 1.0 - volunteers
        out[i] = together(need[i])


def past_needs(
    people: People, alone: Bool, family: NDArray[np.uint8], p: Any, relief: F64, uniform: F64
) -> F64:
    """Return needs as the events of the past left them, shape (n, kinds).

    The last event of a kind is T weeks ago, exponential by its rate; what is left of it falls by
    time and by `relief`, what others usually meet in a week, shape (n, kinds), as `uniform`,
    drawn from 0 to 1.
    """
    up_to, health = calm(p)
    kind = alone + 2 * people.poor + (people.tags & _DEPENDANT) + 8 * family
    none = np.column_stack([up_to[kind], up_to[kind, HOUSING] * health[people.age]])
    rate = np.maximum(-np.diff(np.log(none), axis=1, prepend=0.0), 1e-300)
    left: F64 = p.event_size * np.exp((passing(p) + relief) * np.log(uniform) / rate)
    return left


@kernel
def unmet(need: Any, out: Any) -> None:
    """Write the unmet need of each citizen over all kinds."""
    for i in range(need.shape[0]):
        out[i] = together(need[i])


def run(model: CommunityModel) -> None:
    """Raise and lower the needs of the week."""
    state, p = model.state, model.rates.need
    displacement.run(model)
    compensation, volunteers = (
        model.exogenous_rate(name) for name in ("compensation", "volunteers")
    )
    live(
        model.streams.key("life", state.week),
        state.citizens.handle,
        model.people.handle,
        state.households.handle,
        (compensation, volunteers, state.municipality.usual_company),
        model.scratch.handle,
        p.handle,
        model.rates.capital.handle,
    )
