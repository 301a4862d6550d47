"""Which numbers nobody has measured, and the range each may lie in.

A verdict is stated over the ranges of what is not known. Which numbers, and
their ranges, are read off the model itself, so that there is no second list to keep:

* every number of the model, of the purse, of the actions and of the triggers of strategies whose
  source calls it a prior or states a range that holds its default, and the unit costs of actions,
  which are of the right order and no price list; with `among="assumptions"` also every one that is
  an assumption. Measured numbers stay, and fitted ones but where the source states what the fit
  leaves open;
* its range is the one its source states ("prior .05-.3", "10-30 %"). Where none is stated: half to
  double of the default, inside the declared bounds, drawn evenly in its logarithm. That is an
  assumption of ours, since the declared bounds say what the equations bear, not what is plausible;
* what is unknown of one town and of its history (the height of a flood, a share of ground floors)
  is declared in the scenario's file (`history`), never guessed;
* a default of zero has no half nor double, and an end that the model refuses is no range: both are
  left out, and told. What somebody sets (``--set``, a factor) is known, and is not drawn.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from resilienza_sim.component import Component, declared
from resilienza_sim.discovery import family
from resilienza_sim.model.contracts import Action
from resilienza_sim.model.parameters import Parameters
from resilienza_sim.paths import assigned
from resilienza_sim.scenario import PursePart, Scenario
from resilienza_sim.strategies import Strategy
from resilienza_sim.wording import peel

__all__ = [
    "ACTIONS",
    "TRIGGERS",
    "Among",
    "Given",
    "Range",
    "Ranges",
    "action_of",
    "ranges_of",
    "stated_range",
]

Among = Literal["priors", "assumptions"]
ACTIONS, TRIGGERS = "actions", "strategies.*"
"""Where paths of actions, and of the triggers that strategies share, begin."""
_PRIOR = re.compile(r"\bprior\b|\[P\]")
_SPAN = re.compile(
    r"(?<![\d.\-–])(\d*\.?\d+)\s*(?:-|–|to)\s*(\d*\.?\d+)(?![\d.]*[-–]\d)\s*(%|points)?"
)
_PRICE = "unit_cost_eur"
_SMALLEST_WHOLE = 2


@dataclass(frozen=True, slots=True)
class Range:
    """What one number is drawn from.

    Parameters
    ----------
    path : str
        Where it is set.
    default, low, high : float
        As shipped; from, to.
    whole : bool
        Whether only whole numbers make sense.
    stated : bool
        Whether its source states the range; else half to double, by assumption.
    source : str
        Its source.
    """

    path: str
    default: float
    low: float
    high: float
    whole: bool
    stated: bool
    source: str = ""

    @property
    def logarithmic(self) -> bool:
        """Whether it is drawn evenly in its logarithm: half to double, no range being stated."""
        return not (self.stated or self.whole)

    def at(self, u: float) -> float:
        """Return the value at a share of the range, for `u` from 0 to 1 exclusive."""
        if self.whole:
            return float(np.floor(self.low + u * (self.high - self.low + 1.0)))
        if self.logarithmic:
            return float(self.low * (self.high / self.low) ** u)
        return float(self.low + u * (self.high - self.low))


class Given(Protocol):
    """A range in place of that of the source, as a file of claims gives it."""

    @property
    def path(self) -> str: ...  # noqa: D102
    @property
    def low(self) -> float: ...  # noqa: D102
    @property
    def high(self) -> float: ...  # noqa: D102
    @property
    def source(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Ranges:
    """What worlds are drawn from, and the numbers that could not be drawn, with the reason."""

    drawn: tuple[Range, ...]
    left_out: Mapping[str, str]

    def without(self, paths: Collection[str]) -> Ranges:
        """Return the same but for some numbers that are known."""
        return Ranges(tuple(r for r in self.drawn if r.path not in paths), self.left_out)

    def bare(self) -> Ranges:
        """Return the same without the texts of the sources, to travel to workers."""
        return Ranges.read(self.as_dict())

    def as_dict(self) -> dict[str, Any]:
        """Return the same as plain data, for a manifest; sources are in the model."""
        rows = [
            [each.path, each.default, each.low, each.high, each.whole, each.stated]
            for each in self.drawn
        ]
        return {"ranges": rows, "left_out": dict(self.left_out)}

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> Ranges:
        """Return what a manifest tells of."""
        rows = (
            Range(str(path), float(default), float(low), float(high), bool(whole), bool(stated))
            for path, default, low, high, whole, stated in facts["ranges"]
        )
        return cls(tuple(rows), dict(facts["left_out"]))


def stated_range(source: str, default: float) -> tuple[float, float] | None:
    """Return the range that a source states, if it states one that holds the default.

    "%" and "points" are hundredths where that makes the default fit.
    """
    for found in _SPAN.finditer(source):
        low, high = float(found[1]), float(found[2])
        for scale in (1.0, 0.01) if found[3] else (1.0,):
            if low * scale <= default <= high * scale and low < high:
                return round(low * scale, 12), round(high * scale, 12)
    return None


def ranges_of(
    scenario: Scenario,
    *,
    among: Among = "assumptions",
    fixed: Collection[str] = (),
    bought: Collection[str] | None = None,
    triggers: bool = True,
    given: Sequence[Given] = (),
) -> Ranges:
    """Return what worlds are drawn from.

    Parameters
    ----------
    scenario : Scenario
        With its values already set.
    among : str
        "priors", or "assumptions" for these and every number that is an assumption.
    fixed : collection of str
        Paths that somebody has set: these numbers are not drawn.
    bought : collection of str, optional
        Kinds of action that somebody buys; every kind by default, since a price that nobody pays
        changes nothing.
    triggers : bool
        Whether the triggers that strategies share are drawn too.
    given : sequence
        Ranges in place of those of the sources.
    """
    now = scenario.model_dump(mode="json")
    if scenario.purse.eur_per_year is not None:  # euros that are known
        fixed = {*fixed, "purse.discretionary_share", "purse.eur_per_head"}
    actions = family("actions", Action)
    drawn: list[Range] = []
    left_out: dict[str, str] = {}
    for path, info in _numbers(actions if bought is None else {k: actions[k] for k in bought}):
        if path in fixed or info.default is None or info.is_required():
            continue
        if path.startswith(TRIGGERS) and not triggers:
            continue
        source = declared(info, "source")
        value = _at(now, path)
        default = float(info.default if value is None else value)
        span = stated_range(source, default)
        if own := next((each for each in given if each.path == path), None):
            span, source = (own.low, own.high), own.source
        assumed = "assumption" in source and among == "assumptions"
        chosen = own or span or assumed or _PRIOR.search(source) or path.endswith(_PRICE)
        if not chosen or (source.startswith("fitted") and span is None):
            continue
        made = _range(path, info, default, span, source)
        if made is None:
            left_out[path] = "no_span"
        elif _refused(scenario, now, actions, made):
            left_out[path] = "refused"
        else:
            drawn.append(made)
    return Ranges(tuple(drawn), left_out)


def action_of(path: str) -> str | None:
    """Return the action that a number is of: where nobody pays for it, the number is idle."""
    if path.startswith(f"{ACTIONS}."):
        return path.split(".")[1]
    info = dict(_numbers({})).get(path)
    return (declared(info, "action") or None) if info else None


def _numbers(actions: Mapping[str, type[Component]]) -> Iterator[tuple[str, FieldInfo]]:
    """Yield every number of the model, the purse, the actions and the triggers, by path."""
    for table, info in Parameters.model_fields.items():
        model: Any = info.annotation
        yield from _fields(f"parameters.{table}", model)
    yield from _fields("purse", PursePart)
    for kind, model in sorted(actions.items()):
        yield from _fields(f"{ACTIONS}.{kind}", model)
    yield from _fields(TRIGGERS, Strategy)


def _fields(path: str, model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    for name, info in model.model_fields.items():
        if peel(info.annotation)[0] in (int, float):
            yield f"{path}.{name}", info


def _at(data: Any, path: str) -> float | None:
    for step in path.split("."):
        if not isinstance(data, dict) or step not in data:
            return None  # of an action or a strategy: each may have its own
        data = data[step]
    return None if data is None else float(data)


def _range(
    path: str, info: FieldInfo, default: float, span: tuple[float, float] | None, source: str
) -> Range | None:
    limits = {type(each).__name__: each for each in info.metadata}
    least, most = float(limits["Ge"].ge), float(limits["Le"].le)
    whole = peel(info.annotation)[0] is int
    low, high = span or (default / 2.0, default * 2.0)
    low, high = max(low, least), min(high, most)
    if whole:
        low, high = float(np.ceil(low)), float(np.floor(high))
    if not low < high or (span is None and (low <= 0.0 or (whole and default < _SMALLEST_WHOLE))):
        return None
    return Range(path, default, low, high, whole, span is not None, source)


def _refused(
    scenario: Scenario, now: dict[str, Any], actions: Mapping[str, type[Component]], made: Range
) -> bool:
    """Tell whether the model refuses an end of a range by itself."""
    first, _, rest = made.path.partition(".")
    for end in (made.low, made.high):
        value = int(end) if made.whole else end
        try:
            if first == ACTIONS:
                kind, _, name = rest.partition(".")
                cls = actions[kind]
                if not any(info.is_required() for info in cls.model_fields.values()):
                    cls.model_validate({name: value})
            elif not made.path.startswith(TRIGGERS):
                # One table is enough, and a hundred times faster than the whole scenario.
                table, name = made.path.rsplit(".", 1)
                owner: Any = scenario
                for step in table.split("."):
                    owner = getattr(owner, step)
                whole = now
                for step in table.split("."):
                    whole = whole[step]
                type(owner).model_validate(assigned(dict(whole), {name: value}))
        except ValidationError:
            return True
    return False
