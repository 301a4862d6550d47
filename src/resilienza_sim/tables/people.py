"""People of a table of ties: numbers from the first row on, names kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from resilienza_sim.community.territory import folded
from resilienza_sim.tables.private import full_name
from resilienza_sim.tables.remarks import Place, Remarks

__all__ = ["Numbered"]


@dataclass
class Numbered:
    """A number for each person, from 0, in the order in which they are met."""

    _numbers: dict[str, int] = field(default_factory=dict, repr=False)

    def number(self, person: str) -> int:
        """Return the number of a person, however their name or code is spaced and capitalised."""
        return self._numbers.setdefault(folded(person) or person, len(self._numbers))

    def __len__(self) -> int:
        return len(self._numbers)

    def refuse_names(self, place: Place, texts: Sequence[str], remarks: Remarks) -> None:
        """Refuse a column of people if it holds names and surnames."""
        names = [text for text in texts if full_name(text)]
        if names and not remarks.refused_as_private(place):
            remarks.mistake(place, "private_full_name", count=len(set(names)))
