"""A migration wave: to pass through or to stay, and who feels it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from resilienza_sim.community.people import Tag
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.state import NEEDS
from resilienza_sim.shocks.migration_wave import MigrationWave
from tests.small import HIGH, LOW, day, lived, town

DAY = date(2023, 1, 2)
TRANSIT, HOSTING = (MigrationWave(start=DAY, mode=mode) for mode in ("transit", "hosting"))


def arrived(mode: str, **values: object) -> CommunityModel:
    wave = {"kind": "migration_wave", "start": day(2), "arrival_weeks": 6, "mode": mode, **values}
    return lived(town(citizens=600, weeks=30, shocks=[wave]), 12)


@pytest.fixture(scope="module")
def arms() -> dict[str, CommunityModel]:
    calm = lived(town(citizens=600, weeks=30), 12)
    return {"calm": calm} | {mode: arrived(mode) for mode in ("transit", "hosting")}


def test_who_passes_is_gone_when_arrivals_end_and_who_stays_settles() -> None:
    weeks = np.array([0.0, 9.0, 20.0, 46.0])
    swell = np.sin(0.5 * np.pi * 0.1)
    assert TRANSIT.profile(weeks) == pytest.approx([swell, 1.0, 0.0, 0.0])
    assert HOSTING.profile(weeks) == pytest.approx([swell, 1.0, 1.0, np.exp(-1.0)])


def test_hosting_asks_for_care_and_homes_transit_for_little() -> None:
    care, housing = NEEDS.index("care"), NEEDS.index("housing")
    assert set(np.argsort(HOSTING.need_weights())[-2:]) == {care, housing}
    assert TRANSIT.need_weights() == pytest.approx(0.2 * HOSTING.need_weights())


def test_transit_is_mostly_salience() -> None:
    passing, staying = TRANSIT.channels(), HOSTING.channels()
    assert passing.salience == staying.salience == 0.8
    assert passing.services == pytest.approx(0.2 * staying.services)
    assert passing.spaces == pytest.approx(0.2 * staying.spaces)


def test_both_are_felt_and_hosting_longer(arms) -> None:
    unmet = {n: m.recorder.series("unmet_need")[-10:].mean() for n, m in arms.items()}
    assert unmet["calm"] < unmet["transit"] < unmet["hosting"]
    anger = {n: m.recorder.series("grievance")[-10:].mean() for n, m in arms.items()}
    assert anger["calm"] < anger["transit"]
    assert arms["hosting"].state.municipality.water.max() > 0.2
    assert arms["transit"].state.municipality.water.max() == 0.0


def test_places_and_services_are_taken_while_people_arrive(arms) -> None:
    town_hall = arms["hosting"].state.municipality
    assert town_hall.service_dip > 0.0
    assert town_hall.space_closed > 0.0


def test_the_host_quarter_feels_it_and_there_those_who_depend_on_the_same_help(arms) -> None:
    wave = MigrationWave(start=DAY, quarters={LOW: 1.0})
    community = arms["calm"].community
    people, hit = community.people, wave.exposure(community, arms["calm"].streams)
    hosts = people.quarter == [q.name for q in community.quarters].index(LOW)
    depend = people.poor | ((people.tags & Tag.TARGET) > 0)
    assert not hit[~hosts].any()
    assert (hit[hosts & depend] == 1.0).all()
    assert (hit[hosts & ~depend] == wave.others).all()
    assert HIGH in [q.name for q in community.quarters]
