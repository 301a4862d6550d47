"""What is observed each week, in arrays made beforehand; shown to Mesa users as a collector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from resilienza_sim.discovery import family
from resilienza_sim.model.contracts import Indicator
from resilienza_sim.model.tables import F64

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Collector", "Recorder"]


class Recorder:
    """One row a week, one column an indicator."""

    def __init__(self, first_week: int, weeks: int) -> None:
        self.first_week = first_week
        self.indicators = [cls() for cls in family("indicators", Indicator).values()]
        self.columns = tuple(name for each in self.indicators for name in each.columns())
        self.values: F64 = np.full((weeks, len(self.columns)), np.nan)
        self.rows = 0

    def copy(self) -> Recorder:
        """Return a recorder with rows of its own."""
        twin = object.__new__(Recorder)
        twin.first_week, twin.indicators = self.first_week, self.indicators
        twin.columns, twin.values, twin.rows = self.columns, self.values.copy(), self.rows
        return twin

    def take(self, model: CommunityModel) -> None:
        """Observe this week."""
        at = 0
        for each in self.indicators:
            width = len(each.columns())
            if model.state.week % each.cadence_weeks == 0:
                self.values[self.rows, at : at + width] = each.measure(model)
            at += width
        self.rows += 1

    def series(self, column: str) -> F64:
        """Return what was recorded of one column so far."""
        values: F64 = self.values[: self.rows, self.columns.index(column)]
        return values

    def weeks(self) -> Any:
        """Return the weeks recorded so far."""
        return self.first_week + np.arange(self.rows)


class Collector:
    """The recorder in the shape of ``mesa.DataCollector``."""

    def __init__(self, model: CommunityModel) -> None:
        self._model = model

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
