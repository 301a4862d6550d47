"""Comparisons that must come out in one way, whatever the magnitudes (docs/odd.md, rule 5 and 9).

Each is run on paired replicates of a small town; a difference counts when it is larger than twice
its standard error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from resilienza_sim.concepts import social_switches
from resilienza_sim.simulation import Trajectory, simulate_arms
from resilienza_sim.strategies import Strategy, load_strategy
from tests.small import day, differences, flood, lived, not_alike, plan, town

PAIRS, CITIZENS = 3, 300
Replicates = list[dict[str, Trajectory]]

pytestmark = pytest.mark.science


def pairs(scenario, arms: Sequence[Any], pairs: int = PAIRS) -> Replicates:
    return [
        {each.strategy: each for each in simulate_arms(scenario, arms, replicate=r, seed=2)}
        for r in range(pairs)
    ]


def gap(
    found: Replicates, one: str, other: str, what: Callable[[Trajectory], float]
) -> tuple[float, float]:
    """Return the mean paired difference, and its standard error."""
    each = np.array([what(pair[one]) - what(pair[other]) for pair in found])
    return float(each.mean()), float(each.std(ddof=1) / np.sqrt(each.size))


def suffering(first: int = 0, last: int | None = None) -> Callable[[Trajectory], float]:
    return lambda trajectory: float(trajectory.values["suffering"][first:last].sum())


def changed(name: str, action: str, **values: Any) -> Strategy:
    """Return a shipped strategy with some parameters of one action changed, shares as they are."""
    data = load_strategy(name).model_dump(mode="json")
    for phase in ("normal", "emergency", "recovery"):
        for line in data[phase]:
            if line["action"]["kind"] == action:
                line["action"] |= values
    return Strategy.model_validate(data)


# -- labels ---------------------------------------------------------------------------------------


def test_shuffled_labels_give_no_difference() -> None:
    names = ["alluvial", "transformative", "none"]
    shuffled = [
        load_strategy(name).model_copy(update={"name": label})
        for name, label in zip(names, ["transformative", "none", "alluvial"], strict=True)
    ]
    scenario = town(citizens=200, weeks=20, shocks=[flood(6)])
    plainly, otherwise = pairs(scenario, names, 2), pairs(scenario, shuffled, 2)
    for before, after in zip(plainly, otherwise, strict=True):
        for name, label in zip(names, shuffled, strict=True):
            assert not not_alike(before[name], after[label.name])


# -- without shocks -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def quiet() -> Replicates:
    scenario = town(citizens=CITIZENS, weeks=30, decisions=(0,), burn_in_weeks=40)
    return pairs(scenario, ["consolidated", "transformative", "none"], 5)


@pytest.mark.parametrize("weeks", [8, 26])
def test_without_shocks_the_transformative_arm_is_hardly_better_early(quiet, weeks) -> None:
    """By less than a tenth of a point a week, not by nothing: groups that are supported help at
    once, while more staff finds short queues. Half of it goes when `support_groups` is muted."""
    mean, _ = gap(quiet, "transformative", "consolidated", suffering(0, weeks))
    assert mean > -0.001 * weeks


def test_money_spent_does_something(quiet) -> None:
    """Else the placebos hold because nothing matters."""
    mean, error = gap(quiet, "none", "consolidated", suffering(0, 26))
    assert mean > 2.0 * error


# -- the same again, and something new ------------------------------------------------------------

FIRST, AGAIN, END = 6, 30, 48
SIZE = 0.6


def behind_levees(second: dict[str, Any], **shock: Any) -> Replicates:
    """Return arms hit by a flood and, when argini cheap enough are up, by a second shock."""
    scenario = town(
        citizens=CITIZENS,
        weeks=END,
        shocks=[flood(FIRST, peak=SIZE), second],
        parameters={"shock": {"event_gap_weeks": 4, **shock}},
    )
    return pairs(scenario, [changed("alluvial", "argini", unit_cost_eur=1.0), "transformative"])


def test_an_identical_repeat_within_design_does_not_favour_the_transformative_arm() -> None:
    found = behind_levees(flood(AGAIN, peak=SIZE))
    for pair in found:
        assert pair["alluvial"].values["levee"][AGAIN - 1] >= SIZE, "not within design"
        assert pair["alluvial"].values["damage"][AGAIN] == 0.0
        assert pair["transformative"].values["damage"][AGAIN] > 0.0
    mean, error = gap(found, "transformative", "alluvial", suffering(AGAIN))
    assert mean > -2.0 * error


@pytest.mark.parametrize("kind", ["pandemic", "heat_wave"])
def test_the_advantage_on_unseen_hazards_shrinks_as_cross_protection_reaches_further(kind) -> None:
    second = {"kind": kind, "start": day(AGAIN), "peak": 0.6, "contact": 0.0}
    advantages, damages = [], []
    for reach in (0.05, 0.3, 2.0):
        found = behind_levees(second, cross_protection=reach)
        advantages.append(gap(found, "alluvial", "transformative", suffering(AGAIN))[0])
        damages.append(np.mean([each["alluvial"].values["damage"][AGAIN:].max() for each in found]))
    assert advantages[0] > advantages[1] > advantages[2]
    assert damages[0] > damages[1] > damages[2]


# -- a model without social mechanisms ------------------------------------------------------------

SOCIAL_LINES = plan(
    ("street_work", 0.2),
    ("found_groups", 0.2),
    ("support_groups", 0.1),
    ("open_spaces", 0.1),
    ("build_alliances", 0.2),
    ("engage_stakeholders", 0.1),
    ("campaign", 0.1, {"about": "informal"}),
    name="social",
)


@pytest.mark.parametrize("social", [False, True], ids=["null model", "full model"])
def test_money_for_ties_matters_only_where_ties_do(social) -> None:
    scenario = town(
        citizens=CITIZENS,
        weeks=26,
        shocks=[flood(8)],
        purse={"eur_per_head": 1500.0, "discretionary_share": 0.3},
    )
    if not social:
        scenario = scenario.with_set(*(f"{k}={v:g}" for k, v in social_switches().items()))
    found = pairs(scenario, [SOCIAL_LINES, "none"], 2)
    for pair in found:
        assert pair["social"].metrics["spent_eur"] > pair["none"].metrics["spent_eur"]
        same = not_alike(pair["social"], pair["none"])
        assert ("suffering" in same) is social
        assert ("loss_total" in _metrics_apart(pair)) is social


def _metrics_apart(pair: dict[str, Trajectory]) -> set[str]:
    one, other = (pair[name].metrics for name in ("social", "none"))
    return {name for name in one if one[name] != other[name]}


# -- rule 5 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("returns", ["concave", "linear"])
def test_a_town_twice_as_large_with_twice_the_purse_is_covered_as_far(returns) -> None:
    covered = []
    for citizens in (300, 600):
        scenario = town(
            citizens=citizens, weeks=10, purse={"eur_per_head": 500.0, "returns": returns}
        )
        model = lived(scenario, 4, strategy=plan(("street_work", 0.5)))
        model.state.municipality.available_cents = 0
        model.step()
        covered.append(model.effort.presence.copy())
    assert covered[0] == pytest.approx(covered[1], rel=1e-3)


def bought(*lines: Any) -> Any:
    purse = {"eur_per_head": 5000.0, "discretionary_share": 0.5}
    model = lived(town(citizens=300, weeks=10, purse=purse), 4, strategy=plan(*lines))
    model.step()
    return model


def test_two_lines_alike_buy_what_one_does() -> None:
    one = bought(("street_work", 0.6))
    two = bought(("street_work", 0.2), ("street_work", 0.4))
    assert not differences(one.state, two.state)
    assert (one.effort.presence == two.effort.presence).all()


def test_two_lines_nearly_alike_buy_no_more_than_one() -> None:
    one = bought(("street_work", 0.6))
    two = bought(("street_work", 0.3), ("street_work", 0.3, {"unit_cost_eur": 1008.01}))
    assert two.effort.presence == pytest.approx(one.effort.presence, rel=1e-3)


def test_two_courses_nearly_alike_reach_as_many_people_as_one() -> None:
    def trained(*lines: Any) -> int:
        skill = bought(*lines).state.citizens.skill
        return int((skill != bought().state.citizens.skill).sum())

    one = trained(("training", 0.06))
    two = trained(("training", 0.03), ("training", 0.03, {"unit_cost_eur": 90.01}))
    assert one > 10
    assert two == pytest.approx(one, abs=2)
