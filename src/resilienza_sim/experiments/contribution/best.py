"""Each arm at its best: its shares optimised on training histories, judged on others.

Random search with successive halving (Jamieson & Talwalkar 2016, arXiv:1502.07943): many ways to
share the arm's own euros over its own actions are tried on a few histories, the best third of them
on three times as many, and so on. The arm as it is stays in to the end, so that the gain on the
histories it was chosen on stands beside the gain on histories that nobody has seen: the difference
is what chance had added (regression to the mean).

Histories of both kinds are drawn by `histories.Histories`, each with people of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilienza_sim.experiments.allocations import near, shares_of
from resilienza_sim.experiments.histories import Histories
from resilienza_sim.experiments.many_arms import decision_index, made_plan, strategies_of
from resilienza_sim.experiments.plan import Arm, Plan, bench_of
from resilienza_sim.experiments.runner import Bench
from resilienza_sim.metrics import describe_metric
from resilienza_sim.statistics import MINIMUM_PAIRS, mean_interval, side
from resilienza_sim.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Callable

    from resilienza_sim.scenario import Scenario
    from resilienza_sim.strategies import Strategy

__all__ = ["Best", "Search", "held_out", "rungs", "search_of", "winners"]

Floats = NDArray[np.float64]

CANDIDATES, FIRST_HISTORIES = 27, 4
"""Ways to share that each arm tries, itself among them, and histories of the first rung
(assumption: 27 = 3^3 leaves nine, then three)."""
ETA = 3
"""One in so many goes on to the next rung, on so many times the histories (Jamieson & Talwalkar
2016; 3 or 4 are usual)."""
CONCENTRATIONS = (None, 10.0, 40.0)
"""Of the Dirichlet draws, in turn: anywhere among the arm's actions, far from its shares, near them
(assumption)."""
_FINALISTS = 3


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the search: how many candidates of each arm, on how many histories."""

    candidates: int
    histories: int


def rungs(candidates: int = CANDIDATES, histories: int = FIRST_HISTORIES) -> tuple[Rung, ...]:
    """Return the steps of the search, from many candidates to few."""
    steps = [Rung(candidates, histories)]
    while steps[-1].candidates > _FINALISTS:
        last = steps[-1]
        steps.append(Rung(-(-last.candidates // ETA), last.histories * ETA))
    return tuple(steps)


@dataclass(frozen=True)
class Search:
    """What is searched: arms, their candidates, and the plan to run some of them.

    Parameters
    ----------
    arms : tuple of Strategy
        The arms with anything to share: two lines or more in some phase.
    fixed : tuple of Strategy
        The others, which are their own best.
    candidates : dict of tuples of Arm
        Of each arm; the first is the arm as it is.
    steps : tuple of Rung
        Of the search.
    plan : Plan
        The first rung; `at` gives the others.
    """

    arms: tuple[Strategy, ...]
    fixed: tuple[Strategy, ...]
    candidates: dict[str, tuple[Arm, ...]]
    steps: tuple[Rung, ...]
    plan: Plan

    def at(self, step: int, alive: dict[str, tuple[Arm, ...]]) -> Plan:
        """Return the plan of one rung: the candidates still alive, and the arms as they are."""
        wanted = {
            each.name: each
            for name, some in alive.items()
            for each in (self.candidates[name][0], *some)
        }
        by_pair = [tuple(wanted)] * self.steps[step].histories
        return made_plan("training", bench_of(self.plan), wanted, self.plan.seed, by_pair=by_pair)


def search_of(
    scenario: Scenario,
    arms: Sequence[Strategy],
    *,
    seed: int,
    decision: str | None = None,
    candidates: int = CANDIDATES,
    first_histories: int = FIRST_HISTORIES,
    histories: Histories | None = None,
) -> Search:
    """Return the search of each arm's best.

    Parameters
    ----------
    scenario : Scenario
        With its citizens and parameters already set.
    arms : sequence of Strategy
        Each with a name of its own.
    seed : int
        Of the study: training histories and people have a seed derived from it, those held out
        have this.
    decision : str, optional
        ISO date of one of the scenario's decisions, the first by default.
    candidates, first_histories : int
        Of the first rung.
    histories : Histories, optional
        How they are drawn.
    """

    def shareable(arm: Strategy) -> bool:
        return any(len(getattr(arm, phase)) > 1 for phase in ("normal", "emergency", "recovery"))

    free = tuple(arm for arm in arms if shareable(arm))
    made = {}
    for arm in free:
        tried = [
            Arm(
                f"{arm.name}:{k}",
                near(arm, "candidate", seed, k, CONCENTRATIONS[k % len(CONCENTRATIONS)]),
            )
            for k in range(1, candidates)
        ]
        made[arm.name] = (Arm(f"{arm.name}:0", arm), *tried)
    steps = rungs(candidates, first_histories)
    everyone = {each.name: each for some in made.values() for each in some}
    bench = Bench(
        {"": scenario},
        tuple(arms),
        decision_index(scenario, decision),
        series=(),
        euros=True,
        histories=histories or Histories(),
    )
    own = int(Streams(seed).generator("training").integers(2**62))
    by_pair = [tuple(everyone)] * steps[0].histories
    plan = made_plan("training", bench, everyone, own, by_pair=by_pair)
    fixed = tuple(arm for arm in arms if arm not in free)
    return Search(free, fixed, made, steps, plan)


def winners(
    search: Search, metric: str, run: Callable[[Plan], pd.DataFrame]
) -> tuple[dict[str, Arm], pd.DataFrame]:
    """Return the best candidate of each arm, and its gain over the arm in training.

    Parameters
    ----------
    search : Search
        From `search_of`.
    metric : str
        What is made best.
    run : callable
        Runs a plan and returns its values, by ``(replicate, strategy)``.

    Returns
    -------
    best : dict of Arm
        By name of the arm.
    training : pandas.DataFrame
        One row an arm: `strategy`, `winner`, `training_gain` on the histories of the last rung,
        `histories`.
    """
    alive = dict(search.candidates)
    table = pd.DataFrame()
    for step in range(len(search.steps)):
        table = _gain_of(run(search.at(step, alive)), metric)
        last = step + 1 == len(search.steps)
        left = 1 if last else search.steps[step + 1].candidates
        alive = {name: _ahead(some, table, left) for name, some in alive.items()}
    best = {name: some[0] for name, some in alive.items()}
    rows = []
    for name, winner in best.items():
        gained = table[winner.name] - table[search.candidates[name][0].name]
        rows.append((name, winner.name, float(gained.mean()), int(gained.notna().sum())))
    names = ["strategy", "winner", "training_gain", "histories"]
    return best, pd.DataFrame(rows, columns=names)


def _gain_of(runs: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Return the gain of each arm in each replicate: more is better, whatever the metric."""
    sign = 1.0 if describe_metric(metric)["better"] == "higher" else -1.0
    return sign * runs[metric].astype(float).unstack("strategy")


def _ahead(some: tuple[Arm, ...], table: pd.DataFrame, left: int) -> tuple[Arm, ...]:
    """Return the candidates with the highest mean gain over the histories that all of them have.

    A candidate without half of the histories is out; the earlier wins a tie.
    """
    names = [each.name for each in some]
    known = table.reindex(columns=names)
    fit = known.columns[known.notna().mean() >= 0.5]
    mean = known[fit].dropna().mean()
    order = sorted(
        (each for each in some if each.name in fit and np.isfinite(mean[each.name])),
        key=lambda each: (-float(mean[each.name]), names.index(each.name)),
    )
    return tuple(order[:left]) or some[:1]


def held_out(search: Search, best: dict[str, Arm], *, pairs: int, seed: int) -> Plan:
    """Return the plan that judges every arm as it is and at its best, on other histories."""
    wanted = {f"{name}:0": search.candidates[name][0] for name in best}
    wanted |= {arm.name: arm for arm in best.values()}
    wanted |= {f"{arm.name}:0": Arm(f"{arm.name}:0", arm) for arm in search.fixed}
    return made_plan("held_out", bench_of(search.plan), wanted, seed, pairs=pairs)


@dataclass(frozen=True)
class Best:
    """Every arm as it is and at its best, on histories that the search has not seen.

    Parameters
    ----------
    search : Search
        What was searched.
    best : dict of Arm
        Winner of each arm that was searched.
    training : pandas.DataFrame
        From `winners`.
    plan : Plan
        From `held_out`.
    runs : pandas.DataFrame
        Its runs that went well.
    metric : str
        What was made best.
    """

    search: Search
    best: dict[str, Arm]
    training: pd.DataFrame
    plan: Plan
    runs: pd.DataFrame
    metric: str

    @property
    def names(self) -> list[str]:
        """The arms, in the order given."""
        return [each.name for each in strategies_of(self.plan)]

    def _sides(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the gains as they are and at their best, histories by arms."""
        gains = _gain_of(self.runs, self.metric).reindex(columns=list(self.plan.arms))
        old = gains[[f"{name}:0" for name in self.names]].set_axis(self.names, axis=1)
        chosen = [self.best[n].name if n in self.best else f"{n}:0" for n in self.names]
        return old, gains[chosen].set_axis(self.names, axis=1)

    def _interval(self, d: pd.Series, name: str) -> tuple[float, float, float, int, str]:
        values = d.dropna().to_numpy(np.float64)
        low, high = mean_interval(values)
        said = {1: "better", -1: "worse"}.get(side(low, high), "undecided")
        if len(values) < MINIMUM_PAIRS:
            said = "undecided"
        return float(values.mean()) if len(values) else np.nan, low, high, len(values), said

    def table(self) -> pd.DataFrame:
        """Return one row an arm: what it gains at its best, in training and held out.

        Columns: `strategy`, `winner` (empty when the arm has nothing to share), `training_gain`,
        `held_out_gain` with `low` and `high` (positive is better), `verdict`, `rank` and
        `rank_at_best` among the arms, `value` and `value_at_best` of the metric, `spent_eur` and
        `spent_eur_at_best`, `n`, `dropped`.
        """
        sign = 1.0 if describe_metric(self.metric)["better"] == "higher" else -1.0
        old, new = self._sides()
        spent = self.runs["spent_eur"].groupby(level="strategy").mean()
        trained = self.training.set_index("strategy")
        ranks = [each.mean().rank(ascending=False, method="min") for each in (old, new)]
        rows = []
        for name in self.names:
            mean, low, high, n, said = self._interval(new[name] - old[name], name)
            found = name in self.best
            winner = self.best[name].name if found else f"{name}:0"
            rows.append(
                {
                    "strategy": name,
                    "winner": winner if found else "",
                    "training_gain": float(trained["training_gain"][name]) if found else np.nan,
                    "held_out_gain": mean,
                    "low": low,
                    "high": high,
                    "verdict": said,
                    "rank": _whole(ranks[0][name]),
                    "rank_at_best": _whole(ranks[1][name]),
                    "value": sign * float(old[name].mean()),
                    "value_at_best": sign * float(new[name].mean()),
                    "spent_eur": float(spent.get(f"{name}:0", np.nan)),
                    "spent_eur_at_best": float(spent.get(winner, np.nan)),
                    "n": n,
                    "dropped": self.plan.pairs - n,
                }
            )
        return pd.DataFrame(rows)

    def order(self) -> pd.DataFrame:
        """Return one row for every two arms: who is ahead as they are, and at their best.

        Columns: `one`, `other`, `before` and `after` (mean lead of `one` over `other`) each with
        `_low`, `_high` and `_verdict`, and `change`: "stays", "turns" (both leads decided, on
        opposite sides) or "undecided".
        """
        old, new = self._sides()
        rows = []
        for k, one in enumerate(self.names):
            for other in self.names[k + 1 :]:
                row: dict[str, object] = {"one": one, "other": other}
                said = []
                for when, gains in (("before", old), ("after", new)):
                    found = self._interval(gains[one] - gains[other], f"{when}|{one}|{other}")
                    row |= {when: found[0], f"{when}_low": found[1], f"{when}_high": found[2]}
                    row[f"{when}_verdict"] = found[4]
                    said.append(found[4])
                sure = "stays" if said[0] == said[1] else "turns"
                row["change"] = "undecided" if "undecided" in said else sure
                rows.append(row)
        return pd.DataFrame(rows)

    def shares(self) -> pd.DataFrame:
        """Return one row a line of each arm: its share as it is and at its best."""
        rows = []
        for name, arm in self.best.items():
            old = shares_of(self.search.candidates[name][0].strategy)
            for line, (*_, share) in zip(old, shares_of(arm.strategy), strict=True):
                rows.append((name, *line, share))
        columns = ["strategy", "phase", "action", "variant", "share", "share_at_best"]
        return pd.DataFrame(rows, columns=columns)


def _whole(rank: float) -> int | None:
    return int(rank) if np.isfinite(rank) else None
