"""A finished (or half-finished) study: its tables, its comparisons, its verdict."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments.beside import LUCK, NULL, null_verdicts
from resilienza_sim.experiments.headline import THREE, headline_of
from resilienza_sim.experiments.kept import Kept
from resilienza_sim.experiments.plan import MetricInfo
from resilienza_sim.experiments.run import decision_folder
from resilienza_sim.experiments.second_shock import interaction
from resilienza_sim.experiments.smallest import of_people, smallest_change
from resilienza_sim.experiments.study_worlds import axes, drawn_world, spread
from resilienza_sim.experiments.value import acceptability, cost_effectiveness
from resilienza_sim.experiments.verdicts import verdict_of
from resilienza_sim.experiments.worlds_kept import kept_worlds
from resilienza_sim.statistics import (
    compare_pairs,
    holm,
    tail,
    told_together,
    variance_shares,
)
from resilienza_sim.worlds import World, scenario_told

__all__ = ["Study"]

_NOT_METRICS = ("run_id", "point", "strategy", "replicate", "seed", "status", "error")
_FIRST = ["metric", "baseline", "strategy", "mean_difference", "low", "high"]
_FIRST += ["dz", "p_better", "a12", "verdict"]


class Study(Kept):
    """The runs of one scenario at one decision date, and what they say.

    Parameters
    ----------
    folder : Path
        Folder of the study.
    manifest : dict
        What the study is and where it comes from.
    """

    kind = manifests.COMPARISON

    def __repr__(self) -> str:
        return f"Study({str(self.folder)!r}, decision={self.manifest['decision']!r})"

    @property
    def decision(self) -> date:
        """The date at which the arms part."""
        return date.fromisoformat(self.manifest["decision"])

    @cached_property
    def decisions(self) -> dict[date, Study]:
        """The studies of every decision date, this one among them."""
        first = self.manifest["decisions"][0]
        top = self.folder if self.manifest["decision"] == first else self.folder.parents[1]
        found: dict[date, Study] = {}
        for name in self.manifest["decisions"]:
            where = decision_folder(top, name, self.manifest["decisions"])
            if name == self.manifest["decision"]:
                found[date.fromisoformat(name)] = self
            elif manifests.read(where) is not None:  # a sub-study may have been taken elsewhere
                found[date.fromisoformat(name)] = Study.open(where)
        return found

    def tidy_series(self, *indicators: str) -> pd.DataFrame:
        """Return some indicators (all by default) with `strategy` and `replicate` beside them."""
        table = self._store.series(indicators or None).to_pandas()
        return self.runs[["run_id", "strategy", "replicate"]].merge(table, on="run_id")

    @cached_property
    def indicators(self) -> list[str]:
        """The columns of `series`."""
        return self._store.columns()

    @property
    def metrics(self) -> list[str]:
        """The metrics of this study."""
        columns = [c for c in self.runs.columns if c not in _NOT_METRICS]
        flags = {f"{name}_censored" for name in columns}
        return [c for c in columns if c not in flags]

    @cached_property
    def headline(self) -> str:
        """The metric it is judged by: the loss due to shocks, that in all where no twin ran."""
        return headline_of(self.runs)

    def describe(self, metric: str) -> MetricInfo:
        """Return direction, unit, smallest effect of interest and title of a metric."""
        weeks = self.manifest.get("horizons", {}).get(self.manifest["decision"])
        told = MetricInfo.of(self.manifest["metrics"].get(metric, {}))
        if metric in THREE and told.weekly and weeks:
            return told.asked(self._smallest_change(float(weeks)))
        return told.over(weeks, self.manifest.get("citizens"))

    def _smallest_change(self, weeks: float) -> float:
        """Return the smallest change of the loss that matters; see `smallest`."""
        if self.people_of_interest is not None:
            residents = scenario_told(self.manifest).territory.residents
            return of_people(self.people_of_interest / residents, weeks)
        until_sure = self.manifest.get("until_sure") is not None
        return smallest_change(math.nan if until_sure else self._lost, weeks)

    @cached_property
    def people_of_interest(self) -> float | None:
        """How many residents would have to notice a change for it to matter, if that was said."""
        text = self.manifest.get("scenario", {}).get("text")
        study = (json.loads(text) if text else {}).get("study") or {}
        return study.get("people_of_interest")

    @cached_property
    def _lost(self) -> float:
        """What the baseline loses on average, by the headline; nan where nothing is known of it."""
        runs = self.well
        mine = runs.loc[runs["strategy"] == self.baseline]
        return float(mine[self.headline].mean()) if self.headline in mine else math.nan

    def table(self, metric: str) -> pd.DataFrame:
        """Return the values of a metric: one row per replicate, one column per arm."""
        self.check_metric(metric)
        wide = self.well.pivot(index="replicate", columns="strategy", values=metric)
        return wide.reindex(columns=self.strategies)

    def comparison(
        self,
        metric: str | Sequence[str] | None = None,
        strategy: str | None = None,
        baseline: str | None = None,
        *,
        p_values: bool = False,
    ) -> pd.DataFrame:
        """Return one row per metric and pair of arms; difference = strategy − baseline.

        Parameters
        ----------
        metric : str or sequence of str, optional
            All by default.
        strategy, baseline : str, optional
            The arms: one against the other, or against the study's baseline if that is not named.
            With a baseline alone every other arm is set against it; with neither, that for the
            study's baseline, then every other two arms, the earlier as the baseline.
        p_values : bool
            Add Wilcoxon's `p_value` and `p_holm`, corrected over the whole table.

        Returns
        -------
        pandas.DataFrame
            The fields of `statistics.PairedComparison` with `metric`, `baseline`, `strategy`. The
            verdicts on all but the headline stand together (see `statistics.families`).
        """
        pairs = self.pairs_of_arms(strategy, baseline)
        rows = [
            self.compare(name, old, new, p_values)
            for name in self._asked(metric)
            for old, new in pairs
        ]
        table = pd.DataFrame(rows)
        if table.empty:
            return pd.DataFrame(columns=_FIRST)
        table = table[_FIRST + [c for c in table.columns if c not in _FIRST]]
        found = table.index[table["metric"] != self.headline]
        errors = table.loc[found, "decided_at"].to_numpy(float)
        table.loc[found, "verdict"] = told_together(table.loc[found, "verdict"].tolist(), errors)
        if p_values:
            table["p_holm"] = holm(table["p_value"].to_numpy())
        else:
            table = table.drop(columns="p_value")
        return table

    def compare(self, metric: str, old: str, new: str, p_values: bool = False) -> dict[str, Any]:
        """Return one row of `comparison`: the arm `new` against `old`."""
        info = self.describe(metric)
        wide = self.table(metric)
        flags: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None = None
        if f"{metric}_censored" in self.runs.columns:
            marked = self.well.pivot(
                index="replicate", columns="strategy", values=f"{metric}_censored"
            ).reindex(columns=self.strategies)
            marked = marked.astype("boolean").fillna(False).astype(bool)
            flags = (marked[old].to_numpy(), marked[new].to_numpy())
        found = compare_pairs(
            wide[old].to_numpy(dtype=float),
            wide[new].to_numpy(dtype=float),
            direction=info.direction,
            effect_of_interest=info.effect_of_interest,
            censored=flags,
            horizon=self.manifest["horizons"].get(self.manifest["decision"]),
            family=int((self.manifest.get("until_sure") or {}).get("family", 0)),
            p_values=p_values,
        )
        return {"metric": metric, "baseline": old, "strategy": new, **dataclasses.asdict(found)}

    def summary(self, metric: str | None = None) -> pd.DataFrame:
        """Return each arm's mean, spread, median and tail (the worst tenth lies beyond it)."""
        metric = metric or self.headline
        wide = self.table(metric)
        direction = self.describe(metric).direction
        rows = []
        for arm in self.strategies:
            values = wide[arm].dropna().to_numpy(dtype=float)
            some = values.size > 0
            rows.append(
                {
                    "strategy": arm,
                    "n": int(values.size),
                    "mean": values.mean() if some else np.nan,
                    "sd": values.std(ddof=1) if values.size > 1 else np.nan,
                    "median": np.median(values) if some else np.nan,
                    "tail": tail(values, direction),
                    "worst": (values.min() if direction > 0 else values.max()) if some else np.nan,
                }
            )
        return pd.DataFrame(rows)

    def variance(self, metric: str | None = None) -> dict[str, float]:
        """Return the shares of variance due to the replicate, the arm, and the two together."""
        shares = variance_shares(self.table(metric or self.headline).to_numpy(dtype=float))
        return dict(zip(("replicate", "arm", "interaction"), shares, strict=True))

    def verdict(
        self,
        metric: str | None = None,
        *,
        baseline: str | None = None,
        strategy: str | None = None,
        lang: str = "it",
    ) -> str:
        """Return what may be said of two arms on a metric, in plain words.

        Parameters
        ----------
        metric : str, optional
            What is judged, `headline` by default; the others are named where they disagree.
        baseline, strategy : str, optional
            The arms; by default the study's baseline and the first of the others.
        lang : str
            "it" or "en".
        """
        old = self.arm(baseline or self.baseline)
        new = self.arm(strategy or next((s for s in self.strategies if s != old), old))
        metric = metric or self.headline
        self.check_metric(metric)
        return verdict_of(self, metric, old, new, lang)

    # -- what runs beside it -------------------------------------------------------------------

    def beside(self, place: Path | str) -> Study | None:
        """Return the study kept in a folder inside this one, at the same decision date, if any."""
        first = self.manifest["decisions"][0]
        top = self.folder if self.manifest["decision"] == first else self.folder.parents[1]
        if manifests.read(top / place) is None:
            return None
        return Study.open(top / place).decisions.get(self.decision)

    @cached_property
    def null(self) -> Study | None:
        """The same study without social mechanisms, None if it was not run."""
        return self.beside(NULL)

    @cached_property
    def luck(self) -> Study | None:
        """The first worlds lived again with another luck, None if they were not."""
        return self.beside(LUCK)

    @property
    def is_point(self) -> bool:
        """Whether all pairs are one point of what is not known, and differ by luck alone."""
        return self.manifest.get("worlds") is None

    @cached_property
    def worlds(self) -> pd.DataFrame:
        """What was drawn: one row a world and number, with its path and value; none at a point."""
        return kept_worlds(self.folder, self.manifest)

    def world(self, number: int) -> World:
        """Return one of the worlds, ready for `simulate_arms`; see `study_worlds.drawn_world`."""
        return drawn_world(self, number)

    def spread(self, metric: str | None = None) -> pd.DataFrame:
        """Return how much of the spread between worlds is luck; see `study_worlds.spread`."""
        metric = metric or self.headline
        self.check_metric(metric)
        return spread(self, metric)

    def axes(self, metric: str | None = None, *couple: str) -> pd.DataFrame:
        """Return what a difference hangs on; see `study_worlds.axes`.

        Without a couple (baseline, strategy) it is that of the first two arms contrasted.
        """
        metric = metric or self.headline
        self.check_metric(metric)
        old, new = couple or self.contrast
        return axes(self, metric, self.arm(old), self.arm(new))

    @property
    def contrast(self) -> tuple[str, str]:
        """The first two contrasted arms: the first two that are not the baseline, else with it."""
        others = [name for name in self.strategies if name != self.baseline]
        pair = others[:2] if len(others) > 1 else [self.baseline, *others]
        return pair[0], pair[-1]

    def null_verdicts(self, metric: str | None = None) -> pd.DataFrame:
        """Return the verdicts beside those of the null model; see `beside.null_verdicts`."""
        metric = metric or self.headline
        self.check_metric(metric)
        return null_verdicts(self, metric)

    def interaction(self, metric: str | None = None) -> pd.DataFrame:
        """Return what two shocks do together in each arm; see `second_shock.interaction`."""
        metric = metric or self.headline
        self.check_metric(metric)
        return interaction(self, metric)

    def cost_effectiveness(
        self, metric: str | None = None, *, hour_eur: float = 0.0
    ) -> pd.DataFrame:
        """Return the effect per 1,000 euros of each arm; see `value.cost_effectiveness`."""
        metric = metric or self.headline
        self.check_metric(metric)
        return cost_effectiveness(self, metric, hour_eur)

    def acceptability(self, metric: str | None = None, *, hour_eur: float = 0.0) -> pd.DataFrame:
        """Return the chance of each arm to be the best by price; see `value.acceptability`."""
        metric = metric or self.headline
        self.check_metric(metric)
        return acceptability(self, metric, hour_eur)
