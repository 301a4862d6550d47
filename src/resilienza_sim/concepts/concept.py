"""One concept of the source, read from a file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from resilienza_sim.community.people import Tag
from resilienza_sim.component import Bilingual, Text
from resilienza_sim.discovery import OneName, family
from resilienza_sim.indicators import column_names
from resilienza_sim.model.contracts import Action, Metric
from resilienza_sim.reading import read_toml, refusal, shipped_files, validated
from resilienza_sim.strategies.strategy import Allocation

__all__ = ["Arm", "Concept", "load_concept", "shipped_concepts"]

_TAGS = tuple(tag.name.lower() for tag in Tag if tag.name)

Part = Literal[
    "idea", "lesson", "condition", "strategy", "what_to_do", "ambit", "recipient", "action"
]
"""Parts of the source: its ideas, six lessons of the pandemic, three conditions of change, four
strategies of community intervention, three things to do (two sides each), four ambits, the
recipients, six actions."""
Sign = Literal["higher", "lower"]
Measure = Annotated[str, OneName(lambda: (*column_names(), *family("metrics", Metric)))]
Path_ = Annotated[str, Field(pattern=r"^[a-z][a-z_]*(\.[a-z0-9_]+)+$")]


class Arm(BaseModel):
    """What an arm of an ablation is made of; what is not said is as in the scene."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    shocks: Literal["none", "flood", "pandemic", "both"] | None = Field(
        None, description="which shocks of the laboratory strike"
    )
    strategy: str | None = Field(None, description="strategy in force from the decision on")
    lines: tuple[Allocation, ...] | None = Field(
        None, description="in place of a strategy: one allocation for every phase"
    )
    set: dict[Path_, float | int | str] = Field(
        default_factory=dict, description="values of the scenario, by path"
    )
    mute: tuple[Annotated[str, OneName(lambda: family("actions", Action))], ...] = Field(
        (), description="actions that are paid for and do nothing"
    )
    permute: tuple[Literal[_TAGS], ...] = Field(  # type: ignore[valid-type]
        (), description="tags dealt again at random among the citizens"
    )

    @model_validator(mode="after")
    def _one_plan(self) -> Self:
        if self.strategy is not None and self.lines is not None:
            raise refusal("concept_two_plans")
        return self

    def over(self, scene: Arm) -> Arm:
        """Return the scene with what this arm changes."""
        plan: dict[str, Any] = {"strategy": self.strategy, "lines": self.lines}
        if self.strategy is None and self.lines is None:
            plan = {"strategy": scene.strategy, "lines": scene.lines}
        return Arm.model_construct(
            shocks=self.shocks or scene.shocks,
            set={**scene.set, **self.set},
            mute=(*scene.mute, *self.mute),
            permute=(*scene.permute, *self.permute),
            **plan,
        )


class Concept(BaseModel):
    """A concept of the source and the paired ablation that shows whether it is alive."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    number: int = Field(ge=0, le=999, description="number of the concept")
    part: Part = Field("idea", description="where the source has it")
    kind: Literal["mechanism", "emergent", "strategy", "tag"]
    social: bool = Field(False, description="whether the null model switches it off")
    source: Text
    title: Bilingual
    claim: Bilingual
    indicator: Measure
    outcome: Measure
    expected: tuple[Sign, Sign] = Field(
        description="sign of with minus without, for indicator and outcome"
    )
    null: dict[Path_, float] = Field(
        default_factory=dict, description="further switches of its mechanisms, in the null model"
    )
    scene: Arm = Arm()
    without: Arm = Arm()

    @model_validator(mode="after")
    def _two_measures(self) -> Self:
        if self.indicator == self.outcome:
            raise refusal("concept_one_measure", found=self.indicator)
        if self.social and not self.without.set:
            raise refusal("concept_social_without_switch")
        return self

    @property
    def arms(self) -> tuple[Arm, Arm]:
        """Return the arm with the concept and the arm without it."""
        return Arm().over(self.scene), self.without.over(self.scene)

    @property
    def absence(self) -> Arm | None:
        """Return what is changed where the concept is wholly absent, whatever the scene.

        All its switches; of lines against no strategy, their actions do nothing. None if the
        concept is a choice between ways to spend, which only its scene has.
        """
        off = self.without
        if off.lines is not None:
            return None
        if off.strategy == "none":
            kinds = dict.fromkeys(line.action.kind() for line in self.scene.lines or ())
            return Arm(mute=tuple(kinds))
        return off.model_copy(update={"set": {**off.set, **self.null}})


def load_concept(path: str | Path) -> Concept:
    """Return a concept from a file.

    Raises
    ------
    ResilienzaError
        If there is no such file, or if it is not a valid concept.
    """
    return validated(Concept, read_toml(path), str(path))


@cache
def shipped_concepts() -> tuple[Concept, ...]:
    """Return the concepts that come with the package, in the order of their numbers."""
    found = map(load_concept, shipped_files("concepts"))
    return tuple(sorted(found, key=lambda each: each.number))
