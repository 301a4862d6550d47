"""Print the neutral points of a quiet town beside the parameters that state them.

At a neutral point a state changes nothing: recovery, say, is as usual with the usual reserve. So it
is measured, in towns without shocks: the mean of the first five years and of the last five.

    python scripts/neutral_points.py --citizens 4000 --seeds 3
    python scripts/neutral_points.py --place italy      # with the figures of Italy
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
from numpy.typing import NDArray
from service_flows import town

from resilienza_sim import CommunityModel
from resilienza_sim.model.state import ADULT

LAST, EVERY = 520, 13


def read(model: CommunityModel) -> dict[str, float]:
    """Return the means of a week, by the parameter that they stand behind."""
    c, k = model.state.citizens, model.rates.capital.easing
    adult = model.community.people.age >= ADULT
    # The mean of 1 / (1 + k m) is what leaves recovery, and suffering with it, as they are.
    even = (1.0 / np.mean(1.0 / (1.0 + k * c.company.astype(np.float64))) - 1.0) / k
    return {
        "mood.usual_reserve": float(c.reserve.mean()),
        "mood.usual_support": float(c.perceived_support.mean()),
        "need.usual_savings": float(model.state.households.savings.mean()),
        "capital.usual_company": float(even),
        "capital.usual_trust": float(c.generalised_trust.mean()),
        "capital.usual_active": float(c.active[adult].mean()),
        "setup.usual_fatigue": float(c.fatigue.mean()),
        "setup.usual_anger": float(c.anger.mean()),
        "setup.usual_help": float(c.received.mean()),
    }


def measured(model: CommunityModel) -> NDArray[np.float64]:
    """Return the means of the first and of the second half of ten years, shape (2, points)."""
    rows = []
    for week in range(0, LAST, EVERY):
        model.run_to(week)
        rows.append(list(read(model).values()))
    half = len(rows) // 2
    return np.array([np.mean(rows[:half], axis=0), np.mean(rows[half:], axis=0)])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--place", default="faenza")
    parser.add_argument("--citizens", type=int, default=4_000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE")
    args = parser.parse_args()
    values = {each.split("=", 1)[0]: float(each.split("=", 1)[1]) for each in args.set}
    scenario = town(args.place, args.citizens, values)
    models = [CommunityModel(scenario, rng=seed) for seed in range(1, 1 + args.seeds)]
    found = np.mean([measured(model) for model in models], axis=0)
    sys.stdout.write(f"{'':24}{'shipped':>10}{'years 1-5':>11}{'years 6-10':>11}\n")
    for name, first, second in zip(read(models[0]), *found, strict=True):
        part, what = name.split(".")
        shipped = getattr(getattr(models[0].parameters, part), what)
        sys.stdout.write(f"{name:24}{shipped:10.4f}{first:11.4f}{second:11.4f}\n")


if __name__ == "__main__":
    main()
