"""Mesa agents as views on the columns."""

from __future__ import annotations

import mesa
import numpy as np
import pytest

from resilienza_sim.model import agents
from resilienza_sim.model.community_model import CommunityModel
from tests.small import HIGH, LOW, flood, lived, town


@pytest.fixture(scope="module")
def model() -> CommunityModel:
    return lived(town(citizens=300, weeks=20, shocks=[flood(5)]), 8)


def test_a_citizen_is_a_mesa_agent(model) -> None:
    citizen = model.citizens[3]
    assert isinstance(citizen, mesa.Agent)
    assert isinstance(citizen, agents.Citizen)
    assert citizen.model is model
    assert citizen is model.citizens[3]


def test_a_field_is_read_and_set_in_its_column(model) -> None:
    citizen = model.citizens[7]
    column = model.state.citizens.suffering
    assert citizen.suffering == column[7].item()
    assert isinstance(citizen.suffering, float)
    citizen.suffering = 0.625
    assert column[7] == np.float32(0.625)
    column[7] = 0.25
    assert citizen.suffering == 0.25


def test_a_field_with_kinds_is_a_row(model) -> None:
    citizen = model.citizens[7]
    assert citizen.need.shape == (5,)
    citizen.need[2] = 0.5
    assert model.state.citizens.need[7, 2] == 0.5
    citizen.need = 0.125
    assert (model.state.citizens.need[7] == 0.125).all()


def test_what_is_set_is_what_the_week_starts_from() -> None:
    arms = [lived(town(citizens=200, weeks=12), 5) for _ in range(2)]
    arms[1].citizens[11].suffering = 0.9
    for arm in arms:
        arm.step()
    assert arms[1].citizens[11].suffering > 0.7 > arms[0].citizens[11].suffering


def test_rosters_count_slice_and_refuse(model) -> None:
    roster = model.citizens
    assert len(roster) == 300
    assert roster[-1] is roster[299]
    assert [each.row for each in roster[2:8:3]] == [2, 5]
    for row in (300, -301):
        with pytest.raises(IndexError):
            roster[row]


def test_who_a_citizen_is(model) -> None:
    people = model.community.people
    for row in (0, 150, 299):
        citizen = model.citizens[row]
        assert citizen.age == people.age[row]
        assert citizen.quarter in (LOW, HIGH)
        assert citizen.household == people.household[row]


def test_ties_are_mutual_and_trusted(model) -> None:
    citizen = model.citizens[20]
    assert len(citizen.ties) == model.state.degree[20] > 0
    for other in citizen.ties:
        assert citizen in other.ties
        assert 0.0 < citizen.trust_in(other) <= 1.0
    stranger = next(each for each in model.citizens if each not in [citizen, *citizen.ties])
    assert citizen.trust_in(stranger) == 0.0


def test_every_agent_has_an_identity_of_its_own(model) -> None:
    everyone = model.agents
    assert len({each.unique_id for each in everyone}) == len(everyone)


def test_agents_are_selected_as_in_mesa(model) -> None:
    citizens = model.agents.select(agent_type=agents.Citizen)
    low = citizens.select(lambda citizen: citizen.quarter == LOW)
    assert len(low) == (model.community.people.quarter == 0).sum()
    suffering = citizens.agg("suffering", np.mean)
    assert suffering == pytest.approx(model.state.citizens.suffering.mean())
    by_quarter = low.groupby("active").count()
    assert sum(by_quarter.values()) == len(low)


def test_agents_by_type_holds_every_kind(model) -> None:
    kinds = model.agents_by_type
    assert list(kinds) == model.agent_types
    state = model.state
    counts = {kind.__name__: len(found) for kind, found in kinds.items()}
    assert counts == {
        "Citizen": 300,
        "Household": len(state.households),
        "Group": state.groups.alive.sum(),
        "Service": len(state.services),
        "Space": len(state.spaces),
        "Alliance": state.alliances.alive.sum(),
        "Stakeholder": len(state.stakeholders),
        "StreetTeam": len(state.presence),
        "MunicipalityAgent": 1,
    }
    assert all(each.alive for each in kinds[agents.Group])


def test_the_municipality_is_read_as_an_agent(model) -> None:
    (town_hall,) = model.agents_by_type[agents.MunicipalityAgent]
    assert town_hall.levee is model.state.municipality.levee
    assert town_hall.available_cents == model.state.municipality.available_cents
    with pytest.raises(AttributeError):
        _ = town_hall.nothing_of_that_name


def test_every_column_of_a_table_is_documented_in_its_agent(model) -> None:
    for kind in model.agent_types[:-1]:
        table = getattr(model.state, kind.table)
        for name in table.columns():
            assert getattr(kind, name).__doc__, f"{kind.__name__}.{name}"
        getattr(model.roster(kind)[0], name)


def test_looking_at_agents_does_not_disturb_the_model() -> None:
    seen, unseen = (lived(town(citizens=200, weeks=12), 5) for _ in range(2))
    seen.agents.shuffle_do("__repr__")
    for each in seen.citizens:
        assert each.ties is not None
    for arm in (seen, unseen):
        arm.run_to(12)
    assert (seen.state.citizens.suffering == unseen.state.citizens.suffering).all()


def test_the_data_collector_has_mesas_shape(model) -> None:
    frame = model.datacollector.get_model_vars_dataframe()
    assert frame.index.tolist() == list(range(-26, 8))
    assert frame.columns.tolist() == list(model.recorder.columns)
    assert frame["suffering"].iloc[-1] == model.datacollector.model_vars["suffering"][-1]
    people = model.datacollector.get_agent_vars_dataframe()
    assert len(people) == 300
    assert people["suffering"].mean() == pytest.approx(model.state.citizens.suffering.mean())


def test_a_model_takes_a_generator_for_its_seed() -> None:
    scenario = town(citizens=120)
    one, same, other = (
        CommunityModel(scenario, "none", rng=np.random.default_rng(seed)) for seed in (5, 5, 6)
    )
    assert one.streams.seed == same.streams.seed != other.streams.seed


def test_a_model_ends_with_its_scenario() -> None:
    model = lived(town(citizens=120, weeks=10), 10)
    assert model.steps == 36
    with pytest.raises(IndexError, match="ends at week 10"):
        model.step()
