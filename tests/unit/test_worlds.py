"""Plausible worlds: which numbers are drawn, how, and that a world is the same whoever draws it."""

from __future__ import annotations

import numpy as np
import pytest

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.scenario import Scenario, load_scenario
from resilienza_sim.simulation import simulate, simulate_arms
from resilienza_sim.strategies import Strategy, load_strategy
from resilienza_sim.unmeasured import Range, Ranges
from resilienza_sim.worlds import BY_ACTS, BY_RULE, COMMON, axes_of, drawn_point, ranges_here, world

NAMES = [f"parameters.table.number_{k}" for k in range(200)]


@pytest.fixture(scope="module")
def town() -> Scenario:
    return load_scenario("quartiere").with_citizens(150)


@pytest.fixture(scope="module")
def arms() -> tuple[Strategy, ...]:
    return tuple(load_strategy(name) for name in ("alluvial", "transformative"))


# -- the sequence --


@pytest.fixture(scope="module")
def points():
    return np.array([drawn_point(3, r, NAMES) for r in range(64)])


@pytest.mark.parametrize("n", [2, 4, 8, 16, 32, 64])
def test_the_first_worlds_have_one_value_in_each_equal_part_of_every_range(points, n) -> None:
    parts = np.sort((points[:n] * n).astype(int), axis=0)
    assert (parts == np.arange(n)[:, None]).all()


def test_margins_are_uniform_and_numbers_as_independent_as_permutations(points) -> None:
    inside = points * 64 % 1.0  # within their parts
    assert abs(inside.mean() - 0.5) < 0.01
    assert abs(inside.var() - 1 / 12) < 0.005
    r = np.corrcoef(points.T)[np.triu_indices(len(NAMES), 1)]
    assert abs(r.mean()) < 0.01
    assert r.std() == pytest.approx(1 / np.sqrt(63), rel=0.15)
    assert abs(r).max() < 0.75  # no two numbers go together


def test_a_point_hangs_on_seed_number_and_name_alone(points) -> None:
    assert (drawn_point(3, 17, NAMES) == points[17]).all()
    assert (drawn_point(3, 17, NAMES[::-1]) == points[17][::-1]).all()
    assert (drawn_point(3, 17, NAMES[5:6]) == points[17][5:6]).all()
    assert not (drawn_point(4, 17, NAMES) == points[17]).any()
    assert (drawn_point(1, 99_999, NAMES) < 1.0).all()


@pytest.mark.parametrize(
    ("each", "ends"),
    [
        (Range("a", 1.0, 0.5, 2.0, False, False), (0.5, 1.0, 2.0)),  # in its logarithm
        (Range("a", 1.0, 0.5, 2.0, False, True), (0.5, 1.25, 2.0)),
        (Range("a", 4.0, 2.0, 8.0, True, False), (2.0, 5.0, 8.0)),
    ],
)
def test_a_range_is_met_from_end_to_end(each, ends) -> None:
    assert [each.at(u) for u in (0.0, 0.5, 1.0 - 1e-12)] == pytest.approx(ends)


# -- what is drawn --


def test_every_axis_of_the_headline_is_drawn(town) -> None:
    assert [each.path for each in axes_of(town, ranges_here(town))] == [*BY_RULE, *COMMON]


def test_where_acts_declare_the_emergency_their_length_is_the_axis() -> None:
    faenza = load_scenario("faenza")
    assert [each.path for each in axes_of(faenza, ranges_here(faenza))] == [
        *BY_ACTS,
        *COMMON,
        "history.draws.height_early_may_2023",
        "history.draws.height_september_2024",
        "history.draws.severity_pandemic",
        "history.returns.october_2024",
    ]


def test_what_somebody_has_set_is_known(town) -> None:
    path = "parameters.shock.event_gap_weeks"
    free, fixed = ranges_here(town), ranges_here(town, [path])
    assert {each.path for each in free.drawn} - {each.path for each in fixed.drawn} == {path}


def test_ranges_travel_as_plain_data(town) -> None:
    ranges = ranges_here(town)
    again = Ranges.read(ranges.as_dict())
    assert again == ranges.bare()
    assert [each.path for each in again.drawn] == [each.path for each in ranges.drawn]


# -- worlds --


def test_the_same_world_whoever_asks(town, arms) -> None:
    ranges = ranges_here(town)
    one = world(town, arms, ranges, 1, 5)
    other = world(town, arms[::-1], ranges.bare(), 1, 5)
    assert one.scenario.hash == other.scenario.hash
    assert one.values == other.values
    assert one.arms == other.arms[::-1]
    assert world(town, arms, ranges, 1, 6).values != one.values
    assert world(town, arms, ranges, 2, 5).values != one.values


def test_arms_and_past_share_prices_and_triggers(town, arms) -> None:
    here = world(town, arms, ranges_here(town), 1, 5)
    staff = {
        line.action.unit_cost_eur
        for arm in (*here.arms, here.scenario.past)
        for line in (*arm.normal, *arm.emergency)
        if line.action.kind() == "service_staff"
    }
    assert staff == {here.values["actions.service_staff.unit_cost_eur"]}
    opened = {arm.emergency_on for arm in (*here.arms, here.scenario.past)}
    assert opened == {here.values["strategies.*.emergency_on"]}
    assert all(arm.emergency_off <= arm.emergency_on for arm in here.arms)


def test_what_a_strategy_sets_for_itself_is_its_own_choice(town, arms) -> None:
    own = arms[0].with_values({"emergency_on": 0.77, "normal.0.action.unit_cost_eur": 500.0})
    (here,) = world(town, [own], ranges_here(town), 1, 5).arms
    assert here.emergency_on == 0.77
    assert here.normal[0].action.unit_cost_eur == 500.0


def test_values_lie_in_their_ranges_and_leave_the_rest(town, arms) -> None:
    ranges = ranges_here(town)
    here = world(town, arms, ranges, 1, 0)
    for each in ranges.drawn:
        if each.path != "strategies.*.emergency_on":  # raised where it would close below itself
            assert each.low <= here.values[each.path] <= each.high, each.path
    assert here.scenario.parameters.mood.blow == here.values["parameters.mood.blow"]
    assert "parameters.shock.home_rate" not in here.values  # fitted, and no range is stated
    assert here.scenario.parameters.shock.home_rate == town.parameters.shock.home_rate
    assert here.scenario.town == town.town
    assert here.scenario.shocks == town.shocks  # the file says nothing of its history


def test_a_draw_that_the_model_refuses_is_drawn_again_and_told(town, arms) -> None:
    path = "parameters.ties."
    spans = [
        Range(f"{path}{name}_groups", 0.5, 0.2, 1.0, False, True)
        for name in ("informal", "third_sector")
    ]
    found = [world(town, arms, Ranges(tuple(spans), {}), 1, r) for r in range(16)]
    assert any(each.redrawn for each in found)
    for each in found:
        ties = each.scenario.parameters.ties
        assert ties.informal_groups + ties.third_sector_groups <= 1.0
    never = Ranges((Range(f"{path}informal_groups", 0.5, 1.5, 2.0, False, True),), {})
    with pytest.raises(ResilienzaError, match="Plausible town 3"):
        world(town, arms, never, 1, 3)


# -- the history --


def uncertain(town: Scenario) -> Scenario:
    data = town.model_dump(mode="json")
    day = data["shocks"][0]["start"]
    data["history"] = {
        "draws": [
            {
                "name": "height",
                "path": "shocks.0.peak",
                "low": 0.3,
                "high": 0.9,
                "source": "assumption",
            }
        ],
        "returns": [
            {
                "name": "again",
                "title": {"it": "ancora", "en": "again"},
                "shock": 0,
                "chance": 0.5,
                "first": day,
                "last": day,
                "source": "assumption",
            }
        ],
    }
    return Scenario.model_validate(data)


def test_a_world_draws_the_size_of_a_shock_and_whether_it_returns(town, arms) -> None:
    here = uncertain(town)
    found = [world(here, arms, ranges_here(here), 1, r) for r in range(16)]
    peaks = [each.scenario.shocks[0].peak for each in found]
    assert 0.3 <= min(peaks) < 0.45 < 0.75 < max(peaks) <= 0.9
    again = [len(each.scenario.shocks) - len(here.shocks) for each in found]
    assert sum(again) == 8  # half of the worlds: the chance is met, as any range is
    for each, one in zip(found, again, strict=True):
        assert each.values["history.returns.again"] == one
        assert not each.scenario.history.draws
        if one:
            assert each.scenario.shocks[-1].peak == each.scenario.shocks[0].peak


def test_what_is_uncertain_of_a_shock_follows_it(town) -> None:
    two = uncertain(town)
    data = two.model_dump(mode="json")
    data["shocks"] = [{**data["shocks"][0]}, *data["shocks"]]
    data["history"]["draws"][0]["path"] = "shocks.1.peak"
    data["history"]["returns"][0]["shock"] = 1
    two = Scenario.model_validate(data)
    assert two.without_shocks([0]).history.draws[0].path == "shocks.0.peak"
    assert two.without_shocks([0]).history.returns[0].shock == 0
    assert two.without_shocks([1]).history.draws == ()
    assert two.without_shocks([1]).history.returns == ()


# -- runs --


def test_a_size_that_somebody_sets_is_the_size_in_every_world() -> None:
    faenza = load_scenario("faenza").with_citizens(100)
    drawn = {each.path for each in faenza.history.draws}
    assert "shocks.1.peak" in drawn
    set_here = faenza.with_set("shocks.1.peak=0.9")
    assert {each.path for each in set_here.history.draws} == drawn - {"shocks.1.peak"}
    arms = set_here.arms(["alluvial"])
    made = [world(set_here, arms, ranges_here(set_here), 1, k).scenario for k in range(4)]
    assert {each.shocks[1].peak for each in made} == {0.9}


def test_a_world_runs_again_by_name(town, arms) -> None:
    here = world(town, arms[:1], ranges_here(town), 1, 2)
    (whole,) = simulate_arms(here.scenario, here.arms, replicate=2, seed=1, twin=False)
    alone = simulate(town, strategy=arms[0], world=2, seed=1, twin=False)
    assert alone.metrics == whole.metrics
    assert alone.replicate == 2
    for name, column in whole.values.items():
        np.testing.assert_array_equal(column, alone.values[name])
    assert simulate(town, strategy=arms[0], seed=1, twin=False).metrics != alone.metrics


@pytest.mark.parametrize("found", [-1, 100_001, 1.5, "3", True])
def test_a_world_that_does_not_exist_is_told(town, found) -> None:
    with pytest.raises(ResilienzaError, match="whole numbers from 0"):
        simulate(town, strategy="none", world=found)
