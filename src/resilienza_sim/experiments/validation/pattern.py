"""A pattern measured in the world, read from a file: what, where from, how it is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from resilienza_sim.component import Bilingual
from resilienza_sim.discovery import OneOf, family
from resilienza_sim.experiments.validation.measured import Measured, Outcome, shipped
from resilienza_sim.experiments.validation.reading import Reading
from resilienza_sim.reading import read_toml, refusal, validated

__all__ = ["Pattern", "load_pattern", "shipped_patterns"]

_Reading = Annotated[Reading, OneOf(lambda: family("experiments.validation.readings", Reading))]


class Pattern(Measured):
    """What was measured, the reading that asks the model for it, the answer known."""

    model_config = ConfigDict(extra="forbid")

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


def shipped_patterns() -> tuple[Pattern, ...]:
    """Return the patterns that come with the package, in the order of their files."""
    return shipped(Pattern)
