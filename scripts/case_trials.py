"""In-silico trials of a case, and of a grant: people in need with one, against themselves without.

Those whose own need would send them to a service are given a case at week 0, on places of their
own, and in a copy of the same town are kept out of that service: the standardised difference of
suffering, and the need left of that without, 13 to 104 weeks after; how long the case lasts, and
what it costs at 850 EUR a worker and week. A grant is paid for its length to those in serious need
of income, and to no one of them in the copy; by head of a household.

    python scripts/case_trials.py --seeds 6

Measured, never fitted unless a parameter says so: case management SMD .18 (.07; .28),
Vanderplasschen et al. 2019; symptoms r .16, functioning r .15, Ziguras & Stuart 2000; against
loneliness -.24 to -.47; home visits to families d = .20 (.14; .27), Filene et al. 2013; to older
people .06 (-.07; .18), Elkan et al. 2001; link workers mostly none, Kiely et al. 2022; one grant of
500 or 2,000 USD: none after 15 weeks, Jaroszewicz et al. 2022.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from service_flows import town

from resilienza_sim import CommunityModel
from resilienza_sim.actions.cash_support import CashSupport
from resilienza_sim.model.state import NEED_SERVICE, NEEDS, SERVICES

AFTER = (13, 26, 52, 104)
WORKER_EUR, HOUSEHOLD = 850.0, 2.29
INCOME, SERIOUS = NEEDS.index("income"), 0.3
Found = tuple[dict[str, float], int]
Need = Callable[[CommunityModel], NDArray[np.float64]]


def own_need(service: int) -> Need:
    """Return what reads the worst of the needs of each citizen that a service answers."""

    def worst(model: CommunityModel) -> NDArray[np.float64]:
        answered = NEED_SERVICE[model.fixed.family] == service
        found: NDArray[np.float64] = np.where(answered, model.state.citizens.need, 0.0).max(axis=1)
        return found

    return worst


def compared(
    given: CommunityModel, kept: CommunityModel, who: NDArray[np.int64], need: Need
) -> dict[str, float]:
    """Return how those given something differ from themselves without it, at one date."""
    ends = [model.state.citizens.suffering[who].astype(np.float64) for model in (given, kept)]
    left = [need(model)[who].mean() for model in (given, kept)]
    d = float((ends[0] - ends[1]).mean() / ends[1].std(ddof=1))
    return {"d": d, "need": float(left[0] / left[1])}


def of_case(past: CommunityModel, service: int) -> Found:
    """Return the differences that a case makes in one town, and how many were given one."""
    c, need = past.state.citizens, own_need(service)
    chosen = (need(past) >= past.rates.serve.seeks_above) & (c.in_care[:, service] == 0)
    who = np.flatnonzero(chosen & (c.distant == 0))
    if who.size < 4:
        return {}, 0
    given, kept = past.fork("consolidated"), past.fork("consolidated")
    table, each = given.state.citizens, given.state.services.caseload[service]
    table.waited[who, service] = table.followed[who, service] = 0
    table.in_care[who, service], table.reviewed[who, service] = 1, need(given)[who]
    given.state.services.workers[service] += who.size / each
    first, weeks, found = np.ones(who.size, np.bool_), np.zeros(who.size), {}
    for step in range(1, 1 + max(AFTER)):
        # A case is one case: who was closed, and who was kept out, does not come back.
        given.state.citizens.waited[who[~first], service] = 0
        kept.state.citizens.waited[who, service] = 0
        given.step()
        kept.step()
        first &= given.state.citizens.in_care[who, service] > 0
        weeks += first
        if step in AFTER:
            found |= {f"{k} {step}": x for k, x in compared(given, kept, who, need).items()}
    return found | {"weeks": weeks.mean(), "EUR": weeks.mean() * WORKER_EUR / each}, who.size


def of_grant(past: CommunityModel) -> Found:
    """Return the differences that a grant makes in one town, and how many people were paid."""
    grant = CashSupport()
    who = np.flatnonzero(past.state.citizens.need[:, INCOME] > SERIOUS)
    given, kept, found = past.fork("none"), past.fork("none"), {}
    for step in range(1, 1 + max(AFTER)):
        if step <= grant.grant_weeks:
            given.state.citizens.need[who, INCOME] *= np.float32(1.0 - grant.relief)
        given.step()
        kept.step()
        if step in AFTER:
            ends = compared(given, kept, who, lambda model: model.state.citizens.need[:, INCOME])
            found |= {f"{k} {step}": x for k, x in ends.items()}
    weeks = float(grant.grant_weeks)
    return found | {"weeks": weeks, "EUR": weeks * grant.unit_cost_eur / HOUSEHOLD}, who.size


def tell(name: str, rows: list[Found]) -> None:
    """Write the means over the towns, weighed by the people in them."""
    rows = [row for row in rows if row[1]]
    people = np.array([count for _, count in rows], np.float64)
    means = {key: np.average([row[key] for row, _ in rows], weights=people) for key in rows[0][0]}
    line = "  ".join(f"{key} {value:.2f}" for key, value in means.items())
    sys.stdout.write(f"{name:16}people {people.sum():.0f}  {line}\n")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--citizens", type=int, default=4_000)
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE")
    args = parser.parse_args()
    values = {each.split("=", 1)[0]: float(each.split("=", 1)[1]) for each in args.set}
    scenario, pasts = town("faenza", args.citizens, values), []
    for seed in range(1, 1 + args.seeds):
        pasts.append(CommunityModel(scenario, rng=seed, decision=0))
        pasts[-1].run_to(0)
    for k, service in enumerate(SERVICES):
        tell(service, [of_case(past, k) for past in pasts])
    tell("grant", [of_grant(past) for past in pasts])


if __name__ == "__main__":
    main()
