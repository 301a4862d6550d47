"""What ``resilienza new`` may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from resilienza_sim.cli.options import Out


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a planner answers beforehand."""

    comune: Annotated[list[str] | None, typer.Option("--comune", metavar="NAME")] = None
    called: Annotated[str | None, typer.Option("--called", metavar="NAME")] = None
    province: Annotated[str | None, typer.Option("--province", metavar="XX")] = None
    euros: Annotated[str | None, typer.Option("--euros", metavar="N")] = None
    new_money: Annotated[bool, typer.Option("--new-money")] = False
    starts: Annotated[str | None, typer.Option("--from", metavar="DAY")] = None
    ends: Annotated[str | None, typer.Option("--to", metavar="DAY")] = None
    now: Annotated[str | None, typer.Option("--now", metavar="LINES")] = None
    proposal: Annotated[str | None, typer.Option("--proposal", metavar="LINES")] = None
    places: Annotated[str | None, typer.Option("--places", metavar="PLACES")] = None
    fears: Annotated[str | None, typer.Option("--fears", metavar="EVENTS")] = None
    services: Annotated[str | None, typer.Option("--services", metavar="LIST")] = None
    associations: Annotated[str | None, typer.Option("--associations", metavar="LIST")] = None
    nonprofits: Annotated[str | None, typer.Option("--nonprofits", metavar="N")] = None
    recipients: Annotated[str | None, typer.Option("--recipients", metavar="WHO")] = None
    worth: Annotated[str | None, typer.Option("--worth", metavar="PEOPLE")] = None
    pace: Annotated[str | None, typer.Option("--pace", metavar="minutes|night")] = None
    answers: Annotated[str | None, typer.Option("--answers", metavar="FILE")] = None
    yes: Annotated[bool, typer.Option("--yes")] = False
    out: Out = None
