"""A strategy: triggers, and an allocation of the purse over actions in each phase."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Self

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
from resilienza_sim.errors import ResilienzaError, nearest
from resilienza_sim.files import place_of
from resilienza_sim.model.contracts import Action, Line
from resilienza_sim.paths import assigned
from resilienza_sim.reading import read_toml, refusal, shipped_files, validated

__all__ = ["Allocation", "Strategy", "load_strategy", "shipped_strategies"]

_AnyAction = Annotated[Action, OneOf(lambda: family("actions", Action))]
_CENT_OF_SHARE = 1e-9
_PHASES = ("normal", "emergency", "recovery")

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Allocation(BaseModel):
    """One line: ``action``, what it gets, and the action's own parameters.

    What it gets is a ``share`` of the week's purse or, where the purse of the town is known in
    euros, ``eur_per_year`` of the whole town.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    share: float = Field(0.0, ge=0.0, le=1.0, description="share of the purse of the week")
    eur_per_year: float | None = Field(
        None, gt=0.0, le=1e11, description="euros a year of the whole town, in place of the share"
    )
    action: _AnyAction

    @model_validator(mode="before")
    @classmethod
    def _flat(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and isinstance(data.get("action"), str):
            gets = {k: data[k] for k in ("share", "eur_per_year") if k in data}
            own = {k: v for k, v in data.items() if k != "action" and k not in gets}
            return {**gets, "action": {"kind": data["action"], **own}}
        return data

    @model_serializer(mode="wrap")
    def _only_what_it_gets(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in handler(self).items() if value}

    @model_validator(mode="after")
    def _gets_one(self) -> Self:
        if (self.share > 0.0) == (self.eur_per_year is not None):
            raise refusal("share_or_euros", action=self.action.kind())
        return self


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
    normal: tuple[Allocation, ...] = ()
    emergency: tuple[Allocation, ...] = ()
    recovery: tuple[Allocation, ...] = ()

    @model_validator(mode="after")
    def _within_the_purse(self) -> Self:
        for phase in _PHASES:
            total = sum(line.share for line in getattr(self, phase))
            if total > 1.0 + _CENT_OF_SHARE:
                raise refusal("phase_over_purse", phase=phase, found=round(total, 3))
        if self.emergency_off > self.emergency_on:
            raise refusal("endless_emergency", found=self.emergency_off, allowed=self.emergency_on)
        return self

    def of_purse(self, eur_per_year: float | None) -> Strategy:
        """Return the same with its euros as shares of a purse of the whole town.

        Raises
        ------
        ResilienzaError
            If it states euros and the purse does not, or if they are more than the purse holds.
        """
        told = {phase: getattr(self, phase) for phase in _PHASES}
        if not any(line.eur_per_year for lines in told.values() for line in lines):
            return self
        if not eur_per_year:
            raise ResilienzaError("euros_without_purse", strategy=self.name)
        shared = {}
        for phase, lines in told.items():
            parts = [line.share or (line.eur_per_year or 0.0) / eur_per_year for line in lines]
            if (total := sum(parts)) > 1.0 + _CENT_OF_SHARE:
                raise ResilienzaError(
                    "euros_over_purse",
                    strategy=self.name,
                    phase=phase,
                    found=f"{total * eur_per_year:.0f}",
                    allowed=f"{eur_per_year:.0f}",
                )
            shared[phase] = tuple(
                Allocation(share=min(part, 1.0), action=line.action)
                for part, line in zip(parts, lines, strict=True)
            )
        return self.model_copy(update=shared)

    @cached_property
    def _lines(self) -> tuple[tuple[Line, ...], ...]:
        return tuple(
            tuple(Line(each.action, each.share) for each in getattr(self, phase))
            for phase in _PHASES
        )

    def lines(self, phase: int) -> tuple[Line, ...]:
        """Return the lines of a phase: 0 normal, 1 emergency, 2 recovery."""
        return self._lines[phase]

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
    given = str(name_or_path)
    shipped = shipped_strategies()
    if given in shipped:
        path = Path(str(files("resilienza_sim").joinpath("strategies", f"{given}.toml")))
    elif given.endswith(".toml"):
        path = place_of(given)
    else:
        raise ResilienzaError(
            "unknown_strategy",
            found=given,
            allowed=", ".join(shipped),
            nearest=nearest(given, shipped),
        )
    return validated(Strategy, read_toml(path, shipped), str(path))
