"""A pattern measured in the world, read from a file: what, where from, how it is asked."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from resilienza_sim.component import Bilingual, Text
from resilienza_sim.discovery import OneOf, family
from resilienza_sim.experiments.validation.reading import Reading
from resilienza_sim.reading import read_toml, refusal, shipped_files, validated
from resilienza_sim.statistics import side

__all__ = [
    "OUTCOMES",
    "Expected",
    "Outcome",
    "Pattern",
    "load_pattern",
    "shipped_patterns",
]

Outcome = Literal["reproduced", "wrong_size", "wrong_sign", "undecided", "cannot_be_asked"]
OUTCOMES: tuple[Outcome, ...] = (
    "reproduced",
    "wrong_size",
    "wrong_sign",
    "undecided",
    "cannot_be_asked",
)
_Reading = Annotated[Reading, OneOf(lambda: family("experiments.validation.readings", Reading))]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]{0,59}$")]


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


class Pattern(BaseModel):
    """Something measured in the world, the reading that asks the model for it, the answer known."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    name: Name
    part: Literal["pattern", "trial", "rest", "placebo"] = "pattern"
    statement: Bilingual
    source: Text
    unit: Bilingual
    expected: Expected
    fitted: Text | None = Field(
        None, description="what of the model was sized on it: then it counts for nothing"
    )
    reading: _Reading | None = None
    cannot: Bilingual | None = Field(None, description="why it cannot be asked of this model")
    known: Outcome = Field("reproduced", description="what was found when it was last written")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.reading is None) == (self.cannot is None):
            raise refusal("pattern_one_way", found=self.name)
        return self


def load_pattern(path: str | Path) -> Pattern:
    """Return a pattern from a file.

    Raises
    ------
    ResilienzaError
        If there is no such file, or if it is not a valid pattern.
    """
    return validated(Pattern, read_toml(path), str(path))


@cache
def shipped_patterns() -> tuple[Pattern, ...]:
    """Return the patterns that come with the package, in the order of their files."""
    return tuple(map(load_pattern, shipped_files("experiments/validation/patterns")))
