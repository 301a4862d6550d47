"""What a survey of ISTAT would find in the town."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resilienza_sim.model import participation
from resilienza_sim.model.contracts import indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel


_YES = 0.5
SATISFIED_BELOW = 0.193
"""Fitted: below it is the suffering of 43 % of people without shocks (Italy 2019: 43.2 %)."""


@indicator(unit="share", better="higher", source="ISTAT BES 05REL009")
def observed_trust(model: CommunityModel) -> float:
    """Share of people of 14 and over who say that most people can be trusted."""
    return model.tally.share_of_asked(model.state.citizens.generalised_trust > _YES)


@indicator(unit="share", better="higher", source="ISTAT BES 05REL003")
def observed_rely_on(model: CommunityModel) -> float:
    """Share of people of 14 and over who have somebody to rely on outside their household."""
    return model.tally.relying


@indicator(unit="share", better="higher", source="ISTAT BES 05REL004")
def observed_participation(model: CommunityModel) -> float:
    """Share of people of 14 and over who took part in a group in the last twelve months."""
    return participation.observed_participation(model)


@indicator(unit="share", better="higher", source="ISTAT BES 05REL006")
def observed_volunteering(model: CommunityModel) -> float:
    """Share of people of 14 and over who volunteered in the last twelve months."""
    return participation.observed_volunteering(model)


@indicator(unit="share", better="higher", source="ISTAT BES 08BSO001")
def observed_satisfaction(model: CommunityModel) -> float:
    """Share of people of 14 and over who are very satisfied with their life (8 to 10 of 10)."""
    return model.tally.share_of_asked(model.state.citizens.suffering < SATISFIED_BELOW)
