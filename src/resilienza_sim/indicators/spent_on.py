"""Euros spent this week on each action."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.discovery import family
from resilienza_sim.model.contracts import Action, Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["SpentOn"]


class SpentOn(Indicator):
    """Euros spent this week on each action."""

    source: ClassVar[str] = "MODEL.md section 1, rule 1: a ledger of every euro"
    unit: ClassVar[str] = "EUR"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"

    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns: one an action, in the order of their names."""
        return tuple(f"eur_{name}" for name in family("actions", Action))

    def measure(self, model: CommunityModel) -> tuple[float, ...]:
        """Return this week's value."""
        spent = model.ledger.spent_on(model.state.week)
        return tuple(spent.get(name, 0) / 100.0 for name in family("actions", Action))
