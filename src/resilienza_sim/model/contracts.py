"""What a shock, an action, an indicator and a metric promise to the model.

A shock or an action is a class in a file of its own; an indicator or a metric is a decorated
function in a module of ``indicators/`` or ``metrics/``. Nothing else has to change.
"""

from __future__ import annotations

import inspect
import math
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from resilienza_sim.community.build import Community
from resilienza_sim.component import Bilingual, Component, Label, quantity
from resilienza_sim.model.calendar import Calendar
from resilienza_sim.model.series import Monthly, Unit, Weekly
from resilienza_sim.model.state import NEEDS
from resilienza_sim.reading import refusal
from resilienza_sim.streams import Streams

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = [
    "AMBITS",
    "ANY",
    "FAMILIES",
    "Action",
    "Ambit",
    "Channels",
    "Indicator",
    "Line",
    "Measure",
    "Metric",
    "MetricValue",
    "Protection",
    "Record",
    "Shock",
    "StrategyLike",
    "Struck",
    "indicator",
    "metric",
]

Ambit = Literal["ties", "planning", "services", "awareness"]
Protection = Literal["nothing", "distance", "watch"]
AMBITS: tuple[Ambit, ...] = ("ties", "planning", "services", "awareness")


class Channels(NamedTuple):
    """What a shock does to the town as a whole, at a water of 1."""

    services: float
    """Share of the services that falls away."""
    spaces: float
    """Share of the places that closes."""
    salience: float
    """How far the threat is felt."""
    budget: float
    """Share of the weekly purse that is lost."""


class Shock(Component):
    """Something that happens to the town.

    A shock has a *water* height week by week (what argini can hold, equation 10) and channels that
    no levee touches: contact closed by policy, the salience of the threat, the cut of the purse.
    The part of the water that overtops hits people through ``exposure`` and services and spaces
    through their channels.
    """

    hazard: ClassVar[str]
    needs: ClassVar[dict[str, float]]
    """Weight of the hit on each kind of need."""
    damages_homes: ClassVar[bool] = False
    """Whether the weight on housing is damage to the building, which lasts until repaired."""

    protects: ClassVar[Protection] = "nothing"
    """What neighbours can do about the hit: keep measures, watch over each other, nothing."""

    label: Label | Bilingual | None = Field(
        None, description="name shown in figures: one text, or {it = ..., en = ...}"
    )
    start: date = Field(description="first day")
    after_weeks: int = quantity(
        0, 0, 520, unit="weeks", source="scenario file: delay after the start"
    )
    every_weeks: float | None = quantity(
        None,
        26.0,
        260.0,
        unit="weeks",
        source="convention: mean gap of the returns, a Poisson process; none: once",
    )
    peak: float = quantity(
        0.6, 0.0, 1.5, unit="water", source="convention: the shock's own file tells"
    )
    strike: float = quantity(
        1.0, 0.0, 5.0, source="lambda_h of equation 2: what one week does, a flood's week being 1"
    )
    contact: float = quantity(0.0, 0.0, 1.0, source="convention: no closure")
    services: float = quantity(0.0, 0.0, 1.0, source="convention: no dip")
    spaces: float = quantity(0.0, 0.0, 1.0, source="convention: no closure")
    salience: float = quantity(0.0, 0.0, 1.0, source="convention: none")
    budget: float = quantity(0.0, 0.0, 1.0, source="convention: no cut of the purse")
    quarters: dict[str, Unit] | None = Field(
        None, description="share hit in each quarter; the others are not hit"
    )
    monthly: Monthly | None = Field(
        None, description="measured series, by month, in place of the profile"
    )
    weekly: Weekly | None = Field(
        None, description="measured series, by week from the start, in place of the profile"
    )

    @model_validator(mode="after")
    def _one_series(self) -> Self:
        if self.monthly and self.weekly:
            raise refusal("series_twice")
        series = self.monthly or self.weekly
        closes = self.contact > 0.0 or "contact" in self.model_fields_set
        if series and series.contact and not closes:
            raise refusal("series_contact")
        return self

    @abstractmethod
    def profile(self, age: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the height, as a share of the peak, at `age` weeks from the start (age >= 0)."""

    @abstractmethod
    def exposure(self, community: Community, streams: Streams) -> NDArray[np.float64]:
        """Return who is hit and how hard, shape (n,), in [0, 1]; the same at every return."""

    def tail(self, age: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the share of contact, services and places still closed when the water is gone."""
        return np.zeros_like(age)

    # -- when ---------------------------------------------------------------------------------

    @property
    def recurs(self) -> bool:
        """Whether it may happen more than once."""
        return self.every_weeks is not None

    def first_week(self, calendar: Calendar) -> int:
        """Return the week in which it begins."""
        return calendar.week_of(self.start) + self.after_weeks

    def delays(self, calendar: Calendar, streams: Streams) -> list[int]:
        """Return how many weeks after the first each time comes: 0, then its returns.

        The gaps of a Poisson process are exponential. Their numbers are named by what the shock is
        and when it first came: the same in every arm, whatever its height and its gap.
        """
        if self.every_weeks is None:
            return [0]
        left = calendar.weeks - self.first_week(calendar)
        name = f"return of {self.kind()} {self.start} {sorted(self.quarters or ())}"
        found, at, drawn = [0], 0.0, 0
        while at < left:
            u = streams.uniform(name, 0, np.arange(drawn, drawn + 64))
            times = at - self.every_weeks * np.cumsum(np.log1p(-u))
            found += [int(time) for time in times if time < left]
            at, drawn = float(times[-1]), drawn + 64
        return found

    def events(self, calendar: Calendar, streams: Streams) -> tuple[Shock, ...]:
        """Return what happens in one replicate: simple shocks, each of them once."""
        if not self.recurs:
            return (self,)
        return tuple(
            self.model_copy(update=self._moved(delay, again=k > 0))
            for k, delay in enumerate(self.delays(calendar, streams))
        )

    def _moved(self, delay: int, *, again: bool) -> dict[str, Any]:
        """Return what changes at a return: a series with a date tells of the first time only."""
        moved: dict[str, Any] = {"every_weeks": None, "after_weeks": self.after_weeks + delay}
        return moved | ({"monthly": None} if again else {})

    # -- how strong, week by week ---------------------------------------------------------------

    def water(self, calendar: Calendar) -> NDArray[np.float64]:
        """Return the water height of each week the first time, shape (weeks,)."""
        measured = self._measured(calendar, "water")
        return self.peak * (self._shape(calendar, self.profile) if measured is None else measured)

    def closure(self, calendar: Calendar) -> NDArray[np.float64]:
        """Return the share of in-person contact closed each week, shape (weeks,)."""
        series = self._measured(calendar, "contact")
        if series is None:
            series = self._shape(calendar, self.profile)
        return self.contact * np.maximum(series, self._shape(calendar, self.tail))

    def limits(self, calendar: Calendar) -> NDArray[np.float64]:
        """Return how far gatherings and events are limited each week, shape (weeks,).

        Where they were not measured they follow the closure of contact.
        """
        series = self._measured(calendar, "gatherings")
        if series is None:
            return self.closure(calendar)
        return self.contact * np.maximum(series, self._shape(calendar, self.tail))

    def aftermath(self, calendar: Calendar) -> NDArray[np.float64]:
        """Return the share of services and places still closed each week, shape (weeks,)."""
        return self._shape(calendar, self.tail) * (self.peak > 0.0)

    def _measured(self, calendar: Calendar, channel: str) -> NDArray[np.float64] | None:
        if self.monthly and (values := getattr(self.monthly, channel)):
            return calendar.from_months(self.monthly.first, values)
        if self.weekly and (values := getattr(self.weekly, channel)):
            return calendar.from_weeks(self.first_week(calendar), values)
        return None

    def _shape(
        self, calendar: Calendar, form: Callable[[NDArray[np.float64]], NDArray[np.float64]]
    ) -> NDArray[np.float64]:
        age = np.arange(calendar.weeks, dtype=np.float64) - self.first_week(calendar)
        return np.where(age >= 0, form(np.maximum(age, 0.0)), 0.0)

    # -- on what --------------------------------------------------------------------------------

    def channels(self) -> Channels:
        """Return what it does to the town as a whole, at a water of 1."""
        return Channels(self.services, self.spaces, self.salience, self.budget)

    def need_weights(self) -> NDArray[np.float64]:
        """Return the weights on the kinds of need in their order, shape (needs,)."""
        return np.array([self.needs.get(kind, 0.0) for kind in NEEDS])

    def named_quarters(self) -> Iterator[tuple[str, str]]:
        """Yield the quarters that its file names, each with the path to them inside the shock."""
        yield from (("", quarter) for quarter in self.quarters or ())

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
    @property
    def keep_unassigned(self) -> bool: ...  # noqa: D102
    def lines(self, phase: int, day: date | None = None) -> Sequence[Line]: ...  # noqa: D102


class Action(Component):
    """Something the purse pays for.

    Euros buy units at `unit_cost_eur`; u units over an eligible need of S units do the work of
    S(1 - exp(-u/S)) (docs/odd.md, rule 5), whatever the number of lines they come from.
    """

    ambit: ClassVar[Ambit]
    ways: ClassVar[tuple[str, ...]] = ()
    """Fields that say in which order the need is met: lines that differ in them share it."""

    unit_cost_eur: float

    @abstractmethod
    def need(self, model: CommunityModel) -> float:
        """Return the eligible need S, in the units that a unit cost buys."""

    @abstractmethod
    def apply(self, model: CommunityModel, done: float) -> None:
        """Do the work of `done` units this week."""

    def relieves(self) -> dict[str, float]:
        """Return what it does for each kind of need, as weights; empty if for none above others."""
        return {}


ANY = (-math.inf, math.inf)
"""Bounds of what may be any number."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Measure:
    """A function that says what it measures; it bears the function's name and description.

    Parameters
    ----------
    function : callable
        What measures.
    unit : str
        In words ("weeks", "per 1,000"); ``"share"`` and ``"0-1"`` go from 0 to 1.
    source : str
        A citation, or the word ``assumption`` with its reason.
    bounds : pair of float, optional
        What a value lies between: 0 and 1 for those two units, 0 and infinity for others, unless
        said.
    """

    function: Callable[..., Any]
    unit: str
    source: str
    bounds: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        for name in ("__module__", "__name__", "__doc__"):
            object.__setattr__(self, name, getattr(self.function, name))
        if self.bounds is None:
            highest = 1.0 if self.unit in ("share", "0-1") else math.inf
            object.__setattr__(self, "bounds", (0.0, highest))

    def kind(self) -> str:
        """Return the name used in files and tables: that of the function."""
        return self.function.__name__

    def summary(self) -> str:
        """Return the first line of the description."""
        return (inspect.getdoc(self.function) or "").split("\n", 1)[0]


@dataclass(frozen=True, kw_only=True, eq=False)
class Indicator(Measure):
    """Something observed every week (or every `cadence_weeks`), made by `indicator`.

    Parameters
    ----------
    better : {"higher", "lower", "neither"}
        Direction that is good for people.
    cadence_weeks : int
        How many weeks apart it is observed; nan between.
    names : tuple of str, or callable that returns one
        Columns it fills; its own name alone by default.
    by_quarter : bool
        Whether it fills one column for each quarter of the town, in the order of the scenario:
        its own name, then the number of the quarter from 1.
    """

    better: Literal["higher", "lower", "neither"] = "neither"
    cadence_weeks: int = 1
    names: tuple[str, ...] | Callable[[], tuple[str, ...]] = ()
    by_quarter: bool = False

    def __call__(self, model: CommunityModel) -> float | Sequence[float]:
        """Return this week's value, one for each column; nan where undefined."""
        found: float | Sequence[float] = self.function(model)
        return found

    def columns(self, quarters: int = 0) -> tuple[str, ...]:
        """Return the names of the columns it fills in a town of so many quarters."""
        if self.by_quarter:
            return tuple(f"{self.kind()}_{k + 1}" for k in range(quarters))
        return (self.names() if callable(self.names) else self.names) or (self.kind(),)


def indicator(**facts: Any) -> Callable[[Callable[[CommunityModel], Any]], Indicator]:
    """Make a function of the model an indicator; `facts` are the fields of `Indicator`."""
    return lambda function: Indicator(function=function, **facts)


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
    def quiet(self, column: str) -> NDArray[np.float64] | None: ...  # noqa: D102


class MetricValue(NamedTuple):
    """A metric of one run: None when undefined; `censored` when the end came first."""

    value: float | None
    censored: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Metric(Measure):
    """Something measured once a run, made by `metric`.

    Parameters
    ----------
    better : {"higher", "lower"}
        Direction that is good for people.
    effect_of_interest : float
        Smallest difference worth acting on, in the unit; its reason is in the description.
    weekly : bool
        Whether that is of one week, and grows with the weeks from the decision to the end.
    per_head : bool
        Whether that is of one resident, and grows with the town.
    can_be_censored : bool
        Whether the end may come first.
    of_twin : tuple of str
        Columns that it reads of the quiet twin, with `Record.quiet`; undefined without a twin.
    diagnosis : bool
        Whether it explains a verdict and never counts in one (docs/odd.md, equation 11 and 14).
    """

    better: Literal["higher", "lower"]
    effect_of_interest: float
    weekly: bool = False
    per_head: bool = False
    can_be_censored: bool = False
    of_twin: tuple[str, ...] = ()
    diagnosis: bool = False

    def __call__(self, record: Record) -> MetricValue:
        """Return the value over the weeks from the decision to the end."""
        found = self.function(record)
        return found if isinstance(found, MetricValue) else MetricValue(found)


def metric(**facts: Any) -> Callable[[Callable[[Record], Any]], Metric]:
    """Make a function of a record a metric; `facts` are the fields of `Metric`.

    The function returns a number, None where undefined, or a `MetricValue`.
    """
    return lambda function: Metric(function=function, **facts)


FAMILIES: Mapping[str, type[Any]] = {
    "shocks": Shock,
    "actions": Action,
    "indicators": Indicator,
    "metrics": Metric,
}
"""Families of components, by the folder they are in, and what their members are."""
