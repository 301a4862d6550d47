"""With every social mechanism off nobody helps, and nothing hangs on ties, company or trust."""

from __future__ import annotations

import numpy as np
import pytest

from resilienza_sim.concepts import social_switches
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.state import KIN
from resilienza_sim.scenario import load_scenario

DECISION, STRUCK, END = 4, 12, 40
"""Weeks of the laboratory: the decision, two weeks after flood and illness have come, the end."""
CITIZENS = 600
MADE_OF_TRUST = ("company", "perceived_support", "generalised_trust", "trust_anchor")


def _laboratory(switches: dict[str, float]) -> CommunityModel:
    scenario = load_scenario("laboratorio").with_citizens(CITIZENS).with_values(switches)
    past = CommunityModel(scenario, rng=3, decision=DECISION)
    past.run_to(DECISION)
    return past.fork("transformative")


@pytest.fixture(scope="module")
def null() -> CommunityModel:
    """Return the laboratory without social mechanisms, just struck."""
    model = _laboratory(social_switches())
    model.run_to(STRUCK)
    return model


def _help_in(model: CommunityModel) -> dict[str, float]:
    """Return what people do for each other in this week, by the way it comes."""
    state = model.state
    return {
        "need met informally": state.met_informal,
        "met by groups": float(state.groups_helped),
        "met by helpers on their own": float(state.neighbours_helped),
        "helping on their own": float(state.citizens.helping.sum()),
        "help received": float(state.citizens.helped.sum()),
        "groups of the emergency": float(state.groups.emergent.sum()),
        "with kin or friends": float((state.households.lodging == KIN).sum()),
    }


def _over(model: CommunityModel, weeks: int) -> dict[str, float]:
    """Return the help of some weeks, summed."""
    total: dict[str, float] = {}
    for _ in range(weeks):
        model.step()
        for way, amount in _help_in(model).items():
            total[way] = total.get(way, 0.0) + amount
    return total


def test_in_the_null_model_nobody_helps(null) -> None:
    assert set(_over(null.fork("transformative"), END - STRUCK).values()) == {0.0}


def test_in_the_full_model_help_comes_in_each_of_these_ways() -> None:
    # In so small a place a group of the emergency is rare.
    model = _laboratory({"parameters.act.emergent_birth": 0.1})
    model.run_to(STRUCK)
    assert min(_over(model, END - STRUCK).values()) > 0.0


def _stirred(model: CommunityModel) -> CommunityModel:
    """Return the same town with other ties' trust, company, support and efficacy of quarters."""
    other = model.fork("transformative")
    state, chance = other.state, np.random.default_rng(1)
    for name in MADE_OF_TRUST:
        column = getattr(state.citizens, name)
        column[:] = chance.random(column.shape)
    state.arcs.trust[:] = chance.random(state.arcs.trust.shape)
    state.quarters.efficacy[:] = chance.random(state.quarters.efficacy.shape)
    return other


def _suffered(model: CommunityModel) -> np.ndarray:
    model.run_to(END)
    return np.column_stack([model.state.citizens.suffering, model.state.citizens.need])


def test_in_the_null_model_nothing_hangs_on_trust_company_and_efficacy_of_quarters(null) -> None:
    plain = _suffered(null.fork("transformative"))
    np.testing.assert_array_equal(_suffered(_stirred(null)), plain)


def test_in_the_full_model_it_does() -> None:
    model = _laboratory({})
    model.run_to(STRUCK)
    plain = _suffered(model.fork("transformative"))
    assert (_suffered(_stirred(model)) != plain).mean() > 0.5
