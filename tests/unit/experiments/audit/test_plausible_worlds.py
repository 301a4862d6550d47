"""Plausible worlds: which numbers are drawn, from where, and what the shares of worlds mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import create_model

from resilienza_sim import unmeasured
from resilienza_sim.component import quantity
from resilienza_sim.discovery import family
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.audit.audit import Audit
from resilienza_sim.experiments.audit.claims import Span
from resilienza_sim.experiments.audit.judging import READINGS
from resilienza_sim.experiments.audit.plausible_worlds import (
    claims_in_worlds,
    factor_of,
    plausible,
    winners,
    worlds_of,
)
from resilienza_sim.experiments.audit.report import AuditReport, write
from resilienza_sim.experiments.audit.stages import Stage, stages
from resilienza_sim.experiments.runner import Bench
from resilienza_sim.experiments.session import Running
from resilienza_sim.metrics.losses import loss_due_to_shocks
from resilienza_sim.model.contracts import Action
from resilienza_sim.model.parameters import Parameters
from resilienza_sim.scenario import load_scenario
from resilienza_sim.strategies import load_strategy
from resilienza_sim.unmeasured import Ranges, action_of, ranges_of, stated_range
from tests.unit.experiments.audit.test_audit import claim, claims, invented

SPANS = {
    "prior .05-.3: no study was found": (0.15, (0.05, 0.3)),
    "prior +10-30 % on re-exposure within 104 weeks": (0.2, (0.1, 0.3)),
    "Hedberg 1981, Tsang & Zahra 2008; plausible 8-26": (16.0, (8.0, 26.0)),
    "a planning cycle, every 26-52 weeks": (26.0, (26.0, 52.0)),
    "lambda between persons, 1-1.5: Slovic 1993, Earle & Siegrist": (1.2, (1.0, 1.5)),
    "q: Snyder et al. 2004, 5-9 points a campaign": (0.07, (0.05, 0.09)),
    "assumption: operators absent .05-.20 at the peak of a pandemic, equation 8": (2.0, None),
    "Roy et al. 2022: closest ties 1-4 % a year": (0.0006, None),
    "assumption: half leave in 69 weeks if not sought": (0.01, None),
    "decree 34/2020, level D": (1.0, None),
}


@pytest.fixture(autouse=True)
def _what_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    """The invented losses are of a size at which 26 matters."""
    monkeypatch.setitem(vars(loss_due_to_shocks), "effect_of_interest", 26.0)
    monkeypatch.setitem(vars(loss_due_to_shocks), "weekly", False)


@pytest.mark.parametrize("source", SPANS)
def test_ranges_are_read_from_sources_where_they_hold_the_default(source) -> None:
    default, span = SPANS[source]
    assert stated_range(source, default) == span


def test_a_number_says_itself_which_action_it_is_of() -> None:
    assert action_of("actions.training.unit_cost_eur") == "training"
    assert action_of("parameters.shock.levee_holds") == "argini"
    for other in ("parameters.shock.damage_depth", "purse.discretionary_share", "shocks.0.peak"):
        assert action_of(other) is None
    named = {
        extra["action"]
        for table in Parameters.model_fields.values()
        for field in table.annotation.model_fields.values()
        if isinstance(extra := field.json_schema_extra, dict) and "action" in extra
    }
    assert named <= set(family("actions", Action))


@pytest.fixture(scope="module")
def bench() -> Bench:
    arms = tuple(load_strategy(name) for name in ("alluvial", "transformative"))
    return Bench({"here": load_scenario("quartiere")}, arms, 0, ())


@pytest.fixture(scope="module")
def priors(bench):
    return plausible("priors", bench, "here")


def test_what_nobody_has_measured_is_drawn_and_what_was_fitted_is_not(priors) -> None:
    drawn = {each.path: each for each in priors.drawn}
    assert drawn["parameters.shock.cross_protection"].stated
    assert (drawn["parameters.mood.contagion"].low, drawn["parameters.mood.contagion"].high) == (
        pytest.approx(0.015),
        pytest.approx(0.06),
    )
    assert not drawn["parameters.mood.contagion"].stated
    assert "purse.discretionary_share" in drawn
    assert "actions.argini.unit_cost_eur" in drawn
    blow = drawn["parameters.mood.blow"]  # fitted; its source states what the errors leave open
    assert (blow.low, blow.high, blow.stated) == (0.01, 0.15, True)
    assert "parameters.shock.home_rate" not in drawn  # fitted
    assert "parameters.serve.residents_per_social_worker" not in drawn  # a law
    assert "parameters.plan.responsiveness" not in drawn  # priorities are no prior


@pytest.mark.parametrize(
    ("source", "ends"),
    [
        ("fitted to what was measured; that it lasts is an assumption", None),
        ("fitted to people flooded, whose errors leave open .02-.15", (0.02, 0.15)),
        ("v of equation 2: fitted, whose errors leave open .02-.15", (0.02, 0.15)),
    ],
)
def test_what_was_fitted_is_drawn_only_over_what_the_fit_leaves_open(
    monkeypatch, source, ends
) -> None:
    path = "parameters.mood.blow"
    table = create_model("Table", blow=(float, quantity(0.055, 0.0, 3.0, source=source)))
    monkeypatch.setattr(unmeasured, "_numbers", lambda _: [(path, table.model_fields["blow"])])
    found = ranges_of(load_scenario("quartiere")).drawn
    assert [(each.path, each.low, each.high) for each in found] == ([(path, *ends)] if ends else [])


def test_ranges_hold_the_default_and_stay_inside_what_the_model_accepts(bench, priors) -> None:
    assert len(priors.drawn) > 40
    for each in priors.drawn:
        assert each.low <= each.default <= each.high
        assert each.low < each.high
    names = [factor_of(each).name for each in priors.drawn]
    assert len(set(names)) == len(names)


def test_assumptions_are_drawn_too_when_asked(bench, priors) -> None:
    every = plausible("assumptions", bench, "here")
    paths = {each.path for each in every.drawn}
    assert {each.path for each in priors.drawn} < paths
    assert len(every.drawn) > 150
    assert every.left_out["parameters.help.b0"] == "no_span"  # zero has no half


def test_what_the_case_fixes_is_not_drawn(bench) -> None:
    fixed = {"parameters.shock.cross_protection": 0.2}
    drawn = plausible("priors", bench, "here", fixed).drawn
    assert "parameters.shock.cross_protection" not in {each.path for each in drawn}


def test_a_range_of_the_file_takes_the_place_of_the_sources(bench) -> None:
    own = Span(path="actions.argini.unit_cost_eur", low=55.0, high=218.0, source="two anchors")
    drawn = {each.path: each for each in plausible("priors", bench, "here", None, [own]).drawn}
    found = drawn["actions.argini.unit_cost_eur"]
    assert (found.low, found.high, found.stated) == (55.0, 218.0, True)


def test_an_end_that_the_scenario_refuses_is_no_range(bench) -> None:
    path = "parameters.ties.third_sector_groups"
    own = Span(path=path, low=0.1, high=0.9, source="assumption")
    found = plausible("priors", bench, "here", None, [own])
    assert found.left_out[path] == "refused"
    assert path not in {each.path for each in found.drawn}


# -- shares --

WORLDS = 20


def drawn(told, points=WORLDS) -> Stage:
    (base,) = stages(told)
    return worlds_of(base, points, 12, "priors")


def shifted(stage: Stage, folder: Path, by: Any) -> Any:
    """Return invented runs in which an arm lies `by(world)[arm]` above a luck nearly common."""
    sweep = invented(stage, {"as_shipped": by(0)}, folder)
    runs = sweep.runs
    own = runs["strategy"].map({arm: k for k, arm in enumerate(by(0))})
    chance = 900 + 30 * np.sin(runs["replicate"]) + 2.0 * (-1.0) ** runs["replicate"] * own
    above = [by(p)[arm] for p, arm in zip(runs["point"], runs["strategy"], strict=True)]
    vars(sweep)["runs"] = runs.assign(loss_due_to_shocks=chance + above)
    return sweep


def lost_in_five(world: int) -> dict[str, float]:
    return {"consolidated": 0.0, "transformative": 40.0 if world < 5 else -80.0, "none": 200.0}


def test_claims_in_worlds_are_shares_with_wilsons_interval(tmp_path) -> None:
    told = claims(claim("one"), tried=())
    stage = drawn(told)
    table = claims_in_worlds(stage, shifted(stage, tmp_path, lost_in_five), {"one": 26.0})
    row = table.iloc[0]
    assert (row["worlds"], row["failed"], row["holds"], row["turned"]) == (WORLDS, 0, 15, 5)
    assert sum(row[each] for each in READINGS) == WORLDS
    p, n, z = 0.75, WORLDS, 1.959963984540054
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    assert row["holds_share"] == p
    assert row["holds_low"] == pytest.approx(centre - half)
    assert row["holds_high"] == pytest.approx(centre + half)


def test_an_arm_wins_where_it_is_better_than_every_other(tmp_path) -> None:
    told = claims(claim("one"), claim("two", strategy="none"), tried=())
    stage = drawn(told)
    table = winners(shifted(stage, tmp_path, lost_in_five), "loss_due_to_shocks").set_index("arm")
    assert table.loc["transformative", "share"] == 0.75
    assert table.loc["consolidated", "share"] == 0.25
    assert table.loc["none", "share"] == 0.0
    assert table["share"].sum() == pytest.approx(1.0)


def test_where_the_best_two_are_equivalent_nobody_wins(tmp_path) -> None:
    told = claims(claim("one"), claim("two", strategy="none"), tried=())
    stage = drawn(told)
    even = shifted(
        stage, tmp_path, lambda _: {"consolidated": 0.0, "transformative": 1.0, "none": 200.0}
    )
    table = winners(even, "loss_due_to_shocks").set_index("arm")["share"]
    assert table["equivalent"] == 1.0
    assert table.drop("equivalent").sum() == 0.0


def test_worlds_that_failed_are_counted_and_left_out(tmp_path) -> None:
    told = claims(claim("one"), tried=())
    stage = drawn(told)
    sweep = shifted(stage, tmp_path, lost_in_five)
    runs = sweep.runs
    vars(sweep)["runs"] = runs.assign(status=np.where(runs["point"] < 3, "error", "ok"))
    row = claims_in_worlds(stage, sweep, {"one": 26.0}).iloc[0]
    assert (row["worlds"], row["failed"], row["turned"]) == (WORLDS - 3, 3, 2)


def test_the_report_tells_worlds_ranges_and_where_to_look(tmp_path) -> None:
    told = claims(claim("one"), tried=("luck_1",))
    (base,) = stages(told)
    stage = worlds_of(base, WORLDS, 12, "priors")
    shift = {"as_shipped": {"consolidated": 0.0, "transformative": -80.0}}
    found = [(base, invented(base, shift, tmp_path))]
    found.append((stage, shifted(stage, tmp_path / "here-worlds", lost_in_five)))
    result = Audit(tmp_path, told, found)
    lines = list(AuditReport(result, "en").worlds())
    assert str(len(stage.ranges.drawn)) in lines[0]
    assert any("holds in 75 %" in line for line in lines)
    assert "discover" in lines[-1]
    assert {"worlds.csv", "winners.csv"} <= {path.name for path in write(result)}
    table = pd.read_csv(tmp_path / "winners.csv")
    assert table.set_index("arm").loc["transformative", "share"] == 0.75


def test_numbers_refused_together_are_recorded_and_counted(tmp_path) -> None:
    """Each share of groups fits by itself; the two together may be more than all groups."""
    told = claims(claim("one"), tried=())
    case = told.cases[0].model_copy(update={"set": {"time.weeks": 75, "time.burn_in_weeks": 26}})
    told = told.model_copy(update={"cases": (case,), "citizens": 60, "pairs": 1})
    (base,) = stages(told)
    groups = [
        Span(path=f"parameters.ties.{name}", low=0.2, high=0.75, source="assumption")
        for name in ("third_sector_groups", "informal_groups")
    ]
    stage = worlds_of(base, 4, 1, "priors", groups)
    sweep = stage.run(tmp_path / "out", Running(workers=1))
    row = claims_in_worlds(stage, sweep, {"one": 26.0}).iloc[0]
    points = sweep.points
    both = points["ties_third_sector_groups"] + points["ties_informal_groups"]
    assert row["failed"] == (both > 1.0).sum() > 0
    assert row["worlds"] == 4 - row["failed"] > 0
    assert row["undecided"] == row["worlds"]  # one pair says nothing


def test_a_case_with_nothing_to_draw_is_told(monkeypatch) -> None:
    import resilienza_sim.experiments.audit.plausible_worlds as module

    monkeypatch.setattr(module, "ranges_of", lambda *_, **__: Ranges((), {}))
    (base,) = stages(claims(claim("one"), tried=()))
    with pytest.raises(ResilienzaError) as error:
        worlds_of(base, 4, 6, "priors")
    assert "here" in error.value.text("it")
