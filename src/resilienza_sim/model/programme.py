"""The lines of a strategy made ready for spending: weighed, and put together by what they work on.

They change when the phase of the strategy or what was agreed changes, not every week.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from resilienza_sim.model.deliberation import weighed
from resilienza_sim.model.sums import added

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel
    from resilienza_sim.model.contracts import Action, Line

__all__ = ["Programme", "in_force"]


class Programme(NamedTuple):
    """What is bought while its lines and what was agreed stay as they are."""

    lines: Sequence[Line]
    agreed: tuple[float, bytes]
    scopes: tuple[tuple[tuple[Action, float], ...], ...]
    """Actions with their shares of the purse; those of one scope work on the same need."""
    assigned: float = 1.0
    """Share of the week's income that goes to lines or is saved for them; the rest is kept."""


def in_force(model: CommunityModel) -> Programme:
    """Return the programme of the week, made anew only if it changed."""
    town, strategy = model.state.municipality, model.strategy_in_force
    day = model.scenario.calendar.middle_of(model.state.week)
    lines = strategy.lines(town.phase, day)
    agreed = (town.followed, town.priority.tobytes())
    old = model.programme
    if old is not None and old.lines is lines and old.agreed == agreed:
        return old
    shares: dict[Action, float] = {}
    for line in lines:
        shares[line.action] = shares.get(line.action, 0.0) + line.share
    shares = weighed(model, shares)
    scopes = tuple(tuple((each, shares[each]) for each in scope) for scope in _by_scope(shares))
    assigned = min(1.0, added(line.share for line in lines)) if strategy.keep_unassigned else 1.0
    model.programme = Programme(lines, agreed, scopes, assigned)
    return model.programme


def _by_scope(actions: Iterable[Action]) -> list[list[Action]]:
    """Return the actions that work on the same need: alike but for their numbers."""
    scopes: dict[tuple[str, ...], list[Action]] = {}
    for action in sorted(actions, key=repr):
        fields = action.model_dump().items()
        words = (v for k, v in fields if isinstance(v, str) and k not in action.ways)
        scopes.setdefault(tuple(words), []).append(action)
    return [scope for _, scope in sorted(scopes.items())]
