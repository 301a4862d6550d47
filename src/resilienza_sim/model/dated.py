"""Things that have dates: from a day, to a day, or open at either end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple, Protocol

__all__ = ["Dated", "Stretch", "is_on", "stretches"]


class Dated(Protocol):
    """What begins on a day and ends on one; None where it is open."""

    @property
    def start(self) -> date | None: ...  # noqa: D102
    @property
    def end(self) -> date | None: ...  # noqa: D102


class Stretch(NamedTuple):
    """Days from the first to the last, both included; `date.min` and `date.max` where open."""

    first: date
    last: date

    def within(self, other: Stretch) -> Stretch | None:
        """Return the days that two stretches share, if any."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Stretch(first, last) if first <= last else None


def is_on(each: Dated, day: date) -> bool:
    """Tell whether something goes on on a day, its first and last included."""
    return (each.start or date.min) <= day <= (each.end or date.max)


def stretches(dated: Iterable[Dated]) -> list[Stretch]:
    """Return all time, cut where something begins or ends: within each stretch nothing changes."""
    cuts = {date.min}
    for each in dated:
        if each.start:
            cuts.add(each.start)
        if each.end and each.end < date.max:
            cuts.add(each.end + timedelta(days=1))
    days = sorted(cuts)
    ended = [(first, after - timedelta(days=1)) for first, after in pairwise(days)]
    return [Stretch(*each) for each in (*ended, (days[-1], date.max))]
