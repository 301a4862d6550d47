"""A room that spends a purse turn by turn: a strategy of dated lines, like any other."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from resilienza_sim.component import Bilingual
from resilienza_sim.errors import ResilienzaError, unknown
from resilienza_sim.scenario import Scenario
from resilienza_sim.strategies import Strategy
from resilienza_sim.strategies.strategy import PHASES, Name

__all__ = ["ROOM", "TURN_WEEKS", "Role", "menu", "roles", "strategy_of_room"]

TURN_WEEKS = 13
"""A turn is a quarter of a year."""
ROOM = "room"
_TITLE = Bilingual(it="La sala", en="The room")
_ABOUT = Bilingual(
    it="Decisa in aula, un trimestre alla volta.", en="Decided in a room, a quarter at a time."
)


class Role(BaseModel):
    """Who speaks for some lines."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    title: Bilingual
    actions: tuple[Name, ...] = Field(min_length=1)


@cache
def roles() -> tuple[Role, ...]:
    """Return the roles in their order."""
    text = files("resilienza_sim.classroom").joinpath("roles.toml").read_text(encoding="utf-8")
    return tuple(Role.model_validate(each) for each in tomllib.loads(text)["roles"])


def menu(arms: Sequence[Strategy]) -> dict[str, dict[str, Any]]:
    """Return what a room may buy, by name: each line of these strategies, once."""
    found: dict[str, dict[str, Any]] = {}
    for arm in arms:
        for phase in PHASES:
            for line in getattr(arm, phase):
                values = line.action.model_dump(mode="json")
                own = type(line.action).model_fields
                marks = [
                    value
                    for name, value in values.items()
                    if name in own and isinstance(value, str) and value != own[name].default
                ]
                found.setdefault(":".join([values["kind"], *marks]), values)
    return found


def strategy_of_room(
    scenario: Scenario, options: Mapping[str, dict[str, Any]], turns: Sequence[Mapping[str, float]]
) -> Strategy:
    """Return what a room has decided so far; its last turn holds until it decides again.

    Parameters
    ----------
    scenario : Scenario
        Whose first decision the first turn begins at.
    options : mapping
        What may be bought; see `menu`.
    turns : sequence of mappings
        By turn and name of the option, its share of the purse, from 0 to 1.

    Raises
    ------
    ResilienzaError
        If an option is none of these, or a turn spends more than the purse.
    """
    first = scenario.calendar.date_of(scenario.decision_weeks[0])
    lines = []
    for k, shares in enumerate(turns):
        start = first + timedelta(weeks=TURN_WEEKS * k)
        last = start + timedelta(weeks=TURN_WEEKS, days=-1) if k + 1 < len(turns) else None
        for name, share in shares.items():
            if name not in options:
                raise unknown("unknown_option_of_room", name, options)
            if share > 0.0:
                lines.append({"share": share, "start": start, "end": last, "action": options[name]})
    values = {"name": ROOM, "title": _TITLE, "description": _ABOUT, "source": "a game in a room"}
    try:
        return Strategy.model_validate({**values, **dict.fromkeys(PHASES, lines)})
    except ValidationError:
        raise ResilienzaError("lever_over_purse", strategy=ROOM) from None
