"""A town small enough to run in a moment, and strategies written on the spot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

import numpy as np

from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.state import State
from resilienza_sim.model.tables import Table
from resilienza_sim.scenario import Scenario
from resilienza_sim.simulation import Trajectory
from resilienza_sim.strategies import Strategy

START = date(2023, 1, 2)
SHIPPED = ("consolidated", "alluvial", "transformative", "hybrid", "none")

_TEXT = {"it": "Prova", "en": "A test"}
LOW, HIGH = "Low", "High"

NEEDED: dict[str, dict[str, Any]] = {
    "compound": {"parts": [{"kind": "flood"}, {"kind": "blackout", "after_weeks": 2}]}
}
"""What a kind of shock cannot do without, beside its start."""


@dataclass(frozen=True)
class Quarter:
    """A quarter like the whole town, for tests that need no scenario."""

    name: str
    share: float
    ground_floor: float = 0.25
    elderly: float = 1.0
    low_income: float = 1.0


def day(week: int) -> str:
    """Return the first day of a week."""
    return (START + timedelta(weeks=week)).isoformat()


def flood(week: int, **values: Any) -> dict[str, Any]:
    """Return a flood of the lower quarter."""
    return {"kind": "flood", "start": day(week), "quarters": {LOW: 0.8}, **values}


def pandemic(week: int, **values: Any) -> dict[str, Any]:
    """Return a pandemic of two short waves."""
    waves = {"waves": 2, "wave_weeks": 8, "gap_weeks": 4}
    return {"kind": "pandemic", "start": day(week), **waves, **values}


def town(
    *,
    citizens: int = 400,
    weeks: int = 40,
    decisions: Iterable[int] = (4,),
    shocks: Iterable[Mapping[str, Any]] = (),
    parameters: Mapping[str, Any] | None = None,
    burn_in_weeks: int = 26,
    **parts: Any,
) -> Scenario:
    """Return a scenario of two quarters, one of them low-lying, in a sample of Faenza."""
    return Scenario.model_validate(
        {
            "name": "small",
            "title": _TEXT,
            "description": _TEXT,
            "town": {"municipality": "Faenza", "citizens": citizens},
            "quarters": [
                {"name": LOW, "share": 0.4, "ground_floor": 0.5, "low_income": 1.3},
                {"name": HIGH, "share": 0.6},
            ],
            "time": {
                "start": START.isoformat(),
                "weeks": weeks,
                "burn_in_weeks": burn_in_weeks,
                "decisions": [day(week) for week in decisions],
            },
            "shocks": list(shocks),
            "parameters": dict(parameters or {}),
            **parts,
        }
    )


def plan(
    *lines: tuple[str, float] | tuple[str, float, Mapping[str, Any]],
    name: str = "own",
    **phases: Any,
) -> Strategy:
    """Return a strategy that spends the same way in every phase, unless a phase says otherwise."""
    same = [_line(*each) for each in lines]
    own = {
        key: [_line(*each) for each in value]
        if key in ("normal", "emergency", "recovery")
        else value
        for key, value in phases.items()
    }
    return Strategy.model_validate(
        {
            "name": name,
            "title": _TEXT,
            "description": _TEXT,
            "source": "a test",
            **dict.fromkeys(("normal", "emergency", "recovery"), same),
            **own,
        }
    )


def _line(action: str, share: float, values: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"action": action, "share": share, **(values or {})}


def contents(state: State) -> dict[str, bytes]:
    """Return every number of a state, as bytes by name; unused places of the rows left out."""
    found: dict[str, bytes] = {}
    degree = state.degree
    used = np.concatenate(
        [np.arange(a, a + d) for a, d in zip(state.start[:-1], degree, strict=True)]
    )
    for each in fields(state):
        value = getattr(state, each.name)
        if isinstance(value, Table):
            rows = used if each.name == "arcs" else slice(None)
            own = {name: np.ascontiguousarray(x[rows]) for name, x in value.columns().items()}
            found |= {f"{each.name}.{name}": x.tobytes() for name, x in own.items()}
        elif each.name == "municipality":
            for part in fields(value):
                found[f"municipality.{part.name}"] = np.asarray(getattr(value, part.name)).tobytes()
        else:
            found[each.name] = np.asarray(value).tobytes()
    return found


def differences(one: State, other: State) -> list[str]:
    """Return the names of what differs between two states, to the bit."""
    left, right = contents(one), contents(other)
    assert left.keys() == right.keys()
    return [name for name in left if left[name] != right[name]]


def lived(scenario: Scenario, week: int, seed: int = 1, strategy: Any = "hybrid") -> CommunityModel:
    """Return a model that has come to a week."""
    model = CommunityModel(scenario, strategy, rng=seed)
    model.run_to(week)
    return model


def record(trajectory: Trajectory) -> dict[str, Any]:
    """Return all that a trajectory holds but the name of its strategy, as comparable values."""
    return {
        "values": {name: x.tobytes() for name, x in trajectory.values.items()},
        "final": {name: x.tobytes() for name, x in trajectory.final.items()},
        "metrics": {name: repr(x) for name, x in trajectory.metrics.items()},
        "censored": trajectory.censored,
        "weeks": trajectory.weeks.tobytes(),
        "decision": (trajectory.decision, trajectory.decision_week),
        "ledger": (trajectory.ledger.entries, trajectory.ledger.income),
    }


def not_alike(one: Trajectory, other: Trajectory) -> list[str]:
    """Return the names of what differs between two trajectories, to the bit."""
    left, right = record(one), record(other)
    columns = [n for n in left["values"] if left["values"][n] != right["values"][n]]
    return columns + [name for name in left if name != "values" and left[name] != right[name]]
