"""A finished (or half-finished) study: its tables, its comparisons, its verdict.

A comparison is a sweep with one point, and perhaps several decision dates.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa

from resilienza_sim.errors import unknown
from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments.censoring import cut, marks
from resilienza_sim.experiments.experiment import Factor
from resilienza_sim.experiments.headline import THREE, headline_of
from resilienza_sim.experiments.null_verdicts import CHANCE, NULL, null_verdicts
from resilienza_sim.experiments.plan import COMPARISON, SWEEP, MetricInfo
from resilienza_sim.experiments.run import decision_folder
from resilienza_sim.experiments.second_shock import interaction
from resilienza_sim.experiments.smallest import of_people, smallest_change
from resilienza_sim.experiments.store import Store
from resilienza_sim.experiments.study_worlds import axes, drawn_world, spread
from resilienza_sim.experiments.value import acceptability, cost_effectiveness
from resilienza_sim.experiments.verdicts import verdict_of
from resilienza_sim.experiments.worlds_kept import kept_worlds
from resilienza_sim.files import place_of
from resilienza_sim.statistics import (
    PairedComparison,
    compare_pairs,
    holm,
    judged_together,
    restricted,
    tail,
    variance_shares,
)
from resilienza_sim.words import Words
from resilienza_sim.worlds import World, scenario_of_manifest

__all__ = ["Study", "load_study"]

_NOT_METRICS = ("run_id", "point", "strategy", "replicate", "seed", "status", "error")
_FIRST = ["metric", "baseline", "strategy", "mean_difference", "low", "high"]
_FIRST += ["dz", "p_better", "a12", "verdict"]
_COLUMNS = {pa.uint64(): pd.UInt64Dtype(), pa.bool_(): pd.BooleanDtype()}


class Study:
    """The runs of a comparison at one decision date or of a sweep, and what they say.

    Parameters
    ----------
    folder : path
        Folder of the study; where it is now, wherever one goes later.
    manifest : dict
        What the study is and where it comes from.
    """

    def __init__(self, folder: Path | str, manifest: dict[str, Any]) -> None:
        self.folder = place_of(folder).absolute()
        self.manifest = manifest
        self._store = Store(self.folder, manifests.runs_stated(manifest))
        self._known: dict[str, tuple[pd.DataFrame, pd.DataFrame | None]] = {}

    @classmethod
    def open(cls, folder: Path | str, *kinds: str) -> Self:
        """Open the study kept in a folder.

        Parameters
        ----------
        folder : path
            Where it is.
        *kinds : str
            "comparison" or "sweep": which will do, both by default.

        Raises
        ------
        ResilienzaError
            If there is none, or it is of another kind.
        """
        return cls(folder, manifests.read_kind(folder, *(kinds or (COMPARISON, SWEEP))))

    @classmethod
    def of(cls, given: Study | Path | str, *kinds: str) -> Study:
        """Return a study that is given as it is or by its folder; see `open`."""
        return given if isinstance(given, Study) else cls.open(given, *kinds)

    def __repr__(self) -> str:
        where = repr(str(self.folder))
        if self.is_sweep:
            return f"Study({where}, points={len(self.points)})"
        return f"Study({where}, decision={self.manifest['decision']!r})"

    # -- what it is ----------------------------------------------------------------------------

    @property
    def is_sweep(self) -> bool:
        """Whether it is an experiment over many points rather than a comparison."""
        return manifests.kind_of(self.manifest) == SWEEP

    @property
    def seed(self) -> int:
        """Seed of the study."""
        return int(self.manifest["seed"])

    @property
    def strategies(self) -> list[str]:
        """The arms, in the study's order."""
        return list(self.manifest["strategies"])

    @property
    def baseline(self) -> str:
        """The arm the others are compared with unless another is named."""
        return str(self.manifest["baseline"])

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

    @property
    def metrics(self) -> list[str]:
        """The metrics of this study; of a sweep, the first is the headline."""
        if self.is_sweep:
            return list(self.manifest["metrics"])
        columns = [c for c in self.runs.columns if c not in _NOT_METRICS]
        flags = {f"{name}_censored" for name in columns}
        return [c for c in columns if c not in flags]

    @cached_property
    def headline(self) -> str:
        """The metric it is judged by: the loss due to shocks, that in all where no twin ran.

        Of a sweep, the first of those it keeps.
        """
        return self.metrics[0] if self.is_sweep else headline_of(self.runs)

    def describe(self, metric: str) -> MetricInfo:
        """Return direction, unit, smallest effect of interest and title of a metric."""
        info = MetricInfo.of(self.manifest["metrics"].get(metric, {}))
        weeks = self._horizon
        if metric in THREE and info.weekly and weeks and not self.is_sweep:
            return info.asked(self._smallest_change(float(weeks)))
        return info.over(weeks, manifests.heads_of(self.manifest))

    def _smallest_change(self, weeks: float) -> float:
        """Return the smallest change of the loss that matters; see `smallest`."""
        if self.people_of_interest is not None:
            residents = scenario_of_manifest(self.manifest).territory.residents
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

    @property
    def _horizon(self) -> int | None:
        """Weeks from the decision to the end, where they are the same in all the study."""
        found = self.manifest.get("horizons", {}).get(self.manifest["decision"])
        return None if found is None else int(found)

    @property
    def design(self) -> str:
        """Kind of the design."""
        return str(self.manifest["design"]["kind"])

    @cached_property
    def factors(self) -> list[Factor]:
        """What the experiment varies; nothing, in a comparison."""
        return [Factor.model_validate(each) for each in self.manifest.get("factors", ())]

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

    def strategy_title(self, strategy: str, lang: str = "it") -> str:
        """Return the name of an arm for readers."""
        return Words(lang).of(self.manifest["titles"].get(strategy), strategy)

    def metric_title(self, metric: str, lang: str = "it") -> str:
        """Return the name of a metric for readers."""
        return Words(lang).name("metric", metric, self.describe(metric).title)

    # -- its tables ----------------------------------------------------------------------------

    @cached_property
    def points(self) -> pd.DataFrame:
        """The values of the factors, one row a point; `scenario` and one column a factor.

        A comparison has one point and no column.
        """
        table = pd.DataFrame(self.manifest.get("points") or {}, dtype=None)
        table = table if self.is_sweep else pd.DataFrame(index=pd.RangeIndex(1))
        table.index.name = "point"
        return table

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run, sorted by point, replicate and strategy; undefined metrics are nan.

        Points that are alike are run once, and each has the rows of that run.
        """
        ran = self._store.runs().to_pandas(types_mapper=_COLUMNS.get)
        if not self.points.duplicated().any():
            return ran
        alike = self.points.groupby(list(self.points.columns), sort=False).ngroup()
        first = pd.Series(self.points.index, self.points.index).groupby(alike).transform("min")
        every = pd.DataFrame({"point": first.to_numpy(), "own": self.points.index})
        found = every.merge(ran, on="point").assign(point=lambda table: table["own"])
        order = ["point", "replicate", "strategy"]
        return found[ran.columns].sort_values(order, ignore_index=True)

    @cached_property
    def well(self) -> pd.DataFrame:
        """The runs that went well."""
        return self.runs[self.runs["status"] == "ok"]

    @property
    def failures(self) -> pd.DataFrame:
        """The runs that did not go well, with the reason."""
        point = ["point"] if self.is_sweep else []
        columns = [*point, "strategy", "replicate", "status", "error"]
        return self.runs.loc[self.runs["status"] != "ok", columns].reset_index(drop=True)

    @cached_property
    def series(self) -> pd.DataFrame:
        """One row a run and week, one column an indicator kept."""
        return self._store.series().to_pandas()

    @cached_property
    def timings(self) -> pd.DataFrame:
        """Wall seconds of each run, no part of the results."""
        return self._store.timings().to_pandas()

    def tidy_series(self, *indicators: str) -> pd.DataFrame:
        """Return some indicators (all by default) with `strategy` and `replicate` beside them."""
        table = self._store.series(indicators or None).to_pandas()
        return self.runs[["run_id", "strategy", "replicate"]].merge(table, on="run_id")

    @cached_property
    def indicators(self) -> list[str]:
        """The columns of `series`."""
        return self._store.columns()

    def tidy(self) -> pd.DataFrame:
        """Return one row a run that went well, with the values of the factors beside it."""
        return self.well.merge(self.points, left_on="point", right_index=True).reset_index(
            drop=True
        )

    def values(self, metric: str) -> pd.DataFrame:
        """Return the values of a metric: a row for each point and replicate, a column an arm."""
        return self._wide(metric)[0].copy()

    def table(self, metric: str, point: int = 0) -> pd.DataFrame:
        """Return the values of a metric at one point: one row per replicate, one column per arm."""
        wide, _ = self._wide(metric)
        return wide[wide.index.get_level_values("point") == point].droplevel("point")

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
        """Return one row per metric, pair of arms and point; difference = strategy − baseline.

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
            The fields of `statistics.PairedComparison` with `metric`, `baseline`, `strategy`. In a
            comparison the verdicts on all but the headline stand together (see
            `statistics.families`); a sweep has `point` in front and the values of the factors after
            them, and its points are judged one by one.
        """
        rows = [
            self.row(name, new, old, point=point, p_values=p_values)
            for name in self._asked(metric)
            for old, new in self.pairs_of_arms(strategy, baseline)
            for point in self._judged_at(name)
        ]
        first = ["point", *_FIRST] if self.is_sweep else _FIRST
        if not rows:
            return pd.DataFrame(columns=first)
        table = pd.DataFrame(rows)
        table = table[first + [c for c in table.columns if c not in (*first, "point")]]
        if not self.is_sweep:
            found = table.index[table["metric"] != self.headline]
            errors = table.loc[found, "decided_at"].to_numpy(float)
            table.loc[found, "verdict"] = judged_together(
                table.loc[found, "verdict"].tolist(), errors
            )
        if p_values:
            table["p_holm"] = holm(table["p_value"].to_numpy())
        else:
            table = table.drop(columns="p_value")
        return (
            table.merge(self.points, left_on="point", right_index=True) if self.is_sweep else table
        )

    def _judged_at(self, metric: str) -> Sequence[int]:
        """Return the points that have pairs, the one of a comparison in any case."""
        if not self.is_sweep:
            return (0,)
        return [int(point) for point in self._wide(metric)[0].index.unique(level="point")]

    def row(
        self, metric: str, strategy: str, baseline: str, *, point: int = 0, p_values: bool = False
    ) -> dict[str, Any]:
        """Return one row of `comparison`, its verdict its own whatever else is asked."""
        found = asdict(self.compare(metric, strategy, baseline, point=point, p_values=p_values))
        who = {"metric": metric, "baseline": baseline, "strategy": strategy}
        return {"point": point, **who, **found}

    def compare(
        self, metric: str, strategy: str, baseline: str, *, point: int = 0, p_values: bool = False
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
            horizon=self._horizon,
            family=int((self.manifest.get("until_sure") or {}).get("family", 0)),
            p_values=p_values,
        )

    def means(self, metric: str, strategy: str, baseline: str) -> tuple[float, float]:
        """Return the means of baseline and strategy over the pairs that `compare` uses.

        Of the first point, times cut as there; nan where there is no pair.
        """
        wide, marked = self._wide(metric)
        arms = [baseline, strategy]
        kept = wide.index.get_level_values("point") == 0
        values = np.column_stack([wide.loc[kept, arm].to_numpy(np.float64) for arm in arms])
        if marked is not None:
            flags = marked.loc[kept, arms].to_numpy().ravel()
            values = restricted(values.ravel(), flags, self._horizon)[0].reshape(values.shape)
        both = values[np.isfinite(values).all(axis=1)]
        if not len(both):
            return math.nan, math.nan
        return float(both[:, 0].mean()), float(both[:, 1].mean())

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

    # -- names ---------------------------------------------------------------------------------

    def pairs_of_arms(
        self, strategy: str | None = None, baseline: str | None = None
    ) -> list[tuple[str, str]]:
        """Return the (baseline, strategy) pairs that are compared.

        Parameters
        ----------
        strategy, baseline : str, optional
            One against the other, or against the study's baseline if that is not named. With a
            baseline alone every other arm is set against it; with neither, that for the study's
            baseline, then every other two arms, the earlier in the study's order as the baseline.
        """
        base = self.arm(baseline or self.baseline)
        if strategy is not None:
            return [(base, self.arm(strategy))]
        others = [name for name in self.strategies if name != base]
        pairs = [(base, name) for name in others]
        if baseline is None:
            pairs += [(a, b) for k, a in enumerate(others) for b in others[k + 1 :]]
        return pairs

    def arms(self, strategy: str | None, baseline: str | None) -> tuple[str, str]:
        """Return the arm judged and the arm it is compared with, by default the first other."""
        old = self.arm(baseline or self.baseline)
        return self.arm(strategy or next((s for s in self.strategies if s != old), old)), old

    def arm(self, name: str) -> str:
        """Return the name of an arm.

        Raises
        ------
        ResilienzaError
            If it is none.
        """
        if name not in self.strategies:
            raise unknown("unknown_arm", name, self.strategies)
        return name

    def check_metric(self, name: str) -> str:
        """Return the name of a metric that was kept.

        Raises
        ------
        ResilienzaError
            If it was not.
        """
        if name not in self.metrics:
            raise unknown("unknown_metric", name, self.metrics)
        return name

    def _asked(self, metric: str | Sequence[str] | None) -> Sequence[str]:
        """Return the metrics asked for: one, some, or all."""
        return self.metrics if metric is None else [metric] if isinstance(metric, str) else metric

    # -- companions, and what is of a comparison alone ---------------------------------------

    def companion(self, place: Path | str) -> Study | None:
        """Return the study kept in a folder inside this one, at the same decision date, if any."""
        first = self.manifest["decisions"][0]
        top = self.folder if self.manifest["decision"] == first else self.folder.parents[1]
        if manifests.read(top / place) is None:
            return None
        return Study.open(top / place).decisions.get(self.decision)

    @cached_property
    def null(self) -> Study | None:
        """The same study without social mechanisms, None if it was not run."""
        return self.companion(NULL)

    @cached_property
    def chance(self) -> Study | None:
        """The first worlds lived again with other random numbers, None if they were not."""
        return self.companion(CHANCE)

    @property
    def is_point(self) -> bool:
        """Whether all pairs are one point of what is not known, and differ by chance alone."""
        return self.manifest.get("worlds") is None

    @cached_property
    def worlds(self) -> pd.DataFrame:
        """What was drawn: one row a world and number, with its path and value; none at a point."""
        return kept_worlds(self.folder, self.manifest)

    def world(self, number: int) -> World:
        """Return one of the worlds, ready for `simulate_arms`; see `study_worlds.drawn_world`."""
        return drawn_world(self, number)

    def spread(self, metric: str | None = None) -> pd.DataFrame:
        """Return how much of the spread between worlds is chance; see `study_worlds.spread`."""
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
        """Return the verdicts beside those of the null model; see `null_verdicts`."""
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


def load_study(folder: Path | str) -> Study:
    """Return the comparison or the sweep kept in a folder.

    Raises
    ------
    ResilienzaError
        If the folder holds neither.

    Examples
    --------
    >>> study = load_study("results/quartiere")  # doctest: +SKIP
    >>> study.runs  # doctest: +SKIP
    """
    return Study.open(folder)
