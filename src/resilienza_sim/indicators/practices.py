"""What organisations try, learn and take up; how it fits what comes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from resilienza_sim.model.contracts import indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel


@indicator(unit="share", better="higher", source="Weick 1988")
def acting_share(model: CommunityModel) -> float:
    """Share of organisations that act: not hesitating before a demand they do not fit."""
    organisations = model.tally.organisations
    return 1.0 - organisations.hesitating / organisations.living


@indicator(unit="per organisation", source="own measure; Weick 1988")
def trials(model: CommunityModel) -> float:
    """Trials of something new this week, per organisation."""
    return model.state.trials / model.tally.organisations.living


@indicator(
    unit="pilots",
    source="March 1991",
    names=("pilots", "pilot_success"),
)
def pilots(model: CommunityModel) -> tuple[float, float]:
    """Paid pilots begun this week, and share of them that fit better than before."""
    begun, better = model.state.pilots, model.state.pilots_better
    return float(begun), better / begun if begun else math.nan


@indicator(unit="per organisation", source="Rogers 2003")
def adoptions(model: CommunityModel) -> float:
    """Practices taken up from others this week, per organisation."""
    return model.state.adoptions / model.tally.organisations.living


@indicator(unit="0-1", source="Hedberg 1981", names=("dip", "dip_share"))
def dip(model: CommunityModel) -> tuple[float, float]:
    """Loss of capacity while new practices are learnt: mean, and share of those who lose."""
    organisations = model.tally.organisations
    return (
        organisations.dip / organisations.living,
        organisations.learning / organisations.living,
    )


@indicator(unit="0-1", better="higher", source="own measure; March 1991")
def service_fit(model: CommunityModel) -> float:
    """Fit of the services' practices to this week's demand."""
    return model.tally.fits.service


@indicator(unit="0-1", better="higher", source="own measure")
def known_fit(model: CommunityModel) -> float:
    """Fit of the services to the hazards that the town remembers, weighted by memory."""
    return model.tally.fits.known


@indicator(unit="0-1", better="higher", source="own measure: a diagnosis, never in the headline")
def unseen_fit(model: CommunityModel) -> float:
    """Fit of organisations to the hazards not met yet in this run: a diagnosis."""
    return model.tally.fits.unseen
