"""What a room can move while it watches: shocks, the purse, the lines of the strategies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from resilienza_sim.classroom.cards import Drawn, deck, with_cards
from resilienza_sim.classroom.game import TURN_WEEKS, menu, roles, strategy_of_room
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.scenario import Scenario
from resilienza_sim.strategies import Strategy

__all__ = ["Asked", "asked_of", "changed", "levers_of"]

_PHASES = ("normal", "emergency", "recovery")
_PURSE = "purse.eur_per_year"
MOST_PURSE = 3.0
"""Times the purse of the scenario that a room may try."""
HIGHEST_PEAK = 1.5  # the bound of a shock's peak
MOST_FACTOR = 3.0
Share = Annotated[float, Field(ge=0.0, le=1.0)]


class Asked(BaseModel):
    """What a page asks for: where each lever stands."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    peaks: tuple[float, ...] = Field((), max_length=60, description="of each shock, from 0 to 1.5")
    purse: float = Field(1.0, ge=0.0, le=MOST_PURSE, description="times that of the scenario")
    lines: dict[str, dict[str, float]] = Field(
        default_factory=dict, description="by strategy and action: times what its file has, 0 to 3"
    )
    cards: tuple[Drawn, ...] = Field((), max_length=20, description="that were drawn")
    turns: tuple[dict[str, Share], ...] = Field(
        (), max_length=80, description="of a room that plays: by option, its share of the purse"
    )


def asked_of(data: Any) -> Asked:
    """Return what a page asks for, if it is that.

    Raises
    ------
    ResilienzaError
        If it is something else, or a lever is out of its range.
    """
    try:
        return Asked.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or "-"
        raise ResilienzaError("lever_wrong", place=place, found=first["input"]) from None


def changed(
    scenario: Scenario, arms: Sequence[Strategy], asked: Asked
) -> tuple[Scenario, tuple[Strategy, ...]]:
    """Return a scenario and its arms with the levers where a room has put them.

    What comes back is a scenario and strategies like any other: `simulate` runs the same.

    Raises
    ------
    ResilienzaError
        If a lever is out of its range, or a strategy would spend more than its purse.
    """
    values: dict[str, object] = {}
    for k, (shock, peak) in enumerate(zip(scenario.shocks, asked.peaks, strict=False)):
        if not 0.0 <= peak <= HIGHEST_PEAK:
            raise ResilienzaError("lever_wrong", place=f"shocks.{k}.peak", found=peak)
        if peak != shock.peak:
            values[f"shocks.{k}.peak"] = peak
    if asked.purse != 1.0:
        values[_PURSE] = scenario.purse_eur * asked.purse
    town = with_cards(scenario.with_values(values), asked.cards)
    moved = tuple(_scaled(arm, asked.lines.get(arm.name, {})) for arm in arms)
    if asked.turns:
        moved += (strategy_of_room(town, menu(arms), asked.turns),)
    return town, moved


def _scaled(arm: Strategy, factors: Mapping[str, float]) -> Strategy:
    """Return an arm with the share of some actions multiplied in every phase; 0 drops them."""
    data = arm.model_dump(mode="json")
    for action, factor in factors.items():
        if not 0.0 <= factor <= MOST_FACTOR:
            raise ResilienzaError("lever_wrong", place=f"{arm.name}.{action}", found=factor)
    if all(factor == 1.0 for factor in factors.values()):
        return arm
    for phase in _PHASES:
        scaled = [
            {**line, "share": line["share"] * factors.get(line["action"]["kind"], 1.0)}
            for line in data[phase]
        ]
        data[phase] = [line for line in scaled if line["share"] > 0.0]
    try:
        return Strategy.model_validate(data)
    except ValidationError:
        raise ResilienzaError("lever_over_purse", strategy=arm.name) from None


def levers_of(scenario: Scenario, arms: Sequence[Strategy]) -> dict[str, Any]:
    """Return what can be moved and where it stands, for the sheet of a page."""
    return {
        "peaks": [
            {"kind": shock.kind(), "label": _label(shock), "value": shock.peak}
            for shock in scenario.shocks
        ],
        "highest_peak": HIGHEST_PEAK,
        "turn_weeks": TURN_WEEKS,
        "roles": [
            {
                "title": role.title.model_dump(),
                "options": [name for name in menu(arms) if name.split(":")[0] in role.actions],
            }
            for role in roles()
        ],
        "cards": [card.model_dump(mode="json", exclude={"shock"}) for card in deck().values()],
        "purse_eur": scenario.purse_eur,
        "most_purse": MOST_PURSE,
        "most_factor": MOST_FACTOR,
        "lines": {
            arm.name: [
                {"action": action, "share": round(share, 6)}
                for action, share in _by_action(arm).items()
            ]
            for arm in arms
        },
    }


def _label(shock: Any) -> Any:
    label = shock.label
    return label.model_dump() if isinstance(label, BaseModel) else label


def _by_action(arm: Strategy) -> dict[str, float]:
    """Return the share of each action in normal times; 0 of those in other phases only."""
    found: dict[str, float] = {}
    for phase in _PHASES:
        for line in getattr(arm, phase):
            share = line.share if phase == "normal" else 0.0
            found[line.action.kind()] = found.get(line.action.kind(), 0.0) + share
    return found
