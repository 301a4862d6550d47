"""``resilienza check``: validates files without running them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resilienza_sim.errors import ResilienzaError

if TYPE_CHECKING:
    from resilienza_sim.cli._terminal import Terminal
    from resilienza_sim.concepts import Concept
    from resilienza_sim.drafting import Answers
    from resilienza_sim.experiments.audit.claims import Claims
    from resilienza_sim.experiments.experiment import Experiment
    from resilienza_sim.scenario import Scenario
    from resilienza_sim.strategies import Strategy


def command(
    ctx: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE…")],
) -> int:
    """Validate files."""
    from resilienza_sim.cli._things import in_file

    terminal: Terminal = ctx.obj
    code = 0
    for file in files:
        try:
            thing = in_file(file)
            _TELL[type(thing).__name__](terminal, file, thing)
        except ResilienzaError as error:
            terminal.complain(error)
            code = error.exit_code
    return code


def _scenario(terminal: Terminal, file: str, scenario: Scenario) -> None:
    plans, _ = scenario.compared()
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
        citizens = terminal.spelling.number(scenario.town.citizens, 0)
        terminal.say("check.small", citizens=citizens)
    _in_euros(terminal, scenario, plans)


def _in_euros(terminal: Terminal, scenario: Scenario, plans: Sequence[Strategy]) -> None:
    """Tell each plan back in euros a year of the whole town, as spent in normal weeks."""
    from resilienza_sim.words import Words

    words = Words(terminal.lang)
    terminal.say("check.purse", euros=words.euros(scenario.purse_eur))
    for plan in plans:
        euros: dict[str, float] = {}
        for line in plan.lines(0):
            name = words.name("action", line.action.kind())
            euros[name] = euros.get(name, 0.0) + line.share * scenario.purse_eur
        title = plan.title.text(terminal.lang)
        each = [f"{name} {words.euros(value)}" for name, value in euros.items()]
        terminal.say("check.plan", title=title, lines="; ".join(each) or words.undefined)


def _strategy(terminal: Terminal, file: str, strategy: Strategy) -> None:
    terminal.say(
        "check.strategy",
        file=file,
        title=strategy.title.text(terminal.lang),
        normal=len(strategy.normal),
        emergency=len(strategy.emergency),
        recovery=len(strategy.recovery),
    )


def _experiment(terminal: Terminal, file: str, experiment: Experiment) -> None:
    from resilienza_sim.experiments.sweep import make_sweep

    plan = make_sweep(experiment)
    terminal.say(
        "check.experiment",
        file=file,
        question=experiment.question.text(terminal.lang),
        points=len(plan.points),
        factors=len(experiment.factors),
        runs=plan.total,
    )


def _claims(terminal: Terminal, file: str, told: Claims) -> None:
    from resilienza_sim.experiments.audit.stages import stages

    terminal.say(
        "check.claims",
        file=file,
        question=told.question.text(terminal.lang),
        claims=len(told.claims),
        cases=len(told.cases),
        runs=sum(stage.runs for stage in stages(told)),
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
