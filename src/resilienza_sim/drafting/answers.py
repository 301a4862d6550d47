"""What a planner is asked, in the order in which she thinks; a file of answers repeats them.

Every answer but the municipality has a default, which the files written say is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from resilienza_sim.bounds import MOST_CITIZENS
from resilienza_sim.component import Label
from resilienza_sim.drafting import named, spoken
from resilienza_sim.errors import ResilienzaError, nearest
from resilienza_sim.model.state import SERVICES
from resilienza_sim.printable import without_marks
from resilienza_sim.reading import read_toml, refusal, validated
from resilienza_sim.scenario import Recipient

__all__ = [
    "Answers",
    "Association",
    "Fear",
    "Line",
    "Place",
    "Service",
    "read_answers",
]

_MOST = 60


def _said(read: Callable[[str], Any]) -> BeforeValidator:
    """Take a text as it is read where it means something; what does not is refused by its type."""

    def meant(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            found = read(value)
        except ResilienzaError:
            return value
        return value if found is None else found

    return BeforeValidator(meant)


Day = Annotated[date, _said(spoken.day_of)]
Euros = Annotated[float, Field(gt=0.0, le=1e11), _said(spoken.euros_of)]
Flag = Annotated[bool, _said(spoken.yes_of)]
Number = Annotated[int, _said(spoken.count_of)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Event = Annotated[named.Feared, _said(named.event), named.EVENT]
Who = Annotated[Recipient, _said(named.recipient), named.RECIPIENT]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _seen(cls, data: Any) -> Any:
        return without_marks(data)


class Place(_Answer):
    """A quarter or a hamlet, in residents."""

    name: Label
    residents: Number = Field(ge=1, le=MOST_CITIZENS)


class Fear(_Answer):
    """An event that is feared.

    Parameters
    ----------
    kind : str
        A kind of shock.
    day : date
        When it is imagined to come.
    hit : float or dict of float
        Share of the residents hit, of the town or of each place; of a flood or an earthquake.
    again : float
        Chance that it comes once more within the years looked at, [0, 1).
    """

    kind: Event
    day: Day | None = None
    hit: Share | dict[str, Share] | None = None
    again: float = Field(0.0, ge=0.0, lt=1.0)


class Line(_Answer):
    """What the euros of one line buy, in a planner's or the model's words."""

    what: Annotated[str, _said(named.spending)]
    eur_per_year: Euros

    @model_validator(mode="after")
    def _known(self) -> Self:
        names = named.spending_names()
        if self.what not in names:
            raise refusal(
                "spending", found=self.what, **named.among(self.what, named.SPENDING, names)
            )
        return self


class Service(_Answer):
    """A service of the town, under the name its office gives it, in full-time operators."""

    name: Label
    operators: float | None = Field(None, gt=0.0, le=100_000.0)
    followed: Number | None = Field(None, ge=0, le=MOST_CITIZENS)
    waiting: Number | None = Field(None, ge=0, le=MOST_CITIZENS)

    @model_validator(mode="after")
    def _known(self) -> Self:
        if named.service(self.name) is None:
            raise refusal(
                "service", found=self.name, **named.among(self.name, named.SERVICE, SERVICES)
            )
        return self


class Association(_Answer):
    """An association of the town: where it is, how many belong to it, what it does."""

    name: Label
    quarter: Label | None = None
    members: Number | None = Field(None, ge=0, le=MOST_CITIZENS)
    volunteers: Number | None = Field(None, ge=0, le=MOST_CITIZENS)
    does: Annotated[str, Field(min_length=1, max_length=400)] | None = None


class Answers(_Answer):
    """All the answers.

    Parameters
    ----------
    municipality, province : str
        Which town.
    union_with : tuple of str
        The other municipalities of a union or of an ambito territoriale sociale.
    called : str, optional
        What they are called together.
    eur_per_year : float, optional
        Euros that can be moved in a year, whole town; a tenth of the social spending by default.
    new_money : bool
        Whether they come on top of what is spent now, which goes on as it is.
    starts, ends : date
        From when to when the money is there; three years from next January by default.
    now, proposal : tuple of Line
        How they are spent, and how they would be; the shipped ways in euros by default.
    places, fears : tuple
        Quarters and hamlets; what may happen.
    services, associations : tuple
        Those she knows by name, in the figures of the whole town.
    nonprofits : int, optional
        Associations of the town; those of the region by residents by default.
    recipients : tuple of str
        Whom she cares for most, told of before others.
    worth_people : int, optional
        Smallest change worth the money: how many people of the whole town would have to notice
        it, in every week (`study.people_of_interest`).
    pace : str
        "minutes" for a first look, "night" for a result to be shown.
    """

    municipality: Label
    province: Label | None = None
    union_with: tuple[Label, ...] = Field((), max_length=200)
    called: Label | None = None
    eur_per_year: Euros | None = None
    new_money: Flag = False
    starts: Day | None = None
    ends: Day | None = None
    now: tuple[Line, ...] = Field((), max_length=_MOST)
    proposal: tuple[Line, ...] = Field((), max_length=_MOST)
    places: tuple[Place, ...] = Field((), max_length=_MOST)
    fears: tuple[Fear, ...] = Field((), max_length=_MOST)
    services: tuple[Service, ...] = Field((), max_length=_MOST)
    associations: tuple[Association, ...] = Field((), max_length=500)
    nonprofits: Number | None = Field(None, ge=0, le=1_000_000)
    recipients: tuple[Who, ...] = Field((), max_length=len(named.RECIPIENTS))
    worth_people: Number | None = Field(None, ge=1, le=MOST_CITIZENS)
    pace: Annotated[named.Pace, _said(named.pace), named.PACE] = "minutes"

    @model_validator(mode="after")
    def _holds(self) -> Self:
        names = [place.name for place in self.places]
        if twice := [name for k, name in enumerate(names) if name in names[:k]]:
            raise refusal("quarters_same_name", found=twice[0])
        for listed in (self.services, self.associations):
            own = [each.name for each in listed]
            if twice := [name for k, name in enumerate(own) if name in own[:k]]:
                raise refusal("name_twice", found=twice[0])
        for each in self.associations:
            if each.quarter is not None and each.quarter not in names:
                allowed, close = ", ".join(names) or "–", nearest(each.quarter, names)
                raise refusal("place", found=each.quarter, allowed=allowed, nearest=close)
        for fear in self.fears:
            for name in fear.hit if isinstance(fear.hit, Mapping) else ():
                if name not in names:
                    raise refusal(
                        "place", found=name, allowed=", ".join(names), nearest=nearest(name, names)
                    )
        return self

    def filled(self, today: date) -> Answers:
        """Return the answers with dates in place of those that were not given."""
        starts = self.starts or date(today.year + 1, 1, 1)
        ends = self.ends or _later(starts, 3)
        if ends < starts + timedelta(weeks=12):
            raise ResilienzaError("money_too_short", found=ends, allowed=starts)
        return self.model_copy(update={"starts": starts, "ends": ends})

    @property
    def place(self) -> tuple[str, str | None]:
        """Return the name given and its province."""
        return self.municipality, self.province

    @property
    def span(self) -> tuple[date, date]:
        """Return from when to when, once filled."""
        if self.starts is None or self.ends is None:
            raise ValueError("answers that are not filled have no span")
        return self.starts, self.ends


def _later(day: date, years: int) -> date:
    first = date(day.year + years, day.month, min(day.day, 28))
    return first - timedelta(days=1)


def read_answers(path: str | Path) -> Answers:
    """Return the answers of a file.

    Raises
    ------
    ResilienzaError
        If the file is missing or its answers do not hold.
    """
    return checked(read_toml(path), str(path))


def checked(data: Mapping[str, Any], where: str) -> Answers:
    """Return the answers, or say which of them does not hold.

    Raises
    ------
    ResilienzaError
        If one does not hold.
    """
    if not data.get("municipality"):
        raise ResilienzaError("no_municipality")
    return validated(Answers, dict(data), where)
