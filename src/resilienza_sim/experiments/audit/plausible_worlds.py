"""Plausible worlds: the numbers nobody has measured drawn from their ranges, and who wins in each.

A verdict is stated over the ranges of what is not known: "wins in x % of
plausible worlds". Which numbers, and their ranges, are those of every comparison
(`resilienza_sim.unmeasured`), but for the triggers of strategies and the history; a file of claims
may give its own ranges (``worlds.ranges``).

Worlds are a Latin hypercube (McKay, Beckman & Conover 1979). A draw that the model refuses stays in
the sweep as runs that failed, and is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import stats

from resilienza_sim.component import Bilingual
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.audit.judging import READINGS, read
from resilienza_sim.experiments.experiment import Design, Experiment, Factor
from resilienza_sim.experiments.runner import Bench, parted
from resilienza_sim.unmeasured import Among, Range, Ranges, ranges_of

if TYPE_CHECKING:
    from resilienza_sim.experiments.audit.claims import Claim, Span
    from resilienza_sim.experiments.audit.stages import Stage
    from resilienza_sim.experiments.study import Study

__all__ = ["claims_in_worlds", "factor_of", "plausible", "winners", "worlds_of"]


def factor_of(each: Range) -> Factor:
    """Return a number that nobody has measured as a factor of an experiment."""
    name = each.path.removeprefix("parameters.").replace(".", "_").lower()[:40]
    how = "its source" if each.stated else "half to double, assumption"
    return Factor(
        name=name,
        title=Bilingual(it=each.path, en=each.path),
        source=f"{how}: {each.source}"[:2000],
        paths=(each.path,),
        low=each.low,
        high=each.high,
        scale="log" if each.logarithmic else "linear",
        whole=each.whole,
    )


def plausible(
    among: Among,
    bench: Bench,
    place: str,
    base: Mapping[str, Any] | None = None,
    given: Sequence[Span] = (),
) -> Ranges:
    """Return what worlds are drawn from.

    Parameters
    ----------
    among : str
        "priors", or "assumptions" for these and every number that is an assumption.
    bench : Bench
        Scenario and strategies.
    place : str
        Name of the scenario on the bench.
    base : dict, optional
        Values of the case, by path: these numbers are not drawn.
    given : sequence of Span, optional
        Ranges in place of those of the sources.
    """
    fixed = dict(base or {})
    bought = {
        line.action.kind()
        for arm in bench.strategies
        for phase in (arm.normal, arm.emergency, arm.recovery)
        for line in phase
    }
    return ranges_of(
        bench.scenario(parted(place, fixed)),
        among=among,
        fixed=fixed,
        bought=bought,
        triggers=False,
        given=given,
    )


def worlds_of(
    base: Stage, points: int, pairs: int, among: Among, given: Sequence[Span] = ()
) -> Stage:
    """Return the stage that draws worlds around a case.

    Parameters
    ----------
    base : Stage
        The case under its perturbations.
    points, pairs : int
        Worlds; pairs in each.
    among, given
        As for `plausible`.

    Raises
    ------
    ResilienzaError
        If there is nothing to draw.
    """
    asked_for = base.experiment
    (place,) = asked_for.scenarios
    scenarios: Any = {place: base.ready[place]}
    arms: Any = tuple(base.ready[name] for name in asked_for.strategies)
    bench = Bench(scenarios, arms, asked_for.decision, ())
    ranges = plausible(among, bench, place, asked_for.set, given)
    if not ranges.drawn:
        raise ResilienzaError("nothing_to_draw", case=base.case.name)
    experiment = Experiment.model_validate(
        {
            **asked_for.model_dump(mode="json"),
            "name": f"{asked_for.name[:33]}_worlds",
            "pairs": pairs,
            "factors": [factor_of(each) for each in ranges.drawn],
            "design": Design(kind="latin_hypercube", points=points),
        }
    )
    return replace(
        base, experiment=experiment, left_out={}, place=f"{base.place}-worlds", ranges=ranges
    )


def claims_in_worlds(stage: Stage, runs: Study, margin: Mapping[str, float]) -> pd.DataFrame:
    """Return one row a claim: in which share of the worlds it has each reading.

    Columns: `claim`, `worlds` (those that ran), `failed` (draws the model refused or that broke),
    and for each of `judging.READINGS` its count, share, and Wilson's 95 % interval of the share.
    """
    rows = []
    for claim in stage.claims:
        said = [read_world(stage, runs, claim, k, margin[claim.name]) for k in _ran(runs)]
        rows.append({"claim": claim.name, **_counted(runs), **_shares(said, READINGS)})
    return pd.DataFrame(rows)


def read_world(stage: Stage, runs: Study, claim: Claim, point: int, margin: float) -> str:
    """Return the reading of a claim in one world."""
    new, old = stage.names[claim.strategy], stage.names[claim.baseline]
    found = runs.compare(claim.metric, new, old, point=point)
    return read(found, claim.direction, margin).says


def winners(runs: Study, metric: str) -> pd.DataFrame:
    """Return one row an arm, and two for worlds that nobody wins: count, share, Wilson's interval.

    An arm wins a world in which it is surely better than each other arm by the smallest difference
    that matters. Nobody wins one in which the arm with the best mean is equivalent to another
    ("equivalent"), or in which pairs are too few to tell ("undecided").
    """
    said = [_winner(runs, metric, point) for point in _ran(runs)]
    arms = [*runs.strategies, "equivalent", "undecided"]
    rows = []
    for arm in arms:
        shares = _shares(said, [arm])
        rows.append({"arm": arm, **{k.removeprefix(f"{arm}_"): v for k, v in shares.items()}})
    return pd.DataFrame([{**row, **_counted(runs)} for row in rows])


def _winner(runs: Study, metric: str, point: int) -> str:
    verdicts = {
        (new, old): runs.compare(metric, new, old, point=point).verdict
        for new, old in permutations(runs.strategies, 2)
    }
    for arm in runs.strategies:
        if all(said == "better" for (new, _), said in verdicts.items() if new == arm):
            return arm
    info = runs.describe(metric)
    means = runs.values(metric).loc[point].mean() * info.direction
    best = str(means.idxmax())
    tied = any(said == "equivalent" for (new, _), said in verdicts.items() if new == best)
    return "equivalent" if tied else "undecided"


def _ran(runs: Study) -> list[int]:
    """Return the worlds in which every arm ran at least once."""
    well = runs.values(runs.metrics[0]).dropna()
    return [int(k) for k in well.index.get_level_values("point").unique()]


def _counted(runs: Study) -> dict[str, int]:
    ran = len(_ran(runs))
    return {"worlds": ran, "failed": len(runs.points) - ran}


def _shares(said: list[str], words: Any) -> dict[str, float]:
    """Return count, share and Wilson's interval of each word (Wilson 1927)."""
    found: dict[str, float] = {}
    for word in words:
        count, low, high = said.count(word), np.nan, np.nan
        if said:
            interval = stats.binomtest(count, len(said)).proportion_ci(0.95, method="wilson")
            low, high = float(interval.low), float(interval.high)
        share = count / len(said) if said else np.nan
        found |= {word: count, f"{word}_share": share, f"{word}_low": low, f"{word}_high": high}
    return found
