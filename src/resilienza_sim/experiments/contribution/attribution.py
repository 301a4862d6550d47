"""What each action of a strategy is worth: its Shapley value, pair by pair.

What a coalition of actions gains is the metric less the metric with nothing funded, with the sign
that makes more of it better: see `games` for the coalitions, `coalitions` for the method. Orders
are sampled anew in each pair, so that the interval over pairs carries that chance too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Unpack

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilienza_sim.arguments import named
from resilienza_sim.experiments.comparison import OfATown, TownChoices
from resilienza_sim.experiments.contribution.coalitions import interactions, sampled, shapley
from resilienza_sim.experiments.contribution.games import Game, make_attribution
from resilienza_sim.experiments.many_arms import read_values
from resilienza_sim.experiments.plan import Plan, default_folder
from resilienza_sim.experiments.session import Running, taken
from resilienza_sim.files import place_of
from resilienza_sim.metrics import describe_metric
from resilienza_sim.scenario import Scenario
from resilienza_sim.statistics import MINIMUM_PAIRS, bootstrap_ends, mean_interval, side
from resilienza_sim.strategies import Strategy
from resilienza_sim.streams import Streams

__all__ = ["Attribution", "Choices", "Request", "attribute"]

Floats = NDArray[np.float64]

_RESAMPLES = 2_000
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Attribution:
    """An attribution that was run.

    Parameters
    ----------
    folder : Path
        Folder of the study.
    plan : Plan
        What was run.
    games : tuple of Game
        One for each strategy.
    runs : pandas.DataFrame
        The runs that went well, by ``(replicate, strategy)``.
    """

    folder: Path
    plan: Plan
    games: tuple[Game, ...]
    runs: pd.DataFrame

    def gains(self, game: Game, metric: str) -> tuple[list[int], list[dict[int, float]]]:
        """Return the pairs with every coalition defined, and what each gains in them."""
        direction = self.direction(metric)
        values = self.runs[metric] * direction
        pairs, found = [], []
        for pair in range(game.pairs):
            names = {mask: game.name(mask) for mask in game.masks(pair)}
            keys = [(pair, name) for name in names.values()]
            got = values.reindex(keys).to_numpy(dtype=np.float64)
            if np.isfinite(got).all():
                pairs.append(pair)
                found.append(dict(zip(names, (got - got[0]).tolist(), strict=True)))
        return pairs, found

    def direction(self, metric: str) -> int:
        """Return +1 where more of a metric is better, -1 where less is."""
        return 1 if describe_metric(metric)["better"] == "higher" else -1

    def values(self, game: Game, metric: str) -> tuple[pd.DataFrame, Floats]:
        """Return the Shapley value of each player in each pair, and the variance of sampling.

        Rows are pairs, columns players; the variance, shape (pairs, players), is zero when every
        coalition was run.
        """
        pairs, gains = self.gains(game, metric)
        n = len(game.players)
        spread = np.zeros((len(pairs), n))
        if not pairs:
            found = np.zeros((0, n))
        elif game.exact:
            found = shapley(np.array([[v[m] for m in range(1 << n)] for v in gains]))
        else:
            each = [sampled(game.orders[p], v) for p, v in zip(pairs, gains, strict=True)]
            found = np.array([mean for mean, _ in each])
            spread = np.array([variance for _, variance in each])
        index = pd.Index(pairs, name="replicate")
        return pd.DataFrame(found, index, list(game.players)), spread

    def residual(self, game: Game, metric: str) -> float:
        """Return the largest gap, over pairs, between the values' sum and what all gain.

        The efficiency axiom says zero but for rounding: relative to the largest gain.
        """
        _, gains = self.gains(game, metric)
        values, _ = self.values(game, metric)
        if not gains:
            return np.nan
        whole = np.array([v[game.everybody] for v in gains])
        scale = max(float(np.abs(whole).max()), float(np.abs(values.to_numpy()).max()), 1e-300)
        return float(np.abs(values.to_numpy().sum(axis=1) - whole).max() / scale)

    def euros(self, game: Game) -> pd.DataFrame:
        """Return what each player spends when all are funded, pairs by players, and the purse."""
        name = game.name(game.everybody)
        rows = self.runs[self.runs.index.get_level_values("strategy") == name].droplevel("strategy")
        columns = {
            player: sum(
                (rows[f"eur_{kind}"].fillna(0.0) for kind in kinds if f"eur_{kind}" in rows),
                start=pd.Series(0.0, rows.index),
            )
            for player, kinds in game.kinds.items()
        }
        return pd.DataFrame(columns)

    def totals(self, metric: str) -> pd.DataFrame:
        """Return one row a strategy: what it gains as a whole, its interval, its euros.

        Columns: `strategy`, `players`, `exact`, `n`, `dropped`, `effect`, `low`, `high`,
        `spent_eur`, `received_eur`, `residual` (see `residual`).
        """
        rows = []
        for game in self.games:
            _, gains = self.gains(game, metric)
            whole = np.array([v[game.everybody] for v in gains], np.float64)
            low, high = mean_interval(whole)
            names = self.runs.index.get_level_values("strategy")
            full = self.runs[names == game.name(game.everybody)]
            rows.append(
                {
                    "strategy": game.strategy.name,
                    "players": len(game.players),
                    "exact": game.exact,
                    "n": len(gains),
                    "dropped": game.pairs - len(gains),
                    "effect": float(whole.mean()) if len(whole) else np.nan,
                    "low": low,
                    "high": high,
                    "spent_eur": float(full["spent_eur"].mean()),
                    "received_eur": float(full["received_eur"].mean()),
                    "residual": self.residual(game, metric),
                }
            )
        return pd.DataFrame(rows)

    def table(self, metric: str) -> pd.DataFrame:
        """Return one row a strategy and player, by strategy and from the highest worth.

        Columns: `strategy`, `player`, `spent_eur`, `effect` (Shapley value, positive is better)
        with `low` and `high` (95 %, over pairs, the choice of orders included), `sampling` (95
        % half-width that is due to the orders sampled), `share` of the whole effect (nan unless the
        whole effect is decided), `per_1000_eur` with `per_low` and `per_high`, `verdict` ("helps",
        "harms", "nothing", "undecided"), `small` (the interval lies within the smallest effect of
        interest), `n` pairs.
        """
        rows = [row for game in self.games for row in self._rows(game, metric)]
        return pd.DataFrame(rows)

    def _rows(self, game: Game, metric: str) -> list[dict[str, object]]:
        values, spread = self.values(game, metric)
        euros = self.euros(game).reindex(values.index)
        least = self.plan.metrics[metric].effect_of_interest or 0.0
        whole = values.sum(axis=1).to_numpy(np.float64)
        low, high = mean_interval(whole)
        decided = len(whole) >= MINIMUM_PAIRS and side(low, high) != 0
        rows: list[dict[str, object]] = []
        for k, player in enumerate(game.players):
            contribution, spent = values[player].to_numpy(), euros[player].to_numpy()
            low, high = mean_interval(contribution)
            mean = float(contribution.mean()) if len(contribution) else np.nan
            per = _per_1000(contribution, spent, self._rng(game, metric, f"{player}|euros"))
            own = np.sqrt(spread[:, k].sum()) / max(1, len(spread))
            rows.append(
                {
                    "strategy": game.strategy.name,
                    "player": player,
                    "spent_eur": float(spent.mean()) if len(spent) else np.nan,
                    "effect": mean,
                    "low": low,
                    "high": high,
                    "sampling": 1.959964 * float(own),
                    "share": mean / float(whole.mean()) if decided else np.nan,
                    "per_1000_eur": per[0],
                    "per_low": per[1],
                    "per_high": per[2],
                    "verdict": _verdict(contribution, low, high),
                    "small": bool(max(abs(low), abs(high)) < least),
                    "n": len(contribution),
                }
            )
        return sorted(rows, key=lambda row: (-_number(row["effect"]), str(row["player"])))

    def together(self, metric: str) -> pd.DataFrame:
        """Return what every two players gain together beyond apart, largest first.

        Only where every coalition was run. Columns: `strategy`, `one`, `other`, `effect`, `low`,
        `high`, `verdict` ("helps": together they do more; "harms": one does the other's work).
        """
        rows = []
        for game in self.games:
            _, gains = self.gains(game, metric)
            n = len(game.players)
            if not game.exact or not gains or n < 2:
                continue
            couples, found = interactions(np.array([[v[m] for m in range(1 << n)] for v in gains]))
            for (i, j), d in zip(couples, found.T, strict=True):
                one, other = game.players[i], game.players[j]
                low, high = mean_interval(d)
                row = {"strategy": game.strategy.name, "one": one, "other": other}
                said = _verdict(d, low, high)
                rows.append({**row, "effect": d.mean(), "low": low, "high": high, "verdict": said})
        names = ["strategy", "one", "other", "effect", "low", "high", "verdict"]
        table = pd.DataFrame(rows, columns=names)
        order = table["effect"].astype(float).abs().sort_values(ascending=False, kind="stable")
        return table.loc[order.index].reset_index(drop=True)

    def _rng(self, game: Game, metric: str, what: str) -> np.random.Generator:
        return Streams(self.plan.seed).generator(f"shapley|{game.strategy.hash}|{metric}|{what}")


def _number(value: object) -> float:
    found = float(str(value))
    return found if np.isfinite(found) else -np.inf


def _per_1000(
    contribution: Floats, spent: Floats, rng: np.random.Generator
) -> tuple[float, float, float]:
    """Return the effect per 1,000 euros, a ratio of means, with its bootstrap percentiles.

    They are nan where the effect itself has no interval.
    """
    n = len(contribution)
    if not n or not np.isfinite(spent).all() or spent.mean() <= 0.0:
        return np.nan, np.nan, np.nan
    ratio = 1000.0 * float(contribution.mean() / spent.mean())
    weights = rng.multinomial(n, np.full(n, 1.0 / n), _RESAMPLES) / n
    cost = weights @ spent
    if np.isnan(mean_interval(contribution)[0]) or (cost <= 0.0).any():
        return ratio, np.nan, np.nan
    low, high = bootstrap_ends(1000.0 * (weights @ contribution) / cost, n)
    return ratio, float(low), float(high)


def _verdict(contribution: Floats, low: float, high: float) -> str:
    """Return what may be said of a player: its interval leaves zero out, or it does not."""
    if len(contribution) < MINIMUM_PAIRS:
        return "undecided"
    if np.all(np.abs(contribution) <= _ROUNDING):
        return "nothing"
    return {1: "helps", -1: "harms"}.get(side(low, high), "undecided")


@dataclass(frozen=True)
class Prepared:
    """An attribution ready to run: all that was asked for, read and tried once."""

    plan: Plan
    games: tuple[Game, ...]

    def run(
        self,
        folder: Path | None = None,
        how: Running = Running(),  # noqa: B008 (it cannot be changed)
    ) -> Attribution:
        """Run what is missing of it; the parameters are those of `compare`."""
        plan = self.plan
        folder = folder or default_folder(plan, "-attribution")
        how.session(folder, [plan.total]).whole(plan)
        return Attribution(folder, plan, self.games, read_values(folder, plan))


class Choices(TownChoices, total=False):
    """What `attribute` is given by name: the fields of `Running`, and those of `Request`."""

    by: str
    reallocate: bool
    permutations_a_pair: int | None
    decision: str | None


@dataclass(frozen=True, kw_only=True)
class Request(OfATown):
    """What is asked of an attribution, before anything is read; see `attribute`."""

    strategies: Sequence[str | Path | Strategy] | None = None
    by: str = "action"
    reallocate: bool = False
    permutations_a_pair: int | None = None
    decision: str | None = None

    def prepared(self) -> Prepared:
        """Return the attribution ready to run.

        Raises
        ------
        ResilienzaError
            If something asked for is not there or not allowed.
        """
        scenario, _ = self.town()
        plan, games = make_attribution(
            scenario,
            self.strategies,
            pairs=self.pairs,
            seed=self.seed,
            by=self.by,
            reallocate=self.reallocate,
            permutations_a_pair=self.permutations_a_pair,
            decision=self.decision,
        )
        return Prepared(plan, games)


@named
def attribute(
    scenario: Scenario | str | Path,
    strategies: Sequence[str | Path | Strategy] | None = None,
    pairs: int | None = None,
    *,
    out: str | Path | None = None,
    **choices: Unpack[Choices],
) -> Attribution:
    """Run the coalitions of the actions of some strategies and return what each is worth.

    Parameters
    ----------
    scenario : Scenario, or its name or file
        The town and its history.
    strategies, pairs
        See `make_attribution`.
    out
        As for `compare`.
    **choices
        How it is run (fields of `Running`) and what is asked (fields of `Request`): `citizens`,
        `parameters`, `twin` as for `compare`, the others as for `make_attribution`.

    Raises
    ------
    ResilienzaError
        If something asked for is not there, or the folder cannot be used.
    StudyInterrupted
        On Ctrl-C; what was done is kept.
    """
    how, asked = taken(choices)
    wanted = Request(scenario=scenario, strategies=strategies, pairs=pairs, **asked).prepared()
    return wanted.run(None if out is None else place_of(out), how)
