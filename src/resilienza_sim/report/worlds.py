"""What plausible worlds say, in words: natural frequencies, chance, break-even values."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from resilienza_sim.report.reading import look_up
from resilienza_sim.report.view import DecisionView, MetricRow
from resilienza_sim.unmeasured import action_of
from resilienza_sim.words import decimals
from resilienza_sim.worlds import DRAWS, RETURNS, axes_drawn

__all__ = ["alone", "axes", "axis_name", "chance", "lines_along"]


def alone(view: DecisionView) -> list[str]:
    """Return number and axes of the world that was run by name; nothing of other studies."""
    number = view.study.manifest.get("first")
    if number is None or view.study.is_point:
        return []
    drawn = view.study.worlds
    values = dict(zip(drawn["path"], drawn["value"], strict=True))
    said = [
        f"{axis_name(view, path)}: {view.words.number(values[path])}"
        for axis in axes_drawn(view.study.manifest)
        if (path := axis.path) in values
    ]
    return [view.words("worlds.alone", number=number, numbers=len(values)), *said]


def chance(view: DecisionView) -> dict[tuple[str, str], str]:
    """Return what share of each difference's spread is chance, by baseline and strategy."""
    if view.study.is_point or view.study.headline not in view.study.well:
        return {}
    words = view.words
    said = {}
    for row in view.study.spread(view.study.headline).to_dict("records"):
        if math.isfinite(row["share"]):
            said[row["baseline"], row["strategy"]] = words(
                "worlds.chance",
                share=words.percent(row["share"]),
                low=words.percent(row["low"]),
                high=words.percent(row["high"]),
                twice=row["twice"],
            )
    return said


@dataclass(frozen=True)
class _Along:
    """What is known along each axis, and how the two ways contrasted are called, by side."""

    rows: list[dict[Hashable, Any]]
    sides: Mapping[int, str]
    row: MetricRow
    worlds: int


def _along(view: DecisionView, couple: tuple[str, str] | None = None) -> _Along | None:
    row = next((c.headline for c in view.comparisons if c.headline is not None), None)
    if view.study.is_point or row is None or not row.gain:
        return None
    baseline, strategy = couple or view.study.contrast
    titles = {arm.name: arm.title for arm in view.arms}
    table = view.study.axes(view.study.headline, baseline, strategy)
    known = [
        each
        for each in table.to_dict("records")
        if each["says"] != "few" and _matters(view, str(each["path"]), (baseline, strategy))
    ]
    if not known or baseline not in titles or strategy not in titles:
        return None
    sides = {1: titles[strategy], -1: titles[baseline]}
    return _Along(known, sides, row, int(table["worlds"].max()))


def _matters(view: DecisionView, path: str, couple: tuple[str, str]) -> bool:
    """Return whether an axis can matter to a couple: not that of an action which neither pays for.

    Along it only chance would be told, and a reader would look for that action in the plans.
    """
    action = action_of(path)
    column = f"eur_{action}"
    if action is None or column not in view.study.indicators:
        return True
    return any(np.nansum(view.weekly(column, arm)) > 0.0 for arm in couple)


def lines_along(view: DecisionView, couple: tuple[str, str]) -> list[tuple[str, str, str]]:
    """Return what is known along each axis of a couple (baseline, strategy).

    Each as what it says ("crosses", "faint", "always", "none"), the axis by name, the sentence.
    """
    along = _along(view, couple)
    if along is None:
        return []
    return [
        (
            str(each["says"]),
            axis_name(view, str(each["path"])).split(" (")[0],
            _line(view, each, along.sides, along.row),
        )
        for each in along.rows
    ]


def axes(view: DecisionView) -> dict[str, Any] | None:
    """Return how the difference between the two ways contrasted hangs on each axis, in words."""
    along = _along(view)
    if along is None:
        return None
    return {
        "title": view.words("worlds.axes.title"),
        "lead": view.words(
            "worlds.axes.lead",
            strategy=along.sides[1],
            baseline=along.sides[-1],
            worlds=along.worlds,
        ),
        "lines": [_line(view, each, along.sides, along.row) for each in along.rows],
    }


def _line(
    view: DecisionView, each: Mapping[Hashable, Any], sides: Mapping[int, str], row: MetricRow
) -> str:
    words = view.words
    below = sides[1 if row.gain * each["at_low"] > 0 else -1]
    above = sides[1 if row.gain * each["at_high"] > 0 else -1]
    digits = decimals(each["at_low"], each["at_high"])
    ends = (each["from_"], each["to"])
    return words(
        f"worlds.axes.{each['says']}",
        axis=axis_name(view, str(each["path"])),
        value=words.number(each["value"], decimals(*ends)),
        low=words.number(each["low"], decimals(*ends)),
        high=words.number(each["high"], decimals(*ends)),
        least=words.exact(ends[0]),
        most=words.exact(ends[1]),
        below=below,
        above=above,
        at_low=words.number(each["at_low"], digits, sign=True),
        at_high=words.number(each["at_high"], digits, sign=True),
        unit=row.unit,
    )


def axis_name(view: DecisionView, path: str) -> str:
    """Return what readers call an axis: by its path, or the title of what may return."""
    first, _, name = path.rpartition(".")
    if first == DRAWS:
        return _of_history(view, name)
    if first == RETURNS:
        returns = look_up(view.facts, "scenario", "history", "returns") or ()
        title = next((each.get("title") for each in returns if each.get("name") == name), None)
        return view.words("worlds.axis.returns", name=view.words.of(title, name))
    return view.words(f"worlds.axis.{path.replace('*', 'all').replace('.', '_')}")


def _of_history(view: DecisionView, name: str) -> str:
    """Return what readers call an uncertain size of the history: by the shock it is of."""
    rows, shocks = (
        look_up(view.facts, "scenario", *path) or () for path in (("history", "draws"), ("shocks",))
    )
    path = next((str(each.get("path")) for each in rows if each.get("name") == name), "")
    first, _, rest = path.partition(".")
    place, _, field = rest.partition(".")
    if first != "shocks" or not place.isdecimal() or int(place) >= len(shocks):
        return view.words("worlds.axis.draw", name=name.replace("_", " "))
    shock = shocks[int(place)]
    kind = view.words.name("shock", str(shock.get("kind") or ""))
    title = view.words.of(shock.get("title") or shock.get("label"), kind)
    key = "size" if field in ("peak", "strike") else "draw_of"
    return view.words(f"worlds.axis.{key}", name=title, field=field)
