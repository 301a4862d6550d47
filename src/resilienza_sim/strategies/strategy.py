"""A strategy: triggers, and an allocation of the purse over actions in each phase."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, NamedTuple, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
    model_validator,
)

from resilienza_sim.component import Bilingual, Text, quantity
from resilienza_sim.discovery import OneOf, family
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.model.contracts import Action, Line
from resilienza_sim.model.dated import Stretch, is_on, stretches
from resilienza_sim.model.service_names import service_of
from resilienza_sim.model.state import SERVICES
from resilienza_sim.paths import assigned
from resilienza_sim.reading import file_of, read_toml, refusal, shipped_files, validated

__all__ = ["PHASES", "Allocation", "Purse", "Strategy", "load_strategy", "shipped_strategies"]

_AnyAction = Annotated[Action, OneOf(lambda: family("actions", Action))]
_CENT_OF_SHARE = 1e-9
PHASES = ("normal", "emergency", "recovery")
"""Situations of a town, for each of which a strategy has its lines."""

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Allocation(BaseModel):
    """One line: ``action``, what it gets, from when to when, and the action's own parameters.

    What it gets is a ``share`` of the week's purse or, where the purse of the town is known in
    euros, ``eur_per_year`` of the whole town. The name of a service (``sad``) does as an action.
    A line with dates is in force in the weeks whose Thursday lies between them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    share: float = Field(0.0, ge=0.0, le=1.0, description="share of the purse of the week")
    eur_per_year: float | None = Field(
        None, gt=0.0, le=1e11, description="euros a year of the whole town, in place of the share"
    )
    start: date | None = Field(None, description="first day; open if absent")
    end: date | None = Field(None, description="last day; open if absent")
    action: _AnyAction

    @model_validator(mode="before")
    @classmethod
    def _flat(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and isinstance(data.get("action"), str):
            outer = {k: data[k] for k in ("share", "eur_per_year", "start", "end") if k in data}
            own = {k: v for k, v in data.items() if k != "action" and k not in outer}
            kind: dict[str, object] = {"kind": data["action"]}
            if (service := service_of(data["action"])) in SERVICES:
                kind = {"kind": "service_staff", "service": service}
            return {**outer, "action": {**kind, **own}}
        return data

    @model_serializer(mode="wrap")
    def _only_what_is_set(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in handler(self).items() if value}

    @model_validator(mode="after")
    def _holds(self) -> Self:
        if (self.share > 0.0) == (self.eur_per_year is not None):
            raise refusal("share_or_euros", action=self.action.kind())
        if self.start and self.end and self.end < self.start:
            raise refusal("line_backwards", found=self.end, allowed=self.start)
        return self

    @property
    def stretch(self) -> Stretch:
        """The days on which it is in force."""
        return Stretch(self.start or date.min, self.end or date.max)


class Purse(NamedTuple):
    """What a town can move, as a plan in euros must know it.

    Parameters
    ----------
    euros : callable
        Euros a year of the whole town on a day.
    stretches : sequence of Stretch
        All time, cut where that changes.
    days : Stretch
        The days on which it matters: from the first decision to the end.
    """

    euros: Callable[[date], float]
    stretches: Sequence[Stretch]
    days: Stretch


def _in_shares(line: Allocation, purse: Purse) -> list[Allocation]:
    """Return a line in euros as shares of a purse, one for each stretch of it; a share stays."""
    if line.eur_per_year is None:
        return [line]
    found: list[Allocation] = []
    shared = [both for each in purse.stretches if (both := each.within(line.stretch))]
    for both in [days for days in shared if days.within(purse.days)]:
        day = max(both.first, purse.days.first)
        share = min(line.eur_per_year / purse.euros(day), 1.0)
        start = both.first if found else line.start
        end = both.last if both.last < purse.days.last else line.end
        found.append(Allocation(share=share, start=start, end=end, action=line.action))
    return found


class Strategy(BaseModel):
    """What to do with the purse, and when; it says nothing of how the town answers."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    name: Name
    title: Bilingual
    description: Bilingual
    source: Text
    emergency_on: float = quantity(
        0.10,
        0.0,
        1.0,
        unit="shock intensity",
        source="assumption: a state of emergency is declared; where is not known, .05-.3",
    )
    emergency_off: float = quantity(
        0.05,
        0.0,
        1.0,
        unit="shock intensity",
        source="assumption: below the level that opens it; where is not known, .02-.2",
    )
    recovery_weeks: int = quantity(
        26, 0, 520, unit="weeks", source="assumption: half a year of reconstruction plans"
    )
    keep_unassigned: bool = Field(
        False,
        description="whether what no line asks for stays in the purse, in place of being released "
        "to the lines with the savings; always so where lines are in euros",
    )
    normal: tuple[Allocation, ...] = ()
    emergency: tuple[Allocation, ...] = ()
    recovery: tuple[Allocation, ...] = ()

    @model_validator(mode="after")
    def _within_the_purse(self) -> Self:
        for phase in PHASES:
            lines: tuple[Allocation, ...] = getattr(self, phase)
            for days in stretches(lines):
                total = sum(line.share for line in lines if is_on(line, days.first))
                if total > 1.0 + _CENT_OF_SHARE:
                    raise refusal("phase_over_purse", phase=phase, found=round(total, 3))
        if self.emergency_off > self.emergency_on:
            raise refusal("endless_emergency", found=self.emergency_off, allowed=self.emergency_on)
        return self

    @model_serializer(mode="wrap")
    def _as_before(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # A strategy that does not use it has the text, and the hash, it had before there was one.
        values: dict[str, Any] = handler(self)
        return {k: v for k, v in values.items() if k != "keep_unassigned" or v}

    @property
    def in_euros(self) -> bool:
        """Whether any of its lines is in euros."""
        return any(line.eur_per_year for phase in PHASES for line in getattr(self, phase))

    def of_purse(self, purse: Purse | None) -> Strategy:
        """Return the same with its euros as shares of a purse of the whole town.

        Where the purse changes in time, so does the share of a line: it becomes several, one after
        the other. What happens outside the days of the purse does not matter.

        Raises
        ------
        ResilienzaError
            If it states euros and the purse does not, or if they are more than the purse holds.
        """
        if not self.in_euros:
            return self
        if purse is None:
            raise ResilienzaError("euros_without_purse", strategy=self.name)
        phases: dict[str, Any] = {phase: getattr(self, phase) for phase in PHASES}
        for phase, lines in phases.items():
            self._afford(phase, lines, purse)
            phases[phase] = tuple(part for line in lines for part in _in_shares(line, purse))
        # Not `model_copy`: it would take along what was worked out of the lines in euros.
        values = {name: getattr(self, name) for name in Strategy.model_fields}
        return Strategy(**values | phases | {"keep_unassigned": True})

    def _afford(self, phase: str, lines: Sequence[Allocation], purse: Purse) -> None:
        """Hold what a phase spends against the purse, on every day on which either changes."""
        firsts = {days.first for days in (*stretches(lines), *purse.stretches)}
        for day in sorted({max(first, purse.days.first) for first in firsts}):
            if day > purse.days.last:
                break
            held = purse.euros(day)
            on = [line for line in lines if is_on(line, day)]
            asked = sum(line.eur_per_year or line.share * held for line in on)
            if asked > held * (1.0 + _CENT_OF_SHARE):
                dated = len(purse.stretches) > 1 or any(line.start or line.end for line in lines)
                key = "euros_over_purse_on" if dated else "euros_over_purse"
                raise ResilienzaError(
                    key,
                    strategy=self.name,
                    phase=phase,
                    found=round(asked),
                    allowed=round(held),
                    day=day,
                )

    @cached_property
    def _dated(self) -> frozenset[int]:
        """Phases of which not every line is always in force."""
        return frozenset(
            phase
            for phase, name in enumerate(PHASES)
            if any(line.start or line.end for line in getattr(self, name))
        )

    @cached_property
    def _lines(self) -> dict[tuple[int, int], tuple[Line, ...]]:
        """Lines of a phase by which of its allocations are in force (-1: all), made when asked."""
        return {}

    def lines(self, phase: int, day: date | None = None) -> tuple[Line, ...]:
        """Return the lines of a phase: 0 normal, 1 emergency, 2 recovery.

        Parameters
        ----------
        phase : int
            Which.
        day : date, optional
            On which they are in force; all of the phase without it.
        """
        if phase not in self._dated:
            day = None
        if day is None and (phase, -1) in self._lines:
            return self._lines[phase, -1]
        allocations: tuple[Allocation, ...] = getattr(self, PHASES[phase])
        on = [k for k, each in enumerate(allocations) if day is None or is_on(each, day)]
        key = phase, -1 if day is None else sum(1 << k for k in on)
        if key not in self._lines:
            self._lines[key] = tuple(Line(allocations[k].action, allocations[k].share) for k in on)
        return self._lines[key]

    @property
    def hash(self) -> str:
        """Return 16 hexadecimal digits that change when what the strategy does changes."""
        content = self.model_dump(mode="json", exclude={"name", "title", "description", "source"})
        text = json.dumps(content, sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()

    def with_values(self, values: Mapping[str, object]) -> Strategy:
        """Return a copy with the values at some paths changed, as ``normal.0.share``.

        Raises
        ------
        ResilienzaError
            If a path does not exist or a value is not allowed.
        """
        if not values:
            return self
        data = assigned(self.model_dump(mode="json"), values)
        return validated(Strategy, data, f"strategies.{self.name}")


def shipped_strategies() -> tuple[str, ...]:
    """Return the names of the strategies that come with the package."""
    return tuple(file.stem for file in shipped_files("strategies"))


def load_strategy(name_or_path: str | Path) -> Strategy:
    """Return a strategy by its shipped name or from a user's own file.

    Raises
    ------
    ResilienzaError
        If there is no such name or file, or if the file is not a valid strategy.
    """
    path = file_of(name_or_path, shipped_files("strategies"), "unknown_strategy")
    return validated(Strategy, read_toml(path, shipped_strategies()), str(path))
