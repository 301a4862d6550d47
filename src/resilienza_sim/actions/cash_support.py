"""Give money to households in need of income."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Action, Ambit
from resilienza_sim.model.state import NEEDS

_INCOME = NEEDS.index("income")
_SERIOUS = 0.3
_HOUSEHOLD = 2.29  # people in a household, ISTAT census 2019

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["CashSupport"]


class CashSupport(Action):
    """Give money to households in need of income."""

    source: ClassVar[str] = "MODEL.md section 5, row 34"
    ambit: ClassVar[Ambit] = "services"

    unit_cost_eur: float = quantity(
        75.0, 0.1, 10_000.0, unit="EUR per household and week",
        source="Unione della Romagna Faentina, solidarity grant 2021: up to 320 EUR a month",
    )  # fmt: skip
    relief: float = quantity(
        0.3, 0.0, 1.0, unit="per week", source="assumption: income need met in a week by one grant"
    )

    def need(self, model: CommunityModel) -> float:
        """Return the people whose need of income is serious, as households."""
        return float((model.state.citizens.need[:, _INCOME] > _SERIOUS).sum()) / _HOUSEHOLD

    def apply(self, model: CommunityModel, done: float) -> None:
        """Meet part of the need of income of those drawn; help then sums need without it."""
        need = model.state.citizens.need
        who = np.flatnonzero(need[:, _INCOME] > _SERIOUS)
        homes = model.community.people.household[who]
        lucky = who[model.draw("cash", homes, done * _HOUSEHOLD / who.size)]
        need[lucky, _INCOME] *= np.float32(1.0 - self.relief)

    def relieves(self) -> dict[str, float]:
        """Return the need of income."""
        return {"income": 1.0}
