"""The numbers of taking part, of new help and of the life of groups (equations 6 and 7)."""

from __future__ import annotations

from resilienza_sim.component import quantity
from resilienza_sim.model.rates import PhaseParameters, shape

__all__ = ["ActParameters", "ActRates"]


class ActParameters(PhaseParameters):
    """Taking part, and the life of groups."""

    exit: float = quantity(
        0.0064,
        0.0,
        0.5,
        unit="per week",
        source="fitted to a volunteer's chance to be one a year later: .64, CNCS 2008, more than "
        "one in three of the volunteers of 2006 did not volunteer in 2007",
    )
    exit_fatigue: float = quantity(
        3.0, 0.0, 20.0, source="assumption: a wholly tired member leaves four times as fast"
    )
    lapse: float = quantity(
        0.0086,
        0.0,
        0.5,
        unit="per week",
        source="assumption: membership turns over as volunteering does, CNCS 2008: -ln .64 / 52",
    )
    begins: float = quantity(
        0.25,
        0.0,
        1.0,
        source="assumption: one in four of those who come in works from the start, near the share "
        "of volunteers among members; the others may begin later",
    )
    attending: float = quantity(
        0.25,
        0.0,
        1.0,
        unit="per week",
        source="assumption: who belongs and does not volunteer comes once a month",
    )
    turn_hours: float = quantity(
        8.0,
        0.5,
        40.0,
        unit="hours",
        source="assumption: two half days in a week in which a volunteer works; with 19 hours in "
        "four weeks (help.active_hours) it makes the chance to work in a week .59",
    )
    stops_work: float = quantity(
        0.24,
        0.0,
        1.0,
        source="fitted (scripts/fit_participation.py) to volunteering of 2021 over 2019, ISTAT "
        "BES, 7.3 / 9.8: share whose work the fullest limits on gatherings stop",
    )
    stops_part: float = quantity(
        0.625,
        0.0,
        1.0,
        source="fitted (scripts/fit_participation.py) to social participation of 2021 over 2019, "
        "ISTAT BES, 14.6 / 22.7: share whose activity in a group the fullest limits stop",
    )
    resuming: float = quantity(
        0.1,
        0.0,
        5.0,
        unit="per week",
        source="assumption: half of those stopped come back within seven weeks of reopening",
    )
    suspended_lapse: float = quantity(
        1.2, 1.0, 20.0, source="assumption: who is suspended leaves a fifth faster"
    )
    hardship: float = quantity(
        0.7,
        0.0,
        5.0,
        source="fitted (scripts/fit_participation.py) to Brand & Burgard 2008: job loss, taking "
        "part x .65 years later",
    )
    setback: float = quantity(
        0.05,
        0.0,
        1.0,
        unit="per week",
        source="assumption: a loss of income as large as life's events leaves half a setback",
    )
    setback_recovery: float = quantity(
        0.003,
        0.0,
        0.1,
        unit="per week",
        source="assumption: half wears off in four years and a half; Brand & Burgard 2008: lasting",
    )
    balancing: float = quantity(
        1.0,
        0.0,
        1.0,
        source="assumption: before week 0 the town is at rest, as many come as go; 0: rates as "
        "worked out from the region's figures alone",
    )
    hold_alliance: float = quantity(
        0.3, 0.0, 1.0, source="Perach et al. 2023: alliances and horizontality hold members; prior"
    )
    hold_horizontal: float = quantity(
        0.2,
        0.0,
        1.0,
        source="Perach et al. 2023: horizontality holds members, beside alliances; prior",
    )
    gathering: float = quantity(
        1.0,
        0.0,
        10.0,
        source="aggregative capability of the quarter's groups: pull on those who could "
        "join, neutral at 0.5; size assumption",
    )
    turned_away: float = quantity(
        0.5,
        0.0,
        1.0,
        source="a wholly closed group turns away every other member of the out-group; size "
        "assumption",
    )
    neighbours: float = quantity(
        3.0, 0.0, 30.0, source="Granovetter 1978: pull of active neighbours; prior"
    )
    inward: float = quantity(0.5, 0.0, 5.0, source="rancour mobilises inward; prior")
    efficacy_gain: float = quantity(
        0.004, 0.0, 0.2, unit="per week", source="Bandura: efficacy grows with success; prior"
    )
    efficacy_loss: float = quantity(
        0.004, 0.0, 0.2, unit="per week", source="assumption: efficacy lost by those not helped"
    )
    efficacy_return: float = quantity(
        0.01, 0.0, 0.3, unit="per week", source="assumption: pull of a person's own level"
    )
    birth: float = quantity(
        0.0004,
        0.0,
        0.1,
        unit="per week",
        source="assumption: per four active citizens in a quarter",
    )
    brought: float = quantity(
        0.5,
        0.0,
        1.0,
        source="four active citizens make a group: half of the five or six adults whom a "
        "founder knows; Bryant et al. 2003 (from memory), being asked; assumption",
    )
    birth_members: int = quantity(
        4, 2, 50, unit="people", source="convention: four active citizens make a group"
    )
    death: float = quantity(
        0.0015,
        0.0,
        0.1,
        unit="per week",
        source="h0: assumption, 7 % a year; form after Hannan & Freeman",
    )
    death_old: float = quantity(
        0.00005,
        0.0,
        0.1,
        unit="per week",
        source="assumption: groups of old end as fast as others are born in a quiet town, a "
        "quarter of a percent a year",
    )
    death_ageing: float = quantity(
        0.01,
        0.0,
        0.1,
        unit="per week",
        source="Hannan & Freeman, from memory: liability of newness",
    )
    death_small: float = quantity(
        0.05,
        0.0,
        1.0,
        unit="per week",
        source="h1, under 3 members: assumption",
    )
    death_changed: float = quantity(
        0.01,
        0.0,
        1.0,
        unit="per week",
        source="h2, just transformed: assumption; form after Hannan & Freeman",
    )
    death_unfunded: float = quantity(
        0.04,
        0.0,
        1.0,
        unit="per week",
        source="founded with money, and the money is over; Scheirer 2005 (from memory): some"
        " 60 % of projects go on in some form; size assumption",
    )
    roots: float = quantity(
        4.0,
        0.1,
        100.0,
        unit="people",
        source="assumption: as many active members as found a group halve that hazard",
    )
    activation: float = quantity(
        0.03,
        0.0,
        0.5,
        unit="per week",
        source="a resource is activated while activity around it is above its threshold "
        "(Granovetter 1978); size assumption",
    )
    alliance_shelter: float = quantity(
        0.5,
        0.0,
        1.0,
        source="allied groups last longer; size assumption",
    )
    closing: float = quantity(
        1.5, 0.0, 10.0, source="assumption: how far the members' rancour closes a group"
    )
    turning: float = quantity(
        0.05,
        0.0,
        1.0,
        unit="per week",
        source="assumption: a group takes on its members' mood in months",
    )
    habit: float = quantity(
        0.12,
        0.0,
        1.0,
        unit="per week",
        source="Kaniasty & Norris 1993: help surges, then fades; assumption: half of what was new "
        "is no longer so after six weeks",
    )
    noticed: float = quantity(
        0.05, 0.0, 1.0, source="assumption: smaller changes of the distress around are everyday"
    )
    rally: float = quantity(
        0.03,
        0.0,
        1.0,
        unit="per week",
        source="sized on about one adult in twenty-five helping at once in spring 2020: between "
        "the NHS volunteer responders, 750,000 in four days (1.1 %), and the 4.6 million who "
        "volunteered for the first time that year (RVS 2020; both from memory)",
    )
    helping_ends: float = quantity(
        0.045,
        0.0,
        1.0,
        unit="per week",
        source="assumption: with usual fatigue half stop in twelve weeks; Drury: mutual aid of "
        "2020 faded within months",
    )
    emergent_birth: float = quantity(
        0.0011,
        0.0,
        0.5,
        unit="per week",
        source="sized on over 4,000 mutual aid groups for 67 million people, spring 2020: 60 per "
        "million within weeks; per helper without a group, at a full call",
    )
    emergent_death: float = quantity(
        0.03,
        0.0,
        1.0,
        unit="per week",
        source="assumption: half of the groups born of an emergency end in half a year; their "
        "support capability holds them",
    )
    rooting: float = quantity(
        0.004,
        0.0,
        1.0,
        unit="per week",
        source="assumption: about one emergent group in eight becomes an association, twice as "
        "many if accompanied or allied",
    )
    upkeep_eur: float = quantity(
        20.0, 0.0, 10_000.0, unit="EUR a week", source="assumption: running costs of a funded group"
    )
    capability_decay: float = quantity(
        0.003, 0.0, 0.1, unit="per week", source="convention: it decays unless exercised"
    )
    capability_gain: float = quantity(
        0.006, 0.0, 0.1, unit="per week", source="assumption: doing keeps capability alive"
    )


ActRates = shape("ActRates", ActParameters)
