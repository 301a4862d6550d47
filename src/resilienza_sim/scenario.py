"""A scenario: one town, its history and its purse, read from a TOML file and frozen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from resilienza_sim.bounds import FEWEST_CITIZENS, MOST_CITIZENS
from resilienza_sim.community.known import Known
from resilienza_sim.community.territory import (
    FIGURES,
    SHARES,
    Town,
    load_town,
    united,
    with_figures,
)
from resilienza_sim.component import Bilingual, Label, Text, quantity
from resilienza_sim.discovery import OneName, OneOf, family
from resilienza_sim.errors import ResilienzaError, among, repeated
from resilienza_sim.files import place_of
from resilienza_sim.model.calendar import Calendar
from resilienza_sim.model.contracts import Metric, Shock
from resilienza_sim.model.dated import Stretch, is_on, stretches
from resilienza_sim.model.exogenous import Exogenous
from resilienza_sim.model.listed import Association, Network, Service, Space
from resilienza_sim.model.orders import WeekOrder
from resilienza_sim.model.parameters import Parameters
from resilienza_sim.model.sums import added
from resilienza_sim.paths import assigned
from resilienza_sim.reading import (
    FromFile,
    file_of,
    read_assignments,
    read_toml,
    refusal,
    validated,
)
from resilienza_sim.strategies import Strategy, load_strategy
from resilienza_sim.strategies.strategy import Name, Purse

__all__ = [
    "Quarter",
    "Scenario",
    "file_before",
    "from_data",
    "load_scenario",
    "shipped_scenarios",
]

_AnyShock = Annotated[Shock, OneOf(lambda: family("shocks", Shock))]
_AnyMetric = Annotated[str, OneName(lambda: family("metrics", Metric))]
_SMALL = 2_000

Recipient = Literal["target", "dependants", "caregivers", "families", "operators", "third_sector"]
"""Recipients of the model, by the names that its indicators give them."""

PAST = "consolidated"
"""Allocation of the purse before the decision where a scenario has none of its own (rule 4)."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def _without(data: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return a part without what it does not use: its text, and hash, are as before there was."""
    return {k: v for k, v in data.items() if k not in names or v}


class TownPart(_Part):
    """Which municipality, and how many of its residents are simulated."""

    municipality: Label
    province: Label | None = None
    union_with: tuple[Label, ...] = Field(
        (),
        max_length=200,
        description="the other municipalities of a union or of an ambito territoriale sociale, as "
        "'Samone (TN)' where a name is that of several",
    )
    called: Label | None = Field(None, description="what they are called together")
    citizens: int = quantity(
        10_000,
        FEWEST_CITIZENS,
        MOST_CITIZENS,
        unit="people",
        source="assumption: a sample of the town",
    )
    figures: dict[Literal[FIGURES], Annotated[float, Field(ge=0.0)]] = Field(  # type: ignore[valid-type]
        default_factory=dict,
        description="levels in place of those measured around the town, in their unit: shares are "
        "in [0, 1)",
    )
    luck: int = quantity(
        0,
        0,
        1_000_000,
        source="assumption: 0, the seeds as they are; another number is another family of seeds, "
        "which no result should hang on",
    )

    @model_serializer(mode="wrap")
    def _as_before(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return _without(handler(self), "union_with", "called")


class Quarter(_Part):
    """A part of the town."""

    name: Label
    share: float = Field(gt=0.0, le=1.0, description="share of the residents")
    ground_floor: float = quantity(
        0.25, 0.0, 1.0, source="assumption: share of homes at ground floor"
    )
    elderly: float = quantity(1.0, 0.1, 5.0, source="assumption: as in the town")
    low_income: float = quantity(1.0, 0.1, 5.0, source="assumption: as in the town")


class TimePart(_Part):
    """The calendar."""

    start: date = Field(description="a Monday: first day of week 0")
    weeks: int = Field(ge=8, le=1_040)
    burn_in_weeks: int = quantity(
        520,
        26,
        1_040,
        unit="weeks",
        source="derived: in eight plausible towns five years without shocks cost 386 point-weeks "
        "after 104 weeks of burn-in, 92 after 312, 28 after 520 (docs/odd.md, initialisation)",
    )
    decisions: tuple[date, ...] = Field(min_length=1, max_length=8)
    order: WeekOrder = Field("usual", description="which phases of a week come first; assumption")


class Fund(_Part):
    """Money that comes on top of the purse, or is taken from it, for a time.

    A project that ends has both days; a budget that changes from a day on has only the first.
    """

    eur_per_year: float = Field(
        ge=-1e11, le=1e11, description="euros a year of the whole town; below zero, a cut"
    )
    start: date | None = Field(None, description="first day; always, if absent")
    end: date | None = Field(None, description="last day; for good, if absent")
    title: Bilingual | None = None
    source: Text | None = Field(None, description="who gives it, with the act that says so")

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.start and self.end and self.end < self.start:
            raise refusal("line_backwards", found=self.end, allowed=self.start)
        return self


def _loaded(given: object) -> object:
    return load_strategy(given) if isinstance(given, str) else given


class PursePart(_Part):
    """The euros the municipality can move, and what they return."""

    eur_per_head: float | None = Field(
        None, ge=0.0, le=10_000.0, description="municipal social spending a head a year"
    )
    discretionary_share: float = quantity(0.10, 0.0, 1.0, source="prior, 5-15 % of social spending")
    eur_per_year: float | None = Field(
        None,
        ge=0.0,
        le=1e11,
        description="euros a year that can be moved, for the whole town: in place of the share",
    )
    funds: tuple[Fund, ...] = Field(
        (), max_length=60, description="money with dates, on top of the rest: [[purse.funds]]"
    )
    returns: Literal["concave", "linear"] = "concave"
    before: Annotated[Strategy | None, BeforeValidator(_loaded)] = Field(
        None,
        description="how it was spent before the decision, the same for every arm: the name of a "
        f"strategy, or its file beside this one; {PAST} by default",
    )

    @model_serializer(mode="wrap")
    def _as_before(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return _without(handler(self), "funds", "before")

    def funds_on(self, day: date) -> float:
        """Return the euros a year of the whole town that funds bring on a day."""
        return added(fund.eur_per_year for fund in self.funds if is_on(fund, day))


class StudyPart(_Part):
    """Defaults of `compare`."""

    pairs: int = Field(30, ge=1, le=100_000)
    strategies: tuple[str, ...] = Field(
        ("consolidated", "alluvial", "transformative", "hybrid", "none"), max_length=500
    )
    baseline: str = "consolidated"
    twin: bool = Field(
        True, description="whether the quiet twin of each arm runs beside it (no: `--no-twin`)"
    )
    people_of_interest: float | None = Field(
        None,
        gt=0.0,
        le=1e7,
        description="residents of the whole town who would have to notice, in every week, for a "
        "change of the loss to matter; a rule of its own by default",
    )
    effects_of_interest: dict[_AnyMetric, Annotated[float, Field(ge=0.0)]] = Field(
        default_factory=dict, description="smallest difference worth acting on, by metric"
    )
    recipients: tuple[Recipient, ...] = Field(
        (), description="whom the reader cares for most: told of before others"
    )

    @model_serializer(mode="wrap")
    def _as_before(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return _without(handler(self), "people_of_interest", "recipients")


class Draw(_Part):
    """One number of this file that is uncertain, and the range it may lie in."""

    name: Name = Field(description="its draws are named by it")
    path: str = Field(max_length=200, description="where it is, as shocks.1.peak")
    low: float
    high: float
    source: Text = Field(description="where the range comes from, or the word assumption")

    @model_validator(mode="after")
    def _ascends(self) -> Self:
        if not self.low < self.high:
            raise refusal("factor_range", found=self.name)
        return self


class Return(_Part):
    """A shock of this history that may come once more."""

    name: Name
    title: Bilingual
    shock: int = Field(ge=0, description="place of the shock that returns, from 0")
    chance: float = Field(gt=0.0, lt=1.0, description="in how many worlds it does")
    first: date = Field(description="it comes in a week from here")
    last: date = Field(description="to here")
    source: Text = Field(description="where chance and weeks come from, or the word assumption")

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.last < self.first:
            raise refusal("span_backwards", found=self.last, allowed=self.first)
        return self


class HistoryPart(_Part):
    """What is not known of the history: drawn anew in each plausible world; nothing by default."""

    draws: tuple[Draw, ...] = Field((), max_length=200)
    returns: tuple[Return, ...] = Field((), max_length=20)

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        names = [draw.name for draw in self.draws] + [again.name for again in self.returns]
        if twice := repeated(names):
            raise refusal("history_same_name", found=twice[0])
        return self

    def without_shocks(self, places: Collection[int]) -> HistoryPart:
        """Return what is left when the shocks at these places are gone."""

        def moved(place: int) -> int:
            return place - sum(gone < place for gone in places)

        draws = []
        for each in self.draws:
            first, _, rest = each.path.partition(".")
            place, _, field = rest.partition(".")
            if first != "shocks":
                draws.append(each)
            elif int(place) not in places:
                path = f"shocks.{moved(int(place))}.{field}"
                draws.append(each.model_copy(update={"path": path}))
        returns = [
            each.model_copy(update={"shock": moved(each.shock)})
            for each in self.returns
            if each.shock not in places
        ]
        return HistoryPart(draws=tuple(draws), returns=tuple(returns))


class Scenario(_Part, FromFile):
    """One town, its history, its purse."""

    name: Name
    title: Bilingual
    description: Bilingual
    sources: tuple[Text, ...] = ()
    town: TownPart
    quarters: tuple[Quarter, ...] = Field(min_length=1, max_length=60)
    time: TimePart
    shocks: tuple[_AnyShock, ...] = Field((), max_length=60)
    history: HistoryPart = HistoryPart()
    exogenous: Exogenous = Exogenous()
    associations: tuple[Association, ...] = Field((), max_length=2_000)
    services: tuple[Service, ...] = Field((), max_length=200)
    spaces: tuple[Space, ...] = Field((), max_length=2_000)
    network: Network | None = None
    purse: PursePart = PursePart()
    study: StudyPart = StudyPart()
    parameters: Parameters = Parameters()

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        names = [quarter.name for quarter in self.quarters]
        if twice := repeated(names):
            raise refusal("quarters_same_name", found=twice[0])
        for figure, value in self.town.figures.items():
            if figure in SHARES and value >= 1.0:
                raise refusal("figure_share", name=figure, found=value)
        total = sum(quarter.share for quarter in self.quarters)
        if abs(total - 1.0) > 0.01:
            raise refusal("quarter_shares", found=round(total, 3))
        first = self.time.start
        if first.weekday() != 0:
            monday = first - timedelta(days=first.weekday())
            raise refusal("not_monday", found=first, allowed=monday)
        last = first + timedelta(weeks=self.time.weeks - 4)
        for day in self.time.decisions:
            if not first <= day < last:
                raise refusal("decision_outside", found=day, low=first, high=last)
        if len(set(self.decision_weeks)) < len(self.time.decisions):
            raise refusal("decisions_same_week")
        for index, shock in enumerate(self.shocks):
            for path, quarter in shock.named_quarters():
                if quarter not in names:
                    where = f"{index}{path}"
                    raise refusal("shock_quarter", index=where, **among(quarter, names))
        self._listed(names)
        for again in self.history.returns:
            if again.shock >= len(self.shocks):
                raise refusal("no_such_shock", found=again.shock, allowed=len(self.shocks) - 1)
        return self

    def _listed(self, quarters: list[str]) -> None:
        """Refuse a name that is there twice, a quarter that is none, ties of other people."""
        for what in ("associations", "services", "spaces"):
            listed = getattr(self, what)
            names = [each.name for each in listed]
            if twice := repeated(names):
                raise refusal("listed_twice", what=what, found=twice[0])
            for k, each in enumerate(listed):
                quarter = getattr(each, "quarter", None)
                if quarter is not None and quarter not in quarters:
                    where = f"{what}.{k}"
                    raise refusal("listed_quarter", what=where, **among(quarter, quarters))
        citizens = self.town.citizens
        if self.network is not None and len(self.network.ties) != citizens:
            raise refusal("network_people", found=len(self.network.ties), allowed=citizens)
        most = max((max(each.people, default=-1) for each in self.associations), default=-1)
        if most >= citizens:
            raise refusal("network_people", found=most + 1, allowed=citizens)

    @cached_property
    def calendar(self) -> Calendar:
        """Return the weeks and their dates."""
        return Calendar(self.time.start, self.time.weeks, self.time.burn_in_weeks)

    @property
    def decision_days(self) -> tuple[str, ...]:
        """Return the ISO dates of the decisions, in the order of the calendar."""
        return tuple(day.isoformat() for day in sorted(self.time.decisions))

    @property
    def decision_weeks(self) -> tuple[int, ...]:
        """Return the decision weeks, in the order of the calendar."""
        return tuple(sorted(self.calendar.week_of(day) for day in self.time.decisions))

    @cached_property
    def territory(self) -> Town:
        """Return the measured data of the municipality."""
        part = self.town
        first = load_town(part.municipality, part.province)
        town = united([first, *map(load_town, part.union_with)], part.called)
        return with_figures(town, part.figures)

    @cached_property
    def known(self) -> Known:
        """Return what is known of the town by name or by measure."""
        return Known(
            associations=self.associations,
            services=self.services,
            spaces=self.spaces,
            pairs=None if self.network is None else self.network.pairs,
            begins=self.time.start,
        )

    @property
    def small(self) -> bool:
        """Return whether the population is small enough to distort results."""
        return self.town.citizens < _SMALL

    @property
    def whole(self) -> bool:
        """Return whether everybody of the town is simulated, rather than a sample."""
        return self.town.citizens == self.territory.residents

    @cached_property
    def hash(self) -> str:
        """Return 16 hexadecimal digits that change when any value of the scenario changes."""
        text = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()

    @cached_property
    def past(self) -> Strategy:
        """Return the strategy in force before the decision.

        Raises
        ------
        ResilienzaError
            If it spends more than the purse held.
        """
        before = self.purse.before or load_strategy(PAST)
        first = self.time.start - timedelta(weeks=self.time.burn_in_weeks)
        last = min(self.time.decisions) - timedelta(days=1)
        return before.of_purse(self._purse_on(Stretch(first, last)))

    @property
    def purse_a_head(self) -> tuple[float, float]:
        """Return the euros a resident and year of the purse, and the share that can be moved."""
        purse, town = self.purse, self.territory
        if purse.eur_per_year is not None:
            return purse.eur_per_year / town.residents, 1.0
        if purse.eur_per_head is not None:
            return purse.eur_per_head, purse.discretionary_share
        return town.figures["social_spending_eur"].value, purse.discretionary_share

    @property
    def purse_eur(self) -> float:
        """Return the euros a year that can be moved, for the whole town, but for funds (eq. 13)."""
        if self.purse.eur_per_year is not None:
            return self.purse.eur_per_year
        per_head, share = self.purse_a_head
        return per_head * self.territory.residents * share

    def purse_on(self, day: date) -> float:
        """Return the euros a year that can be moved on a day, for the whole town."""
        return self.purse_eur + self.purse.funds_on(day)

    @cached_property
    def purse_of_plans(self) -> Purse | None:
        """What a plan in euros must know of the purse; None where it is a share of the spending."""
        last = self.time.start + timedelta(weeks=self.time.weeks)
        return self._purse_on(Stretch(min(self.time.decisions), last))

    def _purse_on(self, days: Stretch) -> Purse | None:
        if self.purse.eur_per_year is None:
            return None
        return Purse(self.purse_on, stretches(self.purse.funds), days)

    def strategy(self, name_or_path: str | Path | Strategy) -> Strategy:
        """Return a strategy by name, from a file, or as it is; its euros as shares of the purse.

        Raises
        ------
        ResilienzaError
            If there is no such strategy, or if it spends more than the purse holds.
        """
        given = name_or_path
        wanted = given if isinstance(given, Strategy) else load_strategy(given)
        return wanted.of_purse(self.purse_of_plans)

    def arms(self, given: Sequence[str | Path | Strategy] | None = None) -> tuple[Strategy, ...]:
        """Return strategies by name, file or as they are, each once.

        By default they are those of this scenario, whose files lie beside its own.

        Raises
        ------
        ResilienzaError
            If one does not exist or two different ones share a name.
        """
        found: dict[str, Strategy] = {}
        for each in given or [self.named(name) for name in self.study.strategies]:
            arm = self.strategy(each)
            if found.setdefault(arm.name, arm).hash != arm.hash:
                raise ResilienzaError("strategy_twice", found=arm.name)
        return tuple(found.values())

    def compared(
        self,
        strategies: Sequence[str | Path | Strategy] | None = None,
        baseline: str | Path | Strategy | None = None,
    ) -> tuple[tuple[Strategy, ...], Strategy]:
        """Return the arms of a comparison, and which of them the others are compared with.

        A baseline may be the name of one of the strategies; another is put in front of them. Where
        none is given it is the scenario's own, or the first of the strategies given if the
        scenario's own is not among them.

        Raises
        ------
        ResilienzaError
            If one does not exist or two different ones share a name.
        """
        arms = self.arms(strategies)
        names = {arm.name: arm for arm in arms}
        if baseline is None:
            base = self.strategy(self.named(self.study.baseline))
            if strategies is not None and base.name not in names:
                base = arms[0]
        elif isinstance(baseline, str) and baseline in names:
            base = names[baseline]
        else:
            base = self.strategy(baseline)
        self.arms((*arms, base))  # one name, one strategy
        return (arms if base.name in names else (base, *arms)), base

    def with_set(self, *assignments: str | Mapping[str, object]) -> Scenario:
        """Return a copy with parameters changed, each as ``path=value`` (``shocks.0.peak=0.7``).

        A mapping of values by path will do too.

        Raises
        ------
        ResilienzaError
            If an assignment is not ``path=value``, or the path or the value is not valid.
        """
        values: dict[str, object] = {}
        for each in assignments:
            if isinstance(each, str):
                values |= read_assignments([each])
            elif isinstance(each, Mapping):
                values |= each
            else:
                raise ResilienzaError("bad_assignment", found=each)
        return self.with_values(values)

    def with_values(self, values: Mapping[str, object]) -> Scenario:
        """Return a copy with the values at some paths changed.

        What is set is known: no history draws it any more.

        Raises
        ------
        ResilienzaError
            If a path does not exist or a value is not allowed.
        """
        if not values:
            return self
        data = self.model_dump(mode="json")
        # What a part leaves out where it does not use it can be set all the same; and so can the
        # effect of every metric, though few have one of their own.
        parts = {name: part for name, part in self if isinstance(part, _Part)}
        for name, part in parts.items():
            data[name] = dict.fromkeys(type(part).model_fields) | data[name]
        study = data["study"]
        every = dict.fromkeys(family("metrics", Metric))
        study["effects_of_interest"] = every | study["effects_of_interest"]
        assigned(data, values)
        if "history.draws" not in values:
            draws = data["history"]["draws"]
            data["history"]["draws"] = [each for each in draws if each["path"] not in values]
        for part in (study["effects_of_interest"], *(data[name] for name in parts)):
            if isinstance(part, dict):
                for unset in [key for key, value in part.items() if value is None]:
                    del part[unset]
        return self._again(data, "--set")

    def without_shocks(self, places: Collection[int]) -> Scenario:
        """Return a copy that lacks the shocks at these places, counted from 0."""
        data = self.model_dump(mode="json")
        data["shocks"] = [shock for k, shock in enumerate(data["shocks"]) if k not in places]
        data["history"] = self.history.without_shocks(places).model_dump(mode="json")
        return self._again(data, self.name)

    def _again(self, data: Mapping[str, object], file: str) -> Scenario:
        return _checked(validated(Scenario, data, file), file).relative_to(self)

    def with_past(self, past: Strategy) -> Scenario:
        """Return a copy whose past, the same for every arm, has other prices or triggers."""
        copy = self.model_copy()
        vars(copy)["past"] = past  # where the cached property keeps it
        return copy

    def with_citizens(self, citizens: int) -> Scenario:
        """Return a copy with another number of citizens."""
        return self.with_values({"town.citizens": citizens})


def scenario_folder() -> Path:
    """Return the folder of the scenarios that come with the product."""
    inside = Path(__file__).parent / "scenarios"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "scenarios"


def shipped_scenarios() -> tuple[str, ...]:
    """Return the names of the scenarios that come with the product."""
    return tuple(sorted(path.stem for path in scenario_folder().glob("*.toml")))


def load_scenario(path_or_name: str | Path) -> Scenario:
    """Return a scenario by its shipped name or from a file.

    Raises
    ------
    ResilienzaError
        If there is no such name or file, or if the file is not a valid scenario.
    """
    path = file_of(path_or_name, scenario_folder().glob("*.toml"), "unknown_scenario")
    scenario = from_data(read_toml(path, shipped_scenarios()), path)
    return _checked(scenario.relative_to(path.parent), str(path))


def from_data(data: dict[str, Any], path: Path) -> Scenario:
    """Return the scenario that the data of a file say, with what the file names beside it read.

    Raises
    ------
    ResilienzaError
        If they are no scenario.
    """
    if before := file_before(data):
        data["purse"]["before"] = str(place_of(before, path.parent))
    return validated(Scenario, data, str(path))


def file_before(data: Mapping[str, Any]) -> str | None:
    """Return the file that a scenario's data name for how the purse was spent before, if any."""
    purse = data.get("purse")
    before = purse.get("before") if isinstance(purse, Mapping) else None
    return before if isinstance(before, str) and before.endswith(".toml") else None


def _checked(scenario: Scenario, file: str) -> Scenario:
    """Hold the scenario against the data of its town."""
    residents = scenario.territory.residents
    if scenario.town.citizens > residents:
        raise ResilienzaError(
            "too_many_citizens",
            file=file,
            found=scenario.town.citizens,
            allowed=residents,
            town=scenario.territory.name,
        )
    for days in stretches(scenario.purse.funds):
        if (held := scenario.purse_on(days.first)) < 0.0:
            key = "purse_below_zero" if days.first == date.min else "purse_below_zero_on"
            raise ResilienzaError(key, file=file, day=days.first, found=held)
    for name in (*scenario.study.strategies, scenario.study.baseline):
        if not name.endswith(".toml"):
            scenario.strategy(name)
    if scenario.purse.before is not None:
        _ = scenario.past  # a purse that it overspends is told now
    for each in scenario.history.draws:
        for end in (each.low, each.high):  # a mistake in a range is told now, not in world 17
            data = assigned(scenario.model_dump(mode="json"), {each.path: end})
            validated(Scenario, data, file)
    return scenario
