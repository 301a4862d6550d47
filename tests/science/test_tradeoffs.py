"""Honest trade-offs: what each way costs and where each one wins, on paired seeds.

None is wired in: beside each claim stands the same comparison with its mechanism taken away, in
which the claim must no longer hold.
"""

from __future__ import annotations

import pytest

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


def repeated():
    """The flood of the past again and again, never larger: within what is built after it."""
    return history([flood(week, quarters=WIDE) for week in (4, 30, 56, 82)])


def growing():
    """Each flood larger than what was built after the last."""
    peaks = ((4, 0.6), (30, 0.9), (56, 1.2), (82, 1.5))
    return history([flood(week, quarters=WIDE, peak=peak) for week, peak in peaks])


def novel():
    """After the flood, something never seen, twice."""
    return history([flood(4, quarters=WIDE), pandemic(30), pandemic(70)])


# -- where each way wins


def test_the_alluvial_way_does_better_when_the_known_repeats_within_design() -> None:
    assert clearly(paired(repeated(), "alluvial", "transformative", loss()), -1)


def test_without_its_levees_it_no_longer_does() -> None:
    mute = {"one": ["argini"]}
    found = paired(repeated(), "alluvial", "transformative", loss(), mute=mute)
    assert not clearly(found, -1)


@pytest.mark.parametrize("case", [growing, novel])
def test_the_transformative_way_does_better_beyond_design_and_on_the_unknown(case) -> None:
    assert clearly(paired(case(), "transformative", "alluvial", loss()), -1)


@pytest.mark.parametrize("case", [growing, novel])
def test_with_its_euros_without_effect_it_no_longer_does(case) -> None:
    strategy = case().strategy("transformative")
    kinds = {line.action.kind() for phase in range(3) for line in strategy.lines(phase)}
    found = paired(case(), strategy, "alluvial", loss(), mute={"one": kinds})
    assert not clearly(found, -1)


# -- cohesion has a price, paid first --------------------------------------------------------------


@pytest.mark.parametrize("cost", ["fatigue", "anger", "dip"])
def test_cohesion_costs_fatigue_anger_and_the_dip_in_the_first_months(cost: str) -> None:
    found = paired(novel(), "transformative", "consolidated", mean_of(cost, weeks=26), until=44)
    assert clearly(found, +1)


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


def _visible(workers: float):
    return town(
        citizens=1_500,
        weeks=80,
        decisions=(4,),
        shocks=[flood(20, quarters=WIDE)],
        burn_in_weeks=52,
        purse=MUNIFICENT,
        parameters={"serve": {"residents_per_social_worker": 5000.0 / workers}},
    )


def test_visibility_without_capacity_overloads_the_services() -> None:
    lines = plan(("campaign", 0.5, {"about": "formal"}))
    assert clearly(paired(_visible(1.0), lines, "none", mean_of("service_waiting", 8)), +1)
    assert clearly(paired(_visible(1.0), lines, "none", mean_of("trust_services", 30)), -1)


def test_with_capacity_it_does_not() -> None:
    lines = plan(("campaign", 0.5, {"about": "formal"}))
    narrow = paired(_visible(1.0), lines, "none", mean_of("service_waiting", 8)).mean()
    wide = paired(_visible(10.0), lines, "none", mean_of("service_waiting", 8)).mean()
    assert wide < 0.25 * narrow


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
        citizens=2_000,
        weeks=156,
        decisions=(4,),
        burn_in_weeks=52,
        purse={"discretionary_share": 0.3},
        parameters={"act": {"birth": 0.0, **act}},
    )


GRANTS = plan(("found_groups", 0.5, {"unit_cost_eur": 500.0}))
ALLIED = plan(("found_groups", 0.5, {"unit_cost_eur": 500.0}), ("build_alliances", 0.4))


def test_a_group_founded_with_money_dies_when_money_ends() -> None:
    last = mean_of("survival_52", first=104)
    found = between(_granted(), _granted(death_unfunded=0.0), GRANTS, last)
    assert clearly(found, -1)


def test_unless_it_is_allied() -> None:
    last = mean_of("survival_52", first=104)
    assert clearly(paired(_granted(), ALLIED, GRANTS, last), +1)
    bare = paired(_granted(alliance_shelter=0.0), ALLIED, GRANTS, last)
    assert not clearly(bare, +1)
