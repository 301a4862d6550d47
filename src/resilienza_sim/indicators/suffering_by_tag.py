"""Mean suffering of each kind of recipient."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["SufferingByTag"]

_TAGS = (
    "target", "family", "operator", "third_sector", "stakeholder", "dependant", "caregiver",
)  # fmt: skip
_SHOWN = (*_TAGS, "distant")
_NAMES = {
    "family": "families", "operator": "operators", "stakeholder": "stakeholders",
    "dependant": "dependants", "caregiver": "caregivers",
}  # fmt: skip


class SufferingByTag(Indicator):
    """Mean suffering of each kind of recipient."""

    source: ClassVar[str] = "MODEL.md section 2, recipients"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "lower"

    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return (*(f"suffering_{_NAMES.get(tag, tag)}" for tag in _TAGS), "suffering_distant")

    def measure(self, model: CommunityModel) -> tuple[float, ...]:
        """Return this week's value."""
        suffering = model.tally.suffering_by_tag
        return tuple([suffering[tag] for tag in _SHOWN])
