"""Trust and rancour, and how they are spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from resilienza_sim.kernels import kernel
from resilienza_sim.model.contracts import indicator
from resilienza_sim.model.sums import total

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel


@indicator(unit="0-1", better="higher", source="own measure; Slovic 1993")
def trust(model: CommunityModel) -> float:
    """Mean trust along the ties between persons."""
    return model.state.tie_trust / max(model.tally.degrees, 1.0)


@indicator(unit="share", better="higher", source="ISTAT BES 05REL009")
def generalised_trust(model: CommunityModel) -> float:
    """Share who say that most people can be trusted (yes or no, as the survey asks)."""
    return model.tally.reach.trusting


@indicator(unit="0-1", better="higher", source="own measure; Slovic 1993")
def trust_services(model: CommunityModel) -> float:
    """Mean trust in the welfare services."""
    return model.tally.reach.trust_services


@indicator(unit="0-1", better="higher", source="Norris & Kaniasty 1996")
def perceived_support(model: CommunityModel) -> float:
    """What people count on: help that would come if they needed it."""
    column = model.state.citizens.perceived_support
    return float(total(column)) / column.size


@indicator(unit="0-1", source="Norris & Kaniasty 1996")
def received_support(model: CommunityModel) -> float:
    """Help received from ties and groups, mean over the citizens of its moving average."""
    column = model.state.citizens.received
    return float(total(column)) / column.size


@indicator(unit="0-1", better="lower", source="own measure")
def anger(model: CommunityModel) -> float:
    """Mean anger of the citizens."""
    return model.tally.mood.anger


@indicator(unit="0-1", better="lower", source="own measure; Friedkin & Johnsen 1990")
def grievance(model: CommunityModel) -> float:
    """Mean grievance (rancour) of the citizens."""
    return model.tally.mood.grievance


@indicator(unit="share", better="lower", source="Bonomi; thresholds: assumption")
def rancour_share(model: CommunityModel) -> float:
    """Share of citizens in rancour: grievance above one half."""
    return model.tally.mood.rancorous


@indicator(unit="share", better="lower", source="Bonomi; thresholds: assumption")
def closed_rancour(model: CommunityModel) -> float:
    """Share of citizens in closed rancour: grievance above 0.5, bridging below 0.1."""
    return model.tally.mood.closed


_BINS = 10
_TURNS = 4
"""Tables filled in turn, so that one citizen's addition does not wait for the last one's."""


@kernel
def esteban_ray(values: Any) -> float:
    """Return 4 sum_ij p_i^2 p_j |y_i - y_j| over ten classes of values and their means y."""
    counts, sums = np.zeros((_TURNS, _BINS + 1)), np.zeros((_TURNS, _BINS + 1))
    for k in range(values.size):
        value = np.float64(values[k])
        place = np.int64(_BINS * value)  # a value of 1 has a place of its own, the last
        counts[k % _TURNS, place] += 1.0
        sums[k % _TURNS, place] += value
    count, mean = counts.sum(axis=0), sums.sum(axis=0)
    count[_BINS - 1] += count[_BINS]
    mean[_BINS - 1] += mean[_BINS]
    far = 0.0
    for i in range(_BINS):
        mean[i] /= max(count[i], 1.0)
    for i in range(_BINS):
        for j in range(_BINS):
            far += count[i] ** 2 * count[j] * abs(mean[i] - mean[j])
    return float(4.0 * far / values.size**3)


@indicator(unit="0-1", better="lower", source="Esteban & Ray 1994, alpha = 1")
def polarisation(model: CommunityModel) -> float:
    """Polarisation of rancour: 0 if all feel alike, 1 if half hate and half do not."""
    return float(esteban_ray(model.state.citizens.grievance))
