"""The options of ``--until-sure``: what is refused, in one sentence, before anything is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from resilienza_sim import cli
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli._until_sure import rule_of, tell_interim
from resilienza_sim.cli.options import names
from resilienza_sim.cli.options.compare import Options
from resilienza_sim.experiments.comparison import make_plan
from resilienza_sim.experiments.interim import Interim
from resilienza_sim.experiments.plan import Plan
from resilienza_sim.scenario import load_scenario


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make_plan(load_scenario("quartiere"), pairs=10)


def asked(**given: Any) -> Options:
    """Return what ``compare quartiere --until-sure`` is asked with some more options."""
    return Options(scenario="quartiere", until_sure=True, **given)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--half-width", "5"], "--half-width only makes sense together with --until-sure."),
        (["--most-pairs", "90"], "--most-pairs only makes sense together with --until-sure."),
        (["--until-sure", "--most-pairs", "49"], "a whole number from 50 to 100,000"),
        (["--until-sure", "--pairs", "70", "--most-pairs", "60"], "from 70 to 100,000"),
        (["--until-sure", "--step", "0"], "--step is"),
        (["--until-sure", "--metric", "loss_due_to_shock"], "loss_due_to_shock"),
        (["--until-sure", "--half-width", "-3"], "a number above 0"),
        (["--until-sure", "--half-width", "nan"], "a number above 0"),
        (["--until-sure", "--half-width", "robustness="], "a number above 0"),
        (["--until-sure", "--half-width", "=3"], "a number above 0"),
        (["--until-sure", "--metric", "robustness,rapidity", "--half-width", "3"], "by metric"),
        (["--until-sure", "--half-width", "loss=3"], "“loss” is not one of the metrics"),
    ],
)
def test_mistakes_are_told_in_a_line(
    options: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "study"
    given = ["--lang", "en", "compare", "quartiere", "--citizens", "100", *options]
    assert cli.main([*given, "--out", str(out)]) == 2
    written = capsys.readouterr()
    assert told in written.err
    assert written.err.count("\n") == 1
    assert not out.exists()


def test_the_rule_is_what_was_asked(plan: Plan) -> None:
    rule = rule_of(plan, asked())
    assert (rule.metrics, rule.half_width) == (("loss_due_to_shocks",), {})
    assert (rule.most_pairs, rule.step, rule.decided) == (200, 10, True)
    rule = rule_of(
        plan,
        asked(
            metric=names("robustness, spent_eur"),
            half_width=names("spent_eur=1e3"),
            most_pairs=90,
            step=20,
        ),
    )
    assert (rule.metrics, rule.half_width) == (("robustness", "spent_eur"), {"spent_eur": 1000.0})
    assert (rule.most_pairs, rule.step) == (90, 20)
    assert rule_of(plan, asked(half_width=names("7.5"))).half_width == {"loss_due_to_shocks": 7.5}


@pytest.mark.parametrize(
    ("look", "told"),
    [
        (Interim(50, 1, 4, 2, 10), "10 more pairs are run"),
        (Interim(60, 1, 4, 4, 0), "no more are needed"),
        (Interim(60, 1, 4, 3, 0), "no more are run"),
    ],
)
def test_a_look_says_what_comes_next(
    look: Interim, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tell_interim(Terminal("en"), look)
    assert told in capsys.readouterr().out
