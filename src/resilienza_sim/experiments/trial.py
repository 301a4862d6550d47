"""Trials inside the model: give something to a random half, compare the halves as trials do.

The effect is the standardised mean difference at follow-up, adjusted for the outcome before the
start (analysis of covariance), as a meta-analysis would pool it: seeds are pooled by the inverse of
their variances, (n1 + n2)/(n1 n2) + d^2 / 2(n1 + n2) (Hedges & Olkin 1985, from memory). Both
halves live in the same town, so what reaches the controls through others counts against the effect,
as it does in the field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Trial", "trial"]

People = NDArray[np.bool_]
Reading = NDArray[np.float64]
_SURE = 1.96


class Trial(NamedTuple):
    """What a trial found."""

    effect: float
    """Standardised mean difference, treated less controls."""
    low: float
    high: float
    """Ends of its 95 % interval."""
    treated: int
    controls: int
    """People in the two halves, over all seeds."""


def _difference(treated: People, before: Reading, after: Reading) -> float:
    """Return the difference at follow-up, adjusted for before, over the pooled deviation."""
    columns = np.column_stack([np.ones(after.size), treated, before])
    gained = np.linalg.lstsq(columns, after, rcond=None)[0][1]
    halves = [after[treated], after[~treated]]
    freedom = after.size - 2
    pooled = sum(half.var(ddof=1) * (half.size - 1) for half in halves) / freedom
    return float(gained / np.sqrt(pooled)) if pooled > 0.0 else 0.0


def trial(
    scenario: Any,
    treat: Callable[[CommunityModel, People], None],
    eligible: Callable[[CommunityModel], People],
    outcome: Callable[[CommunityModel], Reading],
    weeks: int,
    seeds: Iterable[int],
    *,
    strategy: Any = "consolidated",
) -> Trial:
    """Give a treatment to a random half of the eligible, and look at the outcome after some weeks.

    Parameters
    ----------
    scenario : Scenario
        The town; without its shocks, unless they are what the treatment is for.
    treat : callable
        Called at the start of every week of the trial with the model and the mask of the treated.
    eligible, outcome : callable
        Read from the model: who could be given it, at week 0; and a number for each citizen.
    weeks : int
        Weeks from the start to follow-up.
    seeds : iterable of int
        A town each; a seed that has fewer than eight eligible people says nothing.

    Returns
    -------
    Trial

    Raises
    ------
    ResilienzaError
        If no town has enough eligible people.

    Examples
    --------
    >>> from resilienza_sim import load_scenario
    >>> found = trial(
    ...     load_scenario("quartiere").without_shocks([0]),
    ...     treat=lambda model, who: model.state.citizens.need.__setitem__(who, 0.0),
    ...     eligible=lambda model: model.state.citizens.suffering > 0.3,
    ...     outcome=lambda model: model.state.citizens.suffering,
    ...     weeks=26, seeds=[1],
    ... )  # doctest: +SKIP
    """
    effects, weights, sizes = [], [], []
    for seed in seeds:
        model = CommunityModel(scenario, strategy, rng=seed)
        model.run_to(0)
        could = eligible(model)
        names = np.arange(could.size)
        treated = could & (model.streams.uniform("trial", 0, names) < 0.5)
        n1, n2 = int(treated.sum()), int((could & ~treated).sum())
        if min(n1, n2) < 4:
            continue
        before = np.array(outcome(model), np.float64)
        for _ in range(weeks):
            treat(model, treated)
            model.step()
        after = np.array(outcome(model), np.float64)
        d = _difference(treated[could], before[could], after[could])
        effects.append(d)
        weights.append(1.0 / ((n1 + n2) / (n1 * n2) + d * d / (2.0 * (n1 + n2))))
        sizes.append((n1, n2))
    if not effects:
        raise ResilienzaError("trial_people")
    effect = float(np.average(effects, weights=weights))
    half = _SURE / float(np.sqrt(np.sum(weights)))
    n1, n2 = np.sum(sizes, axis=0).tolist()
    return Trial(effect, effect - half, effect + half, n1, n2)
