"""Other histories of the same town: shocks after the decision, earlier or later, lower or higher.

What happened up to the decision stays as it is, the purse and the people's parameters too. Shocks
that follow one another closely are one event: they move together, and the support, the volunteers
and the works that come after an event move with it. Each shock has a height of its own. The numbers
are named by the seed and the replicate, so that a history does not depend on how many are drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from resilienza_sim.reading import validated
from resilienza_sim.streams import Streams

if TYPE_CHECKING:
    import numpy as np

    from resilienza_sim.scenario import Scenario

__all__ = ["Histories"]

_DAYS_OF_A_MONTH = 30.44
_LAST_WEEKS = 8
"""A moved event begins at least so many weeks before the end, unless it began later anyway."""


@dataclass(frozen=True, slots=True)
class Histories:
    """How histories are drawn.

    Parameters
    ----------
    shift_weeks : int
        An event comes up to so many weeks earlier or later, all equally likely (assumption: it
        stays within its season), never before the week after the decision.
    lowest, highest : float
        Each shock's peak is multiplied by a number between these (assumption: a quarter less or
        more), within what the shock allows.
    gap_weeks : int
        Shocks that begin within so many weeks of the one before belong to its event (assumption,
        as for the excursions of the model).
    """

    shift_weeks: int = 6
    lowest: float = 0.75
    highest: float = 1.25
    gap_weeks: int = 8

    def of(self, scenario: Scenario, decision_week: int, seed: int, replicate: int) -> Scenario:
        """Return the scenario with the history of one replicate.

        Parameters
        ----------
        scenario : Scenario
            With its own history.
        decision_week : int
            What begins in this week or before stays as it is.
        seed, replicate : int
            They name the numbers.
        """
        rng = Streams(seed).generator(f"history|{replicate}")
        data = scenario.model_dump(mode="json")
        events = list(self._events(scenario, decision_week))
        moves = [self._move(scenario, event, decision_week, rng) for event in events]
        for (_first, places), weeks in zip(events, moves, strict=True):
            for place in places:
                factor = float(rng.uniform(self.lowest, self.highest))
                _reshape(data["shocks"][place], scenario.shocks[place], weeks, factor)
        for table in data["exogenous"].values():
            for row in table:
                week = scenario.calendar.week_of(date.fromisoformat(row["start"]))
                before = [k for k, (first, _) in enumerate(events) if first <= week]
                if before:
                    for name in ("start", "until"):
                        if row.get(name):
                            row[name] = _later(row[name], moves[before[-1]])
        return validated(type(scenario), data, scenario.name)

    def _events(self, scenario: Scenario, decision_week: int) -> Iterator[tuple[int, list[int]]]:
        """Yield the first week of each event after the decision and the places of its shocks."""
        weeks = [shock.first_week(scenario.calendar) for shock in scenario.shocks]
        places: list[int] = []
        for place in sorted(range(len(weeks)), key=lambda k: (weeks[k], k)):
            if weeks[place] <= decision_week:
                continue
            if places and weeks[place] - weeks[places[-1]] > self.gap_weeks:
                yield weeks[places[0]], places
                places = []
            places.append(place)
        if places:
            yield weeks[places[0]], places

    def _move(
        self,
        scenario: Scenario,
        event: tuple[int, list[int]],
        decision_week: int,
        rng: np.random.Generator,
    ) -> int:
        """Return by how many weeks an event moves."""
        first, _ = event
        drawn = int(rng.integers(-self.shift_weeks, self.shift_weeks + 1))
        last = max(first, scenario.calendar.weeks - _LAST_WEEKS)
        return min(max(first + drawn, decision_week + 1), last) - first


def _later(day: str, weeks: int) -> str:
    return (date.fromisoformat(day) + timedelta(weeks=weeks)).isoformat()


def _reshape(data: dict[str, Any], shock: Any, weeks: int, factor: float) -> None:
    """Move a shock, in plain data, and change its height within what its kind allows."""
    data["start"] = _later(data["start"], weeks)
    limits = [
        bound
        for each in type(shock).model_fields["peak"].metadata
        if (bound := getattr(each, "le", None)) is not None
    ]
    data["peak"] = min([shock.peak * factor, *limits])
    if data.get("monthly"):
        year, month = (int(part) for part in data["monthly"]["first"].split("-"))
        months = 12 * year + month - 1 + round(7 * weeks / _DAYS_OF_A_MONTH)
        data["monthly"]["first"] = f"{months // 12:04d}-{months % 12 + 1:02d}"
