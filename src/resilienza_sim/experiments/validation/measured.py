"""What was measured in the world, and where: all that a pattern says without the model."""

from __future__ import annotations

import math
from functools import cache
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from resilienza_sim.component import Bilingual, Text
from resilienza_sim.reading import read_toml, refusal, shipped_files, validated
from resilienza_sim.statistics import side

__all__ = ["Expected", "Measured", "Outcome", "shipped"]

Outcome = Literal["reproduced", "wrong_size", "wrong_sign", "undecided", "cannot_be_asked"]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]{0,59}$")]


M = TypeVar("M", bound="Measured")


class Expected(BaseModel):
    """What was measured: an interval, open on a side where only the other is known."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    low: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def _some_interval(self) -> Self:
        if self.low is None and self.high is None:
            raise refusal("expected_nothing")
        if self.ends[0] > self.ends[1]:
            raise refusal("expected_backwards", found=self.low, allowed=self.high)
        return self

    @property
    def ends(self) -> tuple[float, float]:
        """Its ends, infinite where it is open."""
        low = -math.inf if self.low is None else self.low
        return low, math.inf if self.high is None else self.high

    @property
    def sign(self) -> int:
        """The sign it asks for: 1, -1, or 0 where the interval holds both."""
        low, high = self.ends
        return 1 if low >= 0.0 else -1 if high <= 0.0 else 0

    def judge(self, mean: float, low: float, high: float) -> Outcome:
        """Judge a mean and its interval against what was measured.

        The sign must be sure before the size is looked at; where the pattern is that nothing
        happens, the whole interval must lie inside.
        """
        if not math.isfinite(mean):
            return "undecided"
        least, most = self.ends
        if self.sign == 0:
            if least <= low and high <= most:
                return "reproduced"
            return "wrong_size" if high < least or low > most else "undecided"
        found = side(low, high)
        if found != self.sign:
            return "wrong_sign" if found else "undecided"
        return "reproduced" if least <= mean <= most else "wrong_size"


class Measured(BaseModel):
    """Something measured in the world; how the model is asked for it is left unread."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    name: Name
    part: Literal["pattern", "trial", "rest", "placebo"] = "pattern"
    statement: Bilingual
    source: Text
    unit: Bilingual
    expected: Expected
    fitted: Text | None = Field(
        None, description="what of the model was sized on it: then it counts for nothing"
    )


@cache
def shipped(kind: type[M]) -> tuple[M, ...]:
    """Return the patterns that come with the package as one kind, in the order of their files."""
    files = shipped_files("experiments/validation/patterns")
    return tuple(validated(kind, read_toml(path), str(path)) for path in files)
