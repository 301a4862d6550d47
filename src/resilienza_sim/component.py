"""What every shock, action, indicator and metric is: a frozen description with its source."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
    model_validator,
)
from pydantic.fields import FieldInfo

__all__ = ["Bilingual", "Component", "Label", "Text", "declared", "quantity"]

Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class Bilingual(BaseModel):
    """A text for users, in Italian and English; one language stands for both."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    it: Text
    en: Text

    @model_validator(mode="before")
    @classmethod
    def _one_is_enough(cls, data: Any) -> Any:
        if isinstance(data, str):
            return {"it": data, "en": data}
        if isinstance(data, Mapping) and len(data) == 1 and (only := set(data) & {"it", "en"}):
            return dict.fromkeys(("it", "en"), data[only.pop()])
        return data

    def text(self, lang: str) -> str:
        """Return the text in one language."""
        return self.it if lang == "it" else self.en


class Component(BaseModel):
    """A frozen, keyword-only description whose fields are its parameters in a file."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    source: ClassVar[str] = ""
    """Where the idea comes from: a citation, or the word ``assumption``."""

    @classmethod
    def kind(cls) -> str:
        """Return the name used in files: the name of the module that defines the class."""
        return cls.__module__.rsplit(".", 1)[-1]

    @classmethod
    def summary(cls) -> str:
        """Return the first line of the description."""
        return (inspect.getdoc(cls) or "").split("\n", 1)[0]

    @model_validator(mode="before")
    @classmethod
    def _without_kind(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and data.get("kind") == cls.kind():
            return {name: value for name, value in data.items() if name != "kind"}
        return data

    @model_serializer(mode="wrap")
    def _with_kind(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {"kind": self.kind(), **handler(self)}


def declared(field: FieldInfo, what: str) -> str:
    """Return what a number says of itself: its "unit", "source" or "action" (see `quantity`)."""
    said = field.json_schema_extra
    return str(said.get(what) or "") if isinstance(said, dict) else ""


def quantity(
    default: Any, low: float, high: float, *, unit: str = "", source: str, action: str = ""
) -> Any:
    """Return a bounded field that carries its unit and the source of its default.

    Parameters
    ----------
    default : float or int
        Value when the file is silent; ``...`` makes the field required.
    low, high : float
        Inclusive range.
    unit : str, optional
        Unit in words ("per week", "EUR", "weeks"); empty for a pure number.
    source : str
        Citation, or ``assumption`` with its reason.
    action : str, optional
        Kind of action without which it changes nothing.
    """
    said: dict[str, Any] = {"unit": unit, "source": source} | ({"action": action} if action else {})
    return Field(default, ge=low, le=high, json_schema_extra=said)
