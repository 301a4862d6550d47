"""Bring groups into alliances and coordinate them (connessione)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from resilienza_sim.component import quantity
from resilienza_sim.kernels import kernel
from resilienza_sim.model.alliances import form_alliance
from resilienza_sim.model.contracts import Action, Ambit
from resilienza_sim.model.names import names_of

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["BuildAlliances"]


class BuildAlliances(Action):
    """Bring groups into alliances and coordinate them (connessione).

    Tables are called quarter by quarter: partners who share the ground stop overlapping. Called
    `across` quarters, they overlap as before but can lend one another what they can spare.
    """

    source: ClassVar[str] = (
        "Provan & Milward 1995; decree 117/2017, art. 55: co-planning; sizes: assumption"
    )
    ambit: ClassVar[Ambit] = "planning"

    governance: Literal["horizontal", "vertical"] = "horizontal"
    across: bool = False
    partners: int = quantity(6, 2, 60, unit="groups", source="assumption: size of a working table")
    unit_cost_eur: float = quantity(
        30.0,
        0.1,
        10_000.0,
        unit="EUR per partner and week",
        source="assumption: an hour of a coordinator a week for each partner",
    )

    def need(self, model: CommunityModel) -> float:
        """Return the groups alive: each can be a partner."""
        return float(np.count_nonzero(model.state.groups.alive.view(np.bool_)))

    def apply(self, model: CommunityModel, done: float) -> None:
        """Pay for the partners there are; with what is left, call new ones."""
        groups = model.state.groups
        allied = _allied(groups.alive, groups.alliance)
        due = allied * (1.0 - model.effort.alliances_paid)
        model.effort.alliances_paid += min(due, done) / max(allied, 1)
        calls = model.whole("call", max(0.0, done - due) / self.partners)
        if calls == 0:
            return
        free = np.flatnonzero((groups.alive == 1) & (groups.alliance < 0))
        u = model.streams.uniform("called", model.state.week, names_of(groups, free))
        order = free[np.lexsort((u, groups.quarter[free] * (not self.across)))]
        tables = [order[k : k + self.partners] for k in range(0, order.size, self.partners)]
        for members in [each for each in tables if each.size >= 2][:calls]:
            form_alliance(model, members, vertical=self.governance == "vertical")


@kernel
def _allied(alive: Any, alliance: Any) -> int:
    """Return how many living groups sit at a table."""
    count = 0
    for g in range(alive.size):
        count += alive[g] == 1 and alliance[g] >= 0
    return count
