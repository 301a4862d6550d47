"""Rules in words: over which values of the factors who wins, and why that is not chance.

Scenario discovery (Bryant & Lempert 2010, doi:10.1016/j.techfore.2009.08.002): of the points run,
those of interest are told from the others by a box (see `boxes`), and the box by its *coverage*
(share of the points of interest that lie inside) and *density* (share of the points inside that are
of interest).

A search finds some box in anything, so a rule stands only if

* it holds at least 5 points and 5 % of them, and two thirds of those inside are of interest;
* the same search over outcomes dealt anew among the points finds as good a box in few of 199 deals:
  under 5 %, divided by the three outcomes asked about. If no factor mattered, any first rule would
  be claimed in fewer than 5 % of sweeps, chance shared by all points or not: dealing leaves it
  as it was;
* each of its limits shuts out points where the thing holds less, by the binomial test of Bryant &
  Lempert (their quasi-p), or is worth a tenth of the rule's accuracy; others are dropped. Where a
  thing holds almost everywhere the binomial test alone would drop limits that chance does not find.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from resilienza_sim.experiments.analysis.boxes import Box, Search, accuracy, described, within
from resilienza_sim.experiments.analysis.flip_map import outcomes
from resilienza_sim.experiments.analysis.space import Space, space_of
from resilienza_sim.streams import Streams

if TYPE_CHECKING:
    from resilienza_sim.experiments.study import Study

__all__ = ["CASES", "CHANCE", "Finding", "Rule", "find_rules", "labelled", "rules"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CASES = ("strategy", "baseline", "neither")
"""What a rule can be about: who wins at a point, or that nobody does for sure."""

CHANCE = 0.05
"""Largest share of sweeps in which no factor matters and some rule would be claimed."""
_DEALS = 199
_LEAST_POINTS, _LEAST_SHARE = 5, 0.05  # of a rule; assumption
_LEAST_DENSITY = 2 / 3  # assumption: a rule that fails more than once in three misleads
_EVERYWHERE = 0.95  # assumption: what holds at all points but a few needs no rule
_KEPT = 0.9  # of a rule's accuracy, that a limit may be dropped for; assumption
_MOST_RULES = 2  # for each outcome: a second one for what the first leaves out


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A box in which something mostly holds.

    Parameters
    ----------
    about : str
        One of `CASES`.
    box : Box
        What it asks of the factors.
    method : str
        "prim" or "cart".
    inside, cases : int
        Points in the box, and those of interest among them.
    of, points : int
        Points of interest in all, and points in all.
    chance : float
        Chance of so good a box if outcomes were dealt at random.
    limits : dict
        Quasi-p of what is asked of each factor.
    second : bool
        Whether it is about the points that the first rule leaves out.
    """

    about: str
    box: Box
    method: str
    inside: int
    cases: int
    of: int
    points: int
    chance: float
    limits: dict[str, float]
    second: bool = False

    @property
    def coverage(self) -> float:
        """Share of the points of interest that lie inside."""
        return self.cases / self.of

    @property
    def density(self) -> float:
        """Share of the points inside that are of interest."""
        return self.cases / self.inside


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What can be said of one outcome.

    Parameters
    ----------
    about : str
        One of `CASES`.
    cases, points : int
        Points where it holds, of how many.
    rules : tuple of Rule
        Those that stand.
    said : str
        "rules"; or why there are none: "nowhere", "everywhere", "few" (points), "no_rule".
    """

    about: str
    cases: int
    points: int
    rules: tuple[Rule, ...]
    said: str


def labelled(
    table: pd.DataFrame, direction: int, effects: float | Floats
) -> tuple[list[str], Floats]:
    """Return for whom each point counts, and how much.

    A point with pairs enough counts by its verdict, fully. One with fewer counts for whom its mean
    favours by the smallest effect of interest, with the chance (Student's t) that it is so; with a
    single pair, fully.

    Parameters
    ----------
    table : DataFrame
        As `flip_map.outcomes` returns it.
    direction : int
        +1 when a higher metric is better, −1 when a lower one is.
    effects : float or array of float, shape (points,)
        Smallest difference that matters, at each point.
    """
    kinds = {"strategy": "strategy", "baseline": "baseline"}
    labels, weights = [], []
    known = table[["outcome", "mean_difference", "standard_error", "n"]]
    each = np.broadcast_to(effects, len(known))
    for (outcome, mean, error, n), effect in zip(known.itertuples(index=False), each, strict=True):
        if outcome != "too_few":
            labels.append(kinds.get(outcome, "neither"))
            weights.append(1.0)
            continue
        gain = direction * mean
        label = "neither"
        if gain != 0 and abs(gain) >= effect:
            label = "strategy" if gain > 0 else "baseline"
        labels.append(label)
        if not (n > 1 and error > 0):
            weights.append(1.0)
            continue
        above, below = stats.t.sf([(effect - gain) / error, (effect + gain) / error], n - 1)
        chance = {"strategy": above, "baseline": below, "neither": 1.0 - above - below}
        weights.append(float(max(chance[label], 0.0)))
    return labels, np.array(weights)


def rules(
    sweep: Study,
    metric: str | None = None,
    strategy: str | None = None,
    baseline: str | None = None,
    *,
    table: pd.DataFrame | None = None,
) -> tuple[Finding, ...]:
    """Return the rules of a sweep, one finding for each of `CASES`.

    Parameters
    ----------
    table : DataFrame, optional
        What `flip_map.outcomes` returned, so that it is not computed again.
    """
    metric = metric or sweep.metrics[0]
    found = outcomes(sweep, metric, strategy, baseline) if table is None else table
    found = found[found["n"] > 0].reset_index(drop=True)
    info = sweep.describe(metric)
    effects = abs(info.effect_of_interest or 0.0) * sweep.stretch(metric).loc[found["point"]]
    labels, weights = labelled(found, info.direction, effects.to_numpy(np.float64))
    space = space_of(sweep.factors, found)
    return find_rules(space, found, labels, weights, sweep.seed)


def find_rules(
    space: Space, points: pd.DataFrame, labels: Sequence[str], weights: Floats, seed: int
) -> tuple[Finding, ...]:
    """Return what can be said of each of `CASES`.

    Parameters
    ----------
    space : Space
        The factors.
    points : DataFrame
        Their values, one row a point.
    labels : sequence of str
        One of `CASES` for each point.
    weights : array of float, shape (points,)
        How much each point counts in the search.
    seed : int
        Fixes the deals.
    """
    named = np.array(labels)
    findings = []
    for about in CASES:
        cases = named == about
        n, total = int(cases.sum()), len(cases)
        stand: list[Rule] = []
        if n == 0 or n >= _EVERYWHERE * total:
            said = "nowhere" if n == 0 else "everywhere"
        elif not space.axes or total < 2 * _LEAST_POINTS or n < _LEAST_POINTS:
            said = "few"
        else:
            rng = Streams(seed).generator(f"rules|{about}")
            stand = _covered(space, points, cases, weights, about, rng)
            said = "rules" if stand else "no_rule"
        findings.append(Finding(about=about, cases=n, points=total, rules=tuple(stand), said=said))
    return tuple(findings)


def _covered(
    space: Space,
    points: pd.DataFrame,
    cases: Bools,
    weights: Floats,
    about: str,
    rng: np.random.Generator,
) -> list[Rule]:
    """Return a rule, then one for the points that it leaves out."""
    stand: list[Rule] = []
    left = np.ones(len(points), np.bool_)
    while len(stand) < _MOST_RULES and cases[left].sum() >= _LEAST_POINTS:
        rule = _rule(space, points[left], cases[left], weights[left], about, rng)
        if rule is None:
            break
        stand.append(replace(rule, of=int(cases.sum()), points=len(cases), second=bool(stand)))
        left &= ~within(space, points, rule.box)
    return stand


def _rule(
    space: Space,
    points: pd.DataFrame,
    cases: Bools,
    weights: Floats,
    about: str,
    rng: np.random.Generator,
) -> Rule | None:
    """Return the best rule among some points, None if it does not stand."""
    search = Search(space, points, least=_least(len(points)), density=_LEAST_DENSITY)
    inside, method, found = search.best(cases, weights)
    if not method:
        return None
    as_good = 0
    for _ in range(_DEALS):
        dealt = rng.permutation(len(cases))
        _, _, by_chance = search.best(cases[dealt], weights[dealt])
        as_good += by_chance >= found
        chance = (as_good + 1) / (_DEALS + 1)
        if chance > CHANCE / len(CASES):
            return None
    box, limits = _pruned(space, points, cases, described(space, points, inside))
    inside = within(space, points, box)
    held, hits = int(inside.sum()), int((inside & cases).sum())
    if not limits or hits < _LEAST_DENSITY * held:
        return None
    return Rule(
        about=about,
        box=box,
        method=method,
        inside=held,
        cases=hits,
        of=int(cases.sum()),
        points=len(cases),
        chance=chance,
        limits=limits,
    )


def _least(n: int) -> int:
    return max(_LEAST_POINTS, int(np.ceil(_LEAST_SHARE * n)))


def _looser(box: Box, space: Space) -> list[Box]:
    """Return the box with one limit less, for each of them; an end of a number is a limit."""
    found = []
    for name, limits in box.limits.items():
        others = {each: held for each, held in box.limits.items() if each != name}
        if space[name].numeric and None not in limits:
            low, high = limits
            found += [Box({**others, name: (low, None)}), Box({**others, name: (None, high)})]
        else:
            found.append(Box(others))
    return found


def _quasi_p(space: Space, points: pd.DataFrame, cases: Bools, box: Box, looser: Box) -> float:
    """Return the chance of the box's density if the limit that it has more did nothing."""
    inside, around = within(space, points, box), within(space, points, looser)
    if inside.sum() == around.sum():
        return 1.0
    rate = float(cases[around].mean())
    hits, held = int(cases[inside].sum()), int(inside.sum())
    return float(stats.binomtest(hits, held, rate, alternative="greater").pvalue)


def _pruned(
    space: Space, points: pd.DataFrame, cases: Bools, box: Box
) -> tuple[Box, dict[str, float]]:
    """Return a box without the limits that do nothing, and the quasi-p of the factors left."""
    even = np.ones(len(cases))
    while box.limits:
        tried = [(_quasi_p(space, points, cases, box, each), each) for each in _looser(box, space)]
        worst, looser = max(tried, key=lambda pair: pair[0])
        kept = accuracy(within(space, points, looser), cases, even)
        if worst <= CHANCE or kept < _KEPT * accuracy(within(space, points, box), cases, even):
            break
        box = looser
    values = {}
    for name in box.limits:
        others = Box({each: held for each, held in box.limits.items() if each != name})
        values[name] = _quasi_p(space, points, cases, box, others)
    return box, values
