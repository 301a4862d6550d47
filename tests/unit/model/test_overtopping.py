"""Equation 10 where it can be worked out by hand: levees, works, events, memory."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilienza_sim.model.hazards import HAZARDS, distance, hazard_index
from resilienza_sim.model.parameters import Parameters
from resilienza_sim.model.phases.shock import ShockParameters, ShockRates, overtopping, protection
from resilienza_sim.model.rates import rates
from tests.reference import shock as plain
from tests.small import flood, lived, plan, town

FLOOD = hazard_index("flood")
SHARES = (0.0, 0.5, 1.0)


def rate(holds: float = 1.0) -> ShockRates:
    own = ShockParameters(levee_amplification=0.4, damage_depth=0.5, levee_holds=holds)
    return rates(own, ShockRates)


def damage(water: float, works: float = 0.0, argini: float = 0.0, holds: float = 1.0) -> float:
    each = [np.array([x], float) for x in (water, works, argini)]
    return float(overtopping(*each, rate(holds))[0])


@pytest.mark.parametrize("holds", SHARES)
def test_without_levees_the_whole_depth_does_damage(holds) -> None:
    assert damage(0.75, holds=holds) == pytest.approx(1 - math.exp(-0.75 / 0.5))


@pytest.mark.parametrize("holds", SHARES)
def test_without_water_nothing_happens(holds) -> None:
    assert damage(0.0, works=2.0, argini=2.0, holds=holds) == 0.0


def test_works_hold_the_water_they_raise_themselves_up_to_their_height() -> None:
    # W + xi R <= R with xi = .4 and R = 1: up to W = .6.
    assert damage(0.6, works=1.0) == 0.0
    assert damage(0.601, works=1.0) == pytest.approx(1 - math.exp(-(0.601 + 0.4) / 0.5))


def test_argini_let_through_what_exceeds_them() -> None:
    assert damage(0.5, argini=0.5) == 0.0
    assert damage(0.7, argini=0.5) == pytest.approx(1 - math.exp(-0.2 / 0.5))


def test_argini_that_give_way_let_through_all() -> None:
    assert damage(0.5, argini=0.5, holds=0.0) == 0.0
    assert damage(0.7, argini=0.5, holds=0.0) == pytest.approx(1 - math.exp(-0.7 / 0.5))


def test_argini_of_which_half_holds_keep_half_of_their_height() -> None:
    assert damage(0.5, argini=0.5, holds=0.5) == 0.0
    assert damage(0.6, argini=0.5, holds=0.5) == pytest.approx(1 - math.exp(-0.35 / 0.5))


def test_argini_stand_behind_the_works() -> None:
    # The works are overtopped by .8 + .4 x 1 = 1.2; the argini hold .5 of it.
    assert damage(0.8, works=1.0, argini=0.5) == pytest.approx(1 - math.exp(-0.7 / 0.5))


def test_works_overtopped_do_more_harm_than_none_and_argini_never_do() -> None:
    assert damage(1.0, works=0.9) > damage(1.0)
    assert damage(1.0, argini=0.9, holds=0.0) == damage(1.0)
    assert damage(1.0, argini=0.9) < damage(1.0, argini=0.9, holds=0.5) < damage(1.0)


heights = st.floats(0.0, 3.0)


@given(heights, heights, heights, st.floats(0.0, 1.0))
def test_the_reference_says_the_same(water, works, argini, holds) -> None:
    assert damage(water, works, argini, holds) == pytest.approx(
        plain.overtopping(water, works, argini, rate(holds)), abs=1e-12
    )


@given(heights, heights, heights, heights, st.floats(0.0, 1.0))
def test_more_water_does_no_less_damage(water, more, works, argini, holds) -> None:
    less = damage(water, works, argini, holds)
    assert damage(water + more, works, argini, holds) >= less - 1e-12


@given(heights, heights, heights)
def test_higher_argini_let_no_more_through(water, argini, more) -> None:
    for holds in SHARES:
        least = damage(water, argini=argini, holds=holds) + 1e-12
        assert damage(water, argini=argini + more, holds=holds) <= least


# -- cross-protection -----------------------------------------------------------------------------


def test_a_levee_protects_from_its_own_hazard_alone_when_the_reach_is_zero() -> None:
    levee = np.arange(len(HAZARDS), dtype=float)
    assert (protection(levee, 0.0) == levee).all()


def test_cross_protection_falls_with_distance_and_grows_with_reach() -> None:
    levee = np.zeros(len(HAZARDS))
    levee[FLOOD] = 1.0
    far = distance()[FLOOD]
    for reach in (0.05, 0.15, 0.3):
        felt = protection(levee, reach)
        assert felt == pytest.approx(np.exp(-far / reach))
        assert (protection(levee, 2 * reach) >= felt).all()
    assert felt[FLOOD] == 1.0
    assert (np.argsort(felt, kind="stable") == np.argsort(-far, kind="stable")).all()


# -- events, design, memory, in the model ----------------------------------------------------------


def history(shocks, weeks=30, levee=None, shock=None, strategy=None, **parts):
    """Return the municipality week by week."""
    parameters = {"levee": levee or {}, "shock": shock or {}}
    scenario = town(citizens=120, weeks=weeks, shocks=shocks, parameters=parameters, **parts)
    model = lived(scenario, 0, strategy=strategy or plan())
    seen = []
    while model.week < weeks:
        model.step()
        seen.append(model.state.municipality.copy())
    return seen


def test_an_event_asks_for_a_levee_when_it_is_over() -> None:
    past = history([flood(2, peak=0.6, pulse_weeks=2)], shock={"event_gap_weeks": 5})
    asked = [round(each.design[FLOOD], 9) for each in past]
    # Water in weeks 2 and 3; dry from week 4; the fifth dry week is week 8.
    assert asked[:8] == [0.0] * 8
    assert asked[8:] == [round(Parameters().levee.margin * 0.6, 9)] * 22


def test_a_lull_shorter_than_the_gap_does_not_close_the_event() -> None:
    two = [flood(2, peak=0.4, pulse_weeks=1), flood(6, peak=0.7, pulse_weeks=1)]
    past = history(two, shock={"event_gap_weeks": 5})
    asked = [each.design[FLOOD] for each in past]
    assert asked[:11] == [0.0] * 11
    assert asked[11] == pytest.approx(Parameters().levee.margin * 0.7)


def test_a_smaller_event_asks_for_nothing_more() -> None:
    two = [flood(2, peak=0.8, pulse_weeks=1), flood(15, peak=0.3, pulse_weeks=1)]
    past = history(two, shock={"event_gap_weeks": 4})
    assert past[-1].asked[FLOOD] == past[14].asked[FLOOD] > 0.0
    assert past[-1].design[FLOOD] < past[14].design[FLOOD]


def test_a_ripple_is_no_event() -> None:
    past = history([flood(2, peak=0.09)], shock={"event_starts": 0.1})
    assert not any(each.in_event.any() or each.design.any() for each in past)


def test_a_settled_levee_allows_for_the_water_it_raises() -> None:
    shock = {"event_gap_weeks": 1, "levee_amplification": 0.5}
    past = history([flood(2, peak=0.6)], levee={"sizing": "settled", "margin": 1.0}, shock=shock)
    assert past[-1].design[FLOOD] == pytest.approx(0.6 / (1 - 0.5))


def test_euros_raise_the_argini_as_far_as_they_go() -> None:
    wear = 0.001
    argini = plan(("argini", 1.0, {"unit_cost_eur": 100.0}))
    purse = {"eur_per_head": 1040.0, "discretionary_share": 0.1, "returns": "linear"}
    past = history(
        [flood(2, peak=0.6, pulse_weeks=1)],
        weeks=60,
        levee={"wear": wear, "margin": 1.0, "lot": 0.0},
        shock={"event_gap_weeks": 1},
        strategy=argini,
        purse=purse,
    )
    # Two euros a head a week buy .02 of height; what was saved is released a tenth at a time.
    heights = [each.levee[FLOOD] for each in past]
    first = next(k for k, h in enumerate(heights) if h > 0.0)
    assert heights[first] >= 0.02 * math.exp(-wear) - 1e-12
    assert all(h <= each.design[FLOOD] for h, each in zip(heights, past, strict=True))
    # No week refills the wear of the weeks before: lots of height stood at different times.
    assert 0.6 * math.exp(-60 * wear) < max(heights) < 0.6 * math.exp(-wear)


CHEAP = {"eur_per_head": 10_000.0, "discretionary_share": 0.1, "returns": "linear"}


def test_a_raise_happens_once_and_its_wear_is_not_refilled() -> None:
    wear = 0.002
    past = history(
        [flood(2, peak=0.6, pulse_weeks=1), flood(30, peak=0.5, pulse_weeks=1)],
        weeks=50,
        levee={"wear": wear, "margin": 1.0, "lot": 0.0},
        shock={"event_gap_weeks": 1},
        strategy=plan(("argini", 1.0, {"unit_cost_eur": 1.0})),
        purse=CHEAP,
    )
    heights = [each.levee[FLOOD] for each in past]
    top = int(np.argmax(heights))
    assert heights[top] == pytest.approx(0.6 * math.exp(-wear))
    assert heights[29] == pytest.approx(0.6 * math.exp(-wear * (30 - top)))
    assert past[29].asked[FLOOD] == 0.0, "money has nothing left to pay"
    # The second event is lower than what stands: it asks for nothing, and wear goes on.
    assert heights[49] == pytest.approx(0.6 * math.exp(-wear * (50 - top)))


def test_what_wear_took_is_asked_for_by_the_next_event() -> None:
    wear = 0.01
    past = history(
        [flood(2, peak=0.6, pulse_weeks=1), flood(30, peak=0.6, pulse_weeks=1)],
        weeks=50,
        levee={"wear": wear, "margin": 1.0, "lot": 0.0},
        shock={"event_gap_weeks": 1},
        strategy=plan(("argini", 1.0, {"unit_cost_eur": 1.0})),
        purse=CHEAP,
    )
    heights = [each.levee[FLOOD] for each in past]
    assert heights[30] < 0.5
    assert max(heights[31:]) == pytest.approx(0.6 * math.exp(-wear), rel=0.02)


def test_works_stand_lot_by_lot() -> None:
    past = history(
        [flood(2, peak=0.5, pulse_weeks=1)],
        weeks=60,
        levee={"wear": 0.0, "margin": 1.0, "lot": 0.2},
        shock={"event_gap_weeks": 1},
        strategy=plan(("argini", 1.0, {"unit_cost_eur": 100.0})),
        purse=CHEAP | {"eur_per_head": 1000.0},
    )
    heights = [round(each.levee[FLOOD], 9) for each in past]
    # The last lot stands when less than a hundredth of the height is still to be paid.
    assert sorted(set(heights)) == pytest.approx([0.0, 0.2, 0.4, 0.5], abs=0.01 * 0.5)
    for each in past[4:]:  # what is paid and what is not add up to the raise
        total = each.levee[FLOOD] + each.works[FLOOD] + each.asked[FLOOD]
        assert total == pytest.approx(0.5, abs=0.01)


def test_works_of_others_count_from_their_day() -> None:
    works = [{"start": "2023-03-06", "hazard": "flood", "height": 2.0, "source": "a test"}]
    two = [flood(2, pulse_weeks=1), flood(20, pulse_weeks=1)]
    past = history(two, exogenous={"works": works})
    assert past[2].damage[FLOOD] > 0.0
    assert past[20].damage[FLOOD] == 0.0
    assert past[20].river[FLOOD] == 2.0


def test_memory_rises_by_those_hit_and_fades() -> None:
    gain, loss = 2.0, 0.01
    past = history([flood(2, pulse_weeks=1)], levee={"memory_gain": gain, "memory_loss": loss})
    hit = past[2].hit[FLOOD]
    assert 0.0 < hit < 1.0
    expected = (1 - math.exp(-gain * hit)) * math.exp(-loss)
    assert past[2].memory[FLOOD] == pytest.approx(expected)
    assert past[12].memory[FLOOD] == pytest.approx(expected * math.exp(-10 * loss))
    assert past[-1].memory[hazard_index("pandemic")] == 0.0


def test_demand_is_a_mix_that_routine_never_leaves() -> None:
    past = history([flood(2)])
    for each in past:
        assert each.demand.sum() == pytest.approx(1.0)
        assert each.demand[0] > 0.0
    assert past[0].demand[0] == 1.0
    assert past[2].dominant == FLOOD
    assert [week for week, each in enumerate(past) if each.news] == [2, 4]
