"""Print users of services and grants of a quiet town beside those measured in Italy, and waits.

    python scripts/service_flows.py --place italy      # Faenza's people, Italy's figures: fitted
    python scripts/service_flows.py --place Salerno    # any municipality: read, never fitted

Measured, per 1,000 residents and year: CNEL 2025 on the ISTAT survey of 2022. The hazards to ask,
the caseloads and the length of a grant were sized on the figures of Italy, in a town that spends
what Italy spends: they are fitted, and prove nothing. What comes out elsewhere does.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping

from resilienza_sim import load_scenario, simulate
from resilienza_sim.model.state import SERVICES
from resilienza_sim.scenario import Scenario

MEASURED = {
    "users_social_work": 17.0,  # poverty 12.7, migrants 6.4, addictions .9, less the shelter's
    "users_home_care": 19.0,  # older people 12.8, disability 6.2
    "users_shelter": 3.0,  # of poverty and homelessness: assumption
    "users_family_support": 17.7,
    "grant_users": 20.0,
}
ITALY = {
    "generalised_trust": 0.239,
    "volunteering": 0.098,
    "social_participation": 0.227,
    "nonprofits_per_10k": 60.7,
    "people_to_rely_on": 0.815,
    "risk_of_poverty": 0.201,
    "social_spending_eur": 126.0,
}
YEAR = 52


def tell(line: str) -> None:
    """Write a line."""
    sys.stdout.write(f"{line}\n")


def town(place: str, citizens: int, values: Mapping[str, object]) -> Scenario:
    """Return a quiet town of a place: Italy, a scenario's own ("faenza"), a municipality."""
    scenario = load_scenario("faenza").with_citizens(citizens).without_shocks(range(99))
    where: dict[str, object] = {}
    if place == "italy":
        where = {"town.figures": ITALY}
    elif place != "faenza":
        where = {"town.municipality": place, "town.province": None}
    weeks = {"time.weeks": 11 * YEAR, "exogenous": {}, "study.twin": False}
    return scenario.with_values(weeks | where | dict(values))


def main() -> None:
    """Print the means of three years: the first, the sixth and the eleventh."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--place", default="italy")
    parser.add_argument("--citizens", type=int, default=6_000)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE")
    args = parser.parse_args()
    values = {each.split("=", 1)[0]: float(each.split("=", 1)[1]) for each in args.set}
    scenario = town(args.place, args.citizens, values)
    frames = [simulate(scenario, seed=seed).frame() for seed in range(1, 1 + args.seeds)]
    tell(f"{scenario.territory.figures['social_spending_eur'].value:.0f} EUR a head and year")
    waits = [f"waiting_{service}" for service in SERVICES]
    columns = [*MEASURED, *waits, "service_waiting", "service_unserved", "burnout"]
    tell(f"{'':24}{'Italy':>10}{'year 1':>10}{'year 6':>10}{'year 11':>10}")
    total = [sum(x for key, x in MEASURED.items() if key.startswith("users")), 0.0, 0.0, 0.0]
    for column in columns:
        years = [
            sum(f[column].iloc[at : at + YEAR].mean() for f in frames) / args.seeds
            for at in (0, 5 * YEAR, 10 * YEAR)
        ]
        if column.startswith("users"):
            total[1:] = [x + y for x, y in zip(total[1:], years, strict=True)]
        known = f"{MEASURED[column]:10.1f}" if column in MEASURED else " " * 10
        tell(f"{column:24}{known}" + "".join(f"{each:10.2f}" for each in years))
    tell(f"{'users of services':24}" + "".join(f"{each:10.1f}" for each in total))


if __name__ == "__main__":
    main()
