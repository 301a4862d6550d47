"""``resilienza check``: validates files without running them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from resilienza_sim.cli._door import work
from resilienza_sim.cli._plans import say_plans, say_prices, tell_plan
from resilienza_sim.cli._terminal import Terminal
from resilienza_sim.cli._things import in_file
from resilienza_sim.cli.options.check import Options
from resilienza_sim.concepts import Concept
from resilienza_sim.drafting.answers import Answers
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.audit.claims import Claims
from resilienza_sim.experiments.experiment import Experiment
from resilienza_sim.scenario import Scenario
from resilienza_sim.strategies import Strategy


def run(terminal: Terminal, asked: Options) -> int:
    """Validate files."""
    code = 0
    for file in asked.files:
        try:
            thing = in_file(file)
            _TELL[type(thing).__name__](terminal, file, thing)
        except ResilienzaError as error:
            terminal.complain(error)
            code = error.exit_code
    return code


def _scenario(terminal: Terminal, file: str, scenario: Scenario) -> None:
    scenario.compared()
    terminal.say(
        "check.scenario",
        file=file,
        title=scenario.title.text(terminal.lang),
        town=scenario.territory.name,
        citizens=terminal.spelling.number(scenario.town.citizens, 0),
        quarters=len(scenario.quarters),
        weeks=scenario.time.weeks,
        shocks=len(scenario.shocks),
        decisions=len(scenario.time.decisions),
    )
    if scenario.small:
        key = "running.small_town" if scenario.whole else "check.small"
        terminal.say(key, citizens=terminal.spelling.number(scenario.town.citizens, 0))
    say_plans(terminal, scenario)


def _strategy(terminal: Terminal, file: str, strategy: Strategy) -> None:
    terminal.say(
        "check.strategy",
        file=file,
        title=strategy.title.text(terminal.lang),
        normal=len(strategy.normal),
        emergency=len(strategy.emergency),
        recovery=len(strategy.recovery),
    )
    tell_plan(terminal, strategy, None)
    say_prices(terminal, [strategy])


def _experiment(terminal: Terminal, file: str, experiment: Experiment) -> None:
    plan = work("experiments.sweep").make_sweep(experiment)
    terminal.say(
        "check.experiment",
        file=file,
        question=experiment.question.text(terminal.lang),
        points=len(plan.points),
        factors=len(experiment.factors),
        runs=plan.total,
    )


def _claims(terminal: Terminal, file: str, claims: Claims) -> None:
    terminal.say(
        "check.claims",
        file=file,
        question=claims.question.text(terminal.lang),
        claims=len(claims.claims),
        cases=len(claims.cases),
        runs=sum(stage.runs for stage in work("experiments.audit.stages").stages(claims)),
    )


def _concept(terminal: Terminal, file: str, concept: Concept) -> None:
    terminal.say(
        "check.concept",
        file=file,
        number=concept.number,
        title=concept.title.text(terminal.lang),
        indicator=concept.indicator,
        outcome=concept.outcome,
    )


def _answers(terminal: Terminal, file: str, answers: Answers) -> None:
    terminal.say("check.answers", file=file, town=answers.municipality)


_TELL: dict[str, Callable[[Terminal, str, Any], None]] = {
    "Scenario": _scenario,
    "Strategy": _strategy,
    "Experiment": _experiment,
    "Claims": _claims,
    "Concept": _concept,
    "Answers": _answers,
}
