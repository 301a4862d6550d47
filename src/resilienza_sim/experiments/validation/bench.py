"""Runs for the readings of patterns: a case, a world, a frame of weeks; each run is made once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.scenario import Scenario, load_scenario
from resilienza_sim.simulation import replicate_seed, simulate_arms
from resilienza_sim.strategies.strategy import Strategy
from resilienza_sim.worlds import ranges_here, world

__all__ = ["Bench", "Case", "Window"]

CAPITAL = {
    "generalised_trust": 0.0586,
    "social_participation": 0.0585,
    "volunteering": 0.0481,
    "nonprofits_per_10k": 21.3,
    "people_to_rely_on": 0.0237,
}
"""Social capital: standard deviations between the 21 territories, ISTAT BES 2019."""
Path_ = Annotated[str, Field(pattern=r"^[a-z][a-z_]*(\.[a-z0-9_]+)*$")]
_KEPT = 64
"""Runs kept for patterns that ask for the same ones: a few megabytes."""


class Case(BaseModel):
    """A town as one side of a pattern has it: a shipped scenario, and what is changed in it."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    scenario: str = "faenza"
    shocks: tuple[int, ...] | None = Field(None, description="places of the shocks kept; all")
    strategy: str = "consolidated"
    capital: float = Field(
        0.0, ge=-3.0, le=3.0, description="standard deviations added to the region's social capital"
    )
    point: bool = Field(False, description="at the values as shipped, whatever the world")
    set: dict[Path_, float | int | str | bool] = Field(
        default_factory=dict, description="values of the scenario, by path"
    )

    def other(
        self,
        *,
        shocks: tuple[int, ...] | None = None,
        values: Mapping[str, float | int | str | bool] | None = None,
    ) -> Case:
        """Return the same case with other shocks, or with some values more."""
        kept = self.shocks if shocks is None else shocks
        return self.model_copy(update={"shocks": kept, "set": {**self.set, **(values or {})}})

    @property
    def quiet(self) -> Case:
        """The case without any shock, nor what the State does after one."""
        return self.other(shocks=())

    def prepared(self, citizens: int) -> Scenario:
        """Return the scenario, ready to run with a number of citizens."""
        scenario = load_scenario(self.scenario).with_citizens(citizens)
        if self.shocks is not None:
            gone = set(range(len(scenario.shocks))) - set(self.shocks)
            scenario = scenario.without_shocks(gone)
        if not scenario.shocks:
            scenario = scenario.with_values({"exogenous": {}})
        scenario = scenario.with_values(self.set)
        if self.capital:
            figures = scenario.territory.figures
            raised = {name: figures[name].value + self.capital * sd for name, sd in CAPITAL.items()}
            scenario = scenario.with_values({"town.figures": raised})
        return scenario


class Window(BaseModel):
    """Some weeks of one indicator, summed up in one number."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    indicator: str = Field(description="name of a column, or several joined by + for their sum")
    first: int = Field(description="first week of the timeline")
    last: int = Field(description="last week, itself included")
    how: Literal["mean", "sum", "highest", "lowest"] = "mean"

    def of(self, frame: pd.DataFrame) -> float:
        """Return its value in a run; nan where nothing is known."""
        whole = frame[self.indicator.split("+")].sum(axis=1, skipna=False)
        part = whole.loc[self.first : self.last].dropna().to_numpy(float)
        if part.size == 0:
            return np.nan
        means: dict[str, Callable[[Any], Any]] = {
            "mean": np.mean,
            "sum": np.sum,
            "highest": np.max,
            "lowest": np.min,
        }
        return float(means[self.how](part))


class Bench:
    """What a reading may run.

    Parameters
    ----------
    world, seed : int
        Number of the world; seed of the validation.
    citizens : int
        Citizens of every town.
    """

    def __init__(self, world: int, seed: int, citizens: int) -> None:
        self.world, self.seed, self.citizens = world, seed, citizens

    def frame(self, case: Case) -> pd.DataFrame:
        """Return the weeks of a run, by week of the timeline."""
        return _frame(case.model_dump_json(), self.world, self.seed, self.citizens)

    def hit(self, case: Case, by: tuple[int, ...]) -> pd.DataFrame:
        """Return the weeks of the suffering of those whom some shocks reach, whether they come."""
        return _hit(case.model_dump_json(), by, self.world, self.seed, self.citizens)

    def values(self, case: Case, windows: Sequence[Window]) -> list[float]:
        """Return the values of some windows of one run."""
        frame = self.frame(case)
        return [window.of(frame) for window in windows]

    def model(self, case: Case, week: int) -> CommunityModel:
        """Return a model of the case that has got to a week, at the values as shipped."""
        scenario = case.prepared(self.citizens)
        own_seed = replicate_seed(self.seed, self.world)
        model = CommunityModel(scenario, scenario.strategy(case.strategy), own_seed)
        model.run_to(week)
        return model


def _in_world(case: Case, number: int, seed: int, citizens: int) -> tuple[Scenario, Strategy]:
    """Return the scenario and the arm of a case as one world has them."""
    scenario = case.prepared(citizens)
    arm = scenario.strategy(case.strategy)
    if case.point:
        return scenario, arm
    here = world(scenario, [arm], ranges_here(scenario, case.set), seed, number)
    return here.scenario, here.arms[0]


@lru_cache(maxsize=_KEPT)
def _reached(
    text: str, by: tuple[int, ...], number: int, seed: int, citizens: int
) -> NDArray[np.bool_]:
    """Return who is reached by some shocks."""
    case = Case.model_validate_json(text).other(shocks=by)
    scenario, arm = _in_world(case, number, seed, citizens)
    model = CommunityModel(scenario, arm, replicate_seed(seed, number))
    reached = np.zeros(citizens, bool)
    for shock in model.background.shocks:
        reached |= shock.exposure > 0.0
    return reached


@lru_cache(maxsize=_KEPT)
def _hit(text: str, by: tuple[int, ...], number: int, seed: int, citizens: int) -> pd.DataFrame:
    case = Case.model_validate_json(text)
    scenario, arm = _in_world(case, number, seed, citizens)
    whole = case.model_copy(update={"shocks": None}).model_dump_json()
    who = _reached(whole, by, number, seed, citizens)
    model = CommunityModel(scenario, arm, replicate_seed(seed, number))
    model.run_to(0)
    found = []
    while model.week < scenario.calendar.weeks:
        model.step()
        found.append(float(model.state.citizens.suffering[who].mean()))
    return pd.DataFrame({"suffering": found})


@lru_cache(maxsize=_KEPT)
def _frame(text: str, number: int, seed: int, citizens: int) -> pd.DataFrame:
    case = Case.model_validate_json(text)
    scenario, arm = _in_world(case, number, seed, citizens)
    _, *later = scenario.decision_days
    skip = frozenset((day, arm.name) for day in later)
    runs = simulate_arms(scenario, [arm], replicate=number, seed=seed, skip=skip, twin=False)
    return next(iter(runs)).frame()
