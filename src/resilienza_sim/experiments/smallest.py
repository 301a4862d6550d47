"""The smallest change of the loss that matters: it follows the horizon and the size of the loss.

Between two bounds that grow with the weeks observed, it is a tenth of what the baseline loses to
the shocks:

* never more than half a point of suffering in each week for everybody: beyond that nobody could
  take two towns for the same, however large the loss;
* never less than one resident in a hundred who would notice in each week: a person notices half a
  standard deviation (Norman, Sloan & Wyrwich 2003, doi:10.1097/01.MLR.0000062554.74615.4C, from
  memory), here of suffering in a quiet town, 8.7 points (`covid_early_symptoms`).

The tenth is an assumption: margins of equivalence of a tenth to a fifth are usual. Who decides may
say instead how many residents would have to notice (`study.people_of_interest`), or a number for
each metric (`study.effects_of_interest`). It is one margin for all three figures of the headline,
since they add up. A study run until sure keeps the bound above, which it was stopped by.
"""

from __future__ import annotations

import math

__all__ = ["MOST_A_WEEK", "NOTICED", "of_people", "smallest_change"]

NOTICED = 0.5 * 8.7
"""Points of suffering, in 100, that one person notices."""
MOST_A_WEEK = 0.5
"""Points in each week, for everybody, beyond which a change always matters."""
_SHARE, _RESIDENTS = 0.1, 0.01


def of_people(share: float, weeks: float) -> float:
    """Return the point-weeks that it is when a share of the residents notices in each week."""
    return share * NOTICED * weeks


def smallest_change(loss: float, weeks: float) -> float:
    """Return the smallest change that matters, in point-weeks; a share to two significant figures.

    Parameters
    ----------
    loss : float
        What the baseline loses to the shocks, point-weeks; nan where it is not known.
    weeks : float
        From the decision to the end.
    """
    most = MOST_A_WEEK * weeks
    if not math.isfinite(loss):
        return most
    share = float(f"{_SHARE * abs(loss):.2g}")
    return min(most, max(of_people(_RESIDENTS, weeks), share))
