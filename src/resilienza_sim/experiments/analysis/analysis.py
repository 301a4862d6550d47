"""All that is asked of one metric of a study or a sweep, as tidy tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from resilienza_sim.arguments import named
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.analysis.averages import averaged
from resilienza_sim.experiments.analysis.components import components
from resilienza_sim.experiments.analysis.decisions import (
    complete,
    minimax_chance,
    regret,
    satisficing,
    tails,
)
from resilienza_sim.experiments.analysis.dominance import dominance
from resilienza_sim.experiments.design import SCENARIO
from resilienza_sim.experiments.outcomes import POINT, Outcomes
from resilienza_sim.experiments.study import Study
from resilienza_sim.experiments.value import acceptability, best_buys, cost_effectiveness
from resilienza_sim.statistics import variance_shares
from resilienza_sim.streams import Streams

__all__ = [
    "PAIRS",
    "POINTS",
    "TABLES",
    "Analysis",
    "analyse",
    "headline",
    "levelled",
    "varied",
]


PAIRS, POINTS = "pairs", "points"
"""What a share or a regret is counted over."""
TABLES = (
    "comparison",
    "averages",
    "tails",
    "cost_effectiveness",
    "acceptability",
    "best_buys",
    "regret",
    "satisficing",
    "dominance",
    "variance",
)
"""Names of the tables, in the order in which they are told."""


@dataclass(frozen=True)
class Analysis:
    """One metric of a study, analysed.

    Parameters
    ----------
    study : Study
        Where it comes from.
    outcomes : Outcomes
        The values.
    baseline : str
        The arm the others are compared with.
    enough : float
        Threshold of `satisficing`; nan without values or direction.
    enough_given : bool
        Whether somebody chose it: else it is the median of the baseline.
    tables : dict of DataFrame
        By name, see `TABLES`; a table that is not defined here is empty.
    """

    study: Study
    outcomes: Outcomes
    baseline: str
    enough: float
    enough_given: bool
    tables: dict[str, pd.DataFrame] = field(repr=False)

    @property
    def metric(self) -> str:
        """The metric."""
        return self.outcomes.metric

    @property
    def is_sweep(self) -> bool:
        """Whether there are points."""
        return self.study.is_sweep

    @property
    def others(self) -> list[str]:
        """The arms with values, but for the baseline."""
        return _others(self.outcomes, self.baseline)

    @property
    def dropped(self) -> int:
        """Pairs left out because some arm has no value there."""
        return complete(self.outcomes.values)[1]


@named
def analyse(
    study: Study | str | Path,
    metric: str | None = None,
    *,
    baseline: str | None = None,
    enough: float | None = None,
) -> Analysis:
    """Return all that is asked of a metric.

    Parameters
    ----------
    study : Study, str or Path
        A comparison at one decision date (the first, of a folder), or a sweep.
    metric : str, optional
        The headline by default: the first of a sweep, `Study.headline` of a comparison.
    baseline : str, optional
        Arm the others are compared with; the study's by default.
    enough : float, optional
        What is enough; the median of the baseline by default.

    Raises
    ------
    ResilienzaError
        If there is no such study, metric or arm.
    """
    study = Study.of(study)
    metric = metric or headline(study)
    outcomes = Outcomes.of(study, metric)
    base = study.arm(baseline or study.baseline)
    given = enough is not None
    if enough is None:
        kept, _ = complete(outcomes.values)
        enough = float(kept[base].median()) if base in kept and len(kept) else np.nan
    made = _Maker(study, outcomes, base, float(enough))
    tables = {name: getattr(made, name)() for name in TABLES if name != "best_buys"}
    tables["best_buys"] = best_buys(tables["acceptability"])
    return Analysis(study, outcomes, base, float(enough), given, {n: tables[n] for n in TABLES})


def headline(study: Study) -> str:
    """Return the metric that is told first.

    Raises
    ------
    ResilienzaError
        If no run of the study has ended well.
    """
    names = study.metrics
    if not (study.runs["status"] == "ok").any() or not names:
        raise ResilienzaError("study_without_runs", path=study.folder)
    first = None if study.is_sweep else study.headline
    return first if first in names else names[0]


def _others(outcomes: Outcomes, baseline: str) -> list[str]:
    known = [str(arm) for arm in outcomes.values if arm not in outcomes.missing]
    return [arm for arm in known if arm != baseline] if baseline in known else []


@dataclass(frozen=True)
class _Maker:
    """Makes each table; named like it."""

    study: Study
    outcomes: Outcomes
    baseline: str
    enough: float

    def rng(self, what: str) -> np.random.Generator:
        """Return the numbers of one table: they depend on no other."""
        decision, seed = (self.study.manifest[key] for key in ("decision", "seed"))
        name = f"{what}|{decision}|{self.outcomes.metric}|{self.baseline}"
        return Streams(int(seed)).generator(name)

    @property
    def direction(self) -> int:
        return self.outcomes.info.direction

    def comparison(self) -> pd.DataFrame:
        """Every arm against the baseline; in a sweep, at every point."""
        metric, others = self.outcomes.metric, _others(self.outcomes, self.baseline)
        if not self.study.is_sweep:
            rows = [self.study.row(metric, arm, self.baseline) for arm in others]
            return pd.DataFrame(rows).drop(columns="p_value", errors="ignore")
        found = [self.study.comparison(metric, arm, self.baseline) for arm in others]
        if not found:
            return pd.DataFrame()
        table = pd.concat(found, ignore_index=True)
        return _first(table, POINT, *self.study.points)

    def averages(self) -> pd.DataFrame:
        """Every arm against the baseline, over the whole design and along each factor."""
        if not self.study.is_sweep:
            return pd.DataFrame()
        rows = []
        for arm in _others(self.outcomes, self.baseline):
            for name in (None, *levelled(self.study)):
                found = averaged(
                    self.study,
                    [name] if name else [],
                    metric=self.outcomes.metric,
                    strategy=arm,
                    baseline=self.baseline,
                ).drop(columns="p_value")
                levels = found.pop(name).astype(object) if name else np.nan
                found.insert(0, "factor", name or "")
                found.insert(1, "level", levels)
                rows.append(found)
        return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame()

    def tails(self) -> pd.DataFrame:
        """How bad it gets. Over the points of a sweep nothing is drawn: no interval."""
        rng = None if self.study.is_sweep else self.rng("tails")
        return tails(self.outcomes.values, self.direction, baseline=self.baseline, rng=rng)

    @property
    def _buys(self) -> bool:
        """Whether euros can buy an effect: some arms, and a better side."""
        return bool(self.direction) and len(self.study.strategies) > 1

    def cost_effectiveness(self) -> pd.DataFrame:
        if not self._buys:
            return pd.DataFrame()
        return cost_effectiveness(self.study, self.outcomes.metric)

    def acceptability(self) -> pd.DataFrame:
        if not self._buys:
            return pd.DataFrame({"eur": []})
        return acceptability(self.study, self.outcomes.metric)

    def regret(self) -> pd.DataFrame:
        """Per pair and, in a sweep, per point, with how sure the arm named is."""
        if not self.direction or len(self.outcomes.values.columns) < 2:
            return pd.DataFrame()
        values = self.outcomes.values
        found = [regret(values, self.direction).assign(over=PAIRS)]
        if self.study.is_sweep:
            chance = minimax_chance(values, self.direction, self.rng("regret"))
            points = regret(self.outcomes.of_points(), self.direction).assign(over=POINTS)
            points["dropped"] = len(self.study.points) - points["n"]
            found.append(points.assign(minimax_chance=chance.to_numpy()))
        return _first(pd.concat(found, ignore_index=True), "over")

    def satisficing(self) -> pd.DataFrame:
        """Share of pairs and, in a sweep, of points where it is enough."""
        if not self.direction or not np.isfinite(self.enough):
            return pd.DataFrame()
        alone = not self.study.is_sweep
        values = self.outcomes.values
        pairs = satisficing(values, self.direction, self.enough, independent=alone)
        found = [pairs.assign(over=PAIRS)]
        if not alone:
            means = self.outcomes.of_points()
            points = satisficing(means, self.direction, self.enough, independent=False)
            points["dropped"] = len(self.study.points) - points["n"]
            found.append(points.assign(over=POINTS))
        return _first(pd.concat(found, ignore_index=True), "over")

    def dominance(self) -> pd.DataFrame:
        """Between every two arms; in a sweep, at every point against the baseline."""
        values = self.outcomes.values
        if not self.study.is_sweep:
            return dominance(values, self.direction, self.rng("dominance"))
        couples = [(self.baseline, arm) for arm in _others(self.outcomes, self.baseline)]
        found = [
            dominance(rows, self.direction, self.rng(f"dominance|{point}"), couples=couples).assign(
                point=point
            )
            for point, rows in values.groupby(level=POINT, sort=True)
        ]
        return _first(pd.concat(found, ignore_index=True), POINT) if found else pd.DataFrame()

    def variance(self) -> pd.DataFrame:
        """Where the variation comes from."""
        if self.study.is_sweep:
            return components(self.outcomes)
        values = self.outcomes.values.drop(columns=self.outcomes.missing)
        shares = variance_shares(values.to_numpy(float))
        if np.isnan(shares).any():
            return pd.DataFrame()
        used = int(values.notna().all(axis=1).sum()) * values.shape[1]
        table = pd.DataFrame({"source": ["replicate", "strategy", "rest"], "share": shares})
        return table.assign(with_strategy=False, n=used, dropped=values.size - used)


def varied(sweep: Study) -> list[str]:
    """Return the factors, the scenario among them, that take more than one value."""
    points = sweep.points
    names = [str(name) for name in points if points[name].nunique() > 1]
    return [*(n for n in names if n != SCENARIO), *(n for n in names if n == SCENARIO)]


def levelled(sweep: Study) -> list[str]:
    """Return those of `varied` whose values come back: there is an average at each of them."""
    names, n = varied(sweep), len(sweep.points)
    return [name for name in names if len(names) == 1 or 2 * sweep.points[name].nunique() <= n]


def _first(table: pd.DataFrame, *names: str) -> pd.DataFrame:
    rest = [c for c in table if c not in names]
    return table[[*names, *rest]]
