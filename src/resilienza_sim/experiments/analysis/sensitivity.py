"""Global sensitivity of a sweep: which factors move each arm's level, and which the difference.

The output of a point is the mean over its pairs. A point where a run failed or a value is undefined
is left out, since its mean would be over other chance than its neighbours', and with it the whole
trajectory or block it belongs to. The method follows the design: see `sensitivity_indices`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilienza_sim.arguments import named
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.analysis.sensitivity_indices import (
    MAIN,
    morris_rows,
    pawn_rows,
    saltelli_rows,
)
from resilienza_sim.experiments.design import SCENARIO
from resilienza_sim.experiments.plan import SWEEP
from resilienza_sim.experiments.study import Study
from resilienza_sim.statistics import variance_shares
from resilienza_sim.streams import Streams

__all__ = ["FEWEST", "MAIN", "NOISY", "WANTED", "method_of", "sensitivity"]

Floats = NDArray[np.float64]

FEWEST = {"morris": 4, "saltelli": 16, "pawn": 20}
"""Whole trajectories, base points and points below which nothing is said (assumption)."""
WANTED = {"morris": 10, "saltelli": 512, "pawn": 100}
"""Below these the order of factors is a first look: 10 trajectories (Campolongo et al. 2007), a
base sample of 500 or more (Saltelli et al. 2008), ten slices of ten points (assumption)."""
NOISY = 0.5
"""Share of replicate noise in the points' means from which it rules them (assumption)."""


_READ = ("value", "cut")


@dataclass(frozen=True)
class _Output:
    """What is explained: the level of an arm, or the difference between two."""

    kind: str
    strategy: str
    baseline: str
    table: pd.DataFrame  # points x replicates; nan where undefined or not run
    whole: pd.Series  # points where every pair run has a value
    censored: pd.Series  # values cut at the end of observation, by point

    @property
    def name(self) -> str:
        """Return the arm, or the two."""
        return f"{self.strategy} - {self.baseline}" if self.baseline else self.strategy


def method_of(sweep: Study) -> str:
    """Return "morris", "saltelli" or "pawn": what the design of a sweep allows."""
    return sweep.design if sweep.design in MAIN else "pawn"


@named
def sensitivity(
    study: Study | str | Path,
    metric: str | None = None,
    *,
    strategy: str | None = None,
    baseline: str | None = None,
) -> pd.DataFrame:
    """Return how much each factor moves the level of each arm and the paired differences.

    Parameters
    ----------
    study : Study, str or Path
        A sweep, or its folder; of a half-finished one, the points it has.
    metric : str, optional
        The headline by default.
    strategy, baseline : str, optional
        With a strategy only its level, the baseline's and their difference; otherwise every arm
        and its difference from the baseline (the sweep's own by default).

    Returns
    -------
    pandas.DataFrame
        One row for each scenario, output, factor and index, the most important factor first and
        those not detected against noise last:
        `scenario`, `metric`, `method`, `kind` ("level" or "difference"), `of`, `strategy`,
        `baseline`, `factor`, `other` (second factor of a pair), `index`, `value` with its 95 %
        interval `low`, `high`; for the index in `MAIN` also `floor`, what noise alone would give,
        and `detected`, whether the factor stands out from it (missing when it cannot be known, as
        with one pair). Also, the same in every row of an output: `blocks` (trajectories, base
        points or points used) and `dropped`; `points` used; `pairs`; `censored` values;
        `between`, `chance`, `rest`: shares of the variance of single runs due to the point, to the
        chance that all points share, and to the two together; `noise`: share of the variance of the
        points' means, which the indices explain, that is noise of replicates; `constant`.

    Raises
    ------
    ResilienzaError
        If there is no sweep, it has no factors, a name is not among its own, or too few points
        are whole.
    """
    sweep = Study.of(study, SWEEP)
    metric = sweep.check_metric(metric or sweep.metrics[0])
    if not sweep.factors:
        raise ResilienzaError("sensitivity_no_factors", found=sweep.manifest["name"])
    rows = []
    for output in _outputs(sweep, metric, strategy, baseline):
        for scenario, points in sweep.points.groupby(SCENARIO, sort=False):
            rows.append(_indices(sweep, metric, output, str(scenario), points))
    found = pd.concat(rows, ignore_index=True)
    order = {name: k for k, name in enumerate(dict.fromkeys(sweep.points[SCENARIO]))}
    found = found.sort_values(SCENARIO, key=lambda names: names.map(order), kind="stable")
    return found.reset_index(drop=True)


# -- what is explained -------------------------------------------------------------------------


def _outputs(
    sweep: Study, metric: str, strategy: str | None, baseline: str | None
) -> Iterator[_Output]:
    new, old = sweep.arms(strategy, baseline)
    if strategy is not None and new == old:
        raise ResilienzaError("sensitivity_same_arm", found=new)
    others = [new] if strategy else [arm for arm in sweep.strategies if arm != old]
    # Points with the same values are one: what was run for one of them holds for all.
    same = sweep.points.groupby(list(sweep.points.columns), sort=False).ngroup()
    runs = sweep.runs
    value = runs.reindex(columns=[metric])[metric].astype("float64").where(runs["status"] == "ok")
    runs = runs.assign(value=value.where(np.isfinite(value)), cell=runs["point"].map(same))
    flag = f"{metric}_censored"
    runs["cut"] = runs[flag].fillna(False).astype(bool) if flag in runs else False
    runs = runs.sort_values("value").drop_duplicates(["cell", "replicate", "strategy"])

    def by_point(table: pd.DataFrame) -> pd.DataFrame:
        return table.reindex(same.to_numpy()).set_axis(same.index)

    ran = by_point(runs.groupby(["cell", "replicate"]).size().unstack()).notna()

    def of(name: str) -> tuple[pd.DataFrame, pd.Series]:
        own = runs[runs["strategy"] == name]
        wide, cuts = (own.pivot(index="cell", columns="replicate", values=v) for v in _READ)
        return by_point(wide).reindex(columns=ran.columns), by_point(cuts).sum(axis=1)

    def whole(table: pd.DataFrame) -> pd.Series:
        return ran.any(axis=1) & (table.notna() | ~ran).all(axis=1)

    tables = {name: of(name) for name in [old, *others]}
    for name, (table, cuts) in tables.items():
        yield _Output("level", name, "", table, whole(table), cuts)
    for name in others:
        table, cuts = tables[name][0] - tables[old][0], tables[name][1] + tables[old][1]
        yield _Output("difference", name, old, table, whole(table), cuts)


def _noise(table: Floats) -> dict[str, float]:
    """Return what part of the variance is noise of replicates.

    Every point is run on the same chance (common random numbers), so what a replicate adds to all
    points alike moves no index: only the rest does. Over the means of R pairs it leaves
    MS_rest / R, and MS_rest / MS_point of their variance: the inverse of the F of a two-way
    analysis of variance.

    Parameters
    ----------
    table : array of float, shape (points, replicates)
        Replicates that some point lacks are left out.
    """
    common = table[:, np.isfinite(table).all(axis=0)].T
    unknown = dict.fromkeys(("between", "chance", "rest", "noise", "sd"), math.nan)
    chance, between, rest = variance_shares(common)
    if not math.isfinite(rest):
        return unknown
    n, points = common.shape
    total = float(((common - common.mean()) ** 2).sum())
    noise = min(1.0, rest / ((n - 1) * between)) if between > 0 else 1.0
    spread = math.sqrt(rest * total / ((n - 1) * (points - 1)) / n)
    return {"between": between, "chance": chance, "rest": rest, "noise": noise, "sd": spread}


def _indices(
    sweep: Study, metric: str, output: _Output, scenario: str, points: pd.DataFrame
) -> pd.DataFrame:
    """Return the rows of one output in one scenario."""
    method, factors = method_of(sweep), sweep.factors
    k, second = len(factors), bool(sweep.manifest["design"].get("second_order"))
    size = {"morris": k + 1, "saltelli": (2 if second else 1) * k + 2, "pawn": 1}[method]
    whole = output.whole.loc[points.index].to_numpy(dtype=bool).reshape(-1, size).all(axis=1)
    kept = points[np.repeat(whole, size)]
    if whole.sum() < FEWEST[method]:
        raise ResilienzaError(
            f"sensitivity_few_{method}",
            found=int(whole.sum()),
            planned=whole.size,
            allowed=FEWEST[method],
            of=output.name,
            metric=metric,
            scenario=scenario,
        )
    table = output.table.loc[kept.index]
    y = table.mean(axis=1).to_numpy(dtype=np.float64)
    noise = _noise(table.to_numpy(dtype=np.float64))
    constant = bool(np.ptp(y) <= 1e-12 * np.abs(y).max())
    streams = Streams(sweep.seed)
    rng = streams.generator(f"sensitivity|{scenario}|{metric}|{output.strategy}|{output.baseline}")
    if constant:
        rows = [{"factor": f.name, "index": MAIN[method], "detected": False} for f in factors]
    elif method == "morris":
        rows = morris_rows(factors, kept, y, noise["sd"], rng)
    elif method == "saltelli":
        rows = saltelli_rows(factors, y, noise["noise"], second, rng)
    else:
        rows = pawn_rows(factors, kept, y, rng)
    blank = {"other": "", "value": np.nan, "low": np.nan, "high": np.nan}
    found = pd.DataFrame([{**blank, "floor": np.nan, "detected": pd.NA, **row} for row in rows])
    found["detected"] = found["detected"].astype("boolean")
    return _sorted(found, MAIN[method]).assign(
        scenario=scenario,
        metric=metric,
        method=method,
        kind=output.kind,
        of=output.name,
        strategy=output.strategy,
        baseline=output.baseline,
        blocks=int(whole.sum()),
        dropped=int((~whole).sum()),
        points=len(kept),
        pairs=int(table.notna().sum(axis=1).min()),
        censored=int(output.censored.loc[kept.index].sum()),
        **{name: noise[name] for name in ("between", "chance", "rest", "noise")},
        constant=constant,
    )[_COLUMNS]


_COLUMNS = ["scenario", "metric", "method", "kind", "of", "strategy", "baseline"]
_COLUMNS += ["factor", "other", "index", "value", "low", "high", "floor", "detected"]
_COLUMNS += ["blocks", "dropped", "points", "pairs", "censored"]
_COLUMNS += ["between", "chance", "rest", "noise", "constant"]


def _sorted(found: pd.DataFrame, main: str) -> pd.DataFrame:
    """Return the factors told from noise first, then by their index."""
    rows = found[found["index"] == main].set_index("factor")
    entries = [not pd.isna(each) and bool(each) for each in rows["detected"]]
    order = rows.assign(detected=entries).sort_values(
        ["detected", "value"], ascending=False, kind="stable"
    )
    rank = {name: k for k, name in enumerate(order.index)}
    return found.assign(rank=found["factor"].map(rank)).sort_values("rank", kind="stable")
