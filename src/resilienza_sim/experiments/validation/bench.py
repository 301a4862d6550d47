"""Runs for the readings of patterns: a case, a world, a frame of weeks; each run is made once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from resilienza_sim.scenario import Scenario, load_scenario
from resilienza_sim.simulation import simulate

__all__ = ["Bench", "Case", "Window"]

Path_ = Annotated[str, Field(pattern=r"^[a-z][a-z_]*(\.[a-z0-9_]+)*$")]
_KEPT = 64
"""Runs kept for patterns that ask for the same ones: a few megabytes."""


class Case(BaseModel):
    """A town as one side of a pattern has it: a shipped scenario, and what is changed in it."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    scenario: str = "faenza"
    shocks: tuple[int, ...] | None = Field(None, description="places of the shocks kept; all")
    strategy: str = "consolidated"
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
        return scenario.with_values(self.set)


class Window(BaseModel):
    """Some weeks of one indicator, summed up in one number."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    indicator: str
    first: int = Field(description="first week of the timeline")
    last: int = Field(description="last week, itself included")
    how: Literal["mean", "sum", "highest", "lowest"] = "mean"

    def of(self, frame: pd.DataFrame) -> float:
        """Return its value in a run; nan where nothing is known."""
        part = frame[self.indicator].loc[self.first : self.last].dropna().to_numpy(float)
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

    def values(self, case: Case, windows: Sequence[Window]) -> list[float]:
        """Return the values of some windows of one run."""
        frame = self.frame(case)
        return [window.of(frame) for window in windows]


@lru_cache(maxsize=_KEPT)
def _frame(case: str, world: int, seed: int, citizens: int) -> pd.DataFrame:
    prepared = Case.model_validate_json(case)
    scenario = prepared.prepared(citizens)
    return simulate(scenario, strategy=prepared.strategy, seed=seed + 7919 * world).frame()
