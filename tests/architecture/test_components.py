"""What every shock, action, indicator and metric promises, found by scanning."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import fields
from datetime import date
from typing import Any, get_args

import numpy as np
import pytest
from pydantic import BaseModel, ValidationError

from resilienza_sim.component import Component
from resilienza_sim.discovery import family
from resilienza_sim.indicators import describe_indicator
from resilienza_sim.metrics import describe_metric
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.contracts import AMBITS, Action, Indicator, Metric, Shock
from resilienza_sim.model.effort import Effort
from resilienza_sim.model.hazards import HAZARDS
from resilienza_sim.model.parameters import Parameters
from resilienza_sim.model.state import NEEDS
from resilienza_sim.scenario import Scenario
from resilienza_sim.simulation import Trajectory, simulate
from resilienza_sim.strategies import Strategy
from tests.small import NEEDED, contents, day, differences, flood, lived, pandemic, plan, town

BASES = {"shocks": Shock, "actions": Action, "indicators": Indicator, "metrics": Metric}
MEMBERS = {
    f"{name}.{kind}": cls
    for name, base in BASES.items()
    for kind, cls in family(name, base).items()
}
COMPONENTS = {name: each for name, each in MEMBERS.items() if isinstance(each, type)}
SHOCKS, ACTIONS = family("shocks", Shock), family("actions", Action)
INDICATORS, METRICS = family("indicators", Indicator), family("metrics", Metric)


def one(cls: type[Component], **values: Any) -> Any:
    """Return a component as its defaults have it, but for some values."""
    start = {"start": date(2023, 1, 2)} if issubclass(cls, Shock) else {}
    return cls.model_validate({**NEEDED.get(cls.kind(), {}), **start, **values})


@pytest.fixture(scope="module")
def model() -> CommunityModel:
    """A town in which every action has something to do."""
    scenario = town(citizens=400, weeks=40, shocks=[flood(6), pandemic(14, services=0.8)])
    strategy = plan(
        ("found_groups", 0.5), ("build_alliances", 0.5, {"partners": 2}), emergency_on=1.0
    )
    rich = scenario.with_set("purse.eur_per_head=4000", "purse.discretionary_share=0.5")
    return lived(rich, 20, strategy=strategy)


@pytest.fixture(scope="module")
def trajectory() -> Trajectory:
    scenario = town(citizens=200, weeks=40, shocks=[flood(6)])
    return simulate(scenario, strategy="hybrid", seed=1)


# -- every component ------------------------------------------------------------------------------


def test_there_are_members_of_every_family() -> None:
    assert {name.split(".")[0] for name in MEMBERS} == set(BASES)
    assert len(MEMBERS) > 40


@pytest.mark.parametrize("name", MEMBERS)
def test_a_component_says_what_it_is_and_where_it_comes_from(name) -> None:
    each, (family_name, kind) = MEMBERS[name], name.split(".")
    assert each.__doc__
    assert each.summary().endswith(".")
    assert 20 <= len(each.summary()) <= 100
    assert len(each.source) > 5
    assert each.kind() == kind
    assert (sys.modules[each.__module__].__doc__ or "").strip()
    if name in COMPONENTS:
        assert each.__module__.endswith(name)
    else:
        assert each.__module__.split(".")[-2] == family_name
        assert each.__name__ == kind


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_goes_through_a_file_and_back(name) -> None:
    component = one(COMPONENTS[name])
    text = json.dumps(component.model_dump(mode="json"))
    again = type(component).model_validate(json.loads(text))
    assert again == component
    assert repr(again) == repr(component)
    assert hash(again) == hash(component) or isinstance(component, Shock)
    assert json.loads(text)["kind"] == name.split(".")[1]


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_is_frozen_and_refuses_what_it_does_not_know(name) -> None:
    component = one(COMPONENTS[name])
    with pytest.raises(ValidationError):
        type(component).model_validate({**component.model_dump(), "nothing_of_that_name": 1})
    for field in type(component).model_fields:
        with pytest.raises(ValidationError):
            setattr(component, field, getattr(component, field))


def numbers(cls: type[BaseModel]) -> dict[str, Any]:
    """Return the numeric fields of a component."""
    return {
        name: field
        for name, field in cls.model_fields.items()
        if field.annotation in (int, float) or {int, float} & set(get_args(field.annotation))
    }


PARTS = {
    **COMPONENTS,
    **{f"parameters.{n}": f.annotation for n, f in Parameters.model_fields.items()},
    "strategy": Strategy,
}


@pytest.mark.parametrize("name", PARTS)
def test_every_default_number_has_a_range_and_a_source(name) -> None:
    for field, info in numbers(PARTS[name]).items():
        about = info.json_schema_extra or {}
        assert len(about.get("source", "")) > 5, f"{field} has no source"
        limits = {type(each).__name__: each for each in info.metadata}
        low, high = limits["Ge"].ge, limits["Le"].le
        assert low < high, field
        if not info.is_required() and info.default is not None:
            assert low <= info.default <= high, f"{field}: default {info.default} out of range"


def test_every_number_of_a_scenario_has_a_source() -> None:
    for name, field in Scenario.model_fields.items():
        part = field.annotation
        if name in ("town", "time", "purse") and isinstance(part, type):
            for own, info in numbers(part).items():
                if not info.is_required() and info.default is not None:
                    assert (info.json_schema_extra or {}).get("source"), f"{name}.{own}"


# -- shocks ---------------------------------------------------------------------------------------


def struck_by(kind: str, **values: Any) -> Scenario:
    shock = {"kind": kind, "start": day(3), **NEEDED.get(kind, {}), **values}
    return town(citizens=200, weeks=16, shocks=[shock])


@pytest.fixture(scope="module")
def calm() -> dict[str, bytes]:
    return contents(lived(town(citizens=200, weeks=16), 16).state)


@pytest.mark.parametrize("kind", SHOCKS)
def test_a_shock_hits_with_known_weights(kind, model) -> None:
    cls = SHOCKS[kind]
    for each in one(cls).events(model.scenario.calendar, model.streams):
        assert each.hazard in HAZARDS[1:]
        assert each.needs
        assert set(each.needs) <= set(NEEDS)
        assert ((each.need_weights() >= 0.0) & (each.need_weights() <= 1.0)).all()
    exposure = one(cls).exposure(model.community, model.streams)
    assert exposure.shape == (400,)
    assert ((exposure >= 0.0) & (exposure <= 1.0)).all()
    assert exposure.any()


@pytest.mark.parametrize("kind", SHOCKS)
def test_a_shock_has_a_profile_between_nothing_and_its_peak(kind) -> None:
    profile = one(SHOCKS[kind]).profile(np.arange(200.0))
    assert profile.shape == (200,)
    assert ((profile >= 0.0) & (profile <= 1.0)).all()
    assert profile.max() > 0.9


@pytest.mark.parametrize("kind", SHOCKS)
def test_a_shock_does_nothing_before_it_starts(kind, model) -> None:
    calendar = model.scenario.calendar
    shock = one(SHOCKS[kind], start=day(7))
    for series in (shock.water(calendar), shock.closure(calendar)):
        assert series.shape == (40,)
        assert not series[:7].any()
    assert shock.water(calendar)[7] > 0.0


@pytest.mark.parametrize("kind", SHOCKS)
def test_a_shock_of_no_intensity_has_no_effect(kind, calm) -> None:
    nothing = lived(struck_by(kind, peak=0.0, contact=0.0), 16)
    assert contents(nothing.state) == calm
    assert contents(lived(struck_by(kind), 16).state) != calm


@pytest.mark.parametrize("kind", SHOCKS)
def test_a_shock_that_spares_every_quarter_hits_nobody(kind, model) -> None:
    shock = one(SHOCKS[kind], quarters={})
    assert not shock.exposure(model.community, model.streams).any()


@pytest.mark.parametrize("kind", SHOCKS)
def test_a_shock_is_the_same_every_time(kind, model) -> None:
    one_time, next_time = (
        one(SHOCKS[kind]).exposure(model.community, model.streams) for _ in range(2)
    )
    assert one_time.tobytes() == next_time.tobytes()


@pytest.mark.parametrize("kind", SHOCKS)
def test_a_measured_series_takes_the_place_of_the_profile(kind, model) -> None:
    series = {"first": "2023-02", "water": [1.0], "contact": [0.5]}
    shock = one(SHOCKS[kind], start=day(5), monthly=series, peak=0.4, contact=1.0)
    calendar, streams = model.scenario.calendar, model.streams
    highest = max(each.peak for each in shock.events(calendar, streams))
    assert shock.water(calendar).max() == pytest.approx(highest)
    assert np.flatnonzero(shock.water(calendar)).tolist() == [4, 5, 6, 7, 8]
    for each in shock.events(calendar, streams):
        tail = each.aftermath(calendar) > 0.0
        assert each.closure(calendar)[~tail].max() == pytest.approx(0.5 * each.contact)


@pytest.mark.parametrize("kind", SHOCKS)
def test_a_weekly_series_is_laid_from_the_start(kind, model) -> None:
    series = {"water": [0.5, 0.0, 1.0]}
    shock = one(SHOCKS[kind], start=day(5), weekly=series)
    for each in shock.events(model.scenario.calendar, model.streams):
        water, first = each.water(model.scenario.calendar), 5 + each.after_weeks
        assert np.flatnonzero(water).tolist() == [first, first + 2]
        assert water[first + 2] == 2.0 * water[first] == each.peak


def test_no_contact_closed_silences_a_measured_series_too(calm) -> None:
    series = {"first": "2023-01", "contact": [0.9] * 4}
    quiet = lived(struck_by("pandemic", peak=0.0, contact=0.0, monthly=series), 16)
    assert contents(quiet.state) == calm


def test_a_shock_without_water_hits_nobody_beside_one_with_water() -> None:
    wet = {"kind": "pandemic", "start": day(3), "quarters": {}, "contact": 0.0, "services": 0.0}
    dry = {"kind": "pandemic", "start": day(3), "peak": 0.0, "contact": 0.3}
    both = lived(town(citizens=200, weeks=16, shocks=[wet, dry]), 5)
    assert both.state.municipality.damage.any()
    assert not both.state.citizens.blow.any()


# -- actions --------------------------------------------------------------------------------------


def fresh(model: CommunityModel) -> CommunityModel:
    twin = model.fork("none", model.decision_week)
    twin.scratch.mean_trust[:] = model.scratch.mean_trust
    twin.begin_spending()
    return twin


def effort_of(model: CommunityModel) -> dict[str, Any]:
    felt = {f.name: getattr(model.effort, f.name) for f in fields(Effort) if f.name != "drawn"}
    return {name: np.array(value).tobytes() for name, value in felt.items()}


@pytest.mark.parametrize("kind", ACTIONS)
def test_an_action_belongs_to_an_ambit_and_costs_something(kind) -> None:
    action = one(ACTIONS[kind])
    assert action.ambit in AMBITS
    assert action.unit_cost_eur > 0.0
    assert ACTIONS[kind].model_fields["unit_cost_eur"].json_schema_extra["unit"].startswith("EUR")


@pytest.mark.parametrize("kind", ACTIONS)
def test_an_action_has_a_need_and_meets_it(kind, model) -> None:
    action, twin = one(ACTIONS[kind]), fresh(model)
    need = action.need(twin)
    assert math.isfinite(need)
    assert need > 0.0
    before, effort = contents(twin.state), effort_of(twin)
    action.apply(twin, need)
    assert contents(twin.state) != before or effort_of(twin) != effort


@pytest.mark.parametrize("kind", ACTIONS)
def test_an_action_not_done_has_no_effect(kind, model) -> None:
    action, twin, idle = one(ACTIONS[kind]), fresh(model), fresh(model)
    action.apply(twin, 0.0)
    assert not differences(twin.state, idle.state)
    assert effort_of(twin) == effort_of(idle)
    for each in (twin, idle):
        each.run_to(model.week + 2)
    assert not differences(twin.state, idle.state)


@pytest.mark.parametrize("kind", ACTIONS)
def test_an_action_without_a_euro_has_no_effect(kind) -> None:
    poor = town(citizens=200, weeks=12, purse={"eur_per_head": 0.0})
    idle = lived(poor, 12, strategy=plan())
    assert not differences(idle.state, lived(poor, 12, strategy=plan((kind, 1.0))).state)


@pytest.mark.parametrize("kind", ACTIONS)
def test_an_action_does_not_touch_its_need_by_asking(kind, model) -> None:
    action, twin = one(ACTIONS[kind]), fresh(model)
    before = contents(twin.state)
    assert action.need(twin) == action.need(twin)
    assert contents(twin.state) == before


@pytest.mark.parametrize("kind", ACTIONS)
def test_an_action_is_the_same_every_time(kind, model) -> None:
    action, ends = one(ACTIONS[kind]), []
    for _ in range(2):
        twin = fresh(model)
        action.apply(twin, 0.4 * action.need(twin))
        ends.append((contents(twin.state), effort_of(twin)))
    assert ends[0] == ends[1]


@pytest.mark.parametrize("kind", ACTIONS)
def test_an_action_is_safe_in_a_town_that_does_not_need_it(kind, model) -> None:
    """The model asks for the need first; a need of nothing must be told as nothing, not as nan."""
    twin = fresh(model)
    c = twin.state.citizens
    c.active[:] = c.distant[:] = 0
    c.informed_formal[:] = c.informed_informal[:] = 1
    c.need[:] = 0.0
    twin.state.groups.alive[:] = 0
    twin.state.municipality.asked[:] = 0.0
    assert one(ACTIONS[kind]).need(twin) >= 0.0


# -- indicators and metrics -----------------------------------------------------------------------


def test_columns_have_names_of_their_own() -> None:
    names = [column for each in INDICATORS.values() for column in each.columns()]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)


@pytest.mark.parametrize("kind", INDICATORS)
def test_an_indicator_describes_its_columns(kind) -> None:
    indicator = INDICATORS[kind]
    assert indicator.cadence_weeks >= 1
    assert indicator.unit
    for column in indicator.columns():
        about = describe_indicator(column)
        assert about["better"] in ("higher", "lower", "neither")
        assert about["title"]


@pytest.mark.parametrize("kind", INDICATORS)
def test_an_indicator_observes_without_touching(kind, model) -> None:
    indicator, before = INDICATORS[kind], contents(model.state)
    once, twice = (np.atleast_1d(indicator(model)) for _ in range(2))
    assert once.shape == (len(indicator.columns(len(model.community.quarters))),)
    assert np.array_equal(once, twice, equal_nan=True)
    assert not np.isinf(once).any()
    assert contents(model.state) == before
    seen = once[np.isfinite(once)]
    assert ((seen >= indicator.bounds[0]) & (seen <= indicator.bounds[1])).all()


@pytest.mark.parametrize("kind", METRICS)
def test_a_metric_describes_itself(kind) -> None:
    about = describe_metric(kind)
    assert about["better"] in ("higher", "lower")
    assert about["effect_of_interest"] > 0.0
    assert about["unit"]
    assert "effect of interest" in " ".join((METRICS[kind].__doc__ or "").split())


@pytest.mark.parametrize("kind", METRICS)
def test_a_metric_is_the_same_every_time_and_finite(kind, trajectory) -> None:
    once, twice = (METRICS[kind](trajectory) for _ in range(2))
    assert once == twice
    low, high = METRICS[kind].bounds
    assert once.value is None or (math.isfinite(once.value) and low <= once.value <= high)
    assert trajectory.metrics[kind] == once.value
    assert METRICS[kind].can_be_censored or not once.censored
    assert (kind in trajectory.censored) is METRICS[kind].can_be_censored
