"""What is observed each week, in arrays made beforehand; shown to Mesa users as a collector."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from resilienza_sim.discovery import family
from resilienza_sim.model.contracts import Indicator
from resilienza_sim.model.tables import F64
from resilienza_sim.model.tally import Tally

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Collector", "Recorder"]

_HALF_YEAR = 26


class _Due(NamedTuple):
    """What is observed in the same weeks."""

    measures: list[tuple[Any, bool]]
    """What to call, and whether it has several values."""
    places: list[int]
    """Where in the row the values go."""

    def observe(self, model: CommunityModel) -> list[float]:
        """Return the values, in the order of their places."""
        values: list[float] = []
        for measure, several in self.measures:
            if several:
                values.extend(measure(model))
            else:
                values.append(measure(model))
        return values


class Recorder:
    """One row a week, one column an indicator, or one for each quarter.

    `own` are the indicators of one scenario.
    """

    def __init__(
        self, first_week: int, weeks: int, quarters: int = 0, own: Sequence[Indicator] = ()
    ) -> None:
        self.first_week, self.quarters = first_week, quarters
        self.indicators = [*family("indicators", Indicator).values(), *own]
        self.columns = tuple(name for each in self.indicators for name in each.columns(quarters))
        self.place = {name: at for at, name in enumerate(self.columns)}
        self._plan: dict[int, _Due] = {}
        """By how many weeks apart: what is observed together."""
        self._lay_out(self.indicators)
        self.tally: Tally | None = None
        """What indicators share, while a week is recorded."""
        self._before: dict[str, float] = {}
        self.values: F64 = np.full((weeks, len(self.columns)), np.nan)
        self.rows = 0

    def _lay_out(self, indicators: Iterable[Indicator]) -> None:
        for each in indicators:
            places = [self.place[name] for name in each.columns(self.quarters)]
            if not places:  # nothing by quarter where there are none
                continue
            due = self._plan.setdefault(each.cadence_weeks, _Due([], []))
            due.measures.append((each.function, len(places) > 1))
            due.places.extend(places)

    def copy(self) -> Recorder:
        """Return a recorder with rows of its own."""
        twin = copy.copy(self)
        twin.values, twin._before = self.values.copy(), dict(self._before)
        return twin

    def watching(self, columns: Iterable[str]) -> Recorder:
        """Return a copy that goes on with some columns only; the others are nan from here on."""
        few = self.copy()
        wanted = set(columns)
        few._plan = {}
        few._lay_out(each for each in self.indicators if wanted & set(each.columns(self.quarters)))
        return few

    def take(self, model: CommunityModel) -> None:
        """Observe this week."""
        week, row = model.state.week, self.values[self.rows]
        self.tally = Tally(model)
        try:
            for cadence, due in self._plan.items():
                if week % cadence == 0:
                    row[due.places] = due.observe(model)
        finally:
            self.tally = None
        self.rows += 1

    def series(self, column: str) -> F64:
        """Return what was recorded of one column so far."""
        values: F64 = self.values[: self.rows, self.place[column]]
        return values

    def before(self, column: str) -> float:
        """Return the mean of a column in the quiet half year before week 0; nan if unseen."""
        if column not in self._before:
            seen = self.series(column)[-self.first_week - _HALF_YEAR : -self.first_week]
            seen = seen[np.isfinite(seen)]
            self._before[column] = float(seen.mean()) if seen.size else math.nan
        return self._before[column]

    def weeks(self) -> Any:
        """Return the weeks recorded so far."""
        return self.first_week + np.arange(self.rows)


class Collector:
    """The recorder in the shape of ``mesa.DataCollector``: every week is recorded as it ends."""

    agent_reporters: Mapping[str, Any] = MappingProxyType({})
    agenttype_reporters: Mapping[Any, Any] = MappingProxyType({})
    _agent_records: Mapping[int, Any] = MappingProxyType({})
    _agenttype_records: Mapping[int, Any] = MappingProxyType({})

    def __init__(self, model: CommunityModel) -> None:
        self._model = model

    @property
    def _collection_steps(self) -> list[int]:
        """Return when each row was recorded, for `mesa.batch_run`."""
        return list(range(1, self._model.recorder.rows + 1))

    def collect(self, model: CommunityModel) -> None:
        """Do nothing: the phase `record` has recorded the week."""

    @property
    def model_vars(self) -> dict[str, list[float]]:
        """Return each indicator's values, as lists."""
        return {
            name: self._model.recorder.series(name).tolist()
            for name in self._model.recorder.columns
        }

    def get_model_vars_dataframe(self) -> pd.DataFrame:
        """Return one row a week, one column an indicator."""
        recorder = self._model.recorder
        index = pd.Index(recorder.weeks(), name="week")
        return pd.DataFrame(recorder.values[: recorder.rows], index, list(recorder.columns))

    def get_agent_vars_dataframe(self) -> pd.DataFrame:
        """Return the citizens' columns as they are now, one row a citizen."""
        columns = self._model.state.citizens.columns()
        flat = {name: array for name, array in columns.items() if array.ndim == 1}
        return pd.DataFrame(flat, pd.Index(np.arange(len(self._model.citizens)), name="AgentID"))
