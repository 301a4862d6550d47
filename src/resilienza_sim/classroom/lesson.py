"""What a trainer says around a recording: the question, where to look, what it means here."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from resilienza_sim.component import Bilingual
from resilienza_sim.reading import read_toml, shipped_files, validated

__all__ = ["Lesson", "lesson_for"]

_FOLDER, ANY = "classroom/lessons", "any"
"""Where lessons lie, and the one for a scenario that has none of its own."""


class Lesson(BaseModel):
    """The words of a lesson, in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: Bilingual
    learn: Bilingual = Field(description="the one thing to learn")
    note: Bilingual = Field(description="what to look at again before it is believed")
    look: tuple[Bilingual, ...] = Field((), description="where to look, by event")
    here: tuple[Bilingual, ...] = Field(min_length=1, description="questions for the room")


def lesson_for(scenario_name: str) -> Lesson:
    """Return the lesson of a shipped scenario, or the one that suits any."""
    files = {path.stem: path for path in shipped_files(_FOLDER)}
    path: Path = files.get(scenario_name, files[ANY])
    return validated(Lesson, read_toml(path), str(path))
