"""Give money to households in need of income."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model.contracts import Action, Ambit
from resilienza_sim.model.lotteries import Band, reached
from resilienza_sim.model.state import NEEDS
from resilienza_sim.streams import mix

_INCOME = NEEDS.index("income")
_SERIOUS = np.float32(0.3)
_LONG_AGO = 1_000_000  # weeks added so that weeks before the timeline count upwards too
_HOUSEHOLD = 2.29  # people in a household, ISTAT census 2019

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["CashSupport"]


class CashSupport(Action):
    """Give money to households in need of income."""

    source: ClassVar[str] = "McGuire, Kaiser & Bach-Mortensen 2022; CNEL 2025"
    ambit: ClassVar[Ambit] = "services"

    unit_cost_eur: float = quantity(
        75.0,
        0.1,
        10_000.0,
        unit="EUR per household and week",
        source="Unione della Romagna Faentina, solidarity grant 2021: up to 320 EUR a month",
    )
    relief: float = quantity(
        0.01,
        0.0,
        1.0,
        unit="per week",
        source="income need met in a week by one grant; McGuire et al. 2022, "
        "doi:10.1038/s41562-021-01252-z, well-being d = .13 (.09; .18) after two years: fitted",
    )

    grant_weeks: int = quantity(
        6,
        1,
        520,
        unit="weeks",
        source="CNEL 2025: 20 users of money grants per 1,000 residents a year: fitted",
    )

    def need(self, model: CommunityModel) -> float:
        """Return the people whose need of income is serious, as households."""
        return float(_serious(model.state.citizens.need)) / _HOUSEHOLD

    def apply(self, model: CommunityModel, done: float) -> None:
        """Meet part of the need of income of those drawn; help then sums need without it."""
        need, home = model.state.citizens.need, model.community.people.household
        week = model.band("cash", done * _HOUSEHOLD / _serious(need))
        band = Band(model.streams.key("cash", 0), week.low, week.high)
        since, now = model.state.citizens.since_grant, model.state.week + _LONG_AGO
        _grant(band, need, home, since, now, self.grant_weeks, np.float32(1.0 - self.relief))

    def relieves(self) -> dict[str, float]:
        """Return the need of income."""
        return {"income": 1.0}


@kernel
def _serious(need: Any) -> int:
    """Return how many people have a serious need of income."""
    count = 0
    for i in range(need.shape[0]):
        count += need[i, _INCOME] > _SERIOUS
    return count


@kernel
def _grant(band: Any, need: Any, home: Any, since: Any, now: int, weeks: int, left: Any) -> None:
    """Leave a share of the need of income of the households drawn.

    A household keeps what it drew for a grant's length; not all grants begin in the same week.
    """
    for i in range(need.shape[0]):
        if need[i, _INCOME] <= _SERIOUS:
            continue
        spell = (now + home[i] % weeks) // weeks
        if reached(band, mix(np.uint64(home[i]), np.uint64(spell))):
            need[i, _INCOME] *= left
            since[i] = 0
