"""Trust, rancour and strength that are left, and what they may be worth."""

from __future__ import annotations

import numpy as np

from resilienza_sim.model.contracts import Record, metric


@metric(
    unit="0-1",
    bounds=(-1.0, 1.0),
    better="higher",
    source="own measure",
    effect_of_interest=0.01,
)
def trust_change(record: Record) -> float | None:
    """Change of trust between persons: the last half year less the one before the decision.

    The smallest effect of interest is .01 (assumption).
    """
    before = record.series("trust", before=True)[-26:]
    return float(record.series("trust")[-26:].mean() - before.mean()) if before.size else None


@metric(
    unit="share", better="lower", source="Bonomi; thresholds: assumption", effect_of_interest=0.01
)
def rancour_end(record: Record) -> float:
    """Share of citizens in rancour in the last half year.

    The smallest effect of interest is one citizen in a hundred (assumption).
    """
    return float(record.series("rancour_share")[-26:].mean())


@metric(
    unit="0-1",
    better="lower",
    source="Esteban & Ray 1994, from memory",
    effect_of_interest=0.01,
)
def polarisation_end(record: Record) -> float | None:
    """Polarisation of rancour in the last half year.

    From 0, all feel alike, to 1, half hate and half do not. The smallest effect of interest is .01
    (assumption).
    """
    if not record.has("polarisation"):
        return None
    return float(record.series("polarisation")[-26:].mean())


@metric(unit="0-1", better="lower", source="own measure", effect_of_interest=0.005)
def anger_mean(record: Record) -> float:
    """Mean anger from the decision to the end: a price that Q does not show.

    The smallest effect of interest is half a percentage point (assumption).
    """
    return float(record.series("anger").mean())


@metric(unit="0-1", better="lower", source="own measure", effect_of_interest=0.005)
def fatigue_mean(record: Record) -> float:
    """Mean fatigue from the decision to the end: a price that Q does not show.

    The smallest effect of interest is half a percentage point (assumption).
    """
    return float(record.series("fatigue").mean())


@metric(
    unit="0-1",
    bounds=(-1.0, 1.0),
    better="higher",
    source="own measure",
    effect_of_interest=0.01,
    diagnosis=True,
)
def unseen_gain(record: Record) -> float | None:
    """Gain of fit on hazards not seen yet: the last half year less the one before the decision.

    A diagnosis of bounce-forward, no part of a verdict. Undefined where every hazard has been seen.
    The smallest effect of interest is .01 (assumption).
    """
    if not record.has("unseen_fit"):
        return None
    spans = (record.series("unseen_fit")[-26:], record.series("unseen_fit", before=True)[-26:])
    after, before = (span[np.isfinite(span)] for span in spans)
    if not after.size or not before.size:
        return None
    return float(after.mean() - before.mean())
