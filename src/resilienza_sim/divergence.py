"""Where two arms part: the first week, citizen, field and phase that differ, and the action."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.scenario import Scenario
from resilienza_sim.simulation import undecided
from resilienza_sim.strategies import Strategy

__all__ = ["Divergence", "divergences", "first_divergence"]

_HORIZON_WEEKS = 104
"""Arms that have not parted in two years of lockstep are said never to part."""


@dataclass(frozen=True)
class Divergence:
    """The first difference between two arms that share people, ties, shocks and chance.

    Parameters
    ----------
    baseline, strategy : str
        The two arms.
    week, date : int and str, optional
        Week and its first day; None if they never part.
    citizen : int, optional
        Row of the first citizen who differs.
    field, phase : str, optional
        Column that differs and phase that made it differ.
    action : str, optional
        The action without which that difference does not arise; joined by "+" where it takes more
        than one.
    """

    baseline: str
    strategy: str
    week: int | None = None
    date: str | None = None
    citizen: int | None = None
    field: str | None = None
    phase: str | None = None
    action: str | None = None


def _differing(a: CommunityModel, b: CommunityModel) -> tuple[int, str] | None:
    """Return the first citizen whose state differs between two models, and the column."""
    first: tuple[int, str] | None = None
    other = b.state.citizens.columns()
    for name, column in a.state.citizens.columns().items():
        changed = column != other[name]
        rows = np.flatnonzero(changed.reshape(len(column), -1).any(axis=1))
        if rows.size and (first is None or rows[0] < first[0]):
            first = int(rows[0]), name
    return first


def _lockstep(a: CommunityModel, b: CommunityModel, weeks: int) -> tuple[int, int, str, str] | None:
    """Step two models phase by phase; return week, citizen, field, phase of the first gap."""
    for _ in range(weeks):
        for phase in a.phases:
            for model in (a, b):
                phase.run(model)
            if found := _differing(a, b):
                return a.state.week, *found, phase.__name__.rsplit(".", 1)[-1]
        for model in (a, b):
            model.state.week += 1
    return None


def first_divergence(past: CommunityModel, baseline: Strategy, strategy: Strategy) -> Divergence:
    """Return where two strategies part, from a model that stands at the decision week."""
    week, weeks = past.week, past.scenario.calendar.weeks
    horizon = min(_HORIZON_WEEKS, weeks - week)

    def run(muted: frozenset[str]) -> Any:
        a, b = past.fork(baseline, week), past.fork(strategy, week)
        a.muted = b.muted = muted
        found = _lockstep(a, b, horizon)
        bought = {entry[1] for m in (a, b) for entry in m.ledger.entries if entry[0] >= week}
        return found, sorted(bought)

    found, bought = run(frozenset())
    if found is None:
        return Divergence(baseline.name, strategy.name)
    at, citizen, field, phase = found
    causes = [kind for kind in bought if run(frozenset({kind}))[0] != found]
    return Divergence(
        baseline.name,
        strategy.name,
        at,
        past.scenario.calendar.date_of(at).isoformat(),
        citizen,
        field,
        phase,
        " + ".join(causes or bought),
    )


def divergences(
    scenario: Scenario,
    strategies: Sequence[Strategy],
    baseline: str,
    seed: int,
    model: type[CommunityModel] = CommunityModel,
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield, for each decision date, where each strategy leaves the baseline in the first pair."""
    base = next(each for each in strategies if each.name == baseline)
    past = undecided(scenario, seed, 0, model)
    for day in sorted(scenario.time.decisions):
        past.run_to(scenario.calendar.week_of(day))
        lines = [asdict(first_divergence(past, base, each)) for each in strategies if each != base]
        yield day.isoformat(), lines
