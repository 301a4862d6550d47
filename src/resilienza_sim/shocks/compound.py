"""A compound shock: several at once or one after the other, which may return together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    Field,
    SerializationInfo,
    ValidationInfo,
    field_serializer,
    field_validator,
    model_validator,
)

from resilienza_sim.community.build import Community
from resilienza_sim.component import quantity
from resilienza_sim.discovery import OneOf, family
from resilienza_sim.model.calendar import Calendar
from resilienza_sim.model.contracts import Shock
from resilienza_sim.reading import refusal
from resilienza_sim.streams import Streams

__all__ = ["Compound"]


def _simple() -> dict[str, type[Shock]]:
    return {kind: cls for kind, cls in family("shocks", Shock).items() if kind != "compound"}


_Part = Annotated[Shock, OneOf(_simple)]
_ANY_DAY = date(2000, 1, 1)
_FACTORS = ("peak", "strike", "contact", "services", "spaces", "salience", "budget")
_AS_PARTS = "convention: a factor on that of every part; 1 leaves them as they are"


class Compound(Shock):
    """Several shocks at once or one after the other, which may return together.

    Each part is a shock with `after_weeks` in place of `start`. What the compound says is a factor
    on the same number of every part; its quarters and series hold for the parts that give none.
    """

    source: ClassVar[str] = "assumption: the forms of its parts"
    hazard: ClassVar[str] = ""
    needs: ClassVar[dict[str, float]] = {}

    peak: float = quantity(1.0, 0.0, 1.5, source=_AS_PARTS)
    strike: float = quantity(1.0, 0.0, 5.0, source=_AS_PARTS)
    contact: float = quantity(1.0, 0.0, 1.0, source=_AS_PARTS)
    services: float = quantity(1.0, 0.0, 1.0, source=_AS_PARTS)
    spaces: float = quantity(1.0, 0.0, 1.0, source=_AS_PARTS)
    salience: float = quantity(1.0, 0.0, 1.0, source=_AS_PARTS)
    budget: float = quantity(1.0, 0.0, 1.0, source=_AS_PARTS)
    parts: tuple[_Part, ...] = Field(
        min_length=1, max_length=20, description="the shocks it is made of, with after_weeks each"
    )

    @model_validator(mode="before")
    @classmethod
    def _with_a_start(cls, data: Any) -> Any:
        parts = data.get("parts") if isinstance(data, Mapping) else None
        if not isinstance(parts, list | tuple):
            return data
        if any(isinstance(part, Mapping) and "start" in part for part in parts):
            raise refusal("part_start")
        return {
            **data,
            "parts": [
                {**part, "start": _ANY_DAY} if isinstance(part, Mapping) else part for part in parts
            ],
        }

    @field_validator("parts")
    @classmethod
    def _once_each(cls, parts: tuple[Shock, ...], info: ValidationInfo) -> tuple[Shock, ...]:
        if any(part.recurs for part in parts):
            raise refusal("part_recurs")
        start = info.data.get("start", _ANY_DAY)
        return tuple(part.model_copy(update={"start": start}) for part in parts)

    @field_serializer("parts")
    def _without_start(
        self, parts: tuple[Shock, ...], info: SerializationInfo
    ) -> list[dict[str, Any]]:
        rows = [
            part.model_dump(mode=info.mode, exclude_defaults=info.exclude_defaults)
            for part in parts
        ]
        return [{k: v for k, v in each.items() if k != "start"} for each in rows]

    def events(self, calendar: Calendar, streams: Streams) -> tuple[Shock, ...]:
        """Return its parts, each time that it happens."""
        return tuple(
            self._part(part, delay, again=k > 0)
            for k, delay in enumerate(self.delays(calendar, streams))
            for part in self.parts
        )

    def _part(self, part: Shock, delay: int, *, again: bool) -> Shock:
        """Return a part as a shock of its own, at one of the times that the compound happens."""
        given = {name: getattr(part, name) for name in ("quarters", "monthly", "weekly")}
        if given["monthly"] is None and given["weekly"] is None:
            given |= {"monthly": self.monthly, "weekly": self.weekly}
        if given["quarters"] is None:
            given["quarters"] = self.quarters
        if again:
            given["monthly"] = None
        factors = {name: getattr(self, name) * getattr(part, name) for name in _FACTORS}
        after = self.after_weeks + delay + part.after_weeks
        return part.model_copy(
            update={**given, **factors, "start": self.start, "after_weeks": after}
        )

    def _first_time(self) -> list[Shock]:
        return [self._part(part, 0, again=False) for part in self.parts]

    def named_quarters(self) -> Iterator[tuple[str, str]]:
        """Yield the quarters that its file names, its parts' too."""
        yield from super().named_quarters()
        for k, part in enumerate(self.parts):
            yield from ((f".parts.{k}", quarter) for _, quarter in part.named_quarters())

    def profile(self, age: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the profile of whichever part stands highest on its own."""
        late = [age - part.after_weeks for part in self.parts]
        forms = [
            np.where(own >= 0.0, part.profile(np.maximum(own, 0.0)), 0.0)
            for part, own in zip(self.parts, late, strict=True)
        ]
        highest: NDArray[np.float64] = np.max(forms, axis=0)
        return highest

    def water(self, calendar: Calendar) -> NDArray[np.float64]:
        """Return the highest water of its parts each week the first time, shape (weeks,)."""
        highest: NDArray[np.float64] = np.max(
            [part.water(calendar) for part in self._first_time()], axis=0
        )
        return highest

    def closure(self, calendar: Calendar) -> NDArray[np.float64]:
        """Return the contact closed by its parts together each week, shape (weeks,)."""
        opened = np.prod([1.0 - part.closure(calendar) for part in self._first_time()], axis=0)
        closed: NDArray[np.float64] = 1.0 - opened
        return closed

    def limits(self, calendar: Calendar) -> NDArray[np.float64]:
        """Return the limits on gatherings of its parts together each week, shape (weeks,)."""
        opened = np.prod([1.0 - part.limits(calendar) for part in self._first_time()], axis=0)
        closed: NDArray[np.float64] = 1.0 - opened
        return closed

    def exposure(self, community: Community, streams: Streams) -> NDArray[np.float64]:
        """Return whom any of its parts hits, by the union of their exposures."""
        spared = [1.0 - part.exposure(community, streams) for part in self._first_time()]
        hit: NDArray[np.float64] = 1.0 - np.prod(spared, axis=0)
        return hit
