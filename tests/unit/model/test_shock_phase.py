"""Phase 1: waters of one hazard at once, whom a hit counts for, the interruption of the scheme."""

from __future__ import annotations

import math

import numpy as np
import pytest

from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.hazards import hazard_index
from resilienza_sim.model.phases import shock
from tests.small import HIGH, LOW, day, flood, lived, pandemic, town

FLOOD = hazard_index("flood")


def struck(*shocks: dict, **values: object) -> CommunityModel:
    parameters = {"shock": {"memory_shield": 0.0, "levee_crowding": 0.0, **values}}
    model = lived(town(weeks=12, shocks=shocks, parameters=parameters), 3)
    shock.run(model)
    return model


def lower(week: int, **values: object) -> dict:
    return {**flood(week), "upper_floors": 1.0, **values}


def test_two_floods_at_once_are_as_high_as_the_higher() -> None:
    model = struck(lower(3, peak=0.4), lower(3, peak=0.7, quarters={HIGH: 0.5}))
    assert model.state.municipality.water[FLOOD] == 0.7


def test_each_flood_hits_with_its_own_water() -> None:
    both = struck(lower(3, peak=0.4), lower(3, peak=0.7, quarters={HIGH: 0.5}))
    alone = struck(lower(3, peak=0.4))
    low = both.community.people.quarter == 0
    assert (both.state.citizens.blow[low] == alone.state.citizens.blow[low]).all()
    assert both.state.citizens.blow[~low].max() > both.state.citizens.blow[low].max()


def test_who_is_hit_twice_in_a_week_is_hit_by_both() -> None:
    twice, once = struck(lower(3), lower(3)), struck(lower(3))
    one, two = once.state.citizens.blow, twice.state.citizens.blow
    hit = one > 0.0
    assert (two[hit] > one[hit]).all()
    assert two.max() < 1.0


def test_channels_of_shocks_at_once_are_their_union() -> None:
    model = struck(lower(3, services=0.5), lower(3, services=0.5, quarters={HIGH: 0.5}))
    damage = 1.0 - math.exp(-0.75 / model.rates.shock.damage_depth)
    hall = model.state.municipality
    assert hall.service_dip == pytest.approx(1.0 - (1.0 - 0.5 * damage) ** 2)
    assert shock.union([0.5, 2.0]) == 1.0
    assert shock.union([]) == 0.0


@pytest.mark.parametrize(("least", "remembered"), [(0.0, True), (1.0, False)])
def test_a_hit_below_the_threshold_does_not_count(least, remembered) -> None:
    model = struck(lower(3, strike=0.1), felt_hit=least)
    since, blow = model.state.citizens.weeks_since_hit, model.state.citizens.blow
    assert (blow > 0.0).any()
    assert ((since == 0) == (blow > 0.0)).all() == remembered
    assert (model.state.municipality.hit[FLOOD] > 0.0) == remembered


def test_the_interruption_moves_demand_and_cuts_contacts() -> None:
    halls = {x: struck(pandemic(0), interruption=x).state.municipality for x in (0.0, 0.5, 1.0)}
    assert halls[0.0].demand[0] == 1.0
    assert halls[0.0].contact_closed == 0.0
    assert halls[0.0].damage.max() == halls[1.0].damage.max() > 0.0
    assert halls[0.5].contact_closed == pytest.approx(0.5 * halls[1.0].contact_closed)
    assert 1.0 > halls[0.5].demand[0] > halls[1.0].demand[0]


def test_without_the_interruption_services_fit_and_less_is_suffered() -> None:
    found = {}
    for interruption in (0.0, 1.0):
        parameters = {"shock": {"interruption": interruption}}
        scenario = town(weeks=40, shocks=[pandemic(4)], parameters=parameters)
        record = lived(scenario, 40, strategy="consolidated").recorder
        found[interruption] = [
            np.nanmean(record.series(name)[-36:])
            for name in ("service_fit", "suffering", "mean_degree")
        ]
    assert found[1.0][0] < found[0.0][0]
    assert found[1.0][1] > found[0.0][1]
    assert found[1.0][2] < found[0.0][2]


def test_shocks_prepared_are_in_the_order_of_the_file() -> None:
    model = struck(lower(3), {"kind": "blackout", "start": day(5)})
    assert [each.hazard for each in model.background.shocks] == [
        FLOOD,
        hazard_index("blackout"),
    ]
    assert LOW in model.scenario.shocks[0].quarters
