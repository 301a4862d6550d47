"""A recording: what a class watches, in one file; strict when read, small when written.

It is JSON, compressed by gzip: a player indexes it by week, so that going back is free. Numbers of
the many weeks of the many people are whole (thousandths, bits), which is what makes it small.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from resilienza_sim.component import Bilingual, Label, Text
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.reading import read_whole, refusal

__all__ = [
    "FLAGS",
    "FORMAT",
    "VERSION",
    "Arm",
    "Event",
    "Group",
    "Kind",
    "Pair",
    "Person",
    "Recording",
    "Scene",
    "Service",
    "Tie",
    "packed",
    "read_recording",
    "recording_schema",
    "unpacked",
]

FORMAT, VERSION = "resilienza-recording", 1
LARGEST_FILE, LARGEST_TEXT = 20_000_000, 200_000_000
"""Bytes of a file, and of what it holds: beyond these it is something else."""

FLAGS = (
    "hit",
    "out_of_home",
    "waiting",
    "in_care",
    "member",
    "active",
    "helping",
    "above_threshold",
    "rancour",
    "replaced",
)
"""What is told of a citizen each week, one bit each, the lowest first."""

Thousandths = Annotated[int, Field(ge=0, le=1000)]
Flags = Annotated[int, Field(ge=0, lt=2 ** len(FLAGS))]
Count = Annotated[int, Field(ge=0)]
Weekly = tuple[float | None, ...]
Name = Annotated[str, Field(min_length=1, max_length=60)]
Kind = Literal["informal", "association", "third_sector"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Event(_Part):
    """Something that happens to the town, the same in every arm."""

    title: Bilingual
    kind: Name
    first: Count = Field(description="first week in which it is felt")
    last: Count = Field(description="last week in which its water or closure lasts")
    hit: float = Field(ge=0.0, description="mean hit of its worst week, before any levee")


class Scene(_Part):
    """The town and its history, as far as a class needs them."""

    name: Name
    title: Bilingual
    description: Bilingual
    municipality: Label
    citizens: int = Field(ge=1, description="people simulated")
    residents: int = Field(ge=1, description="people of the municipality")
    start: date = Field(description="first day of week 0")
    weeks: int = Field(ge=1, le=1_040)
    decision: Count = Field(description="week from which the arms differ")
    quarters: tuple[Label, ...] = Field(min_length=1)
    events: tuple[Event, ...] = ()
    purse_eur: float = Field(ge=0.0, description="EUR a year of the whole town that can be moved")


class Person(_Part):
    """A citizen of the sample; the name is invented."""

    name: Name
    age: int = Field(ge=0, le=120)
    female: bool
    quarter: Count
    household: Count
    x: Thousandths = Field(description="place in the drawing of the quarter")
    y: Thousandths


class Tie(_Part):
    """A tie between two citizens of the sample that exists in some arm at some time."""

    a: Count
    b: Count
    home: bool = Field(description="whether they live together")


class Service(_Part):
    """A service, week by week."""

    name: Name
    waiting: tuple[Count, ...]
    in_care: tuple[Count, ...]
    gave_up: tuple[Count, ...] = Field(description="people who gave up, since the decision")
    burnout: tuple[Thousandths, ...]


class Group(_Part):
    """A group, week by week; nobody in it once it has ended."""

    quarter: Count
    kind: Kind
    members: tuple[Count, ...]
    active: tuple[Count, ...]
    allied: tuple[bool, ...]
    capability: tuple[Thousandths, ...]


class Arm(_Part):
    """One strategy, week by week."""

    name: Name
    title: Bilingual
    description: Bilingual
    indicators: dict[str, Weekly]
    spent_eur: dict[str, tuple[Count, ...]] = Field(
        description="EUR of the whole town spent each week, by action"
    )
    suffering: tuple[tuple[Thousandths, ...], ...] = Field(description="by citizen, by week")
    flags: tuple[tuple[Flags, ...], ...] = Field(description="by citizen, by week; see FLAGS")
    trust: tuple[tuple[Thousandths, ...], ...] = Field(
        description="mean trust of the two, by tie, every `trust_every` weeks; 0: no tie"
    )
    services: tuple[Service, ...]
    groups: tuple[Group, ...]


class Pair(_Part):
    """One plausible town, lived once under each arm: losses, in points of Q times weeks."""

    number: Count = Field(description="of the world, as in a comparison of the same seed")
    due_to_shocks: dict[str, float]
    everyday: dict[str, float]
    spared: dict[str, dict[Name, float]] = Field(
        {},
        description="by arm and action, the loss in all that there would be on top if the action "
        "were paid for and did nothing",
    )


class Recording(_Part):
    """A lesson's data: one town to watch, and how the arms fared in others."""

    format: Literal["resilienza-recording"] = "resilienza-recording"
    version: Literal[1] = 1
    made_with: Name = Field(description="version of resilienza-sim")
    seed: Count
    scene: Scene
    flags: tuple[Name, ...] = FLAGS
    people: tuple[Person, ...] = Field(min_length=1, max_length=1_000)
    ties: tuple[Tie, ...]
    trust_every: int = Field(ge=1, description="weeks")
    arms: tuple[Arm, ...] = Field(min_length=2, max_length=5)
    watched: Pair = Field(description="the town that is watched: the scenario as its file has it")
    pairs: tuple[Pair, ...] = Field(description="plausible towns")
    smallest_effect: float = Field(
        ge=0.0, description="smallest difference of loss that counts, in points of Q times weeks"
    )
    sources: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        weeks, people = self.scene.weeks, len(self.people)
        moments = -(-weeks // self.trust_every)
        names = {arm.name for arm in self.arms}
        fits = (
            len(names) == len(self.arms)
            and self.scene.decision < weeks
            and all(each.quarter < len(self.scene.quarters) for each in self.people)
            and all(tie.a < people and tie.b < people for tie in self.ties)
            and all(
                {*pair.due_to_shocks} == names == {*pair.everyday} and names >= {*pair.spared}
                for pair in (self.watched, *self.pairs)
            )
            and all(_fits(arm, weeks, people, len(self.ties), moments) for arm in self.arms)
        )
        if not fits:
            raise refusal("recording_shape")
        return self


def _fits(arm: Arm, weeks: int, people: int, ties: int, moments: int) -> bool:
    by_week: list[Sequence[Any]] = [*arm.indicators.values(), *arm.spent_eur.values()]
    for service in arm.services:
        by_week += [service.waiting, service.in_care, service.gave_up, service.burnout]
    for group in arm.groups:
        by_week += [group.members, group.active, group.allied, group.capability]
    for table in (arm.suffering, arm.flags):
        if len(table) != people:
            return False
        by_week += table
    return (
        len(arm.trust) == ties
        and all(len(row) == moments for row in arm.trust)
        and all(len(row) == weeks for row in by_week)
    )


def recording_schema() -> dict[str, Any]:
    """Return the JSON schema of a recording."""
    return Recording.model_json_schema()


def packed(recording: Recording) -> bytes:
    """Return a recording as it is kept: the same bytes for the same recording."""
    return gzip.compress(recording.model_dump_json().encode(), 9, mtime=0)


def read_recording(path: str | Path) -> Recording:
    """Return a recording from its file.

    Raises
    ------
    ResilienzaError
        If there is no such file, it is damaged, or it is of another version.
    """
    return unpacked(read_whole(Path(path), LARGEST_FILE), str(path))


def unpacked(content: bytes, file: str) -> Recording:
    """Return the recording held by some bytes; `file` is what they are called in a complaint.

    Raises
    ------
    ResilienzaError
        If they are damaged or of another version.
    """
    data = _read(content, file)
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ResilienzaError("recording_other", file=file)
    if data.get("version") != VERSION:
        raise ResilienzaError(
            "recording_version", file=file, found=data.get("version"), allowed=VERSION
        )
    try:
        return Recording.model_validate(data)
    except ValidationError as error:
        place = ".".join(str(step) for step in error.errors()[0]["loc"]) or "-"
        raise ResilienzaError("recording_wrong", file=file, place=place) from None


def _read(content: bytes, file: str) -> Any:
    """Return what some bytes say, never more of it than a recording can be."""
    try:
        unzip = zlib.decompressobj(16 + zlib.MAX_WBITS)
        text = unzip.decompress(content, LARGEST_TEXT)
        if not unzip.eof or unzip.unused_data:
            raise ResilienzaError("recording_damaged", file=file)
        return json.loads(text, parse_constant=_no_number)
    except (zlib.error, ValueError, RecursionError):
        raise ResilienzaError("recording_damaged", file=file) from None


def _no_number(text: str) -> float:
    raise ValueError(text)
