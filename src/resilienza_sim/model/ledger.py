"""The ledger: every cent available, spent and left, week by week, action by action."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from resilienza_sim.model.contracts import Action

__all__ = ["Ledger"]

_KIND, _AMBIT = 1, 2
"""Places of an entry."""


@cache
def _labels(action: type[Action]) -> tuple[str, str]:
    """Return the kind and the ambit of an action."""
    return action.kind(), action.ambit


class Ledger:
    """Entries of one arm, in whole cents."""

    def __init__(self) -> None:
        self.entries: list[tuple[int, str, str, int]] = []
        self.income: list[tuple[int, int]] = []

    def copy(self) -> Ledger:
        """Return a ledger with entries of its own."""
        twin = Ledger()
        twin.entries = list(self.entries)
        twin.income = list(self.income)
        return twin

    def receive(self, week: int, cents: int) -> None:
        """Write down what became available in a week."""
        self.income.append((week, cents))

    def enter(self, week: int, action: Action, cents: int) -> None:
        """Write down what was spent on an action in a week."""
        self.entries.append((week, *_labels(type(action)), cents))

    def spent(self, week: int) -> dict[str, int]:
        """Return the cents spent in the last week, by ambit."""
        return self._sums(week, _AMBIT)

    def spent_on(self, week: int) -> dict[str, int]:
        """Return the cents spent in the last week, by action."""
        return self._sums(week, _KIND)

    def _sums(self, week: int, part: int) -> dict[str, int]:
        sums: dict[str, int] = {}
        for entry in reversed(self.entries):
            if entry[0] != week:
                break
            name = str(entry[part])
            sums[name] = sums.get(name, 0) + entry[3]
        return sums

    def audit(self) -> tuple[int, int, int]:
        """Return cents received, spent and left over the whole life of the arm."""
        received = sum(cents for _, cents in self.income)
        spent = sum(cents for *_, cents in self.entries)
        return received, spent, received - spent

    def frame(self) -> pd.DataFrame:
        """Return one row an entry: week, action, ambit, euros."""
        frame = pd.DataFrame(self.entries, columns=["week", "action", "ambit", "cents"])
        frame["eur"] = frame.pop("cents") / 100.0
        return frame
