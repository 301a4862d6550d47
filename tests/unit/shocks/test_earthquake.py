"""An earthquake: the epicentre, the homes, and what stays closed for years."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.shocks.earthquake import Earthquake
from tests.small import LOW, day, lived, town

QUAKE = Earthquake(start=date(2023, 1, 2))


def shaken(**values: object) -> CommunityModel:
    quake = {"kind": "earthquake", "start": day(2), "quarters": {LOW: 0.8}, **values}
    return lived(town(citizens=400, weeks=30, shocks=[quake]), 3)


@pytest.fixture(scope="module")
def model() -> CommunityModel:
    return shaken()


def test_a_pulse_then_a_tail_of_five_years() -> None:
    weeks = np.array([0.0, 2.0, 3.0, 133.0, 263.0, 400.0])
    assert QUAKE.profile(weeks).tolist() == [1.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    assert QUAKE.tail(weeks) == pytest.approx([0.0, 0.0, 0.4, 0.2, 0.0, 0.0])


def test_the_weak_buildings_of_the_epicentre_are_hit_whole(model) -> None:
    quake = Earthquake(start=date(2023, 1, 2), quarters={LOW: 1.0}, unsafe_homes=0.3)
    people, hit = model.community.people, quake.exposure(model.community, model.streams)
    near = people.quarter == 0
    assert not hit[~near].any()
    assert set(np.unique(hit[near])) == {quake.others, 1.0}
    assert 0.1 < (hit[near] == 1.0).mean() < 0.5
    by_building = np.unique(np.stack([people.building, hit]), axis=1).shape[1]
    assert by_building == people.building_start.size - 1


def test_a_stronger_quake_adds_homes_to_those_of_a_weaker(model) -> None:
    weak, strong = (
        Earthquake(start=date(2023, 1, 2), unsafe_homes=share).exposure(
            model.community, model.streams
        )
        for share in (0.2, 0.6)
    )
    assert (strong >= weak).all()
    assert (strong > weak).any()


def test_homes_are_damaged_in_the_pulse_only(model) -> None:
    # To what the quake does, once: the weeks of the pulse do not add up.
    twin = model.fork("none")
    early = twin.state.households.damage.sum()
    twin.run_to(5)
    peak = twin.state.households.damage.sum()
    assert early > 0.0
    assert peak == pytest.approx(early, rel=0.1)
    twin.run_to(6)
    assert twin.state.households.damage.sum() < peak


def test_services_and_places_stay_closed_in_the_measure_of_the_damage(model) -> None:
    twin = model.fork("none")
    hall = twin.state.municipality
    during, worst = hall.service_dip, hall.damage.max()
    assert during == pytest.approx(0.4 * worst)
    twin.run_to(8)
    assert hall.damage.max() == 0.0
    left = 0.4 * (1.0 - (5 - 3) / 260.0)
    assert hall.service_dip == pytest.approx(0.4 * left * worst)
    assert hall.space_closed == pytest.approx(0.8 * left * worst)
    assert hall.contact_closed == pytest.approx(0.4 * left)


def test_without_a_tail_all_reopens() -> None:
    model = shaken(lasting=0.0)
    model.run_to(8)
    hall = model.state.municipality
    assert hall.service_dip == hall.space_closed == hall.contact_closed == 0.0


def test_what_does_no_damage_leaves_nothing_closed() -> None:
    model = shaken(peak=0.0)
    model.run_to(8)
    assert model.state.municipality.service_dip == model.state.municipality.space_closed == 0.0
