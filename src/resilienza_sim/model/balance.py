"""Flows that keep a quiet town where it is, counted in its own past.

A stock is at rest while as many come as go, and what brings and takes people hangs on all that goes
on in a town. So the town counts, in its past, how many are to come at the assumed rates and how
many go (hazards added up, so that chance is little), on average over the last year of the past:
    came = mean of the sums of hazards to come,  went likewise
    factor of the rate to come = (went + (start - stock) / 13) / came in the past, which holds the
    stock where it started;  went / came from week 0 on
It is the same in every arm, twin and shock from week 0 on: what happens then moves the stocks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from resilienza_sim.kernels import kernel
from resilienza_sim.model.groups_life import group_hazard
from resilienza_sim.model.tables import F64

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel
    from resilienza_sim.model.state import State

__all__ = [
    "DISTANT",
    "GROUPS",
    "MEMBERS",
    "VOLUNTEERS",
    "at_end",
    "belonging",
    "count",
    "count_belonging",
    "distances_kept",
    "factor",
    "levels",
]

MEMBERS, VOLUNTEERS, DISTANT, GROUPS = range(4)
_YEAR, _MONTHS = 52, 13
_BACK = 13.0
"""Weeks in which the past makes up for what a stock has strayed from its start."""
_MOST = 4.0
"""Largest factor, and one over the smallest: what hardly ever happens is not counted well."""


def belonging(state: State) -> tuple[int, int]:
    """Return how many belong to a group, and how many volunteer."""
    c = state.citizens
    return int(np.count_nonzero(c.group >= 0)), int(np.count_nonzero(c.active.view(np.bool_)))


def levels(state: State) -> F64:
    """Return the stocks that are kept: members, volunteers, distant from help, groups."""
    return np.array(
        [*belonging(state), state.citizens.distant.sum(), state.groups.alive.sum()], np.float64
    )


def factor(model: CommunityModel, stock: int) -> float:
    """Return what the rate to come into a stock is multiplied by, 1 where nothing was counted."""
    town, strength = model.state.municipality, model.rates.act.balancing
    came, went = town.flows[stock].tolist()
    if came <= 0.0 or strength == 0.0:
        return 1.0
    if model.state.week < 0:
        went += (town.wanted[stock] - town.stocks[stock]) / _BACK
    return float(min(max(went / came, 1.0 / _MOST), _MOST) ** strength)


def count(model: CommunityModel, stock: int, came: float, went: float) -> None:
    """Count the flows of a week of the past: hazards to come, without the factor, and to go."""
    town = model.state.municipality
    week, settled = model.state.week, -_YEAR
    lived = week + model.scenario.calendar.burn_in_weeks
    # What counts at week 0 is the mean of the last year; before it, of the last months.
    weeks = week - settled if week >= settled else min(lived, _MONTHS)
    weeks = min(weeks, lived)
    town.flows[stock] += (np.array([came, went]) - town.flows[stock]) / (weeks + 1)
    town.stocks[stock] = levels(model.state)[stock]


def count_belonging(
    model: CommunityModel, hazards: F64, factors: tuple[float, float], wanting: int, at: Any
) -> None:
    """Count who comes into groups and begins to work, and who goes.

    Parameters
    ----------
    hazards : float64[4]
        To come in, to leave, to begin, to stop: of everybody, added up.
    factors : tuple
        Of coming in and of beginning, taken out of them again.
    wanting : int
        Those who wanted to come in; some were turned away.
    at : sequence
        Members and volunteers after the decisions of the week, after those who come in have
        entered, and at its end: groups that were born and ended move some.
    """
    coming, leaving, beginning, stopping = hazards.tolist()
    (decided, _), (members, active), (members_end, active_end) = at
    turned = wanting - (members - decided)
    count(model, MEMBERS, coming / factors[0], leaving + turned - (members_end - members))
    started = model.rates.act.begins * (coming - turned)
    gone = stopping - started - (active_end - active)
    count(model, VOLUNTEERS, beginning / factors[1], gone)


@kernel
def toll(groups: Any, week: int, p: Any) -> float:
    """Return how many groups are to end this week: their hazards added up."""
    total = 0.0
    for g in range(groups.alive.size):
        if groups.alive[g]:
            total += group_hazard(groups, g, week, p)
    return total


def at_end(model: CommunityModel) -> float:
    """Return how many groups are to end this week."""
    return float(toll(model.state.groups.handle, model.state.week, model.rates.act.handle))


def distances_kept(model: CommunityModel) -> tuple[float, float]:
    """Return how many are to come back to help this week, and how many to drift away."""
    c, p = model.state.citizens, model.rates.learn
    back = c.distant * (1.0 + p.approach_helped * c.helped.astype(np.float64))
    why = p.estranged_anyway + p.estranged_anger * c.anger.astype(np.float64)
    why += p.estranged_refused * c.refused.astype(np.float64)
    away = (1 - c.distant) * why
    return p.approach * float(back.sum()), p.estrangement * float(away.sum())
