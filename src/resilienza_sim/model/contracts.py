"""What a shock, an action, an indicator and a metric promise to the model.

A member of a family is one class in one file of ``shocks/``, ``actions/``, ``indicators/`` or
``metrics/``; nothing else has to change.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from resilienza_sim.community.build import Community
from resilienza_sim.component import Bilingual, Component, Label, quantity
from resilienza_sim.model.calendar import Calendar
from resilienza_sim.model.state import NEEDS
from resilienza_sim.reading import refusal
from resilienza_sim.streams import Streams

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = [
    "AMBITS",
    "Action",
    "Ambit",
    "Indicator",
    "Line",
    "Metric",
    "MetricValue",
    "Monthly",
    "Record",
    "Shock",
    "StrategyLike",
    "Struck",
]

Ambit = Literal["ties", "planning", "services", "awareness"]
AMBITS: tuple[Ambit, ...] = ("ties", "planning", "services", "awareness")
Unit = Annotated[float, Field(ge=0.0, le=1.0)]
_MOST_MONTHS = 600


class Monthly(BaseModel):
    """A measured series, one value a month, that takes the place of a profile."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    first: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="first month, YYYY-MM")
    water: tuple[Unit, ...] = Field((), description="hits that a levee can hold, 0-1, max 600")
    contact: tuple[Unit, ...] = Field((), description="closure of in-person contact by policy, 0-1")

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if not (self.water or self.contact):
            raise refusal("monthly_empty")
        longest = max(len(self.water), len(self.contact))
        if longest > _MOST_MONTHS:
            raise refusal("monthly_long", found=longest, allowed=_MOST_MONTHS)
        return self


class Shock(Component):
    """Something that happens to the town.

    A shock has a *water* height week by week (what argini can hold, equation 10) and channels that
    no levee touches: contact closed by policy, and the salience of the threat. The part of the
    water that overtops hits people through ``exposure`` and services and spaces through their
    channels.
    """

    hazard: ClassVar[str]
    needs: ClassVar[dict[str, float]]
    """Weight of the hit on each kind of need."""
    damages_homes: ClassVar[bool] = False
    """Whether the weight on housing is damage to the building, which lasts until repaired."""

    label: Label | Bilingual | None = Field(
        None, description="name shown in figures: one text, or {it = ..., en = ...}"
    )
    start: date = Field(description="first day")
    peak: float = quantity(0.6, 0.0, 1.5, unit="water", source="MODEL.md section 6")
    strike: float = quantity(
        1.0, 0.0, 5.0, source="lambda_h of equation 2: what one week does, a flood's week being 1"
    )
    contact: float = quantity(0.0, 0.0, 1.0, source="MODEL.md section 6: no closure")
    services: float = quantity(0.0, 0.0, 1.0, source="MODEL.md section 6: no dip")
    spaces: float = quantity(0.0, 0.0, 1.0, source="MODEL.md section 6: no closure")
    salience: float = quantity(0.0, 0.0, 1.0, source="MODEL.md section 6: none")
    quarters: dict[str, Unit] | None = Field(
        None, description="share hit in each quarter; the others are not hit"
    )
    monthly: Monthly | None = Field(None, description="measured series in place of the profile")

    @abstractmethod
    def profile(self, age: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the height, as a share of the peak, at `age` weeks from the start (age >= 0)."""

    @abstractmethod
    def exposure(self, community: Community, streams: Streams) -> NDArray[np.float64]:
        """Return who is hit and how hard, shape (n,), in [0, 1]."""

    def water(self, calendar: Calendar) -> NDArray[np.float64]:
        """Return the water height of each week, shape (weeks,)."""
        if self.monthly and self.monthly.water:
            return self.peak * calendar.from_months(self.monthly.first, self.monthly.water)
        return self.peak * self._shape(calendar)

    def closure(self, calendar: Calendar) -> NDArray[np.float64]:
        """Return the share of in-person contact closed each week, shape (weeks,)."""
        if self.monthly and self.monthly.contact:
            series = calendar.from_months(self.monthly.first, self.monthly.contact)
            return self.contact * series
        return self.contact * self._shape(calendar)

    def _shape(self, calendar: Calendar) -> NDArray[np.float64]:
        age = np.arange(calendar.weeks, dtype=np.float64) - calendar.week_of(self.start)
        return np.where(age >= 0, self.profile(np.maximum(age, 0.0)), 0.0)

    def need_weights(self) -> NDArray[np.float64]:
        """Return the weights on the kinds of need in their order, shape (needs,)."""
        return np.array([self.needs.get(kind, 0.0) for kind in NEEDS])

    def quarter_share(self, community: Community) -> NDArray[np.float64]:
        """Return each citizen's share hit by quarter, shape (n,); 1 where no quarter is named."""
        if self.quarters is None:
            return np.ones(len(community.people.age))
        share = np.array([self.quarters.get(q.name, 0.0) for q in community.quarters])
        chosen: NDArray[np.float64] = share[community.people.quarter]
        return chosen


class Line(NamedTuple):
    """One line of an allocation: an action and its share of the purse."""

    action: Action
    share: float


class StrategyLike(Protocol):
    """What the model needs of a strategy: data, and nothing else."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def emergency_on(self) -> float: ...  # noqa: D102
    @property
    def emergency_off(self) -> float: ...  # noqa: D102
    @property
    def recovery_weeks(self) -> int: ...  # noqa: D102
    def lines(self, phase: int) -> Sequence[Line]: ...  # noqa: D102


class Action(Component):
    """Something the purse pays for.

    Euros buy units at `unit_cost_eur`; u units over an eligible need of S units do the work of
    S(1 - exp(-u/S)) (MODEL.md rule 5), whatever the number of lines they come from.
    """

    ambit: ClassVar[Ambit]

    unit_cost_eur: float

    @abstractmethod
    def need(self, model: CommunityModel) -> float:
        """Return the eligible need S, in the units that a unit cost buys."""

    @abstractmethod
    def apply(self, model: CommunityModel, done: float) -> None:
        """Do the work of `done` units this week."""


class Indicator(Component):
    """Something observed every week (or every `cadence_weeks`)."""

    unit: ClassVar[str] = ""
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"
    cadence_weeks: ClassVar[int] = 1

    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns it fills; its own name unless it fills several."""
        return (self.kind(),)

    @abstractmethod
    def measure(self, model: CommunityModel) -> float | Sequence[float]:
        """Return this week's value, one for each column; nan where undefined."""


class Struck(NamedTuple):
    """What a shock did to the town: its first week and the mean hit of each week, before levees."""

    hazard: str
    start: int
    hit: NDArray[np.float64]


class Record(Protocol):
    """What a metric reads: the recorded weeks of one run."""

    @property
    def weeks(self) -> NDArray[np.int64]: ...  # noqa: D102
    @property
    def decision_week(self) -> int: ...  # noqa: D102
    @property
    def final(self) -> dict[str, NDArray[np.float64]]: ...  # noqa: D102
    @property
    def shocks(self) -> tuple[Struck, ...]: ...  # noqa: D102
    def has(self, column: str) -> bool: ...  # noqa: D102
    def series(self, column: str, *, before: bool = False) -> NDArray[np.float64]: ...  # noqa: D102


class MetricValue(NamedTuple):
    """A metric of one run: None when undefined; `censored` when the end came first."""

    value: float | None
    censored: bool = False


class Metric(Component):
    """Something measured once a run."""

    unit: ClassVar[str] = ""
    better: ClassVar[Literal["higher", "lower"]] = "lower"
    can_be_censored: ClassVar[bool] = False
    diagnosis: ClassVar[bool] = False
    """Whether it explains a verdict and never counts in one (MODEL.md equations 11 and 14)."""
    effect_of_interest: ClassVar[float]
    """Smallest difference worth acting on, in the metric's unit; its reason is in the docstring."""

    @abstractmethod
    def compute(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
