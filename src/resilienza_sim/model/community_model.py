"""The model: a town, its weeks, and the strategy in force; a ``mesa.Model``."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from copy import copy, deepcopy
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

import mesa
import numpy as np
from mesa.agent import AgentSet

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.handles import Columns
from resilienza_sim.interrupts import held_back
from resilienza_sim.model import agents
from resilienza_sim.model.background import Background
from resilienza_sim.model.contracts import StrategyLike
from resilienza_sim.model.desk import Desk
from resilienza_sim.model.effort import Effort
from resilienza_sim.model.hazards import DEMAND
from resilienza_sim.model.ledger import Ledger
from resilienza_sim.model.lotteries import Band, inside
from resilienza_sim.model.orders import WeekOrder
from resilienza_sim.model.organisations import as_listed, measures
from resilienza_sim.model.parameters import AllRates
from resilienza_sim.model.phases import (
    act,
    help,
    learn,
    levee,
    meet,
    mood,
    need,
    plan,
    record,
    serve,
    shock,
    trust,
)
from resilienza_sim.model.phases.shock import PreparedShock
from resilienza_sim.model.places import open_places, reach_of
from resilienza_sim.model.programme import Programme
from resilienza_sim.model.recorder import Collector, Recorder
from resilienza_sim.model.scratch import Scratch
from resilienza_sim.model.setup import first_state, lay_out
from resilienza_sim.model.state import ADULT, GONE, State
from resilienza_sim.model.tables import F64
from resilienza_sim.model.tally import Tally
from resilienza_sim.reading import seed_of
from resilienza_sim.streams import seed_of_family, u01

__all__ = ["ORDERS", "WEEK", "Background", "CommunityModel"]

WEEK = (
    shock,
    need,
    plan,
    meet,
    help,
    serve,
    trust,
    mood,
    act,
    learn,
    levee,
    record,
)
"""The phases of a week, in order; updates are simultaneous within a phase."""


def _moved(phase: ModuleType, before: ModuleType) -> tuple[ModuleType, ...]:
    """Return the usual week with a phase moved to stand before another."""
    others = [each for each in WEEK if each is not phase]
    others.insert(others.index(before), phase)
    return tuple(others)


ORDERS: Mapping[WeekOrder, tuple[ModuleType, ...]] = MappingProxyType(
    {
        "usual": WEEK,
        "plan_first": _moved(plan, shock),
        "levee_first": _moved(levee, need),
        "trust_first": _moved(trust, serve),
        "deeds_first": _moved(mood, levee),
    }
)
"""The orders a scenario may ask for (``time.order``); see `orders.WeekOrder`."""


def _seed(rng: Any, seed: Any) -> int:
    """Return the seed that Mesa's two names for it give."""
    if rng is not None and seed not in (None, 1):
        raise ResilienzaError("seed_twice")
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(2**63))
    given = seed if rng is None else rng
    return secrets.randbits(63) if given is None else seed_of(given)


class CommunityModel(mesa.Model):
    """A town week by week.

    Parameters
    ----------
    scenario : Scenario
        The town, its history, its purse.
    strategy : str, path or Strategy
        In force from the decision week on; before it, the scenario's past.
    rng : int or numpy.random.Generator, optional
        Seed of the replicate, or a generator it is drawn from.
    seed : int, optional
        The same, under Mesa's older name: ``rng=3`` and ``seed=3`` are the same town. With neither
        (``seed=None``, as `mesa.batch_run` may ask) it is drawn anew, and is ``streams.seed``.
    decision : int, optional
        Decision week; the scenario's first by default.

    Examples
    --------
    >>> from resilienza_sim import CommunityModel, load_scenario
    >>> model = CommunityModel(load_scenario("quartiere"), strategy="transformative", rng=1)
    >>> model.step()  # doctest: +SKIP
    """

    @held_back()
    def __init__(
        self,
        scenario: Any,
        strategy: str | Path | StrategyLike = "consolidated",
        rng: int | np.random.Generator | None = None,
        *,
        seed: int | None = 1,
        decision: int | None = None,
    ) -> None:
        if not hasattr(scenario, "calendar"):
            raise ResilienzaError("model_scenario", found=type(scenario).__name__)
        seed = seed_of_family(_seed(rng, seed), scenario.town.luck)
        super().__init__(rng=seed)
        background = Background.build(scenario, seed)
        laid = lay_out(
            background.community.ties, background.fixed.target, scenario.parameters.setup
        )
        # A second copy of the arcs is let go before the state is made, so that it takes its place.
        background = replace(background, community=background.community.without_arcs())
        self._share(background)
        calendar = scenario.calendar
        self.state: State = first_state(
            self.community,
            self.fixed,
            laid,
            scenario.parameters,
            self.streams,
            -calendar.burn_in_weeks,
        )
        self.ledger = Ledger(scenario.territory.residents, len(self.community.people.age))
        self.recorder = Recorder(
            -calendar.burn_in_weeks,
            calendar.burn_in_weeks + calendar.weeks,
            len(self.community.quarters),
            measures(scenario),
        )
        self.strategy: StrategyLike = scenario.strategy(strategy)
        self.decision_week = scenario.decision_weeks[0] if decision is None else decision

    def _share(self, background: Background) -> None:
        self.background = background
        self.community = background.community
        self.fixed, self.streams = background.fixed, background.streams
        self.people = background.people
        self.parameters = self.scenario.parameters
        self.rates = AllRates.of(self.parameters)
        self.returns: str = self.scenario.purse.returns
        self.past: StrategyLike = self.scenario.past
        self.programme: Programme | None = None
        self._burn_in: int = self.scenario.calendar.burn_in_weeks
        self.effort = Effort.none(len(self.community.quarters))
        self.scratch = Scratch(len(self.community.people.age), self.community.ties.pot_i.size)
        self.desk = Desk(
            self.rates.serve,
            self.rates.capital,
            self.fixed.usual_access,
            len(self.community.quarters),
        )
        self.pool, self.scene = Columns(), Columns()
        """What `acquaintance` hands to its kernels; kept, since most of it stays where it is."""
        self.datacollector = Collector(self)
        self._rosters: dict[str, agents.Roster] = {}
        self.muted: frozenset[str] = frozenset()
        """Actions that are paid for but do nothing: the counterfactual that finds a cause."""

    def fork(
        self,
        strategy: str | Path | StrategyLike,
        decision: int | None = None,
        background: Background | None = None,
    ) -> CommunityModel:
        """Return a model that goes on from here under a strategy, sharing what is fixed.

        Another `background` changes what is fixed from here on; the past stays as it was.
        """
        twin = object.__new__(type(self))
        mesa.Model.__init__(twin, rng=self.streams.seed)
        twin._share(background or self.background)
        twin.state, twin.ledger, twin.recorder = (
            self.state.copy(),
            self.ledger.copy(),
            self.recorder.copy(),
        )
        twin.strategy = self.scenario.strategy(strategy)
        twin.decision_week = self.state.week if decision is None else decision
        twin.running = twin.state.week < twin.scenario.calendar.weeks
        for name, value in vars(self).items():  # what a subclass added; the cached is made anew
            if name not in vars(twin) and not isinstance(
                getattr(type(self), name, None), cached_property
            ):
                setattr(twin, name, copy(value))
        if not isinstance(self.datacollector, Collector):
            twin.datacollector = deepcopy(self.datacollector)
        return twin

    # -- the week ---------------------------------------------------------------------------

    @held_back()
    def step(self) -> None:
        """Go through one week; a Ctrl-C is answered at its end.

        Raises
        ------
        IndexError
            After the last week of the scenario.
        """
        if self.state.week >= self.scenario.calendar.weeks:
            raise IndexError(f"the scenario ends at week {self.scenario.calendar.weeks}")
        if self.state.week == 0:
            # Every arm, whenever it decides, is held against the quiet half year before week 0.
            half_year = self.recorder.series("suffering")[-26:]
            self.state.municipality.reference = float(half_year.mean())
            as_listed(self)
        if self.state.week == self.decision_week:
            self.state.citizens.cumulative[:] = 0.0
        for phase in self.phases:
            phase.run(self)
        self.state.week += 1
        self.running = self.state.week < self.scenario.calendar.weeks

    def run_to(self, week: int) -> None:
        """Go on until the given week is next."""
        while self.state.week < week:
            self.step()

    @property
    def phases(self) -> tuple[ModuleType, ...]:
        """The phases of a week in the order of the scenario."""
        return ORDERS[self.scenario.time.order]

    @property
    def week(self) -> int:
        """Week that comes next: 0 is the first of the timeline, the past is negative."""
        return self.state.week

    @property
    def strategy_in_force(self) -> StrategyLike:
        """How the purse was spent before the decision, the strategy after it."""
        return self.past if self.state.week < self.decision_week else self.strategy

    # -- what the phases ask ------------------------------------------------------------------

    def active_shocks(self, week: int) -> tuple[PreparedShock, ...]:
        """Return the shocks that are on in a week; none in the past."""
        return self.background.shocks_on[week] if week >= 0 else ()

    def budget_cut(self, week: int) -> float:
        """Return the share of the purse that a week's shocks take, the same in every arm."""
        return shock.union(s.channels.budget * s.water[week] for s in self.active_shocks(week))

    def income_cents(self, week: int) -> int:
        """Return the cents of a week's purse, what the shocks take from it left out."""
        whole = self.weekly_purse_cents + self._fund_cents[self._burn_in + week]
        return round(whole * (1.0 - self.budget_cut(week)))

    def river_works(self, week: int) -> F64:
        """Return the height of the works paid by others, by hazard."""
        height: F64 = self.background.works[self._burn_in + week]
        return height

    def exogenous_rate(self, name: str) -> float:
        """Return this week's rate of what others do, over all the tables of that name."""
        return self.background.rates[name][self._burn_in + self.state.week]

    def departures(self) -> Any:
        """Return who leaves this week (and whose place a newcomer takes), shape (n,)."""
        gone = self.state.households.lodging == GONE
        if not gone.any():
            return np.zeros(len(self.state.citizens), np.bool_)
        return gone[self.community.people.household]

    def space_factor(self) -> F64:
        """Return, by quarter, the share of places open this week, those bought included."""
        spaces, closed = self.state.spaces, np.float32(self.state.municipality.space_closed)
        added = self.effort.spaces
        factor: F64 = open_places(
            spaces.quarter, spaces.capacity, spaces.repurposed, closed, added, spaces.open
        )
        return factor

    def group_cover(self) -> F64:
        """Return, by quarter, how far groups reach the need of the week, in [0, 1]."""
        groups, quarters = self.state.groups, len(self.community.quarters)
        cover: F64 = -np.expm1(-reach_of(groups.quarter, groups.reach, groups.alive, quarters))
        return cover

    @property
    def tally(self) -> Tally:
        """What several indicators ask for; made once while a week is recorded."""
        return self.recorder.tally or Tally(self)

    @cached_property
    def residents(self) -> F64:
        """The citizens of each quarter."""
        quarters = len(self.community.quarters)
        count = np.bincount(self.community.people.quarter, minlength=quarters)
        return count.astype(np.float64)

    @cached_property
    def held_back(self) -> tuple[float, ...]:
        """The citizens that each obstacle keeps from services, weighed by how far."""
        weights = self.fixed.hindrance.T
        return tuple(float(weight.sum(dtype=np.float64)) for weight in weights)

    @cached_property
    def adults(self) -> F64:
        """Those of each quarter who are old enough to take part."""
        people = self.community.people
        able = people.quarter[people.age >= ADULT]
        return np.bincount(able, minlength=len(self.community.quarters)).astype(np.float64)

    @property
    def routine_practice(self) -> int:
        """The practice of routine work, which new groups start from."""
        return int(DEMAND[0])

    @cached_property
    def weekly_purse_cents(self) -> int:
        """Euros the municipality can move in a week, in cents (equation 13)."""
        n = len(self.community.people.age)
        per_head, share = self.scenario.purse_a_head
        cents: int = round(100.0 * per_head * n / 52.0 * share)
        return cents

    @cached_property
    def _fund_cents(self) -> tuple[int, ...]:
        """Cents a week of what comes on top of the purse for a time, the past first."""
        calendar, town = self.scenario.calendar, self.scenario.territory
        each = 100.0 * len(self.community.people.age) / (52.0 * town.residents)
        funds_on = self.scenario.purse.funds_on
        weeks = range(-calendar.burn_in_weeks, calendar.weeks)
        return tuple(round(each * funds_on(calendar.middle_of(week))) for week in weeks)

    def draw(self, lottery: str, names: Any, share: float) -> Any:
        """Return whom a lottery of this week reaches, each at most once, shape of `names`.

        Two lines that draw in the same lottery reach different people: each has its own band of
        the uniform numbers.
        """
        band = self.band(lottery, share)
        return inside(band, np.ascontiguousarray(names, dtype=np.uint64))

    def band(self, lottery: str, share: float) -> Band:
        """Return the band of a lottery of this week that a line draws in, for a kernel's use."""
        low = self.effort.drawn.get(lottery, 0.0)
        self.effort.drawn[lottery] = high = low + share
        return Band(self.streams.key(lottery, self.state.week), low, high)

    def whole(self, lottery: str, units: float) -> int:
        """Return a whole number of units; a part of one is a chance of one."""
        sure = int(units)
        if units == sure:
            return sure
        chance: float = u01(self.streams.key(lottery, self.state.week), np.uint64(0))
        return sure + (chance < units - sure)

    def begin_spending(self) -> None:
        """Start a week in which nothing is bought yet."""
        self.effort = Effort.none(len(self.community.quarters))
        self.state.services.extra.fill(0.0)
        self.state.presence.workers.fill(0.0)

    # -- Mesa -----------------------------------------------------------------------------------

    @property
    def scenario(self) -> Any:
        """The town, its history, its purse."""
        return self.background.scenario

    @scenario.setter
    def scenario(self, value: Any) -> None:
        # From 3.5 on Mesa puts a `mesa.experimental.scenarios.Scenario` of its own here.
        if "background" in vars(self):
            raise AttributeError("the scenario of a model is the one it was made with")

    def register_agent(self, agent: Any) -> None:
        """Refuse: agents are rows of tables, and come and go as the model has it."""
        raise ResilienzaError("agents_are_rows", name=type(agent).__name__)

    deregister_agent = register_agent

    def remove_all_agents(self) -> None:
        """Refuse, likewise."""
        raise ResilienzaError("agents_are_rows", name="Agent")

    def roster(self, kind: type[agents.TownAgent]) -> agents.Roster:
        """Return the agents of one kind, made when looked at."""
        name = kind.__name__
        if name not in self._rosters:
            order = [k.__name__ for k in _KINDS]
            self._rosters[name] = agents.Roster(self, kind, 1 + order.index(name) * 2**40)
        return self._rosters[name]

    @property
    def citizens(self) -> agents.Roster:
        """The citizens, made when looked at."""
        return self.roster(agents.Citizen)

    @property  # type: ignore[misc]  # Mesa's setter only refuses
    def agents(self) -> AgentSet:
        """Every agent of the town; looking at it makes them all."""
        return AgentSet(
            [a for kind in _KINDS for a in self.roster(kind).living()], random=self.random
        )

    @property
    def agent_types(self) -> list[type]:
        """The kinds of agents."""
        return list(_KINDS)

    @property
    def agents_by_type(self) -> Any:
        """The agents of each kind."""
        made = {k: AgentSet(list(self.roster(k).living()), random=self.random) for k in _KINDS}
        return MappingProxyType(made)


_KINDS: tuple[type[agents.TownAgent], ...] = (
    agents.Citizen,
    agents.Household,
    agents.Group,
    agents.Service,
    agents.Space,
    agents.Alliance,
    agents.Stakeholder,
    agents.StreetTeam,
    agents.MunicipalityAgent,
)
