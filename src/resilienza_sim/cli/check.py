"""``resilienza check``: validates scenarios and strategies without running them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from resilienza_sim.errors import ResilienzaError

if TYPE_CHECKING:
    from resilienza_sim.cli._terminal import Terminal


def command(
    ctx: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE…")],
) -> int:
    """Validate files."""
    from resilienza_sim.cli._things import scenario_or_strategy
    from resilienza_sim.scenario import Scenario

    terminal: Terminal = ctx.obj
    code = 0
    for file in files:
        try:
            if _is_concept(file):
                _concept(terminal, file)
                continue
            thing = scenario_or_strategy(file)
            if isinstance(thing, Scenario):
                for strategy in (*thing.study.strategies, thing.study.baseline):
                    thing.strategy(strategy)
        except ResilienzaError as error:
            terminal.complain(error)
            code = error.exit_code
            continue
        values = {"file": file, "title": thing.title.text(terminal.lang)}
        if isinstance(thing, Scenario):
            terminal.say(
                "check.scenario",
                **values,
                town=thing.territory.name,
                citizens=thing.town.citizens,
                quarters=len(thing.quarters),
                weeks=thing.time.weeks,
                shocks=len(thing.shocks),
                decisions=len(thing.time.decisions),
            )
            if thing.small:
                terminal.say("check.small", citizens=thing.town.citizens)
        else:
            phases = (thing.normal, thing.emergency, thing.recovery)
            terminal.say(
                "check.strategy",
                **values,
                normal=len(phases[0]),
                emergency=len(phases[1]),
                recovery=len(phases[2]),
            )
    return code


def _is_concept(file: str) -> bool:
    """Return whether a file is meant as a concept: it names an indicator and an outcome."""
    from pathlib import Path

    from resilienza_sim.reading import read_toml

    if not file.endswith(".toml") or not Path(file).is_file():
        return False
    return {"indicator", "outcome"} <= read_toml(file).keys()


def _concept(terminal: Terminal, file: str) -> None:
    from resilienza_sim.concepts import load_concept

    concept = load_concept(file)
    terminal.say(
        "check.concept",
        file=file,
        number=concept.number,
        title=concept.title.text(terminal.lang),
        indicator=concept.indicator,
        outcome=concept.outcome,
    )
