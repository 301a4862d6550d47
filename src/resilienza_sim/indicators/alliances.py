"""Alliances between organisations."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from resilienza_sim.model.contracts import indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel


@indicator(unit="per 10,000", source="own measure")
def alliances(model: CommunityModel) -> float:
    """Alliances alive per 10,000 citizens."""
    return 1e4 * model.tally.alliances.living / model.tally.citizens


@indicator(unit="weeks", source="own measure: continuous cooperation")
def alliance_age(model: CommunityModel) -> float:
    """Mean age of the alliances alive."""
    return model.tally.alliances.age


@indicator(unit="share", source="Provan & Milward 1995")
def vertical_share(model: CommunityModel) -> float:
    """Share of the living alliances that are governed vertically."""
    return model.tally.alliances.vertical


@indicator(unit="weeks", better="lower", source="own measure; Provan & Milward 1995")
def decision_lag(model: CommunityModel) -> float:
    """Weeks that the last decision of the living alliances took, mean."""
    return model.tally.alliances.delay


@indicator(unit="share", source="own measure: joint action is not connection")
def joint_share(model: CommunityModel) -> float:
    """Share of what groups do that they do jointly, in an alliance."""
    return model.state.joint_share


@indicator(unit="ties", better="higher", source="Burt 2004")
def ties_per_alliance(model: CommunityModel) -> float:
    """Ties made this week between groups of one alliance, per alliance."""
    alliances = model.tally.alliances.living
    return model.state.alliance_ties / alliances if alliances else math.nan


@indicator(unit="share", better="higher", source="own measure")
def engaged_resources(model: CommunityModel) -> float:
    """Share of the private resources of the town that are engaged."""
    return model.tally.territory.engaged


@indicator(unit="share", better="higher", source="own measure; Granovetter 1978")
def resources_activated(model: CommunityModel) -> float:
    """Share of the town's resources that are activated: private ones, places, skills.

    The mean of three shares: what firms, schools and parishes hold, times how far they are engaged;
    the room of the places that are open; the skill of the adults that are active.
    """
    territory = model.tally.territory
    return (territory.engaged + territory.room + model.tally.part.skill_in_use) / 3.0


@indicator(unit="share", source="Page 2007")
def views_dispersion(model: CommunityModel) -> float:
    """Disagreement on the priorities before the last deliberation: plural interpretations.

    Standard deviation between voices of the share given to a kind of need, mean over the kinds;
    undefined until somebody has deliberated.
    """
    return model.state.municipality.dispersion_before


@indicator(unit="share", better="lower", source="own measure")
def vision_dispersion(model: CommunityModel) -> float:
    """Disagreement on the priorities left after the last deliberation.

    Standard deviation between voices of the share given to a kind of need, mean over the kinds;
    undefined until somebody has deliberated.
    """
    return model.state.municipality.dispersion_after
