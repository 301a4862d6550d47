"""What is obtained for the euros spent: effect per 1,000 euros, and the acceptability curve.

Effects and costs are differences from the arm that leaves its purse unspent or, where the study
lacks it, from the baseline. The curve gives, for every sum one is ready to pay for a unit of
effect, the chance that an arm has the highest net benefit, over bootstrap samples of the pairs
(van Hout et al. 1994, doi:10.1002/hec.4730030505; Fenwick, Claxton & Sculpher 2001,
doi:10.1002/hec.635; from memory). Volunteers' hours may count at a shadow price.

Of a sweep, effects and costs are the means over its points, replicate by replicate.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilienza_sim.experiments import manifest as manifests
from resilienza_sim.experiments.outcomes import over_points
from resilienza_sim.statistics import bootstrap_ends
from resilienza_sim.streams import Streams

if TYPE_CHECKING:
    from resilienza_sim.experiments.study import Study

    Study: TypeAlias = Study

__all__ = ["HOURS", "acceptability", "best_buys", "cost_effectiveness", "reference"]

Floats = NDArray[np.float64]

UNSPENT = "none"
SPENT = "spent_eur"
HOURS = "volunteer_hours"
"""Series of the hours that volunteers give in a week, per 1,000 citizens."""

_RESAMPLES = 2_000
_LEAST_COST = 0.01
"""Share of the dearest arm's cost below which an arm costs as good as nothing: no ratio is told."""
_ROOM = 3.0
"""The curve goes on to three times the price at which the cheapest effect is bought."""


def reference(study: Study) -> str:
    """Return the arm that effects and costs are counted from."""
    return UNSPENT if UNSPENT in study.strategies else study.baseline


def _of_weeks(study: Study, column: str) -> pd.DataFrame:
    """Return the sum of a series from the decision to the end, replicates by arms."""
    weekly = study.tidy_series(column)
    horizon = study.manifest["horizons"].get(study.manifest["decision"])
    if horizon is not None:
        weekly = weekly[weekly["week"] > weekly["week"].max() - horizon]
    total = weekly.groupby(["replicate", "strategy"], sort=True)[column].sum()
    return total.unstack("strategy").reindex(columns=study.strategies)


def _tables(study: Study, metric: str, hour_eur: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the metric and the costs, replicates by arms."""
    if study.is_sweep:
        return over_points(study.values(metric)), over_points(study.values(SPENT))
    cost = _of_weeks(study, SPENT)
    if hour_eur:
        thousands = (manifests.heads_of(study.manifest) or 0) / 1000.0
        cost = cost + hour_eur * thousands * _of_weeks(study, HOURS)
    return study.table(metric), cost


def _differences(study: Study, metric: str, hour_eur: float) -> tuple[Floats, Floats]:
    """Return effects and costs beyond the reference's, shape (pairs, arms)."""
    base = reference(study)
    effect, cost = _tables(study, metric, hour_eur)
    effect = (study.describe(metric).direction or 1) * effect
    effect, cost = effect.sub(effect[base], axis=0), cost.sub(cost[base], axis=0)
    kept = effect.dropna().index.intersection(cost.dropna().index)
    return effect.loc[kept].to_numpy(float), cost.loc[kept].to_numpy(float)


def _resampled(study: Study, metric: str, *values: Floats) -> list[Floats]:
    """Return the means of bootstrap samples of the pairs, shape (resamples, arms) each."""
    n = len(values[0])
    name = f"value|{study.manifest['decision']}|{metric}"
    rng = Streams(study.seed).generator(name)
    weights = rng.multinomial(n, np.full(n, 1.0 / n), _RESAMPLES) / n
    return [weights @ each for each in values]


def cost_effectiveness(study: Study, metric: str, hour_eur: float = 0.0) -> pd.DataFrame:
    """Return the effect per 1,000 euros of every arm but the reference.

    Columns: `strategy`, `reference`, `n` pairs, mean `effect` (positive is better) and `cost_eur`,
    their ratio `per_1000_eur` with `low` and `high` (95 %, expanded percentiles of the bootstrap).
    The ratio is undefined where the arm does not cost more than the reference, or hardly more; its
    interval where that is so in any sample.
    """
    columns = ["strategy", "reference", "n", "effect", "cost_eur", "per_1000_eur", "low", "high"]
    if not _has_costs(study):
        return pd.DataFrame(columns=columns)
    base = reference(study)
    effect, cost = _differences(study, metric, hour_eur)
    n = len(effect)
    if not n:
        return pd.DataFrame(columns=columns)
    some_effect, some_cost = _resampled(study, metric, effect, cost)
    rows = []
    for k, arm in enumerate(study.strategies):
        if arm == base:
            continue
        mean, euros = float(effect[:, k].mean()), float(cost[:, k].mean())
        ratio = low = high = math.nan
        if euros > _LEAST_COST * np.abs(cost).mean(axis=0).max():
            ratio = 1000.0 * mean / euros
            if n > 1 and (some_cost[:, k] > 0.0).all():
                spread = 1000.0 * some_effect[:, k] / some_cost[:, k]
                low, high = (float(end) for end in bootstrap_ends(spread, n))
        rows.append([arm, base, n, mean, euros, ratio, low, high])
    return pd.DataFrame(rows, columns=columns)


def acceptability(
    study: Study, metric: str, hour_eur: float = 0.0, points: int = 61
) -> pd.DataFrame:
    """Return the chance of each arm to be the best, by the euros one unit of effect is worth.

    One row for each of `points` sums `eur`, one column for each arm, the reference among them; arms
    that tie share the chance.
    """
    if not _has_costs(study):
        return pd.DataFrame(columns=["eur", *study.strategies])
    effect, cost = _differences(study, metric, hour_eur)
    if not len(effect):
        return pd.DataFrame(columns=["eur", *study.strategies])
    some_effect, some_cost = _resampled(study, metric, effect, cost)
    prices = np.linspace(0.0, _most(study, metric, effect, cost), points)
    chances = []
    for price in prices:
        benefit = price * some_effect - some_cost
        best = benefit >= benefit.max(axis=1, keepdims=True) - 1e-9
        chances.append((best / best.sum(axis=1, keepdims=True)).mean(axis=0))
    table = pd.DataFrame(chances, columns=study.strategies)
    table.insert(0, "eur", prices)
    return table


def best_buys(curve: pd.DataFrame) -> pd.DataFrame:
    """Return which arm is most likely the best between which sums, from `acceptability`.

    Columns: `from_eur`, `to_eur` (the sums shown of the curve, the last included), `strategy`
    (several joined by " + " where they tie), `least` and `most` of its chance between them.
    """
    rows: list[dict[str, Any]] = []
    arms = [name for name in curve if name != "eur"]
    chances = curve[arms].to_numpy(float)
    for eur, row in zip(curve["eur"], chances, strict=True):
        top = float(row.max())
        names = " + ".join(n for n, c in zip(arms, row, strict=True) if c >= top - 1e-9)
        if rows and rows[-1]["strategy"] == names:
            rows[-1] |= {
                "to_eur": eur,
                "least": min(rows[-1]["least"], top),
                "most": max(rows[-1]["most"], top),
            }
        else:
            first = {"from_eur": eur, "to_eur": eur, "strategy": names}
            rows.append(first | {"least": top, "most": top})
    return pd.DataFrame(rows, columns=["from_eur", "to_eur", "strategy", "least", "most"])


def _has_costs(study: Study) -> bool:

    kept = study.metrics if study.is_sweep else study.indicators
    return len(study.runs) > 0 and SPENT in kept


def _most(study: Study, metric: str, effect: Floats, cost: Floats) -> float:
    """Return the highest sum worth showing, a round number."""
    gain, euros = effect.mean(axis=0), cost.mean(axis=0)
    bought = (gain > 0.0) & (euros > 0.0)
    if bought.any():
        price = float((euros[bought] / gain[bought]).min())
    else:
        least = study.describe(metric).effect_of_interest or 1.0
        price = float(np.abs(euros).max()) / least or 1.0
    wanted = _ROOM * price
    size = 10.0 ** math.floor(math.log10(wanted))
    return next(step * size for step in (1.0, 2.0, 5.0, 10.0) if step * size >= wanted)
