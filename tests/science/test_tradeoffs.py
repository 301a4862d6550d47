"""Honest trade-offs: what each way costs and where each one wins, on paired seeds.

None is wired in: beside each claim stands the same comparison with its mechanism taken away, in
which the claim must no longer hold.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from resilienza_sim.model.parameters import Parameters
from resilienza_sim.strategies import Strategy, load_strategy
from tests.science.pairs import between, clearly, loss, mean_of, paired
from tests.small import HIGH, LOW, flood, pandemic, plan, town

WIDE = {LOW: 1.0, HIGH: 0.6}
MUNIFICENT = {"discretionary_share": 0.5}


def history(shocks, *, weeks: int = 110, **parts):
    """Return a town that decides after its first flood, with plenty of money unless told."""
    parts = {"purse": MUNIFICENT, **parts}
    return town(
        citizens=1_000, weeks=weeks, decisions=(18,), shocks=shocks, burn_in_weeks=52, **parts
    )


def repeated(share: float = 1.0):
    """The flood of the past again and again, never larger: within what is built after it."""
    shocks = [flood(week, quarters=WIDE) for week in (4, 30, 56, 82)]
    return history(shocks, purse={"discretionary_share": share})


def growing():
    """Each flood larger than what was built after the last."""
    peaks = ((4, 0.6), (30, 0.9), (56, 1.2), (82, 1.5))
    return history([flood(week, quarters=WIDE, peak=peak) for week, peak in peaks])


def novel():
    """After the flood, something never seen, twice."""
    return history([flood(4, quarters=WIDE), pandemic(30), pandemic(70)])


# -- where each way wins

MIDDLE, HIGH_END = 50.0, 125.0
"""EUR a head for argini as high as the water: as shipped, and the most that was thought of."""


def alluvial(price: float) -> Strategy:
    """Return the alluvial way with the argini at a price, shares as they are."""
    data = load_strategy("alluvial").model_dump(mode="json")
    for phase in ("normal", "emergency", "recovery"):
        for line in data[phase]:
            if line["action"]["kind"] == "argini":
                line["action"]["unit_cost_eur"] = price
    return Strategy.model_validate(data)


@pytest.mark.parametrize("share", [1.0, 0.2])
def test_levees_pay_when_the_known_repeats_within_design(share) -> None:
    mute = {"other": ["argini"]}
    assert clearly(paired(repeated(share), "alluvial", "alluvial", loss(), mute=mute), -1)


def test_they_pay_less_where_there_is_little_money_for_them() -> None:
    mute = {"other": ["argini"]}
    little, much = (
        paired(repeated(share), "alluvial", "alluvial", loss(), mute=mute) for share in (0.05, 1.0)
    )
    assert clearly(little - much, +1)


@pytest.mark.parametrize(("share", "sure"), [(0.2, True), (1.0, False)])
def test_in_all_the_transformative_way_loses_less_but_where_levees_can_be_paid(share, sure) -> None:
    """With all the social spending levees keep off as much as it brings every day, or more: 45."""
    found = paired(repeated(share), "transformative", "alluvial", loss())
    assert bool(clearly(found, -1)) is sure


@pytest.mark.parametrize(("case", "price"), [(growing, HIGH_END), (novel, MIDDLE)])
def test_the_transformative_way_does_better_beyond_design_and_on_the_unknown(case, price) -> None:
    assert clearly(paired(case(), "transformative", alluvial(price), loss()), -1)


def test_beyond_design_argini_at_half_that_price_keep_off_more() -> None:
    """Levees that water overtops still keep off part of it, if enough of them can be paid."""
    dear, cheap = (
        paired(growing(), "transformative", alluvial(price), loss()) for price in (HIGH_END, MIDDLE)
    )
    assert clearly(cheap - dear, +1)


@pytest.mark.parametrize(("case", "price"), [(growing, HIGH_END), (novel, MIDDLE)])
def test_with_its_euros_without_effect_it_no_longer_does(case, price) -> None:
    strategy = case().strategy("transformative")
    kinds = {line.action.kind() for phase in range(3) for line in strategy.lines(phase)}
    found = paired(case(), strategy, alluvial(price), loss(), mute={"one": kinds})
    assert not clearly(found, -1)


# -- cohesion has a price, paid first --------------------------------------------------------------


def test_cohesion_costs_fatigue_in_the_first_months() -> None:
    found = paired(novel(), "transformative", "consolidated", mean_of("fatigue", weeks=8), until=28)
    assert clearly(found, +1)


def test_it_costs_anger_by_its_conflicts_and_spares_more_by_its_help() -> None:
    """Expected was more anger in all. Taking part grows slowly, help is felt at once, and a plan
    that is shared takes conflicts away: without that (`vision`), those who join quarrel more."""
    anger, arms = mean_of("anger", weeks=26), ("transformative", "consolidated")

    def gained(conflict: float, vision: float) -> NDArray[np.float64]:
        case = history(
            [flood(4, quarters=WIDE), pandemic(30), pandemic(70)],
            parameters={"mood": {"conflict": conflict}, "learn": {"vision": vision}},
        )
        return paired(case, *arms, anger, until=46)

    conflict, vision = Parameters().mood.conflict, Parameters().learn.vision
    assert clearly(gained(conflict, vision), -1)
    assert clearly(gained(conflict, 0.0) - gained(0.0, 0.0), +1)
    assert clearly(gained(conflict, vision) - gained(0.0, vision), -1)


@pytest.mark.parametrize(("dip", "costs"), [(0.3, True), (0.0, False)])
def test_pilots_cost_a_dip_first(dip: float, costs: bool) -> None:
    still = {"explore": 0.0, "adoption": 0.0, "alliance_learning": 0.0, "undertaking": 0.0}
    case = history(
        [flood(4, quarters=WIDE)],
        parameters={"learn": {"dip": dip, "trial_dip": dip / 6.0, **still}},
    )
    pilots = plan(("practice_trials", 1.0, {"unit_cost_eur": 1_000.0}))
    assert clearly(paired(case, pilots, "none", mean_of("dip", weeks=12), until=30), +1) is costs


def test_nobody_tires_of_taking_part_where_it_takes_no_strength() -> None:
    free = {"mood": {"active_load": 0.0, "tiring": 0.0}}
    case = history([flood(4, quarters=WIDE)], parameters=free)
    found = paired(case, "transformative", "consolidated", mean_of("fatigue", weeks=26), until=44)
    assert not clearly(found, +1)


# -- connection without cooperation


def _allied(cooperation: float):
    return town(
        citizens=1_500,
        weeks=80,
        decisions=(4,),
        shocks=[flood(20, quarters=WIDE)],
        burn_in_weeks=52,
        purse=MUNIFICENT,
        parameters={"learn": {"cooperation": cooperation}},
    )


def test_connection_without_cooperation_gains_little() -> None:
    lines = plan(("build_alliances", 0.3), ("support_groups", 0.4))
    alone = plan(("support_groups", 0.4))
    measure = mean_of("groups_helped", first=16)
    joint = paired(_allied(1.0), lines, alone, measure)
    apart = paired(_allied(0.0), lines, alone, measure)
    assert clearly(joint, +1)
    assert apart.mean() < 0.5 * joint.mean()


# -- visibility without capacity


CAMPAIGN = plan(("campaign", 1.0, {"about": "formal"}))


def _visible(workers: float):
    serve = {
        "seeking": 3.0,
        "residents_per_social_worker": 5_000.0 / workers,
        "residents_per_home_carer": 1_700.0 / workers,
        "residents_per_shelter_worker": 11_000.0 / workers,
        "residents_per_family_worker": 3_200.0 / workers,
    }
    return town(
        citizens=1_500,
        weeks=60,
        decisions=(4,),
        burn_in_weeks=52,
        purse=MUNIFICENT,
        parameters={"serve": serve, "setup": {"informed_formal": 0.3}},
    )


@pytest.mark.parametrize(("what", "side"), [("service_waiting", +1), ("trust_services", -1)])
def test_visibility_without_capacity_overloads_the_services(what: str, side: int) -> None:
    assert clearly(paired(_visible(1.0), CAMPAIGN, "none", mean_of(what, 20)), side)


@pytest.mark.parametrize(("what", "side"), [("service_waiting", +1), ("trust_services", -1)])
def test_with_capacity_it_does_not(what: str, side: int) -> None:
    narrow = paired(_visible(1.0), CAMPAIGN, "none", mean_of(what, 20)).mean()
    wide = paired(_visible(8.0), CAMPAIGN, "none", mean_of(what, 20)).mean()
    assert side * wide < 0.3 * side * narrow


# -- bridging under threat


def _threatened(threat: bool, *, backfire: float = 0.02):
    shocks = [flood(6, quarters=WIDE, salience=1.0, peak=1.2)] if threat else []
    return town(
        citizens=1_000,
        weeks=40,
        decisions=(4,),
        shocks=shocks,
        burn_in_weeks=52,
        purse={"discretionary_share": 1.0},
        parameters={
            "mood": {"from_exposure": backfire, "threat": 3.0, "trusted": 0.6},
            "setup": {"grievance_low": 0.2},
        },
    )


FORCED = plan(("bring_together", 1.0, {"added": 5.0}))


def test_bridging_forced_under_high_threat_backfires() -> None:
    threat = paired(_threatened(True), FORCED, "none", mean_of("grievance", 3))
    calm = paired(_threatened(False), FORCED, "none", mean_of("grievance", 3))
    assert clearly(threat, +1)
    assert threat.mean() > calm.mean()


def test_where_exposure_does_not_offend_it_does_not() -> None:
    found = paired(_threatened(True, backfire=0.0), FORCED, "none", mean_of("grievance", 3))
    assert not clearly(found, +1)


# -- groups founded with money


def _granted(**act: float):
    return town(
        citizens=1_000,
        weeks=130,
        decisions=(4,),
        burn_in_weeks=52,
        purse={"discretionary_share": 0.6},
        parameters={"act": {"birth": 0.0, **act}},
    )


GRANTS = plan(("found_groups", 0.5, {"unit_cost_eur": 500.0}))
ALLIED = plan(("found_groups", 0.5, {"unit_cost_eur": 500.0}), ("build_alliances", 0.4))


def test_a_group_founded_with_money_dies_when_money_ends() -> None:
    last = mean_of("survival_52", first=90)
    found = between(_granted(), _granted(death_unfunded=0.0), GRANTS, last)
    assert clearly(found, -1)


def test_unless_it_is_allied() -> None:
    last = mean_of("survival_52", first=90)
    assert clearly(paired(_granted(), ALLIED, GRANTS, last), +1)


def test_what_alliances_shelter_and_hold_is_what_saves_it() -> None:
    off = {"alliance_shelter": 0.0, "hold_alliance": 0.0, "hold_horizontal": 0.0}
    bare = paired(_granted(**off), ALLIED, GRANTS, mean_of("survival_52", first=90))
    full = paired(_granted(), ALLIED, GRANTS, mean_of("survival_52", first=90))
    assert clearly(full - bare, +1)
    assert bare.mean() < 0.7 * full.mean()
