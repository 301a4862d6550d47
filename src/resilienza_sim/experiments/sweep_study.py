"""A sweep that was run: its points, its runs, and the paired differences at every point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from resilienza_sim.experiments.censoring import cut, marks
from resilienza_sim.experiments.experiment import Factor
from resilienza_sim.experiments.kept import Kept
from resilienza_sim.experiments.plan import SWEEP, MetricInfo
from resilienza_sim.statistics import PairedComparison, compare_pairs, holm

__all__ = ["Sweep"]


class Sweep(Kept):
    """The runs of an experiment.

    Parameters
    ----------
    folder : Path
        Folder of the study.
    manifest : dict
        What the study is and where it comes from.
    """

    kind = SWEEP

    def __init__(self, folder: Path | str, manifest: dict[str, Any]) -> None:
        super().__init__(folder, manifest)
        self._known: dict[str, tuple[pd.DataFrame, pd.DataFrame | None]] = {}

    def __repr__(self) -> str:
        return f"Sweep({str(self.folder)!r}, points={len(self.points)})"

    # -- what it is ----------------------------------------------------------------------------

    @property
    def metrics(self) -> list[str]:
        """The metrics kept; the first is the headline."""
        return list(self.manifest["metrics"])

    @property
    def design(self) -> str:
        """Kind of the design."""
        return str(self.manifest["design"]["kind"])

    @cached_property
    def factors(self) -> list[Factor]:
        """What the experiment varies."""
        return [Factor.model_validate(each) for each in self.manifest["factors"]]

    def describe(self, metric: str) -> MetricInfo:
        """Return direction, unit, smallest effect of interest and title of a metric."""
        return MetricInfo.of(self.manifest["metrics"].get(self.check_metric(metric), {}))

    def stretch(self, metric: str) -> pd.Series:
        """Return how many times the mean the smallest effect of a metric is, at each point.

        It grows with the weeks observed and with the town where the metric does: 1 where no factor
        changes these.
        """
        known = (self.manifest.get("stretch") or {}).get(metric)
        return pd.Series(1.0 if known is None else known, index=self.points.index, dtype=float)

    def factor_title(self, name: str, lang: str = "it") -> str:
        """Return the name of a factor for readers."""
        found = next((f for f in self.factors if f.name == name), None)
        return found.title.text(lang) if found else name

    def level_title(self, level: str, lang: str = "it") -> str:
        """Return one of the things a factor can be as readers are told it."""
        choices = (choice for factor in self.factors for choice in factor.choices)
        found = next((choice.title for choice in choices if choice.label == level), None)
        return found.text(lang) if found else level

    # -- its tables ----------------------------------------------------------------------------

    @cached_property
    def points(self) -> pd.DataFrame:
        """The values of the factors, one row a point; `scenario` and one column a factor."""
        table = pd.DataFrame(self.manifest["points"])
        table.index.name = "point"
        return table

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run, sorted by point, replicate and strategy; undefined metrics are nan.

        Points that are alike are run once, and each has the rows of that run.
        """
        ran = super().runs
        if not self.points.duplicated().any():
            return ran
        alike = self.points.groupby(list(self.points.columns), sort=False).ngroup()
        first = pd.Series(self.points.index, self.points.index).groupby(alike).transform("min")
        every = pd.DataFrame({"point": first.to_numpy(), "own": self.points.index})
        found = every.merge(ran, on="point").assign(point=lambda table: table["own"])
        order = ["point", "replicate", "strategy"]
        return found[ran.columns].sort_values(order, ignore_index=True)

    def tidy(self) -> pd.DataFrame:
        """Return one row a run that went well, with the values of the factors beside it."""
        return self.well.merge(self.points, left_on="point", right_index=True).reset_index(
            drop=True
        )

    def values(self, metric: str) -> pd.DataFrame:
        """Return the values of a metric: a row for each point and replicate, a column an arm."""
        return self._wide(metric)[0].copy()

    def _wide(self, metric: str) -> tuple[pd.DataFrame, pd.DataFrame | None]:
        """Return the values of a metric by point and replicate, and which are censored."""
        if metric not in self._known:
            self.check_metric(metric)
            wide = self.well.pivot(index=["point", "replicate"], columns="strategy", values=metric)
            wide = wide.reindex(columns=self.strategies).sort_index()
            self._known[metric] = wide, marks(self.runs, metric, wide)
        return self._known[metric]

    def differences(
        self, metric: str, strategy: str | None = None, baseline: str | None = None
    ) -> pd.DataFrame:
        """Return the paired differences, a row for each point and replicate, with the factors.

        Columns: `point`, `replicate`, the two arms' values as `baseline` and `strategy`, their
        `difference` (strategy − baseline), and the values of the factors. Times are cut at the
        earliest end of observation (see `statistics.restricted`).
        """
        new, old = self.arms(strategy, baseline)
        wide, _ = cut(self.runs, metric, self.values(metric).astype("float64"))
        found = pd.DataFrame({"baseline": wide[old], "strategy": wide[new]}).dropna()
        found["difference"] = found["strategy"] - found["baseline"]
        return found.reset_index().merge(self.points, left_on="point", right_index=True)

    def comparison(
        self,
        metric: str | Sequence[str] | None = None,
        strategy: str | None = None,
        baseline: str | None = None,
        *,
        p_values: bool = False,
    ) -> pd.DataFrame:
        """Return one row per point, metric and pair of arms: the parameters of `Study.comparison`.

        Columns: `point`, `metric`, `baseline`, `strategy`, the fields of
        `statistics.PairedComparison`, and the values of the factors.
        """
        rows = [
            {"point": point, "metric": name, "baseline": old, "strategy": new}
            | asdict(self.compare(point, name, new, old, p_values))
            for name in self._asked(metric)
            for old, new in self.pairs_of_arms(strategy, baseline)
            for point in self._wide(name)[0].index.unique(level="point")
        ]
        table = pd.DataFrame(rows)
        if table.empty:
            return table
        if p_values:
            table["p_holm"] = holm(table["p_value"].to_numpy())
        else:
            table = table.drop(columns="p_value", errors="ignore")
        return table.merge(self.points, left_on="point", right_index=True)

    def compare(
        self, point: int, metric: str, strategy: str, baseline: str, p_values: bool = False
    ) -> PairedComparison:
        """Return what the pairs of one point say of two arms.

        A point of which no run went well has no pairs.
        """
        wide, marked = self._wide(metric)
        first, last = wide.index.get_level_values("point").searchsorted([point, point + 1])
        old, new = (wide[arm].to_numpy(np.float64)[first:last] for arm in (baseline, strategy))
        flags = None
        if marked is not None:
            flags = tuple(marked[arm].to_numpy()[first:last] for arm in (baseline, strategy))
        info = self.describe(metric)
        effect, stretch = info.effect_of_interest, self.stretch(metric).get(point, 1.0)
        return compare_pairs(
            old,
            new,
            direction=info.direction,
            effect_of_interest=None if effect is None else effect * stretch,
            censored=flags,
            family=int((self.manifest.get("until_sure") or {}).get("family", 0)),
            p_values=p_values,
        )
