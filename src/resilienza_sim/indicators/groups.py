"""Groups: how many live, who is in them, what they can and do."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from resilienza_sim.model.contracts import indicator
from resilienza_sim.model.tally import YEAR

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel


@indicator(unit="per 10,000", better="higher", source="ISTAT BES 05REL008")
def groups(model: CommunityModel) -> float:
    """Groups alive per 10,000 citizens."""
    return 1e4 * model.tally.groups.living / model.tally.citizens


@indicator(unit="per 10,000", better="higher", source="own measure")
def births(model: CommunityModel) -> float:
    """Groups born this week, per 10,000 citizens."""
    return 1e4 * model.state.births / model.tally.citizens


@indicator(unit="per 10,000", better="lower", source="Hannan & Freeman, from memory")
def group_deaths(model: CommunityModel) -> float:
    """Groups that ended this week, per 10,000 citizens."""
    return 1e4 * model.state.deaths / model.tally.citizens


@indicator(unit="share", better="higher", source="own measure; Scheirer 2005, from memory")
def survival_52(model: CommunityModel) -> float:
    """Share of the groups born one to two years ago that are still alive.

    Undefined when none was born then. Money spent on founding is seen here a year later.
    """
    week, recorder = model.state.week, model.recorder
    then = week - 2 * YEAR - recorder.first_week
    if then < 0:
        return math.nan
    weekly = recorder.series("births")[then : then + YEAR]
    born = round(float(weekly.sum()) * model.tally.citizens / 1e4)
    return model.tally.groups.lasting / born if born else math.nan


@indicator(unit="share", better="higher", source="ISTAT BES 05REL004")
def member_share(model: CommunityModel) -> float:
    """Share of citizens aged 14 and over who belong to a group."""
    return model.tally.part.members


@indicator(unit="share", better="higher", source="ISTAT BES 05REL006")
def active_share(model: CommunityModel) -> float:
    """Share of citizens aged 14 and over who are active in a group."""
    return model.tally.part.active


@indicator(unit="0-1", better="higher", source="own measure: coverage of profiles")
def profile_coverage(model: CommunityModel) -> float:
    """How far those active in groups mirror the residents, by segment."""
    return model.tally.part.overlap


_PARTS = ("operative", "aggregative", "relational", "support")


@indicator(
    unit="0-1",
    better="higher",
    source="own measure",
    names=tuple(f"capability_{part}" for part in _PARTS),
)
def capability(model: CommunityModel) -> tuple[float, ...]:
    """Mean capability of the living groups, by component."""
    groups = model.tally.groups
    return groups.operative, groups.aggregative, groups.relational, groups.support


@indicator(unit="hours per 1,000", source="own measure: volunteer hours have a shadow price")
def volunteer_hours(model: CommunityModel) -> float:
    """Hours given this week by helpers and active members, per 1,000 citizens."""
    return 1e3 * model.state.volunteer_hours / model.tally.citizens


@indicator(unit="per 1,000", better="higher", source="Provan & Milward 1995; Milward & Provan 1998")
def groups_helped(model: CommunityModel) -> float:
    """People helped this week by groups, per 1,000 citizens."""
    return 1e3 * model.state.groups_helped / model.tally.citizens


@indicator(unit="per 1,000", better="higher", source="Drury, from memory: emergent aid")
def neighbours_helped(model: CommunityModel) -> float:
    """People met this week by those who help on their own, per 1,000 citizens."""
    return 1e3 * model.state.neighbours_helped / model.tally.citizens


@indicator(unit="share", source="own measure; Kretzmann & McKnight 1993, from memory")
def strengths_share(model: CommunityModel) -> float:
    """Share of the accompaniment of groups that went to those above the median."""
    effort = model.effort
    return effort.accompanied_strong / effort.accompanied if effort.accompanied else math.nan
