"""Fit the free tie parameters to the shape of two measured villages.

Run from the root of the repository::

    python scripts/calibrate_network.py --town Faenza

Six parameters of `TieParameters` are free; everything else keeps its default. The loss is the
squared relative distance of the measures from the range between the two villages, averaged over
seeds, for communities as large as the villages. A Sobol design is tried, Nelder-Mead
refines the best of its points and the present defaults, and seeds not used in the fit show what
each fit gives. Several fits are about as good: the valley is flat.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np
from scipy.optimize import minimize
from scipy.stats import qmc

from resilienza_sim.community.build import build_community
from resilienza_sim.community.structure import TARGETS, measure
from resilienza_sim.community.territory import Town, load_town
from resilienza_sim.community.ties import TieParameters

CITIZENS = 850
BOUNDS = {
    "participation_spread": (0.6, 1.6),
    "friendship_circles": (0.05, 0.80),
    "neighbourhood_circles": (0.05, 0.60),
    "circle_size": (3.2, 8.0),
    "kin_households": (2.0, 3.2),
    "personal_ties": (0.10, 2.00),
}
VILLAGE = [
    SimpleNamespace(name="village", share=1.0, ground_floor=0.3, elderly=1.0, low_income=1.0),
]
LOW, HIGH = np.array(list(BOUNDS.values())).T
SCALE = np.array([math.log(CITIZENS) if t.grows == "log" else 1.0 for t in TARGETS])
RANGE_LOW = SCALE * np.array([t.low for t in TARGETS])
RANGE_HIGH = SCALE * np.array([t.high for t in TARGETS])


def measures(town: Town, point: np.ndarray, seeds: Sequence[int]) -> np.ndarray:
    """Return the measures (columns) for each seed (rows) at one point of the free space."""
    free = dict(zip(BOUNDS, (float(x) for x in point), strict=True))
    parameters = TieParameters.model_validate(free)
    rows = []
    for seed in seeds:
        found = measure(build_community(town, VILLAGE, CITIZENS, seed, parameters).ties)
        rows.append([getattr(found, target.name) for target in TARGETS])
    return np.array(rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Search, refine and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--town", default="Faenza", help="whose age pyramid and figures are used")
    parser.add_argument("--design", type=int, default=256, help="points of the first design")
    parser.add_argument(
        "--starts",
        type=int,
        default=3,
        help="points of it that are refined",
    )
    parser.add_argument("--evaluations", type=int, default=250, help="evaluations of a refinement")
    parser.add_argument("--seeds", type=int, default=8, help="communities in each evaluation")
    asked = parser.parse_args(arguments)
    town = load_town(asked.town)

    def loss(point: np.ndarray, seeds: Sequence[int] = range(1, asked.seeds + 1)) -> float:
        outside = np.abs(point - np.clip(point, LOW, HIGH)).sum()
        if outside > 0:
            return 10.0 + float(outside)
        found = measures(town, point, seeds)
        off = (found - np.clip(found, RANGE_LOW, RANGE_HIGH)) / (RANGE_LOW + RANGE_HIGH) * 2.0
        return float((off**2).mean(axis=0).sum())

    design = qmc.scale(qmc.Sobol(len(BOUNDS), rng=1).random(asked.design), LOW, HIGH)
    first = np.array([loss(point, range(1, 3)) for point in design])
    defaults = np.array([getattr(TieParameters(), name) for name in BOUNDS])
    sys.stdout.write(f"loss of the defaults {loss(defaults):.4f}\n")
    found = []
    for start in [*design[np.argsort(first)[: asked.starts]], defaults]:
        # a wide first simplex steps over the noise that a finite set of seeds leaves
        simplex = np.vstack([start, start + np.diag(0.2 * (HIGH - LOW))])
        simplex = np.where(simplex > HIGH, simplex - 0.4 * (HIGH - LOW), simplex)
        options = {
            "maxfev": asked.evaluations,
            "xatol": 1e-3,
            "fatol": 1e-5,
            "initial_simplex": simplex,
        }
        found.append(minimize(loss, start, method="Nelder-Mead", options=options))
    for fit in sorted(found, key=lambda fit: fit.fun):
        fresh = measures(town, fit.x, range(101, 113))
        write = sys.stdout.write
        write(f"loss {fit.fun:.4f}\n")
        for name, value in zip(BOUNDS, fit.x, strict=True):
            write(f"  {name:24s} {value:.3f}\n")
        write(
            "  measure           range            mean    lowest  highest  (twelve fresh seeds)\n"
        )
        for k, target in enumerate(TARGETS):
            column = fresh[:, k]
            seen = f"{column.mean():7.3f} {column.min():7.3f} {column.max():7.3f}"
            write(f"  {target.name:15s} {RANGE_LOW[k]:7.3f} {RANGE_HIGH[k]:7.3f} {seen}\n")


if __name__ == "__main__":
    main()
