"""Every metric against a value known in closed form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from resilienza_sim.discovery import family
from resilienza_sim.metrics.fairness import between, theil
from resilienza_sim.model.contracts import Metric, MetricValue, Struck
from resilienza_sim.simulation import simulate
from tests.small import flood, town

METRICS = family("metrics", Metric)
DECISION, WEEKS = 30, 160
ALIKE = np.full(8, 3.0)
ONE_HAS_ALL = np.array([0.0, 0.0, 0.0, 5.0])


class Told:
    """A run told by hand: `columns` hold a value for every week, or one value for all."""

    def __init__(
        self,
        final: dict[str, Any] | None = None,
        shocks: tuple[Struck, ...] = (),
        weeks: int = WEEKS,
        **columns: Any,
    ) -> None:
        self.weeks = np.arange(weeks)
        self.decision_week = DECISION
        self.final = {name: np.asarray(x, float) for name, x in (final or {}).items()}
        self.shocks = shocks
        self.values = {name: np.broadcast_to(x, weeks).astype(float) for name, x in columns.items()}

    def has(self, column: str) -> bool:
        return column in self.values

    def series(self, column: str, *, before: bool = False) -> np.ndarray:
        after = self.weeks >= self.decision_week
        return self.values[column][~after if before else after]

    def quiet(self, column: str) -> np.ndarray | None:
        name = f"{column}_quiet"
        return self.series(name) if self.has(name) else None


def of(metric: str, **told: Any) -> MetricValue:
    return METRICS[metric](Told(**told))


def value(metric: str, **told: Any) -> float | None:
    found = of(metric, **told)
    assert not found.censored
    return found.value


def weekly(*parts: tuple[int, float], otherwise: float = 1.0) -> np.ndarray:
    """Return one value for every week: each part sets the value from its week on."""
    x = np.full(WEEKS, otherwise)
    for week, level in parts:
        x[week:] = level
    return x


def dip(start: int, depth: float, weeks: int) -> np.ndarray:
    """Return Q that falls at once and climbs back in a straight line."""
    q = np.ones(WEEKS)
    q[start : start + weeks + 1] = 1.0 - depth * (1.0 - np.arange(weeks + 1) / weeks)
    return q


# -- Q: loss, robustness, rapidity, recovery, bounce forward --------------------------------------


@pytest.mark.parametrize(
    ("metric", "column"),
    [("loss_total", "quality"), ("functional_loss", "functional_quality")],
)
def test_the_loss_of_a_triangle_is_half_its_base_by_its_height(metric, column) -> None:
    # 40 % deep and 20 weeks long; the sum over weeks adds half of the first step
    assert value(metric, **{column: dip(50, 0.4, 20)}) == pytest.approx(40 * 20 / 2 + 40 / 2)
    assert value(metric, **{column: weekly((0, 0.5), (DECISION, 1.0))}) == 0.0


def test_in_the_loss_in_all_a_gain_pays_for_a_loss() -> None:
    assert value("loss_total", quality=1.3) == pytest.approx(-30.0 * (WEEKS - DECISION))
    assert value("functional_loss", functional_quality=1.3) == 0.0


def test_the_loss_in_all_is_that_due_to_shocks_and_that_of_every_day() -> None:
    told = {"quality": dip(50, 0.4, 20) - 0.1, "quality_quiet": weekly((40, 0.95), (90, 1.02))}
    shocks, everyday = value("loss_due_to_shocks", **told), value("loss_everyday", **told)
    weeks = WEEKS - DECISION
    assert everyday == pytest.approx(5 * 50 - 2 * (WEEKS - 90))
    assert shocks == pytest.approx(40 * 20 / 2 + 40 / 2 + 10 * weeks - everyday)
    assert value("loss_total", **told) == pytest.approx(shocks + everyday)


def test_people_above_their_threshold_are_counted_beyond_those_of_the_twin() -> None:
    told = {"above_share": weekly((50, 0.3), (60, 0.1)), "above_share_quiet": 0.1}
    told["above_share"][:50] = 0.1
    assert value("serious_weeks_due_to_shocks", **told) == pytest.approx(1000 * 0.2 * 10)


@pytest.mark.parametrize("metric", [name for name, cls in METRICS.items() if cls.of_twin])
def test_what_is_read_of_a_twin_is_undefined_without_it_and_exactly_zero_if_it_is_alike(
    metric,
) -> None:
    columns = {name: dip(50, 0.37, 21) for name in METRICS[metric].of_twin}
    assert value(metric, **columns) is None
    twins = {f"{name}_quiet": column.copy() for name, column in columns.items()}
    if metric != "loss_everyday":
        assert value(metric, **columns, **twins) == 0.0


def test_a_loss_of_what_was_not_recorded_is_undefined() -> None:
    assert value("functional_loss", quality=0.5) is None


def test_robustness_is_the_bottom_of_the_dip() -> None:
    assert value("robustness", quality=dip(50, 0.4, 20)) == pytest.approx(60.0)


def test_rapidity_is_half_the_drop_over_the_weeks_to_halfway() -> None:
    assert value("rapidity", quality=dip(50, 0.4, 20)) == pytest.approx(20 / 10)
    assert value("rapidity", quality=weekly((50, 0.7))) is None  # never halfway back
    assert value("rapidity", quality=0.995) is None  # no dip to speak of


def test_recovery_is_counted_from_the_fall_to_four_weeks_held() -> None:
    assert value("recovery_weeks", quality=1.0) is None
    assert value("recovery_weeks", quality=weekly((50, 0.9), (61, 0.95))) == 11.0
    relapse = weekly((50, 0.9), (61, 1.0), (64, 0.9), (70, 1.0))  # three weeks do not count
    assert value("recovery_weeks", quality=relapse) == 20.0


@pytest.mark.parametrize("start", [DECISION, 50, WEEKS - 3])
def test_recovery_not_seen_by_the_end_is_censored_there(start) -> None:
    assert of("recovery_weeks", quality=weekly((start, 0.8))) == (WEEKS - start, True)
    late = weekly((start, 0.8), (WEEKS - 3, 1.0))  # back, but held for three weeks only
    if start < WEEKS - 3:
        assert of("recovery_weeks", quality=late) == (WEEKS - start, True)


def test_bounce_forward_is_the_last_half_year_above_that_of_the_twin() -> None:
    q = weekly((WEEKS - 26, 1.04), (WEEKS - 13, 1.02))
    assert value("bounce_forward", quality=q, quality_quiet=1.0) == pytest.approx(3.0)
    assert value("bounce_forward", quality=q, quality_quiet=1.05) == pytest.approx(-2.0)


def test_gain_of_fit_is_after_less_before() -> None:
    fit = weekly((DECISION, 0.3), (WEEKS - 26, 0.7), otherwise=0.2)
    assert value("unseen_gain", unseen_fit=fit) == pytest.approx(0.5)
    assert value("unseen_gain", unseen_fit=np.nan) is None
    assert value("unseen_gain") is None


# -- a hazard that comes back ---------------------------------------------------------------------


def struck(start: int, height: float, weeks: int = 2, hazard: str = "flood") -> Struck:
    hit = np.zeros(WEEKS)
    hit[start : start + weeks] = height
    return Struck(hazard, start, hit)


def lost(*parts: tuple[int, float]) -> np.ndarray:
    """Return Q that is down by a depth for ten weeks."""
    q = np.ones(WEEKS)
    for start, depth in parts:
        q[start : start + 10] -= depth
    return q


def test_transformative_capacity_is_the_share_spared_at_an_equal_dose() -> None:
    twice = (struck(40, 0.2), struck(100, 0.2))
    q = lost((40, 0.3), (100, 0.1))
    assert value("transformative_capacity", quality=q, shocks=twice) == pytest.approx(2 / 3)
    double = (struck(40, 0.2), struck(100, 0.4))
    assert value("transformative_capacity", quality=q, shocks=double) == pytest.approx(5 / 6)
    worse = lost((40, 0.1), (100, 0.3))
    assert value("transformative_capacity", quality=worse, shocks=twice) == pytest.approx(-2.0)


@pytest.mark.parametrize(
    "shocks",
    [
        (),
        (struck(40, 0.2),),
        (struck(40, 0.2), struck(100, 0.2, hazard="pandemic")),
        (struck(40, 0.2), struck(60, 0.2)),  # the same event
        (struck(10, 0.2), struck(100, 0.2)),  # the first came before the decision
        (struck(40, 0.2), struck(100, 0.0)),
        (struck(40, 0.2), struck(WEEKS - 4, 0.2)),
    ],
)
def test_transformative_capacity_needs_a_hazard_that_comes_back(shocks) -> None:
    q = lost((40, 0.3), (100, 0.1))
    assert value("transformative_capacity", quality=q, shocks=shocks) is None


def test_transformative_capacity_is_the_mean_of_the_hazards() -> None:
    floods = (struck(40, 0.2), struck(100, 0.2))
    heat = (struck(60, 0.1, hazard="heat"), struck(125, 0.1, hazard="heat"))
    q = lost((40, 0.3), (60, 0.2), (100, 0.1), (125, 0.15))
    flood_only = value("transformative_capacity", quality=q, shocks=floods)
    heat_only = value("transformative_capacity", quality=q, shocks=heat)
    both = value("transformative_capacity", quality=q, shocks=floods + heat)
    assert both == pytest.approx((flood_only + heat_only) / 2)


# -- who bears it ---------------------------------------------------------------------------------


def test_gini_is_zero_when_alike_and_one_less_a_share_when_one_has_all() -> None:
    assert value("gini_suffering", final={"cumulative": ALIKE}) == pytest.approx(0.0)
    assert value("gini_suffering", final={"cumulative": ONE_HAS_ALL}) == pytest.approx(1 - 1 / 4)
    assert value("gini_suffering", final={"cumulative": np.zeros(4)}) is None


def test_theil_is_zero_when_alike_and_ln_n_when_one_has_all() -> None:
    assert value("theil_suffering", final={"cumulative": ALIKE}) == pytest.approx(0.0)
    found = value("theil_suffering", final={"cumulative": ONE_HAS_ALL})
    assert found == pytest.approx(np.log(4))
    assert value("theil_suffering", final={"cumulative": np.zeros(4)}) is None


@pytest.mark.parametrize(
    ("metric", "column"), [("theil_between", "target"), ("theil_between_quarters", "quarter")]
)
def test_theil_between_is_all_of_it_when_groups_are_alike_inside(metric, column) -> None:
    # half the people bear three quarters: .75 ln(.75/.5) + .25 ln(.25/.5)
    two = {"cumulative": [3.0, 3.0, 1.0, 1.0], column: [1, 1, 0, 0]}
    known = 0.75 * np.log(1.5) + 0.25 * np.log(0.5)
    assert value(metric, final=two) == pytest.approx(known)
    assert theil(np.array([3.0, 3.0, 1.0, 1.0])) == pytest.approx(known)
    assert value(metric, final={**two, "cumulative": np.zeros(4)}) is None
    assert value(metric, final={**two, column: np.ones(4)}) is None
    mixed = {"cumulative": [3.0, 1.0, 3.0, 1.0], column: [1, 1, 0, 0]}
    assert value(metric, final=mixed) == pytest.approx(0.0)


def test_theil_is_what_lies_between_and_what_lies_within() -> None:
    people = np.arange(40.0)
    x, group = (people * 7.3 % 1.9), people % 3
    inside = sum(
        x[group == g].sum() / x.sum() * (theil(x[group == g]) or 0.0) for g in np.unique(group)
    )
    assert between(x, group) + inside == pytest.approx(theil(x))


def test_marginal_gap_is_the_distance_of_the_means_a_week() -> None:
    final = {"cumulative": [13.0, 13.0, 6.5, 6.5], "target": [1, 1, 0, 0]}
    found = value("marginal_gap", final=final)
    assert found == pytest.approx(6.5 / (WEEKS - DECISION))
    assert value("marginal_gap", final={**final, "target": np.zeros(4)}) is None


def test_p90_is_the_citizen_nine_tenths_up() -> None:
    final = {"cumulative": np.arange(11.0)}
    assert value("p90_suffering", final=final) == pytest.approx(9.0 / (WEEKS - DECISION))


# -- services, states, money ----------------------------------------------------------------------


def test_saturated_weeks_count_the_share_of_services_in_each() -> None:
    share = weekly((DECISION, 0.0), (40, 0.25), (60, 1.0), (63, 0.0), otherwise=1.0)
    assert value("saturation_weeks", saturation=share) == pytest.approx(20 / 4 + 3)
    assert value("saturation_weeks") is None


def test_weeks_in_queue_are_the_area_under_the_queue() -> None:
    # 20 in a thousand for ten weeks: .2 weeks a head
    waiting = weekly((50, 20.0), (60, 0.0), otherwise=0.0)
    assert value("waiting_weeks", service_waiting=waiting) == pytest.approx(0.2)


def test_unserved_share_leaves_out_weeks_in_which_nobody_left() -> None:
    unserved = weekly((50, 0.4), (60, np.nan), otherwise=np.nan)
    assert value("unserved_share", service_unserved=unserved) == pytest.approx(0.4)
    assert value("unserved_share", service_unserved=np.nan) is None


@pytest.mark.parametrize(
    ("metric", "column"), [("anger_mean", "anger"), ("fatigue_mean", "fatigue")]
)
def test_a_price_is_the_mean_after_the_decision(metric, column) -> None:
    half = (DECISION + WEEKS) // 2
    x = weekly((DECISION, 0.2), (half, 0.4), otherwise=0.9)
    assert value(metric, **{column: x}) == pytest.approx(0.3)


def test_rancour_its_polarisation_and_trust_are_read_in_the_last_half_year() -> None:
    x = weekly((DECISION, 0.9), (WEEKS - 26, 0.25), otherwise=0.4)
    assert value("rancour_end", rancour_share=x) == pytest.approx(0.25)
    assert value("polarisation_end", polarisation=x) == pytest.approx(0.25)
    assert value("polarisation_end") is None
    assert value("trust_change", trust=x) == pytest.approx(0.25 - 0.4)


def test_euros_are_counted_from_the_decision() -> None:
    assert value("spent_eur", spent_eur=10.0) == 10.0 * (WEEKS - DECISION)


# -- the simulator tells what metrics ask ---------------------------------------------------------


def test_every_metric_has_been_tested_in_this_folder() -> None:
    here = Path(__file__).parent
    tested = "".join(file.read_text(encoding="utf-8") for file in here.glob("test_*.py"))
    files = {file.name for file in here.glob("test_*.py")}
    untested = [n for n in METRICS if f'"{n}"' not in tested and f"test_{n}.py" not in files]
    assert not untested


def test_a_trajectory_tells_quarters_and_what_shocks_did() -> None:
    scenario = town(citizens=200, weeks=50, shocks=[flood(6, peak=1.0), flood(36, peak=0.5)])
    run = simulate(scenario, strategy="alluvial", seed=1)
    assert set(np.unique(run.final["quarter"])) == {0.0, 1.0}
    first, second = run.shocks
    assert (first.hazard, first.start, second.start) == ("flood", 6, 36)
    assert not first.hit[:6].any()
    assert 0.0 < second.hit[36] == pytest.approx(first.hit[6] / 2)
    assert run.metrics["transformative_capacity"] is not None
    assert run.has("quality")
    assert not run.has("nothing_of_that_name")


# -- acting again ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("acting", "value", "censored"),
    [
        ([1.0] * 6, None, False),
        ([1.0, 0.5, 0.6, 0.8, 1.0], 2.0, False),
        ([1.0, 0.5, 0.5, 0.5], 3.0, True),
        ([1.0, 0.5, 0.8, 0.4, 0.5, 0.7], 1.5, False),
        ([1.0, 0.98, 0.97], None, False),
    ],
)
def test_weeks_until_half_of_those_stopped_act_again(acting, value, censored) -> None:
    told = Told(weeks=DECISION + len(acting), acting_share=[1.0] * DECISION + acting)
    assert METRICS["weeks_to_first_action"](told) == (value, censored)
