"""How large it is, in people and weeks of the whole town, and the scale by an example."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.model.state import SERVICES
from resilienza_sim.report.dossier.focus import Focus

__all__ = ["FIGURES", "about", "example", "how_large"]

Array = NDArray[np.float64]
_SAID = ("above",)
_HARM = 0.02
"""Share more than with the baseline from which a count of people is told as a harm."""
_TEN = 10.0  # points of suffering in the example

FIGURES: dict[str, tuple[tuple[str, ...], Callable[[Array], Array], float]] = {
    "above": (("above_share",), lambda weeks: np.nanmean(weeks, axis=1), 1.0),
    "worst": (("above_share",), lambda weeks: np.nanmax(weeks, axis=1), 1.0),
    "need": (("serious_need",), lambda weeks: np.nansum(weeks, axis=1), 1.0),
    "gave_up": (
        tuple(f"gave_up_{service}" for service in SERVICES),
        lambda weeks: np.nansum(weeks, axis=1),
        1e-3,
    ),
}
"""By name: the indicators, how their weeks make one number, and what of a resident it counts."""


def about(focus: Focus, value: float, *, sign: bool = False) -> str:
    """Return a count of people with two figures: no more is known of it."""
    return focus.say.number(_rounded(value), 0, sign=sign)


def _rounded(value: float) -> float:
    return float(np.round(value, -_zeros(value)))


def _zeros(value: float) -> int:
    """Return how many zeros a count ends with when it is told with two figures."""
    if not np.isfinite(value):
        return 0
    return max(int(np.floor(np.log10(max(abs(value), 1.0)))) - 1, 0)


def how_large(focus: Focus) -> dict[str, Any] | None:
    """Return the table of people and weeks, an arm a column, and the sentence of each row."""
    rows = []
    for name, (columns, summed, unit) in FIGURES.items():
        by_arm = {}
        for arm in focus.view.arms:
            weeks = focus.since(columns, arm)
            if weeks is None or not np.isfinite(weeks).any():
                break
            by_arm[arm.name] = summed(weeks) * unit * focus.residents
        else:
            rows.append(_row(focus, name, by_arm))
    if not rows:
        return None
    said = [row["sentence"] for row in rows if row["name"] in _SAID]
    return {"arms": focus.view.arms, "rows": rows, "sentences": said}


def _row(focus: Focus, name: str, by_arm: dict[str, Array]) -> dict[str, Any]:
    gap = by_arm[focus.strategy.name] - by_arm[focus.baseline.name]
    gap = gap[np.isfinite(gap)]
    mean = float(gap.mean()) if gap.size else np.nan
    fewer, more = int((gap < 0).sum()), int((gap > 0).sum())
    key = "same" if not _rounded(mean) else "fewer" if mean < 0 else "more"
    side = fewer if key == "fewer" else more
    old = float(np.nanmean(by_arm[focus.baseline.name]))
    # a level is told as finely as the difference: rounded by itself it would seem to be another one
    zeros = min(_zeros(mean), _zeros(old))
    levels = {
        arm: focus.say.number(float(np.round(np.nanmean(each), -zeros)), 0)
        for arm, each in by_arm.items()
    }
    harm = mean >= max(_HARM * old, 1.0) and more >= fewer
    return {
        "name": name,
        "harm": focus.say(
            "harms.people",
            title=focus.say(f"large.{name}.title"),
            strategy=levels[focus.strategy.name],
            baseline=levels[focus.baseline.name],
            worlds=focus.of(more),
        )
        if harm
        else "",
        "title": focus.say(f"large.{name}.title"),
        "values": [levels[arm.name] for arm in focus.view.arms],
        "difference": about(focus, mean, sign=True),
        "more": focus.say("of.counted", some=focus.some(more), n=len(gap)),
        "sentence": focus.say(
            f"large.{key}",
            what=focus.say(f"large.{name}.what"),
            amount=about(focus, abs(mean)),
            worlds=focus.of(side),
            strategy=focus.strategy.title,
            baseline=focus.baseline.title,
        ),
    }


def example(focus: Focus) -> str:
    """Return what the headline's difference would be as ten points of suffering of some people."""
    say, row = focus.say, focus.row
    if not np.isfinite(row.difference) or not focus.weeks:
        return say("large.scale")
    a_week = abs(row.difference) / focus.weeks
    return (
        say("large.scale")
        + " "
        + say(
            f"large.example.{'less' if row.difference < 0 else 'more'}",
            points=say.rounded(abs(row.difference), 3),
            weeks=focus.weeks,
            a_week=say.rounded(a_week, 2),
            people=about(focus, a_week / _TEN * focus.residents),
            residents=say.number(focus.residents, 0),
            strategy=focus.strategy.title,
            baseline=focus.baseline.title,
        )
    )
