"""What a survey of ISTAT would find in the town."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resilienza_sim.model.contracts import indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel


@indicator(unit="share", better="higher", source="ISTAT BES 05REL009")
def observed_trust(model: CommunityModel) -> float:
    """Share of people of 14 and over who say that most people can be trusted."""
    return model.tally.surveys.trusting


@indicator(unit="share", better="higher", source="ISTAT BES 05REL003")
def observed_rely_on(model: CommunityModel) -> float:
    """Share of people of 14 and over who have somebody to rely on outside their household."""
    return model.tally.relying


@indicator(unit="share", better="higher", source="ISTAT BES 05REL004")
def observed_participation(model: CommunityModel) -> float:
    """Share of people of 14 and over who took part in a group in the last twelve months."""
    return model.tally.surveys.took_part


@indicator(unit="share", better="higher", source="ISTAT BES 05REL006")
def observed_volunteering(model: CommunityModel) -> float:
    """Share of people of 14 and over who volunteered in the last twelve months."""
    return model.tally.surveys.volunteered


@indicator(unit="share", better="higher", source="ISTAT BES 08BSO001")
def observed_satisfaction(model: CommunityModel) -> float:
    """Share of people of 14 and over who are very satisfied with their life (8 to 10 of 10)."""
    return model.tally.surveys.satisfied
