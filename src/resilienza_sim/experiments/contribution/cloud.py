"""The benchmark of docs/odd.md, rule 3: where each arm stands among random allocations.

Random allocations of the same purse (`allocations.random_allocation`) are run on the same pairs as
the arms. The percentile of an arm is the share of the cloud whose mean over the pairs it beats,
ties counting half. Its interval is an expanded percentile bootstrap over pairs and over the cloud
at once: a few pairs and a few allocations both make it wide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.allocations import RANDOM, menu_of, shares_of
from resilienza_sim.experiments.allocations import allocations as drawn
from resilienza_sim.experiments.many_arms import decision_index, made_plan, strategies_of
from resilienza_sim.experiments.plan import Arm, Plan
from resilienza_sim.experiments.runner import RECEIVED, Bench
from resilienza_sim.metrics import describe_metric
from resilienza_sim.reading import seed_of
from resilienza_sim.statistics import MINIMUM_PAIRS, bootstrap_ends, side
from resilienza_sim.streams import Streams

if TYPE_CHECKING:
    from resilienza_sim.scenario import Scenario
    from resilienza_sim.strategies import Strategy

__all__ = ["ALLOCATIONS", "Cloud", "make_cloud", "percentiles"]

Floats = NDArray[np.float64]

ALLOCATIONS = 200
"""Random allocations of the cloud (docs/odd.md, rule 3; their number: assumption)."""
_RESAMPLES = 2_000


def chosen_arms(
    scenario: Scenario, strategies: Sequence[str | Path | Strategy] | None
) -> tuple[Strategy, ...]:
    """Return the arms to hold against random allocations, by default the scenario's.

    Raises
    ------
    ResilienzaError
        If a strategy does not exist, two share a name, or none of them buys anything.
    """
    arms = scenario.arms(strategies)
    if not menu_of(arms):
        raise ResilienzaError("nothing_to_attribute")
    return arms


def make_cloud(
    scenario: Scenario,
    strategies: Sequence[str | Path | Strategy] | None = None,
    *,
    allocations: int = ALLOCATIONS,
    pairs: int | None = None,
    seed: int = 1,
    decision: str | None = None,
) -> Plan:
    """Return the plan of a cloud and of the arms that are held against it.

    Parameters
    ----------
    scenario : Scenario
        With its citizens and parameters already set.
    strategies : sequence, optional
        Names, files or strategies; the scenario's own by default. Allocations buy what any of them
        buys.
    allocations : int
        Random allocations.
    pairs, seed, decision
        As for `games.make_attribution`.
    """
    seed = seed_of(seed)
    arms = chosen_arms(scenario, strategies)
    every = {arm.name: arm for arm in arms} | drawn(arms, seed, allocations)
    made = {name: Arm(name, each) for name, each in every.items()}
    bench = Bench({"": scenario}, arms, decision_index(scenario, decision), series=(), euros=True)
    n = scenario.study.pairs if pairs is None else pairs
    return made_plan("cloud", bench, made, seed, pairs=n)


def percentiles(arms: Floats, cloud: Floats, rng: np.random.Generator) -> Floats:
    """Return which share of the cloud each arm beats, and its interval.

    Parameters
    ----------
    arms : array of float, shape (pairs, arms)
        Gains: more is better.
    cloud : array of float, shape (pairs, allocations)
        The same of the random allocations, in the same pairs.
    rng : numpy.random.Generator
        Draws the bootstrap.

    Returns
    -------
    array of float, shape (arms, 3)
        Share beaten (0 to 1, ties half), low and high of the 95 % interval; nan without pairs or
        allocations, the interval nan with fewer than two of either.
    """
    pairs, size = cloud.shape
    found = np.full((arms.shape[1], 3), np.nan)
    if not pairs or not size:
        return found
    found[:, 0] = _beaten(arms.mean(axis=0)[None], cloud.mean(axis=0)[None], None)[0]
    if pairs < 2 or size < 2:
        return found
    weights = rng.multinomial(pairs, np.full(pairs, 1.0 / pairs), _RESAMPLES) / pairs
    counts = rng.multinomial(size, np.full(size, 1.0 / size), _RESAMPLES) / size
    shares = _beaten(weights @ arms, weights @ cloud, counts)
    found[:, 1:] = bootstrap_ends(shares, min(pairs, size)).T
    return found


def _beaten(arms: Floats, cloud: Floats, counts: Floats | None) -> Floats:
    """Return the share of the cloud beaten, shape (samples, arms)."""
    shares = np.empty(arms.shape)
    # Means of the same numbers under other weights differ in their last bits.
    near = 1e-12 * max(1.0, float(np.abs(cloud).max()))
    for k in range(arms.shape[1]):
        gap = arms[:, k : k + 1] - cloud
        won = np.where(np.abs(gap) <= near, 0.5, gap > 0.0)
        shares[:, k] = won.mean(axis=1) if counts is None else (won * counts).sum(axis=1)
    return shares


@dataclass(frozen=True)
class Cloud:
    """A cloud that was run.

    Parameters
    ----------
    plan : Plan
        What was run.
    runs : pandas.DataFrame
        The runs that went well, by ``(replicate, strategy)``.
    """

    plan: Plan
    runs: pd.DataFrame

    @property
    def arms(self) -> list[str]:
        """Names of the arms."""
        return [each.name for each in strategies_of(self.plan)]

    @property
    def allocations(self) -> list[str]:
        """Names of the random allocations."""
        return [name for name in self.plan.arms if name.startswith(RANDOM)]

    def gains(self, metric: str) -> tuple[pd.DataFrame, int]:
        """Return the gain of every arm and allocation in each pair, and how many were dropped.

        More is better, whatever the metric. A pair without some value of an arm is dropped, and an
        allocation without a value in a pair that stays.
        """
        sign = _sign(metric)
        wide = sign * self.runs[metric].unstack("strategy").reindex(columns=list(self.plan.arms))
        wide = wide.reindex(range(self.plan.pairs))
        kept = wide[wide[self.arms].notna().all(axis=1)]
        whole = kept.dropna(axis=1)
        return whole, wide.shape[0] - kept.shape[0] + wide.shape[1] - whole.shape[1]

    def table(self, metric: str) -> pd.DataFrame:
        """Return one row an arm: its gain, its place in the cloud, its euros.

        Columns: `strategy`, `value` (mean of the metric), `percentile` (0 to 100) with `low` and
        `high`, `verdict` ("better", "worse" than a random allocation, "undecided"), `received_eur`,
        `spent_eur`, `spent_share` of the purse received, `n` pairs, `cloud` allocations, `dropped`.
        """
        gains, dropped = self.gains(metric)
        cloud = gains[[name for name in self.allocations if name in gains]]
        rng = Streams(self.plan.seed).generator(f"cloud|{metric}")
        places = 100.0 * percentiles(gains[self.arms].to_numpy(), cloud.to_numpy(), rng)
        euros = self.euros().set_index("strategy")
        rows = []
        for name, (place, low, high) in zip(self.arms, places, strict=True):
            rows.append(
                {
                    "strategy": name,
                    "value": _sign(metric) * float(gains[name].mean()),
                    "percentile": place,
                    "low": low,
                    "high": high,
                    "verdict": _verdict(low, high, len(gains)),
                    **euros.loc[name].to_dict(),
                    "n": len(gains),
                    "cloud": cloud.shape[1],
                    "dropped": dropped,
                }
            )
        return pd.DataFrame(rows)

    def euros(self) -> pd.DataFrame:
        """Return the purse of every arm and allocation since the decision, means over pairs.

        Columns: `strategy`, `received_eur`, `spent_eur`, `spent_share`.
        """
        mean = self.runs[[RECEIVED, "spent_eur"]].groupby(level="strategy").mean()
        mean = mean.reindex(list(self.plan.arms))
        mean["spent_share"] = mean["spent_eur"] / mean[RECEIVED]
        return mean.reset_index(names="strategy")

    def unequal(self) -> float:
        """Return the largest difference, in any pair, between the purses received: 0 if equal."""
        received = self.runs[RECEIVED].groupby(level="replicate")
        return float((received.max() - received.min()).max())

    def shares(self, metric: str) -> pd.DataFrame:
        """Return one row a line of every random allocation, with its mean of the metric."""
        means = _sign(metric) * self.gains(metric)[0].mean()
        rows = [
            (name, *line, means.get(name, np.nan))
            for name in self.allocations
            for line in shares_of(self.plan.made[name].strategy)
        ]
        return pd.DataFrame(
            rows, columns=["strategy", "phase", "action", "variant", "share", metric]
        )


def _sign(metric: str) -> int:
    return 1 if describe_metric(metric)["better"] == "higher" else -1


def _verdict(low: float, high: float, pairs: int) -> str:
    found = side(low - 50.0, high - 50.0) if pairs >= MINIMUM_PAIRS else 0
    return {1: "better", -1: "worse"}.get(found, "undecided")
