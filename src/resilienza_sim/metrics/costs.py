"""Queues, and euros."""

from __future__ import annotations

import numpy as np

from resilienza_sim.model.contracts import Record, metric


@metric(
    unit="weeks",
    better="lower",
    source="Little 1961, from memory",
    effect_of_interest=0.002,
    weekly=True,
)
def waiting_weeks(record: Record) -> float:
    """Weeks spent in the queues of services from the decision to the end, mean of the citizens.

    The area under the queue, as in Little's law: queue = arrivals x wait. The smallest effect of
    interest is .002 a week: over five years, half a week for each citizen (assumption).
    """
    return float(record.series("service_waiting").sum()) / 1000.0


@metric(
    unit="weeks",
    better="lower",
    source="own measure",
    effect_of_interest=0.015,
    weekly=True,
)
def saturation_weeks(record: Record) -> float | None:
    """Weeks of full queues: people waiting over the cases that services can follow at once.

    A week counts 1 at most; the mean of the services. The smallest effect of interest is .015
    a week: over five years four weeks, a month of planning (assumption).
    """
    if not record.has("saturation"):
        return None
    return float(np.nansum(record.series("saturation")))


@metric(unit="share", better="lower", source="own measure", effect_of_interest=0.01)
def unserved_share(record: Record) -> float | None:
    """Share of those who left the queues of services who had given up.

    Undefined if nobody ever queued. The smallest effect of interest is one in a hundred
    (assumption).
    """
    x = record.series("service_unserved")
    return float(np.nanmean(x)) if np.isfinite(x).any() else None


@metric(
    unit="EUR",
    better="lower",
    source="accounting",
    effect_of_interest=0.004,
    weekly=True,
    per_head=True,
)
def spent_eur(record: Record) -> float:
    """Euros spent by the whole town from the decision to the end.

    Not a goal: it shows which arms leave money unspent. The smallest effect of interest is .004
    euros a week for each resident, a hundredth of the purse to be spent freely (a tenth of some 219
    euros a head and year: assumption).
    """
    return round(float(record.series("spent_eur").sum()), 2)  # whole cents, as the ledger has them
