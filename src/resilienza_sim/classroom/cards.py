"""Cards that a room draws: shocks of the same model, laid into a scenario a few weeks ahead."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from resilienza_sim.component import Bilingual
from resilienza_sim.errors import unknown
from resilienza_sim.scenario import Scenario
from resilienza_sim.strategies.strategy import Name

__all__ = ["Card", "Drawn", "deck", "with_cards"]


class Card(BaseModel):
    """One card of the deck."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    title: Bilingual
    text: Bilingual
    shock: dict[str, Any] | None = Field(None, description="fields of a shock; nothing happens")
    share: float | None = Field(
        None, gt=0.0, le=1.0, description="of the first quarter that is hit; all of the town"
    )


class Drawn(BaseModel):
    """A card that was drawn, and the week in which it comes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(max_length=40)
    week: int = Field(ge=0, le=1_040)


@cache
def deck() -> dict[str, Card]:
    """Return the cards by name."""
    text = files("resilienza_sim.classroom").joinpath("cards.toml").read_text(encoding="utf-8")
    cards = (Card.model_validate(each) for each in tomllib.loads(text)["cards"])
    return {card.name: card for card in cards}


def with_cards(scenario: Scenario, drawn: Sequence[Drawn]) -> Scenario:
    """Return a scenario in which what the cards say happens too, never before its decision.

    Raises
    ------
    ResilienzaError
        If there is no such card.
    """
    shocks = []
    for each in drawn:
        if each.name not in deck():
            raise unknown("unknown_card", each.name, deck())
        card = deck()[each.name]
        week = max(each.week, scenario.decision_weeks[0] + 1)
        if card.shock is None or week >= scenario.calendar.weeks:
            continue
        text = {
            **card.shock,
            "label": card.title.model_dump(),
            "start": scenario.calendar.date_of(week).isoformat(),
        }
        if card.share is not None:
            text["quarters"] = {scenario.quarters[0].name: card.share}
        shocks.append(text)
    if not shocks:
        return scenario
    data = scenario.model_dump(mode="json")
    return Scenario.model_validate({**data, "shocks": [*data["shocks"], *shocks]}).relative_to(
        scenario
    )
