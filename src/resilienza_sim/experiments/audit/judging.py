"""What paired differences say of a claim: one reading each time it is tried, one verdict in all.

A claim says that the difference strategy − baseline lies on one side of zero, beyond a margin m,
or (`same`) that it is smaller than m. Turned so that what is claimed is positive, the mean
difference has a 95 % interval [low, high] (`statistics.compare_pairs`).

A reading, the first that fits:

* **undecided**: fewer than 6 pairs, or no interval.
* **holds**: low > 0 and low >= m. The whole interval is beyond the margin.
* **weaker**: low > 0 and high < m. The sign is sure, and the size surely below the margin.
* **turned**: high < 0. The difference is surely on the other side, whatever its size.
* **equivalent**: the whole interval lies inside (-m, m), as everywhere in this package, or every
  one of 50 pairs or more differs by exactly zero. No difference that matters.
* **undecided**: anything else. A sure sign with a margin inside the interval is of this kind.

For a claim of `same`: **holds** where the reading above would be equivalent, **turned** where the
95 % interval lies wholly beyond m on either side (any sure difference when m is 0), else
**undecided**.

The verdict over all readings, the case as shipped among them, the first that fits:

* **fragile**: turned or equivalent somewhere. The claim is lost there; the places are named.
* **inconclusive**: undecided somewhere. A robust claim holds in all, so one such place is enough;
  how many pairs the most doubtful place would need is told.
* **shifted**: weaker somewhere. Everywhere the sign, not everywhere the size.
* **robust**: it holds everywhere.

A placebo is a claim that must not hold: **failed** if it holds anywhere, **passed** if it is
decided everywhere and holds nowhere, else **inconclusive**. Each reading is at its own 95 %: with
many perturbations a difference on the margin will be misread somewhere, which speaks for fragile,
never for robust.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from resilienza_sim.statistics import MINIMUM_PAIRS, TIED_FROM

if TYPE_CHECKING:
    from resilienza_sim.statistics import PairedComparison

__all__ = ["MOST_PAIRS", "READINGS", "VERDICTS", "Reading", "read", "verdict"]

READINGS = ("holds", "weaker", "equivalent", "turned", "undecided")
VERDICTS = ("robust", "shifted", "fragile", "inconclusive", "passed", "failed")
MOST_PAIRS = 100_000
"""Beyond so many pairs a difference lies on a boundary as far as anybody can tell."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one set of pairs says of a claim.

    Parameters
    ----------
    says : str
        One of `READINGS`.
    more_pairs : int, optional
        Pairs to add until it would be decided, if mean and spread stay as they are; 0 when it is
        decided, None when no number of pairs is in sight or nothing is known. Differences that are
        one number, or all but one, say something from `TIED_FROM` pairs on.
    """

    says: str
    more_pairs: int | None


def read(found: PairedComparison, direction: str, margin: float) -> Reading:
    """Return what a comparison says of a claim; see the module for the definitions.

    Parameters
    ----------
    found : PairedComparison
        Strategy against baseline.
    direction : str
        "lower", "higher" or "same".
    margin : float
        Smallest difference claimed, 0 or more; for "same" the largest allowed.
    """
    if found.n < MINIMUM_PAIRS or math.isnan(found.low) or math.isnan(found.high):
        wanted = next((w for w in (MINIMUM_PAIRS, TIED_FROM) if found.n < w), None)
        return Reading("undecided", None if wanted is None else wanted - found.n)
    low, high, mean = found.low, found.high, found.mean_difference
    if direction == "lower":
        low, high, mean = -high, -low, -mean
    within = (-margin < low and high < margin) or low == high == 0.0
    if direction == "same":
        if within:
            return Reading("holds", 0)
        beyond = (low > 0.0 and low >= margin) or (high < 0.0 and high <= -margin)
        says = "turned" if beyond else "undecided"
    elif low > 0.0 and low >= margin:
        says = "holds"
    elif low > 0.0 and high < margin:
        says = "weaker"
    elif high < 0.0:
        says = "turned"
    else:
        says = "equivalent" if within else "undecided"
    if says != "undecided":
        return Reading(says, 0)
    return Reading(says, _more(found.n, mean, (mean - low, high - mean), margin, direction))


def _more(
    n: int, mean: float, reach: tuple[float, float], margin: float, direction: str
) -> int | None:
    """Return how many pairs would decide, the halves of an interval shrinking as 1 / sqrt(n)."""
    below, above = reach

    def times(half: float, room: float) -> float:
        return (half / room) ** 2 if room > 0.0 else math.inf

    # Each way to be decided asks the ends that bind it to shrink into the room they have.
    ways = [max(times(below, margin + mean), times(above, margin - mean))]
    ways.append(times(above, -mean - (margin if direction == "same" else 0.0)))
    if direction == "same":
        ways.append(times(below, mean - margin))
    else:
        ways.append(max(times(below, mean), times(below, mean - margin)))
        ways.append(max(times(below, mean), times(above, margin - mean)))
    needed = n * min(ways)
    return max(1, math.ceil(needed) - n) if needed <= MOST_PAIRS else None


def verdict(readings: Iterable[str], *, placebo: bool = False) -> str:
    """Return the verdict on a claim from its readings, "not_applicable" ones left out.

    Parameters
    ----------
    readings : iterable of str
        Words of `READINGS`; "not_applicable" where a perturbation does not concern the case.
    placebo : bool
        Whether the claim must not hold.
    """
    said = np.array([each for each in readings if each != "not_applicable"])
    if placebo:
        if (said == "holds").any():
            return "failed"
        return "inconclusive" if not said.size or (said == "undecided").any() else "passed"
    if np.isin(said, ["turned", "equivalent"]).any():
        return "fragile"
    if not said.size or (said == "undecided").any():
        return "inconclusive"
    return "shifted" if (said == "weaker").any() else "robust"
