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
    """Euros available, spent and left this week, and spent by ambit."""
    town, spent = model.state.municipality, model.tally.spent
    left = town.available_cents
    total = sum(spent.values())
    euros = (left + total, total, left, *(spent.get(each, 0) for each in AMBITS))
    return tuple(cents / 100.0 for cents in euros)


@indicator(
    unit="EUR",
    source="accounting: a ledger of every euro",
    names=lambda: tuple(f"eur_{name}" for name in family("actions", Action)),
)
def spent_on(model: CommunityModel) -> tuple[float, ...]:
    """Euros spent this week on each action."""
    spent = model.ledger.spent_on(model.state.week)
    return tuple(spent.get(name, 0) / 100.0 for name in family("actions", Action))


@indicator(unit="needs per 1,000 EUR", better="higher", source="own measure")
def yield_per_keur(model: CommunityModel) -> float:
    """Need met this week by people, groups and services, per 1,000 euros spent.

    A need met is one person's whole need of one kind for a week; nan when nothing is spent.
    """
    cents = sum(model.tally.spent.values())
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
