"""What a town's own tables say of it: associations, services, places and ties, by name.

They are parts of a scenario, in the numbers of the whole town; `model.organisations` scales them to
the sample of citizens and makes them agents. What is not told is `None`, and the model's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from resilienza_sim.bounds import MOST_CITIZENS
from resilienza_sim.component import Label
from resilienza_sim.model.hazards import ATTRIBUTES
from resilienza_sim.model.state import SERVICES
from resilienza_sim.reading import refusal

__all__ = ["Association", "Network", "Service", "Space"]

_Words = Annotated[str, StringConstraints(min_length=1, max_length=400)]
_People = Annotated[int, Field(ge=0, le=3_000_000)]
_LINE = re.compile(r"(\d+( \d+)*)?")


class _Listed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    name: Label


class Association(_Listed):
    """An association of the town.

    Parameters
    ----------
    name : str
        As its town calls it.
    quarter : str, optional
        Where it is; drawn by residents where nobody says.
    members, volunteers : int, optional
        In the whole town; what groups of the region usually have where nobody says.
    does, serves : str, optional
        What it does and for whom, in the town's words.
    practises : tuple of str
        Which of the model's practices that is, beside routine.
    eur : float, optional
        EUR it has in hand when the timeline begins.
    since : date, optional
        When it was founded.
    people : tuple of int
        People of a table of memberships who belong to it, by number.
    """

    quarter: Label | None = None
    members: _People | None = None
    volunteers: _People | None = None
    does: _Words | None = None
    serves: _Words | None = None
    practises: tuple[Literal[ATTRIBUTES], ...] = Field((), max_length=len(ATTRIBUTES))  # type: ignore[valid-type]
    eur: float | None = Field(None, ge=0.0, le=1e9)
    since: date | None = None
    people: tuple[Annotated[int, Field(ge=0, lt=MOST_CITIZENS)], ...] = Field(
        (), max_length=100_000
    )

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if None not in (self.members, self.volunteers) and self.volunteers > self.members:  # type: ignore[operator]
            raise refusal("more_volunteers", found=self.volunteers, allowed=self.members)
        return self


class Service(_Listed):
    """A service of the town; several of one kind work as one, under all their names.

    Parameters
    ----------
    name : str
        As its town calls it.
    kind : str
        Which of the model's services it is.
    operators : float, optional
        Full-time equivalents; what the town's social spending pays where nobody says.
    followed : int, optional
        People it follows; the usual caseload of each operator where nobody says.
    waiting : int, optional
        People on its waiting list; the model's own where nobody says.
    weeks_waited : float, optional
        How long those on the list have been on it, on average.
    """

    kind: Literal[SERVICES]  # type: ignore[valid-type]
    operators: float | None = Field(None, gt=0.0, le=100_000.0)
    followed: _People | None = None
    waiting: _People | None = None
    weeks_waited: float | None = Field(None, ge=0.0, le=520.0)


class Space(_Listed):
    """A place where people meet."""

    quarter: Label
    capacity: float = Field(60.0, gt=0.0, le=1e6, description="people it holds; assumption: 60")


class Network(BaseModel):
    """Ties measured among the people who are simulated.

    Parameters
    ----------
    ties : tuple of str
        A line for each person, who is numbered by it from 0: the higher-numbered people they are
        tied to, with spaces between.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    ties: tuple[Annotated[str, StringConstraints(max_length=100_000)], ...] = Field(
        min_length=1, max_length=MOST_CITIZENS
    )

    @model_validator(mode="after")
    def _numbers(self) -> Self:
        n = len(self.ties)
        for person, line in enumerate(self.ties):
            known = _LINE.fullmatch(line) and [int(each) for each in line.split()]
            if (
                known is None
                or known != sorted(set(known))
                or not all(person < other < n for other in known)
            ):
                raise refusal("network_line", person=person, found=line[:60], allowed=n - 1)
        return self

    @classmethod
    def of(cls, people: int, pairs: list[tuple[int, int]]) -> Mapping[str, list[str]]:
        """Return the content of a network in a file, from pairs of people by number."""
        lines: list[list[int]] = [[] for _ in range(people)]
        for low, high in sorted({(min(pair), max(pair)) for pair in pairs}):
            lines[low].append(high)
        return {"ties": [" ".join(map(str, line)) for line in lines]}

    @cached_property
    def pairs(self) -> NDArray[np.int64]:
        """The ties, shape (m, 2), the lower person first, ascending."""
        found = [(i, int(j)) for i, line in enumerate(self.ties) for j in line.split()]
        return np.array(found, np.int64).reshape(-1, 2)
