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
    """Entries of one arm, in whole cents of the citizens simulated.

    Whoever reads it reads euros of the whole town: what a sample moves, times residents over
    citizens. Sums are scaled rather than entries, so that the town's cents balance as exactly.

    Parameters
    ----------
    residents, citizens : int
        Of the town, and how many of them are simulated.
    """

    def __init__(self, residents: int = 1, citizens: int = 1) -> None:
        self.entries: list[tuple[int, str, str, int]] = []
        self.income: list[tuple[int, int]] = []
        self.residents, self.citizens = residents, citizens
        self._received = self._town_spent = 0
        self._on: dict[str, int] = {}
        self._week, self._cents = 0, 0
        """The week of the last entry, and the cents entered in it."""
        self._town: dict[str, int] = {}
        """Cents of the whole town spent in that week, by action."""

    def copy(self) -> Ledger:
        """Return a ledger with entries of its own."""
        twin = Ledger(self.residents, self.citizens)
        twin.entries = list(self.entries)
        twin.income = list(self.income)
        twin._received, twin._town_spent = self._received, self._town_spent
        twin._week, twin._cents = self._week, self._cents
        twin._on, twin._town = dict(self._on), dict(self._town)
        return twin

    def receive(self, week: int, cents: int) -> None:
        """Write down what became available in a week."""
        self.income.append((week, cents))
        self._received += cents

    def enter(self, week: int, action: Action, cents: int) -> None:
        """Write down what was spent on an action in a week."""
        kind, ambit = _labels(type(action))
        self.entries.append((week, kind, ambit, cents))
        before = self._on.get(kind, 0)
        self._on[kind] = after = before + cents
        town = self.of_town(after) - self.of_town(before)
        self._town_spent += town
        if self._week != week:
            self._week, self._cents, self._town = week, 0, {}
        self._cents += cents
        self._town[kind] = self._town.get(kind, 0) + town

    def of_town(self, cents: int) -> int:
        """Return cents of the whole town for those of the citizens simulated, rounded down."""
        return cents * self.residents // self.citizens

    def town_spent_on(self, week: int) -> dict[str, int]:
        """Return the cents of the whole town spent in the last week, by action."""
        return self._town if self._week == week else {}

    def cents_in(self, week: int) -> int:
        """Return the cents spent in the last week."""
        return self._cents if self._week == week else 0

    def town_since(self, week: int) -> tuple[int, dict[str, int]]:
        """Return the cents of the whole town received and spent by action from a week on."""
        before = sum(cents for at, cents in self.income if at < week)
        received = self.of_town(self._received) - self.of_town(before)
        earlier = dict.fromkeys(self._on, 0)
        for at, kind, _ambit, cents in self.entries:
            if at < week:
                earlier[kind] += cents
        return received, {
            kind: self.of_town(total) - self.of_town(earlier[kind])
            for kind, total in self._on.items()
            if total > earlier[kind]
        }

    def town_left(self) -> int:
        """Return the cents of the whole town that are left."""
        return self.of_town(self._received) - self._town_spent

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
        """Return one row an entry: week, action, ambit, euros of the whole town."""
        frame = pd.DataFrame(self.entries, columns=["week", "action", "ambit", "cents"])
        cents = frame.pop("cents")
        until = cents.groupby(frame["action"]).cumsum()
        town = until * self.residents // self.citizens
        frame["eur"] = (town - (until - cents) * self.residents // self.citizens) / 100.0
        return frame
