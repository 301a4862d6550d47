"""An experiment: one question, asked of scenarios and strategies over a design; read from TOML."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from resilienza_sim.bounds import FEWEST_CITIZENS, MOST_CITIZENS
from resilienza_sim.component import Bilingual, Label, Text
from resilienza_sim.discovery import OneName, family
from resilienza_sim.errors import among, repeated
from resilienza_sim.experiments.headline import HEADLINE, NO_TWIN, TOTAL
from resilienza_sim.indicators import column_names
from resilienza_sim.model.contracts import Metric
from resilienza_sim.reading import (
    FromFile,
    file_of,
    read_assignments,
    read_toml,
    refusal,
    validated,
)
from resilienza_sim.strategies.strategy import Name

__all__ = ["Design", "Experiment", "Factor", "Stopping", "load_experiment", "shipped_experiments"]

MetricName = Annotated[str, OneName(lambda: family("metrics", Metric))]
IndicatorName = Annotated[str, OneName(column_names)]
_TAKEN = frozenset(
    """
    scenario point replicate strategy baseline difference metric run_id seed status error own n
    dropped censored mean_difference low high median_difference median_low median_high
    relative dz p_better n_better n_alike n_worse a12 verdict skewness decided_at p_value
    points outcome standard_error mean sd probability misjudged region decision
    effect_of_interest correlation
    """.split()  # noqa: SIM905
)
"""Columns that tables of results have beside the factors."""
Value = bool | int | float | str
Path_ = Annotated[str, Field(pattern=r"^[a-z][a-z_0-9]*(\.[A-Za-z0-9_ ]+)+$", max_length=200)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Choice(_Part):
    """One of the things a factor can be: a label, what readers are told, the values it sets."""

    label: Label
    title: Bilingual | None = Field(None, description="for readers; the label if missing")
    set: dict[Path_, Value] = Field(default_factory=dict, description="values by path")


class Factor(_Part):
    """One thing that the experiment varies: a range, a list of values, or labelled choices.

    Paths are those of the scenario (``shocks.0.peak``), or of a strategy
    (``strategies.alluvial.recovery_weeks``), or of an action wherever a strategy buys it
    (``actions.argini.unit_cost_eur``).
    """

    name: Name
    title: Bilingual
    source: Text = Field(description="where the range comes from, or the word assumption")
    paths: tuple[Path_, ...] = Field((), description="every path gets the same value")
    low: float | None = None
    high: float | None = None
    scale: Literal["linear", "log"] = "linear"
    whole: bool = Field(False, description="whether only whole numbers make sense")
    steps: int = Field(3, ge=2, le=1_000, description="levels of a range in a full factorial")
    levels: tuple[Value, ...] = Field((), max_length=1_000)
    choices: tuple[Choice, ...] = Field((), max_length=1_000)

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        ranged = self.low is not None or self.high is not None
        if ranged + bool(self.levels) + bool(self.choices) != 1:
            raise refusal("factor_one_kind", found=self.name)
        if bool(self.choices) == bool(self.paths):
            raise refusal("factor_paths", found=self.name)
        if ranged:
            if self.low is None or self.high is None or not self.low < self.high:
                raise refusal("factor_range", found=self.name)
            if self.whole and not math.ceil(self.low) < math.floor(self.high):
                raise refusal("factor_range", found=self.name)
            if self.scale == "log" and self.low <= 0.0:
                raise refusal("factor_log", found=self.low)
        labels = [str(level) for level in self.options]
        if twice := repeated(labels):
            raise refusal("factor_level_twice", found=twice[0])
        return self

    @property
    def options(self) -> tuple[Value, ...]:
        """Return what the factor can be when it is not a range: levels or labels."""
        return tuple(choice.label for choice in self.choices) or self.levels

    @property
    def is_range(self) -> bool:
        """Whether the factor takes any value between two."""
        return self.low is not None

    @property
    def numeric(self) -> bool:
        """Whether its values are numbers that can be set along an axis."""
        return all(isinstance(v, int | float) and not isinstance(v, bool) for v in self.options)

    def at(self, u: float) -> Value:
        """Return the value at a place in [0, 1] of the factor's span."""
        if not self.is_range:
            return self.options[min(int(u * len(self.options)), len(self.options) - 1)]
        low, high = self.low or 0.0, self.high or 0.0
        if self.whole:
            first, last = math.ceil(low), math.floor(high)
            if self.scale == "log":
                return min(int(first * ((last + 1) / first) ** u), last)
            return first + min(int(u * (last - first + 1)), last - first)
        if self.scale == "log":
            return float(low * (high / low) ** u)
        return float(low + (high - low) * u)

    def span(self) -> tuple[Value, ...]:
        """Return the values of the factor in a full factorial, each once."""
        if not self.is_range:
            return self.options
        values = [self.at(k / (self.steps - 1)) for k in range(self.steps)]
        return tuple(dict.fromkeys(values))

    def sets(self, value: Value) -> Mapping[str, Value]:
        """Return what one value of the factor sets, by path."""
        if not self.choices:
            return dict.fromkeys(self.paths, value)
        return next(choice.set for choice in self.choices if choice.label == value)


class Design(_Part):
    """Which points of the factors' space are run.

    The kinds: every combination of levels; Latin hypercube (McKay, Beckman & Conover 1979); Sobol's
    sequence (Sobol 1967); Saltelli's for variance-based indices (Saltelli 2002, 2010); Morris's
    trajectories (Morris 1991); a table.
    """

    kind: Literal["factorial", "latin_hypercube", "sobol", "saltelli", "morris", "table"]
    points: int | None = Field(
        None,
        ge=1,
        le=1_000_000,
        description="points (64 if not said); for saltelli the base sample, for morris the "
        "trajectories; of a factorial or a table so many are drawn, all if not said",
    )
    second_order: bool = Field(False, description="saltelli: whether pairs of factors are told")
    table: tuple[dict[str, Value], ...] = Field((), max_length=100_000)


class Stopping(_Part):
    """When there are pairs enough: see `until_sure`. The first look is at the study's `pairs`."""

    metrics: tuple[MetricName, ...] = Field((), description="watched; all that can be, if absent")
    half_width: dict[MetricName, Annotated[float, Field(gt=0.0)]] = Field(
        default_factory=dict, description="by metric, half of the interval that is narrow enough"
    )
    decided: bool = Field(True, description="whether a decided verdict is enough")
    most_pairs: int = Field(200, ge=50, le=100_000)
    step: int = Field(10, ge=1, le=10_000, description="pairs added at each look")


class Experiment(_Part, FromFile):
    """One question and how it is put to the model."""

    name: Name
    question: Bilingual
    description: Bilingual
    sources: tuple[Text, ...] = ()
    scenarios: tuple[str, ...] = Field(min_length=1, max_length=50)
    strategies: tuple[str, ...] = Field(min_length=1, max_length=500)
    baseline: str
    decision: int = Field(0, ge=0, le=7, description="which of the scenario's decisions, from 0")
    citizens: int | None = Field(None, ge=FEWEST_CITIZENS, le=MOST_CITIZENS)
    pairs: int = Field(10, ge=1, le=100_000)
    seed: int = Field(1, ge=0, le=2**63 - 1)
    metrics: tuple[MetricName, ...] = Field(min_length=1)
    series: tuple[IndicatorName, ...] = Field(
        (), description="indicators kept week by week; a long sweep keeps none"
    )
    effects_of_interest: dict[MetricName, Annotated[float, Field(ge=0.0)]] = Field(
        default_factory=dict
    )
    set: dict[Path_, Value] = Field(default_factory=dict, description="values of every point")
    factors: tuple[Factor, ...] = Field((), max_length=500)
    design: Design = Design(kind="factorial")
    stopping: Stopping | None = None

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        names = [factor.name for factor in self.factors]
        if taken := sorted({*_TAKEN, *family("metrics", Metric)} & set(names)):
            raise refusal("factor_name_taken", found=taken[0])
        if twice := repeated(names):
            raise refusal("factors_same_name", found=twice[0])
        if self.design.kind == "table" and not self.design.table:
            raise refusal("design_no_table")
        for k, row in enumerate(self.design.table):
            if set(row) != set(names):
                odd = sorted(set(row) ^ set(names))[0]
                raise refusal("design_row", index=k, **among(odd, names))
        return self

    def changed(self, changes: Mapping[str, Any]) -> Experiment:
        """Return a copy with some fields replaced, valid."""
        data = {**self.model_dump(mode="json"), **changes}
        return validated(Experiment, data, self.name).relative_to(self)

    def without_twins(self) -> Experiment:
        """Return a copy that runs no quiet twins: what is due to shocks gives way to the total."""
        kept = dict.fromkeys(TOTAL if name == HEADLINE else name for name in self.metrics)
        changes = {"metrics": tuple(kept), "set": {**self.set, **read_assignments([NO_TWIN])}}
        return self.model_copy(update=changes)


def experiment_folder() -> Path:
    """Return the folder of the experiments that come with the product."""
    inside = Path(__file__).parent / "shipped"
    return inside if inside.is_dir() else Path(__file__).parents[3] / "experiments"


def shipped_experiments() -> tuple[str, ...]:
    """Return the names of the experiments that come with the product."""
    return tuple(sorted(path.stem for path in experiment_folder().glob("*.toml")))


def load_experiment(path_or_name: str | Path) -> Experiment:
    """Return an experiment by its shipped name or from a file.

    Raises
    ------
    ResilienzaError
        If there is no such name or file, or if the file is not a valid experiment.
    """
    path = file_of(path_or_name, experiment_folder().glob("*.toml"), "unknown_experiment")
    data: dict[str, Any] = read_toml(path, shipped_experiments())
    return validated(Experiment, data, str(path)).relative_to(path.parent)
