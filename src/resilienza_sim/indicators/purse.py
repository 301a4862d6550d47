"""Euros available, spent and left this week, and spent by ambit."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import AMBITS, Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Purse"]


class Purse(Indicator):
    """Euros available, spent and left this week, and spent by ambit."""

    source: ClassVar[str] = "MODEL.md equation 13"
    unit: ClassVar[str] = "EUR"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"

    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return ("available_eur", "spent_eur", "left_eur", *(f"spent_{each}_eur" for each in AMBITS))

    def measure(self, model: CommunityModel) -> tuple[float, ...]:
        """Return this week's value."""
        town, spent = model.state.municipality, model.tally.spent
        left = town.available_cents
        total = sum(spent.values())
        euros = (left + total, total, left, *(spent.get(each, 0) for each in AMBITS))
        return tuple(cents / 100.0 for cents in euros)
