"""Listed associations and services begin with the figures of their table, and live on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.hazards import ATTRIBUTES, DEMAND
from resilienza_sim.model.state import SERVICES
from tests.small import HIGH, LOW, town

CITIZENS, RESIDENTS = 600, 58_710
SHARE = CITIZENS / RESIDENTS


def whole(people: float) -> int:
    """Return a figure of the whole town that is so many in the sample."""
    return round(people / SHARE)


ASSOCIATIONS: list[dict[str, Any]] = [
    {
        "name": "Auser",
        "quarter": LOW,
        "members": whole(30),
        "volunteers": whole(6),
        "practises": ["outreach_isolated"],
        "eur": 5_000.0,
        "since": "1998-03-15",
    },
    {"name": "Circolo", "quarter": HIGH, "members": whole(12), "volunteers": whole(2)},
    {"name": "Coro"},
]
SERVICES_LISTED: list[dict[str, Any]] = [
    {
        "name": "SAD",
        "kind": "home_care",
        "operators": 0.25 / SHARE,
        "followed": whole(4),
        "waiting": whole(2),
        "weeks_waited": 6.0,
    },
    {"name": "Sociale", "kind": "social_work", "operators": 0.2 / SHARE},
]


def made(**parts: Any) -> CommunityModel:
    scenario = town(citizens=CITIZENS, weeks=30, **parts)
    assert scenario.territory.residents == RESIDENTS
    return CommunityModel(scenario, "consolidated", rng=1)


@pytest.fixture(scope="module")
def begun() -> CommunityModel:
    model = made(associations=ASSOCIATIONS, services=SERVICES_LISTED, burn_in_weeks=52)
    model.run_to(1)
    return model


def test_associations_begin_with_the_members_of_their_table() -> None:
    model = made(associations=ASSOCIATIONS)
    listed, c = model.fixed.listed, model.state.citizens
    assert listed.members[:2].tolist() == [30, 12]
    assert listed.active[:2].tolist() == [6, 2]
    for k in range(3):
        mine = c.group == k
        assert mine.sum() == listed.members[k]
        assert c.active[mine].sum() == listed.active[k]
    plain = made().state.citizens
    assert (c.group >= 0).sum() == (plain.group >= 0).sum()
    assert c.active.sum() == plain.active.sum()


def test_the_timeline_begins_with_the_table_whatever_the_past_did(begun) -> None:
    recorder = begun.recorder
    first = {name: recorder.series(name)[52] for name in recorder.columns if "_1_" in name}
    assert first["association_1_members"] == pytest.approx(30 / SHARE, rel=0.1)
    assert begun.state.groups.alive[:3].all()
    assert begun.state.groups.funds[0] == pytest.approx(5_000.0, abs=100.0)
    assert begun.state.groups.listed[:3].tolist() == [1, 1, 1]
    assert recorder.series("service_home_care_waiting")[52] == pytest.approx(2 / SHARE, rel=0.6)


def test_a_practice_is_what_the_table_names_beside_routine() -> None:
    groups = made(associations=ASSOCIATIONS).state.groups
    own = 1 << ATTRIBUTES.index("outreach_isolated")
    assert int(groups.practice[0]) == int(DEMAND[0]) | own
    assert groups.born[0] < -1_000


def test_a_listed_group_does_not_end_in_the_past() -> None:
    deadly = {"act": {"death_old": 0.1}}
    model = made(associations=ASSOCIATIONS, parameters=deadly)
    model.run_to(0)
    assert model.state.groups.alive[:3].all()
    assert not model.state.groups.alive[3:].all()
    model.run_to(20)
    assert not model.state.groups.alive[:3].all()
    assert model.recorder.series("association_1_members")[-1] in (0.0, pytest.approx(3e3, rel=1))


def test_services_have_the_operators_the_cases_and_the_list_of_their_table() -> None:
    services = made(services=SERVICES_LISTED).state.services
    home, social = SERVICES.index("home_care"), SERVICES.index("social_work")
    assert services.workers[home] == pytest.approx(0.25)
    assert services.caseload[home] == pytest.approx(whole(4) / (0.25 / SHARE))
    assert services.queue[home] == 2
    assert services.wanted[home] == pytest.approx(6.0, abs=0.1)
    assert services.workers[social] == pytest.approx(0.2)
    assert services.listed_queue[social] == -1.0  # not told
    assert services.wanted[social] == 0.0


def test_workers_that_the_purse_pays_are_among_those_listed(begun) -> None:
    services = begun.state.services
    home = SERVICES.index("home_care")
    assert services.bought[home] > 0.0
    assert services.workers[home] + services.bought[home] == pytest.approx(0.25, abs=0.02)


def test_asking_goes_on_as_the_past_has_counted(begun) -> None:
    services = begun.state.services
    home, shelter = SERVICES.index("home_care"), SERVICES.index("shelter")
    assert services.asking[home] != 1.0
    assert services.asking[shelter] == 1.0


def test_sizes_stay_apart(begun) -> None:
    """Without a draw of their own, groups of one quarter would be as large as one another."""
    model = begun.fork("consolidated")
    model.run_to(30)
    members = [model.recorder.series(f"association_{k}_members")[-1] for k in (1, 2)]
    assert members[0] > 1.5 * members[1]


def test_agents_bear_their_names(begun) -> None:
    from resilienza_sim.model.agents import Group, Service

    names = [begun.roster(Group)[k].name for k in range(4)]
    assert names == ["Auser", "Circolo", "Coro", None]
    assert begun.roster(Service)[SERVICES.index("home_care")].name == "SAD"
    assert begun.roster(Service)[SERVICES.index("shelter")].name == "shelter"


def test_spaces_are_those_listed() -> None:
    model = made(spaces=[{"name": "Sala", "quarter": HIGH, "capacity": 80}])
    assert len(model.state.spaces) == 1
    assert model.state.spaces.quarter.tolist() == [1]
    assert model.state.spaces.capacity[0] == pytest.approx(80 * SHARE)


def test_a_measured_network_runs() -> None:
    n = 120
    lines = [" ".join(str(j) for j in (i + 1, i + 7) if j < n) for i in range(n)]
    scenario = town(citizens=n, weeks=12, network={"ties": lines})
    model = CommunityModel(scenario, "consolidated", rng=1)
    degree = model.state.degree
    model.run_to(6)
    assert degree.mean() > 3.5
    assert np.isfinite(model.recorder.series("suffering")).all()
