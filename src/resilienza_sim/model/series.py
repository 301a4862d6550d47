"""Measured series that take the place of a shock's profile."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from resilienza_sim.reading import refusal

__all__ = ["Monthly", "Unit", "Weekly"]

Unit = Annotated[float, Field(ge=0.0, le=1.0)]
_MOST_MONTHS, _MOST_WEEKS = 600, 1_040
_WATER = "hits that a levee can hold, as a share of the peak, 0-1"
_GATHERINGS = (
    "limits on gatherings and events, as a share of the shock's closure, 0-1; as contact if absent"
)
_CONTACT = "closure of in-person contact, as a share of the shock's, 0-1"


class Monthly(BaseModel):
    """A measured series, one value a month, that takes the place of a profile."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    first: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="first month, YYYY-MM")
    water: tuple[Unit, ...] = Field((), description=f"{_WATER}, max 600")
    contact: tuple[Unit, ...] = Field((), description=f"{_CONTACT}, max 600")
    gatherings: tuple[Unit, ...] = Field((), description=f"{_GATHERINGS}, max 600")

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if not (self.water or self.contact):
            raise refusal("monthly_empty")
        longest = max(len(self.water), len(self.contact), len(self.gatherings))
        if longest > _MOST_MONTHS:
            raise refusal("monthly_long", found=longest, allowed=_MOST_MONTHS)
        return self


class Weekly(BaseModel):
    """A measured series, one value a week from the start of the shock."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    water: tuple[Unit, ...] = Field((), description=f"{_WATER}, max 1040")
    contact: tuple[Unit, ...] = Field((), description=f"{_CONTACT}, max 1040")
    gatherings: tuple[Unit, ...] = Field((), description=f"{_GATHERINGS}, max 1040")

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if not (self.water or self.contact):
            raise refusal("weekly_empty")
        longest = max(len(self.water), len(self.contact), len(self.gatherings))
        if longest > _MOST_WEEKS:
            raise refusal("weekly_long", found=longest, allowed=_MOST_WEEKS)
        return self
