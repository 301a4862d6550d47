"""The area between Q and its quiet level, and what of it is due to shocks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.model.contracts import ANY, Record, metric


def loss(quality: NDArray[np.float64]) -> float:
    """Return the sum of 100 (1 - Q), in % x weeks; not cut at zero."""
    return float((100.0 * (1.0 - quality)).sum())


@metric(
    unit="% x weeks",
    bounds=ANY,
    better="lower",
    source="Bruneau et al. 2003, against a counterfactual without shocks",
    effect_of_interest=0.5,
    weekly=True,
    of_twin=("quality",),
)
def loss_due_to_shocks(record: Record) -> float | None:
    """Loss due to shocks: the loss in all less that of the quiet twin.

    Same people, past, luck, euros and strategy; the twin meets no shock from the decision on. What
    is left is what the shocks cost under a strategy: its resilience. Undefined without a twin;
    exactly 0 without shocks. The smallest effect of interest is that of the loss in all
    (assumption).
    """
    quiet = record.quiet("quality")
    if quiet is None:
        return None
    return loss(record.series("quality")) - loss(quiet)


@metric(
    unit="% x weeks",
    bounds=ANY,
    better="lower",
    source="Bruneau et al. 2003, of a counterfactual without shocks",
    effect_of_interest=0.5,
    weekly=True,
    of_twin=("quality",),
)
def loss_everyday(record: Record) -> float | None:
    """Everyday loss: that of the quiet twin, which no shock reaches from the decision on.

    What a strategy does for everyday welfare, whatever happens. Undefined without a twin. The
    smallest effect of interest is that of the loss in all (assumption).
    """
    quiet = record.quiet("quality")
    if quiet is None:
        return None
    return loss(quiet)


@metric(
    unit="% x weeks",
    bounds=ANY,
    better="lower",
    source="Bruneau et al. 2003",
    effect_of_interest=0.5,
    weekly=True,
)
def loss_total(record: Record) -> float:
    """Loss in all: the area between Q and its quiet level, from the decision to the end.

    Weeks better than before count against weeks worse than before: it is the sum of the loss due to
    shocks and of the everyday one. The smallest effect of interest is half a percentage point of
    suffering in every week from the decision to the end: below that, no citizen could tell the two
    towns apart (assumption).
    """
    return loss(record.series("quality"))


@metric(
    unit="% x weeks",
    better="lower",
    source="Bruneau et al. 2003",
    effect_of_interest=0.5,
    weekly=True,
)
def functional_loss(record: Record) -> float | None:
    """Functional loss: the area between the functional Q and 100 %, from the decision to the end.

    The functional Q looks at service coverage, fatigue and anger where Q looks at suffering. The
    smallest effect of interest is that of the loss in all (assumption).
    """
    if not record.has("functional_quality"):
        return None
    q = record.series("functional_quality")
    return float(np.maximum(1.0 - q, 0.0).sum() * 100.0)


@metric(
    unit="weeks per 1,000",
    bounds=ANY,
    better="lower",
    source="own measure",
    effect_of_interest=0.4,
    weekly=True,
    of_twin=("above_share",),
)
def serious_weeks_due_to_shocks(record: Record) -> float | None:
    """Serious weeks due to shocks: weeks lived above one's threshold, per 1,000 residents.

    Weeks of people above their threshold of suffering from the decision to the end, less those of
    the quiet twin. Undefined without a twin. The smallest effect of interest is four people in ten
    thousand in each week: over five years, a week of one person in ten (assumption).
    """
    quiet = record.quiet("above_share")
    if quiet is None:
        return None
    return 1000.0 * float((record.series("above_share") - quiet).sum())
