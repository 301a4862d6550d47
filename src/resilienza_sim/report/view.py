"""What the report shows of a study, by decision week: arms, weekly values, comparisons, shocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilienza_sim.experiments.headline import THREE
from resilienza_sim.experiments.marks import marks_of, own_mark
from resilienza_sim.experiments.study import Study
from resilienza_sim.experiments.verdicts import Arm, Comparison, MetricRow, distinct, metric_row
from resilienza_sim.report.reading import (
    as_date,
    as_float,
    facts_of,
    look_up,
    shock_weeks,
)
from resilienza_sim.words import Words

__all__ = [
    "Arm",
    "Comparison",
    "DecisionView",
    "MetricRow",
    "ShockSpan",
    "decisions",
]

Array = NDArray[np.float64]
_TAG, _QUARTER = "suffering_", "suffering_in_quarter_"
_CALENDAR = date.max.toordinal()
_RECIPIENTS = ("target", "dependants", "families", "distant", "operators", "third_sector")


def _place(metric: str) -> int:
    """Return where a metric is told: the three figures of the headline first."""
    return THREE.index(metric) if metric in THREE else len(THREE)


@dataclass(frozen=True)
class ShockSpan:
    """One shock: its name and the days it covers."""

    title: str
    first: date
    last: date
    start_week: float
    end_week: float


@dataclass
class DecisionView:
    """What pages add to the `study` of one decision week: its words, looks, weeks as arrays."""

    study: Study
    words: Words
    start: date
    _tables: dict[str, dict[str, pd.DataFrame]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Return the decision day as an ISO date."""
        return self.study.decision.isoformat()

    @property
    def week(self) -> int:
        """Return the decision week: 0 is the first of the timeline."""
        return (self.study.decision - self.start).days // 7

    def date_of(self, week: float) -> date:
        """Return the first day of a week."""
        return days_after(self.start, 7 * week)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """Return what the manifest says, its scenario and its strategies unfolded."""
        return facts_of(self.study.manifest)

    # -- runs ----------------------------------------------------------------------------------

    @cached_property
    def arms(self) -> tuple[Arm, ...]:
        """Return the arms that have runs, in the order of the study, the baseline first."""
        strategies, titles = self.facts["strategies"], self.facts.get("titles")
        present = list(dict.fromkeys(self.study.well["strategy"].astype(str)))
        ordered = [name for name in strategies if name in present]
        ordered += [name for name in present if name not in strategies]
        baseline = self.study.baseline
        if baseline in ordered:
            ordered.remove(baseline)
            ordered.insert(0, baseline)
        given = [look_up(strategies, name, "title") or look_up(titles, name) for name in ordered]
        called = [self.words.of(title, name) for title, name in zip(given, ordered, strict=True)]
        marks = marks_of(strategies)
        return tuple(
            Arm(
                name,
                title,
                self.words.of(look_up(strategies, name, "description")),
                order,
                marks.get(name, own_mark(name)),
            )
            for order, (name, title) in enumerate(
                zip(ordered, distinct(ordered, called), strict=True)
            )
        )

    @cached_property
    def pairs(self) -> int:
        """Return the number of replicates."""
        return len(self.replicates)

    # -- weeks ---------------------------------------------------------------------------------

    @cached_property
    def _series(self) -> pd.DataFrame:
        keys = self.study.well[["run_id", "strategy", "replicate"]]
        return self.study.series.merge(keys, on="run_id", how="inner")

    @cached_property
    def weeks(self) -> NDArray[np.int64]:
        """Return the weeks of the timeline."""
        weeks = np.unique(self._series["week"].to_numpy(dtype=np.int64))
        kept: NDArray[np.int64] = weeks[weeks >= 0]
        return kept

    @cached_property
    def replicates(self) -> list[int]:
        """Return the replicates that ended well in some arm."""
        return sorted(int(number) for number in self.study.well["replicate"].unique())

    def weekly(self, indicator: str, arm: str) -> Array:
        """Return an indicator of one arm, shape (replicates, weeks); nan where undefined.

        The rows are the same replicates in every arm, so that they pair.
        """
        if indicator not in self._tables:
            frame = self._series[["strategy", "replicate", "week"]].copy()
            column = pd.to_numeric(self._series[indicator], errors="coerce")
            frame["value"] = column.astype("float64")
            frame = frame[frame["week"] >= 0]
            self._tables[indicator] = {
                str(name): rows.pivot(index="replicate", columns="week", values="value").reindex(
                    index=self.replicates, columns=self.weeks
                )
                for name, rows in frame.groupby("strategy", sort=False)
            }
        table = self._tables[indicator].get(arm)
        if table is None:
            return np.full((len(self.replicates), len(self.weeks)), np.nan)
        values: Array = table.to_numpy(dtype=np.float64)
        return values

    def since_decision(self, indicator: str, arm: str) -> Array:
        """Return the mean of each replicate from the decision week on, shape (replicates,)."""
        values = self.weekly(indicator, arm)[:, self.weeks >= self.week]
        return row_means(values)

    @property
    def tags(self) -> tuple[str, ...]:
        """Return the indicators of suffering by recipient: whom the study cares for, then risk."""
        found = (
            name
            for name in self.study.indicators
            if name.startswith(_TAG) and not name.startswith(_QUARTER)
        )
        others = (f"{_TAG}{tag}" for tag in _RECIPIENTS)
        order = dict.fromkeys((*self.chosen_tags, *others))
        known = {name: place for place, name in enumerate(order)}
        return tuple(sorted(found, key=lambda name: known.get(name, len(known))))

    @property
    def chosen_tags(self) -> tuple[str, ...]:
        """Return the indicators of suffering of those whom the study cares for most."""
        chosen = look_up(self.facts, "scenario", "study", "recipients")
        first = chosen if isinstance(chosen, list | tuple) else ()
        return tuple(f"{_TAG}{tag}" for tag in first)

    def indicator(self, name: str) -> str:
        """Return what the reader calls an indicator."""
        return self.words.name("indicator", name)

    def tag(self, name: str) -> str:
        """Return what the reader calls the recipients of a ``suffering_`` indicator."""
        tag = name.removeprefix(_TAG)
        return self.words.either("tag", tag) or self.indicator(name)

    # -- comparisons ---------------------------------------------------------------------------

    @cached_property
    def comparisons(self) -> tuple[Comparison, ...]:
        """Return every arm against the study's baseline, then against the first other arm."""
        arms = {arm.name: arm for arm in self.arms}
        references = [arm.name for arm in self.arms[:2]]
        couples: dict[tuple[str, str], list[Any]] = {}
        for row in self.study.comparison().to_dict("records"):
            couple = (str(row["baseline"]), str(row["strategy"]))
            known = couple[0] in references and couple[1] in arms and couple[::-1] not in couples
            if known and couple[0] != couple[1]:
                couples.setdefault(couple, []).append(row)
        ordered = sorted(couples, key=lambda couple: (arms[couple[0]].order, arms[couple[1]].order))
        found = []
        for b, s in ordered:
            rows = sorted(couples[b, s], key=lambda row: _place(str(row["metric"])))
            found.append(Comparison(arms[b], arms[s], tuple(self._row(row) for row in rows)))
        return tuple(found)

    def _row(self, row: Mapping[str, Any]) -> MetricRow:
        metric = str(row["metric"])
        means = self.study.means(metric, str(row["strategy"]), str(row["baseline"]))
        return metric_row(self.words, row, look_up(self.facts, "metrics", metric) or {}, means)

    # -- shocks --------------------------------------------------------------------------------

    @cached_property
    def _lengths(self) -> Mapping[int, int]:
        """Return the weeks of each shock by its place, from the scenario the study keeps."""
        text = look_up(self.study.manifest, "scenario", "text")
        return shock_weeks(text) if isinstance(text, str) else {}

    @cached_property
    def shocks(self) -> tuple[ShockSpan, ...]:
        """Return the shocks that touch the timeline, in order of date."""
        spans = []
        for place, shock in enumerate(look_up(self.facts, "scenario", "shocks") or ()):
            first = as_date(shock.get("start"))
            if first is None:
                continue
            week = (first - self.start).days / 7 + as_float(shock.get("after_weeks"), 0.0)
            weeks = as_float(shock.get("weeks"))
            weeks = max(1.0, weeks if weeks > 0 else float(self._lengths.get(place, 1)))
            if not (week < self.weeks[-1] + 1 and week + weeks > 0):
                continue
            first = self.date_of(week)
            kind = str(shock.get("kind") or "")
            title = self.words.of(
                shock.get("title") or shock.get("label"), self.words.name("shock", kind)
            )
            last = days_after(first, 7 * weeks - 1)
            spans.append(ShockSpan(title, first, last, max(week, 0.0), week + weeks))
        return tuple(sorted(spans, key=lambda span: (span.first, span.last, span.title)))


def days_after(day: date, days: float) -> date:
    """Return the date some days after another, the last there is where the calendar ends."""
    ordinal = day.toordinal() + min(max(days, -_CALENDAR), _CALENDAR)
    return date.fromordinal(min(max(round(ordinal), 1), _CALENDAR))


def decisions(study: Study, words: Words) -> tuple[DecisionView, ...]:
    """Return the study seen from each of its decision weeks, in order of date."""
    start = date.fromisoformat(str(facts_of(study.manifest)["scenario"]["time"]["start"]))
    return tuple(DecisionView(each, words, start) for _, each in sorted(study.decisions.items()))


def row_means(values: Array) -> Array:
    """Return the mean of each row, nan where a row has no value, without a warning."""
    known = np.isfinite(values)
    count = known.sum(axis=1)
    total = np.where(known, values, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
