"""A panel of a year: what two states of the same people have to do with each other."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.experiments.validation.bench import Bench, Case
from resilienza_sim.experiments.validation.reading import Reading

__all__ = ["Panel"]

_YEAR, FIRST_AGE = 52, 18
State = Literal["suffering", "company", "perceived_support"]


class Panel(Reading):
    """The standardised weight of one state on another a year later, the earlier one held."""

    one: State
    on: State
    case: Case = Case(shocks=())
    week: int = 0

    def read(self, bench: Bench) -> float:
        """Return the weight in one town."""
        model = bench.model(self.case, self.week)
        adult = model.community.people.age >= FIRST_AGE

        def now(name: str) -> NDArray[np.float64]:
            values: NDArray[np.float64] = getattr(model.state.citizens, name)[adult].astype(float)
            standard: NDArray[np.float64] = (values - values.mean()) / values.std()
            return standard

        before = np.column_stack([now(self.one), now(self.on)])
        model.run_to(self.week + _YEAR)
        weight = np.linalg.lstsq(before, now(self.on), rcond=None)[0][0]
        return float(weight)
