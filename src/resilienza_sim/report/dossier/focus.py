"""What the two pages are about: one proposal against one, in the numbers of the whole town."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.experiments.verdicts import Arm, Comparison, MetricRow, metric_row
from resilienza_sim.report.reading import look_up, town_of
from resilienza_sim.report.view import DecisionView
from resilienza_sim.words import Words

__all__ = ["Focus", "focus_of"]

Array = NDArray[np.float64]
_LEAST_SPENT = 1.0  # euros: below, a proposal leaves the fund unspent


@dataclass(frozen=True)
class Focus:
    """One proposal against the study's baseline at one decision date.

    Parameters
    ----------
    view : DecisionView
        The study at that date.
    say : Words
        Whose page is the dossier.
    comparison : Comparison
        The proposal against the baseline.
    row : MetricRow
        Its headline.
    """

    view: DecisionView
    say: Words
    comparison: Comparison
    row: MetricRow

    @property
    def strategy(self) -> Arm:
        """The proposal that the pages are about."""
        return self.comparison.strategy

    @property
    def baseline(self) -> Arm:
        """What it is held against."""
        return self.comparison.baseline

    @property
    def point(self) -> bool:
        """Whether all pairs are one point of what is not known."""
        return self.view.study.is_point

    @cached_property
    def citizens(self) -> int:
        """Citizens simulated."""
        town = look_up(self.view.facts, "scenario", "town", "citizens")
        return int(self.view.study.manifest.get("citizens") or town or 1)

    @cached_property
    def residents(self) -> int:
        """Residents of the whole town; the citizens simulated where they are not known."""
        return int(getattr(town_of(self.view.facts), "residents", 0) or self.citizens)

    @cached_property
    def weeks(self) -> int:
        """Weeks from the decision to the end."""
        return int((self.view.weeks >= self.view.week).sum())

    def of(self, counted: int) -> str:
        """Return so many of the plausible towns (pairs, at a single point), in words."""
        kind = "pairs" if self.point else "towns"
        form = {0: "none", 1: "one"}.get(counted, "many")
        return self.say(f"of.{kind}.{form}", some=counted, n=self.row.pairs)

    def some(self, counted: int) -> str:
        """Return a count, with a word for none."""
        return self.say.number(counted, 0) if counted else self.say("of.none")

    def since(self, columns: Sequence[str], arm: Arm) -> Array | None:
        """Return the sum of some indicators from the decision on, shape (replicates, weeks).

        None where the study does not have them.
        """
        if not set(columns) <= set(self.view.study.indicators) or not columns:
            return None
        after = self.view.weeks >= self.view.week
        found: Array = np.sum([self.view.weekly(c, arm.name)[:, after] for c in columns], axis=0)
        return found

    def against(self, old: Arm, new: Arm) -> MetricRow:
        """Return the headline of one arm against another."""
        view = self.view
        described = look_up(view.facts, "metrics", view.study.headline) or {}
        return metric_row(
            view.words, view.study.row(view.study.headline, new.name, old.name), described
        )

    def shocks(self) -> list[dict[str, Any]]:
        """Return what the scenario tells of its shocks."""
        return [dict(each) for each in look_up(self.view.facts, "scenario", "shocks") or ()]

    def quarters(self) -> list[dict[str, Any]]:
        """Return what the scenario tells of its quarters."""
        return [dict(each) for each in look_up(self.view.facts, "scenario", "quarters") or ()]


def focus_of(view: DecisionView) -> Focus | None:
    """Return what the pages are about, None where the study has no such comparison.

    The proposal is the last of the two arms that the study contrasts or, where that spends
    nothing, the first of them.
    """
    arms = {arm.name: arm for arm in view.arms}
    base = arms.get(view.study.baseline)
    contrasted = [name for name in reversed(view.study.contrast) if name in arms]
    wanted = [arms[name] for name in contrasted if name != view.study.baseline]
    spending = [arm for arm in wanted if _spent(view, arm) >= _LEAST_SPENT]
    chosen = next(iter(spending or wanted), None)
    for each in view.comparisons:
        if each.baseline is base and each.strategy is chosen and each.headline is not None:
            return Focus(view, Words(view.words.lang, "dossier"), each, each.headline)
    return None


def _spent(view: DecisionView, arm: Arm) -> float:
    if "spent_eur" not in view.study.indicators:
        return _LEAST_SPENT
    return float(np.nanmean(view.since_decision("spent_eur", arm.name)))
