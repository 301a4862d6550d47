"""The purse, the levees and what reaches the town."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from resilienza_sim.discovery import family
from resilienza_sim.model.contracts import AMBITS, Action, indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel


@indicator(
    unit="EUR",
    source="accounting",
    names=("available_eur", "spent_eur", "left_eur", *(f"spent_{each}_eur" for each in AMBITS)),
)
def purse(model: CommunityModel) -> tuple[float, ...]:
    """Euros of the whole town available, spent and left this week, and spent by ambit."""
    spent, kinds = model.ledger.town_spent_on(model.state.week), family("actions", Action)
    by_ambit = dict.fromkeys(AMBITS, 0)
    for kind, cents in spent.items():
        by_ambit[kinds[kind].ambit] += cents
    left, total = model.ledger.town_left(), sum(spent.values())
    return tuple([cents / 100.0 for cents in (left + total, total, left, *by_ambit.values())])


@indicator(
    unit="EUR",
    source="accounting: a ledger of every euro",
    names=lambda: tuple(f"eur_{name}" for name in family("actions", Action)),
)
def spent_on(model: CommunityModel) -> tuple[float, ...]:
    """Euros of the whole town spent this week on each action."""
    spent = model.ledger.town_spent_on(model.state.week)
    return tuple([spent.get(name, 0) / 100.0 for name in family("actions", Action)])


@indicator(unit="needs per 1,000 EUR", better="higher", source="own measure")
def yield_per_keur(model: CommunityModel) -> float:
    """Need met this week by people, groups and services, per 1,000 euros spent.

    A need met is one person's whole need of one kind for a week; nan when nothing is spent.
    """
    cents = model.ledger.cents_in(model.state.week)
    met = model.state.met_informal + model.state.met_formal
    return met / (cents / 1e5) if cents else math.nan


@indicator(unit="water", source="Di Baldassarre et al. 2013; Viglione et al. 2014")
def levee(model: CommunityModel) -> float:
    """Height of the argini paid by the purse, summed over hazards."""
    return float(model.state.municipality.levee.sum())


@indicator(unit="0-1", better="lower", source="Di Baldassarre et al. 2013; Viglione et al. 2014")
def damage(model: CommunityModel) -> float:
    """What overtopped the levees this week, over all hazards."""
    return float(max(model.state.municipality.damage.tolist()))


@indicator(unit="0-1", source="own measure")
def shock_intensity(model: CommunityModel) -> float:
    """Strength of the shocks of the week: the larger of water and closure."""
    town = model.state.municipality
    return float(max(town.contact_closed, *town.water.tolist()))
