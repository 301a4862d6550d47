"""Patterns: what their files say, how an answer is judged, known answers of the readings."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.validation import bench as benches
from resilienza_sim.experiments.validation.bench import Case, Window
from resilienza_sim.experiments.validation.measured import Expected
from resilienza_sim.experiments.validation.pattern import (
    Pattern,
    load_pattern,
    shipped_patterns,
)
from resilienza_sim.experiments.validation.readings.company_trial import CompanyTrial
from resilienza_sim.experiments.validation.readings.contrast import Contrast
from resilienza_sim.experiments.validation.readings.course import Course
from resilienza_sim.experiments.validation.readings.interaction import Interaction
from resilienza_sim.experiments.validation.readings.job_loss import JobLoss
from resilienza_sim.experiments.validation.readings.panel import Panel
from resilienza_sim.experiments.validation.readings.regions import Regions
from resilienza_sim.experiments.validation.readings.rest import Rest
from resilienza_sim.experiments.validation.readings.staying import Staying
from resilienza_sim.experiments.validation.validate import Answer
from resilienza_sim.statistics import student_interval

TEXT = {"it": "Prova", "en": "A test"}
WEEKS = pd.RangeIndex(0, 600, name="week")


class InventedBench:
    """A bench whose runs are columns of invented numbers, by what is asked."""

    def __init__(self, invented) -> None:
        self.invented = invented

    def frame(self, case: Case) -> pd.DataFrame:
        return pd.DataFrame({"x": self.invented(case), "y": WEEKS * 1.0}, WEEKS)

    def hit(self, case: Case, by: tuple[int, ...]) -> pd.DataFrame:
        return self.frame(case) * (2.0 if by == (1,) and case.shocks == (0, 1) else 1.0)

    def values(self, case, windows):
        return [window.of(self.frame(case)) for window in windows]


def pattern(**parts) -> Pattern:
    base = {
        "name": "own",
        "statement": TEXT,
        "source": "a test",
        "unit": TEXT,
        "expected": {"low": 0.0},
        "reading": {"kind": "rest", "indicator": "x"},
    }
    return Pattern.model_validate({**base, **parts})


def test_the_shipped_patterns_have_names_of_their_own_and_a_side() -> None:
    shipped = shipped_patterns()
    names = [each.name for each in shipped]
    assert len(set(names)) == len(names) > 20
    assert {each.part for each in shipped} >= {"pattern", "rest", "placebo"}
    for each in shipped:
        assert each.known != "cannot_be_asked" or each.cannot is not None, each.name


@pytest.mark.parametrize(
    ("expected", "found", "outcome"),
    [
        ({"low": 0.1, "high": 0.3}, (0.2, 0.1, 0.3), "reproduced"),
        ({"low": 0.1, "high": 0.3}, (0.5, 0.4, 0.6), "wrong_size"),
        ({"low": 0.1, "high": 0.3}, (0.2, -0.1, 0.5), "undecided"),
        ({"low": 0.1, "high": 0.3}, (-0.2, -0.3, -0.1), "wrong_sign"),
        ({"high": 0.0}, (-0.2, -0.3, -0.1), "reproduced"),
        ({"high": 0.0}, (0.2, 0.1, 0.3), "wrong_sign"),
        ({"low": -0.05, "high": 0.05}, (0.0, -0.04, 0.04), "reproduced"),
        ({"low": -0.05, "high": 0.05}, (0.0, -0.06, 0.04), "undecided"),
        ({"low": -0.05, "high": 0.05}, (0.2, 0.1, 0.3), "wrong_size"),
        ({"low": 0.0}, (math.nan, math.nan, math.nan), "undecided"),
    ],
)
def test_the_sign_must_be_sure_before_the_size_is_looked_at(expected, found, outcome) -> None:
    assert Expected.model_validate(expected).judge(*found) == outcome


def test_the_interval_is_students_over_the_worlds_that_are_known() -> None:
    mean, low, high = student_interval(np.array([1.0, 2.0, 3.0, np.nan]))
    assert (mean, high - mean) == pytest.approx((2.0, 4.302653 / math.sqrt(3.0)))
    assert low == pytest.approx(2.0 - (high - 2.0))
    assert all(math.isnan(value) for value in student_interval(np.array([1.0, np.nan])))


@pytest.mark.parametrize(
    "parts",
    [
        {"expected": {}},
        {"expected": {"low": 1.0, "high": 0.0}},
        {"reading": None},
        {"cannot": TEXT},
        {"reading": {"kind": "guess"}},
        {"name": "../own"},
    ],
)
def test_a_pattern_that_says_nothing_or_two_things_is_refused(parts) -> None:
    with pytest.raises(ValidationError):
        pattern(**parts)


def test_a_pattern_that_cannot_be_asked_is_told_so() -> None:
    mute = pattern(reading=None, cannot=TEXT)
    assert Answer(mute, np.array([1.0, 1.0])).outcome == "cannot_be_asked"


def test_a_file_that_is_no_pattern_is_told_in_one_sentence(tmp_path) -> None:
    file = tmp_path / "p.toml"
    file.write_text("nome = 1\n", encoding="utf-8")
    with pytest.raises(ResilienzaError, match="nome"):
        load_pattern(file)


# -- readings, on invented runs -------------------------------------------------------------------


def test_contrast_is_the_excess_of_one_over_that_of_the_other() -> None:
    def run(case):
        level = 4.0 if case.set else 2.0
        return WEEKS * 0.0 + (1.0 if case.shocks == () else level)

    here, there = Case(set={"time.weeks": 9}), Case()
    window = Window(indicator="x", first=0, last=9)
    excess = Contrast(here=here, there=there, window=window)
    assert excess.read(InventedBench(run)) == pytest.approx((4 - 1) / (2 - 1) - 1)
    plain = excess.model_copy(update={"above_quiet": False, "relative": False})
    assert plain.read(InventedBench(run)) == 2.0


def test_course_takes_the_quiet_run_and_an_earlier_stretch_away() -> None:
    def run(case):
        return WEEKS * 0.0 + 5.0 if case.shocks == () else WEEKS * 1.0

    late, early = (Window(indicator="x", first=w, last=w) for w in (20, 10))
    assert Course(case=Case(), window=late).read(InventedBench(run)) == 15.0
    both = Course(case=Case(), window=late, before=early, relative=True)
    assert both.read(InventedBench(run)) == pytest.approx((15.0 - 5.0) / 5.0)


def test_interaction_is_zero_when_losses_add_up_and_positive_when_the_second_costs_more() -> None:
    def run(more):
        def of(case):
            losses = {(): 0.0, (0,): 3.0, (1,): 2.0, (0, 1): 5.0 + more}
            return WEEKS * 0.0 + losses[case.shocks]

        return of

    window = Window(indicator="x", first=0, last=0)
    reading = Interaction(case=Case(), first=(0,), second=(1,), window=window)
    assert reading.read(InventedBench(run(0.0))) == 0.0
    assert reading.read(InventedBench(run(1.0))) == 0.5
    among = reading.model_copy(update={"among_hit": True})
    assert among.read(InventedBench(run(0.0))) == 2.5


def test_rest_is_the_largest_change_with_its_sign() -> None:
    def run(_case):
        return np.where(WEEKS < 100, 2.0, np.where(WEEKS < 400, 1.0, 2.5))

    assert Rest(indicator="x").read(InventedBench(run)) == -0.5


def test_regions_correlate_two_levels_over_towns() -> None:
    heights = {"A": 1.0, "B": 2.0, "C": 4.0}

    class Towns(InventedBench):
        def frame(self, case):
            height = heights[case.set["town.municipality"]]
            return pd.DataFrame({"x": WEEKS * 0.0 + height, "y": WEEKS * 0.0 - height}, WEEKS)

    one, other = (Window(indicator=name, first=0, last=3) for name in "xy")
    reading = Regions(towns=tuple("ABC"), one=one, other=other)
    assert reading.read(Towns(None)) == pytest.approx(-1.0)


# -- runs -----------------------------------------------------------------------------------------


def test_a_run_is_made_once_and_a_quiet_one_has_no_shock() -> None:
    bench = benches.Bench(0, 1, 300)
    case = Case(scenario="quartiere", set={"time.burn_in_weeks": 26})
    assert bench.frame(case) is bench.frame(case)
    assert bench.frame(case.quiet)["shock_intensity"].sum() == 0.0
    assert bench.frame(case)["shock_intensity"].sum() > 0.0


def test_those_hit_suffer_more_than_the_town_and_are_the_same_without_the_water() -> None:
    bench = benches.Bench(0, 1, 300)
    case = Case(shocks=(2,), point=True, set={"time.burn_in_weeks": 26, "time.weeks": 200})
    hit, town = bench.hit(case, (2,)), bench.frame(case)
    quiet = bench.hit(case.quiet, (2,))
    assert hit["suffering"].iloc[100] == quiet["suffering"].iloc[100]
    rise = (hit - quiet)["suffering"].iloc[180]
    assert rise > (town - bench.frame(case.quiet))["suffering"].loc[180] > 0.0


def test_a_world_changes_the_run_and_a_point_does_not_hang_on_it() -> None:
    short = Case(scenario="quartiere", set={"time.burn_in_weeks": 26})
    here, there = (benches.Bench(world, 1, 300).frame(short) for world in (0, 1))
    assert not here["suffering"].equals(there["suffering"])
    kept = benches.Bench(3, 1, 300).frame(short)["quality"]
    assert kept.equals(benches.Bench(3, 1, 300).frame(short)["quality"])


def test_social_capital_raises_the_figures_of_the_region_and_nothing_else() -> None:
    plain = Case(scenario="quartiere").prepared(300)
    more = Case(scenario="quartiere", capital=1.0).prepared(300)
    for name, sd in benches.CAPITAL.items():
        before, after = (each.territory.figures[name].value for each in (plain, more))
        assert after == pytest.approx(before + sd)
    left = more.model_dump(exclude={"town"})
    assert left == plain.model_dump(exclude={"town"})


def test_windows_add_columns_up_and_pass_over_what_is_unknown() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0, np.nan], "b": [10.0, 20.0, 30.0]})
    assert Window(indicator="a+b", first=0, last=2).of(frame) == 16.5
    assert Window(indicator="a+b", first=0, last=2, how="highest").of(frame) == 22.0
    assert math.isnan(Window(indicator="a", first=2, last=2).of(frame))


SMALL = Case(scenario="quartiere", shocks=(), set={"time.burn_in_weeks": 26})


def test_who_stays_is_a_share_and_comparisons_of_shares_are_bounded() -> None:
    bench = benches.Bench(0, 1, 600)
    assert 0.3 < Staying(case=SMALL).read(bench) < 0.95
    assert abs(Staying(case=SMALL, of="tired_less_rested").read(bench)) < 1.0
    assert math.isnan(Staying(case=SMALL, of="allied_less_others").read(bench)), "no alliances yet"


def test_a_loss_of_income_keeps_people_from_volunteering() -> None:
    assert JobLoss(case=SMALL, weeks=(40, 60)).read(benches.Bench(0, 1, 1500)) < 0.0


@pytest.mark.parametrize("given", ["befriender", "group"])
def test_company_eases_those_who_have_least_of_it(given) -> None:
    trial = CompanyTrial(given=given, case=SMALL, week=2, weeks=40)
    assert -1.0 < trial.read(benches.Bench(0, 1, 800)) < 0.0


def test_a_panel_tells_the_weight_of_one_state_on_another() -> None:
    kept = Panel(one="suffering", on="suffering", case=SMALL).read(benches.Bench(0, 1, 600))
    assert 0.1 < kept < 1.0
