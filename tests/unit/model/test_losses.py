import numpy as np
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.losses import losses_of, take_away
from resilienza_sim.model.state import SERVICES
from resilienza_sim.scenario import load_scenario


@pytest.fixture
def model():
    town = load_scenario("quartiere").with_citizens(300)
    found = CommunityModel(town, town.past, 1)
    found.run_to(-100)
    return found


def test_a_lost_service_has_no_workers_and_the_week_goes_on(model):
    before = model.state.services.workers.copy()
    assert take_away(model, "service:home_care")
    lost = SERVICES.index("home_care")
    assert model.state.services.workers[lost] == 0.0
    others = np.arange(len(SERVICES)) != lost
    assert (model.state.services.workers[others] == before[others]).all()
    model.run_to(-96)
    assert model.state.services.served[lost] == 0
    assert np.isfinite(model.recorder.series("suffering")).all()


def test_a_lost_group_is_the_largest_of_its_quarter_and_lets_its_members_go(model):
    groups = model.state.groups
    here = np.flatnonzero((groups.alive == 1) & (groups.quarter == 0))
    largest = here[groups.members[here].argmax()]
    alive = int(groups.alive.sum())
    assert take_away(model, "group:1")
    assert not groups.alive[largest]
    assert groups.alive.sum() == alive - 1
    assert not (model.state.citizens.group == largest).any()


def test_a_quarter_without_groups_loses_nothing(model):
    model.state.groups.alive[:] = 0
    assert not take_away(model, "group:1")


def test_what_a_town_does_not_have_it_cannot_lose(model):
    with pytest.raises(ResilienzaError, match="service:library"):
        take_away(model, "service:library")
    assert len(losses_of(3)) == len(SERVICES) + 3
