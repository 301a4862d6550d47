"""The actions of a strategy as players of a game: who they are, which coalitions are run.

The players are the kinds of action that the strategy buys. The staff of several services is one
player, and so is an action bought in several phases or variants: so does the ledger count, and a
decision maker who gives up an action gives it up everywhere. Players can be ambits of spending too.
A coalition is the strategy with only the actions in it funded, the euros of the others set aside
(`plan.Arm.set_aside`) or, if asked, spread over the actions left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.allocations import PHASES, kinds_of, reallocated
from resilienza_sim.experiments.contribution.coalitions import permutations, prefixes
from resilienza_sim.experiments.many_arms import decision_index, made_plan
from resilienza_sim.experiments.plan import Arm, Plan
from resilienza_sim.experiments.runner import Bench
from resilienza_sim.reading import seed_of
from resilienza_sim.streams import Streams

if TYPE_CHECKING:
    from resilienza_sim.scenario import Scenario
    from resilienza_sim.strategies import Strategy

__all__ = ["EXACT_UP_TO", "PERMUTATIONS", "Game", "make_attribution", "players_of"]

EXACT_UP_TO = 6
"""With so many players, 64 coalitions a pair, every coalition is run."""
PERMUTATIONS = 8
"""Orders sampled in each pair when players are more: half drawn, half their reverse."""


@dataclass(frozen=True)
class Game:
    """The players of one strategy, and which coalitions each pair runs.

    Parameters
    ----------
    strategy : Strategy
        Whose actions are judged.
    players : tuple of str
        Kinds of action, or ambits.
    kinds : dict
        Kinds of action of each player.
    orders : tuple of arrays, shape (permutations, players) each
        The orders of each pair; empty when every coalition is run.
    pairs : int
        Pairs of runs.
    by : str
        "action" or "ambit".
    reallocate : bool
        Whether the euros of the actions left out go to the others.
    """

    strategy: Strategy
    players: tuple[str, ...]
    kinds: Mapping[str, tuple[str, ...]]
    orders: tuple[NDArray[np.int64], ...]
    pairs: int
    by: str
    reallocate: bool

    @property
    def exact(self) -> bool:
        """Whether every coalition is run."""
        return not self.orders

    @property
    def everybody(self) -> int:
        """Number of the coalition of all the players."""
        return (1 << len(self.players)) - 1

    def masks(self, pair: int) -> list[int]:
        """Return the coalitions that a pair runs, in order."""
        if self.exact:
            return list(range(self.everybody + 1))
        return sorted({int(mask) for mask in prefixes(self.orders[pair]).ravel()})

    def name(self, mask: int) -> str:
        """Return the name of the arm of a coalition."""
        way = "given" if self.reallocate else "aside"
        return f"{self.strategy.name}:{self.by}:{way}:{mask:x}"

    def arm(self, mask: int) -> Arm:
        """Return the arm of a coalition."""
        inside = [p for k, p in enumerate(self.players) if mask >> k & 1]
        kept = {kind for player in inside for kind in self.kinds[player]}
        out = tuple(sorted({k for p in self.players for k in self.kinds[p]} - kept))
        if self.reallocate:
            return Arm(self.name(mask), reallocated(self.strategy, kept))
        return Arm(self.name(mask), self.strategy, out)


def players_of(strategy: Strategy, by: str) -> dict[str, tuple[str, ...]]:
    """Return the players of a strategy with their kinds of action.

    Parameters
    ----------
    strategy : Strategy
        As read.
    by : str
        "action" or "ambit".
    """
    if by == "action":
        return {kind: (kind,) for kind in kinds_of(strategy)}
    ambits: dict[str, set[str]] = {}
    for phase in PHASES:
        for line in getattr(strategy, phase):
            ambits.setdefault(line.action.ambit, set()).add(line.action.kind())
    return {ambit: tuple(sorted(kinds)) for ambit, kinds in sorted(ambits.items())}


def make_attribution(
    scenario: Scenario,
    strategies: Sequence[str | Path | Strategy] | None = None,
    *,
    pairs: int | None = None,
    seed: int = 1,
    by: str = "action",
    reallocate: bool = False,
    permutations_a_pair: int | None = None,
    decision: str | None = None,
) -> tuple[Plan, tuple[Game, ...]]:
    """Return the plan of an attribution and its games.

    Parameters
    ----------
    scenario : Scenario
        With its citizens and parameters already set.
    strategies : sequence, optional
        Names, files or strategies; by default those of the scenario but its baseline, which is
        there to be compared with.
    pairs : int, optional
        Replicates; the scenario's own by default.
    seed : int
        Seed of the study.
    by : str
        "action" or "ambit".
    reallocate : bool
        Whether the euros of the actions left out go to the others.
    permutations_a_pair : int, optional
        Orders sampled in each pair, an even number; by default every coalition is run where the
        players are at most `EXACT_UP_TO`, `PERMUTATIONS` orders elsewhere.
    decision : str, optional
        ISO date of one of the scenario's decisions, the first by default.

    Raises
    ------
    ResilienzaError
        If a strategy does not exist or buys nothing, or the date is not one of the decisions.
    """
    seed = seed_of(seed)
    index = decision_index(scenario, decision)
    if strategies is None:
        arms, base = scenario.compared()
        chosen = tuple(arm for arm in arms if arm.name != base.name and kinds_of(arm))
    else:
        chosen = scenario.arms(strategies)
        if idle := next((arm for arm in chosen if not kinds_of(arm)), None):
            raise ResilienzaError("buys_nothing", found=idle.name)
    if not chosen:
        raise ResilienzaError("nothing_to_attribute")
    n_pairs = scenario.study.pairs if pairs is None else pairs
    games = tuple(
        _game(each, by, reallocate, permutations_a_pair, n_pairs, seed) for each in chosen
    )
    made: dict[str, Arm] = {}
    by_pair: list[tuple[str, ...]] = []
    for pair in range(n_pairs):
        wanted = [(game, mask) for game in games for mask in game.masks(pair)]
        by_pair.append(tuple(game.name(mask) for game, mask in wanted))
        made |= {
            game.name(mask): game.arm(mask) for game, mask in wanted if game.name(mask) not in made
        }
    bench = Bench({"": scenario}, chosen, index, series=(), euros=True)
    plan = made_plan("attribution", bench, made, seed, by_pair=by_pair)
    return plan, games


def _game(
    strategy: Strategy, by: str, reallocate: bool, count: int | None, pairs: int, seed: int
) -> Game:
    kinds = players_of(strategy, by)
    n = len(kinds)
    orders: tuple[NDArray[np.int64], ...] = ()
    if count is not None or n > EXACT_UP_TO:
        streams = Streams(seed)
        orders = tuple(
            permutations(
                n, count or PERMUTATIONS, streams.generator(f"orders|{strategy.hash}|{by}|{pair}")
            )
            for pair in range(pairs)
        )
    return Game(strategy, tuple(kinds), kinds, orders, pairs, by, reallocate)
