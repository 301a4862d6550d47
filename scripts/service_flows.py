"""Print users of services and grants of a quiet town beside those measured in Italy, and waits.

Run as ``python scripts/service_flows.py [scenario] [citizens] [seeds]``. Measured, per 1,000
residents and year: CNEL 2025 on the ISTAT survey of 2022. The hazards to ask, the caseloads and the
length of a grant were sized on these figures at Faenza: they are fitted, and prove nothing.
"""

from __future__ import annotations

import sys

from resilienza_sim import load_scenario, simulate
from resilienza_sim.model.state import SERVICES

MEASURED = {
    "users_social_work": 17.0,  # poverty 12.7, migrants 6.4, addictions .9, less the shelter's
    "users_home_care": 19.0,  # older people 12.8, disability 6.2
    "users_shelter": 3.0,  # of poverty and homelessness: assumption
    "users_family_support": 17.7,
    "grant_users": 20.0,
}
YEAR = 52


def tell(line: str) -> None:
    """Write a line."""
    sys.stdout.write(f"{line}\n")


def main(name: str = "faenza", citizens: int = 6_000, seeds: int = 2) -> None:
    """Print the means of three years: the first, the sixth and the eleventh."""
    scenario = load_scenario(name).with_citizens(citizens).without_shocks(range(99))
    scenario = scenario.with_values({"time.weeks": 11 * YEAR, "exogenous": {}})
    frames = [simulate(scenario, seed=seed).frame() for seed in range(1, 1 + seeds)]
    waits = [f"waiting_{service}" for service in SERVICES]
    columns = [*MEASURED, *waits, "service_waiting", "service_unserved", "severity_at_intake"]
    tell(f"{'':24}{'measured':>10}{'year 1':>10}{'year 6':>10}{'year 11':>10}")
    total = [sum(x for key, x in MEASURED.items() if key.startswith("users")), 0.0, 0.0, 0.0]
    for column in columns:
        years = [
            sum(f[column].iloc[at : at + YEAR].mean() for f in frames) / seeds
            for at in (0, 5 * YEAR, 10 * YEAR)
        ]
        if column.startswith("users"):
            total[1:] = [x + y for x, y in zip(total[1:], years, strict=True)]
        known = f"{MEASURED[column]:10.1f}" if column in MEASURED else " " * 10
        tell(f"{column:24}{known}" + "".join(f"{each:10.2f}" for each in years))
    tell(f"{'users of services':24}" + "".join(f"{each:10.1f}" for each in total))


if __name__ == "__main__":
    main(*sys.argv[1:2], *(int(each) for each in sys.argv[2:4]))
