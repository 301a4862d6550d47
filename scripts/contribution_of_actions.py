"""What each action is worth inside a strategy: the loss that it avoids, per 1,000 EUR spent on it.

An action is muted (paid for, without effect) and the run repeated with the same people, luck and
euros; what the loss rises by is its worth, in all and due to shocks (against the same pair of runs
without shocks after the decision). Positive is good.

    python scripts/contribution_of_actions.py --citizens 2000 --seeds 6
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

import numpy as np
import pandas as pd

from resilienza_sim import CommunityModel, load_scenario
from resilienza_sim.scenario import Scenario


def loss_of(model: CommunityModel) -> float:
    """Return the resilience loss since the decision, not clipped, in point-weeks."""
    first = model.decision_week - model.recorder.first_week
    return float((100.0 * (1.0 - model.recorder.series("quality")[first:])).sum())


def worths(scenario: Scenario, strategy: str, seed: int) -> Iterator[dict[str, object]]:
    """Yield, for each action, what the loss rises by without it, and the euros it took."""
    quiet = scenario.without_shocks(range(len(scenario.shocks)))
    week = scenario.decision_weeks[0]
    past = CommunityModel(scenario, rng=seed, decision=week)
    past.run_to(week)
    old = past.background

    def run(muted: frozenset[str], here: Scenario) -> CommunityModel:
        made = type(old).of(here, old.community, old.fixed, old.streams)
        model = past.fork(strategy, background=made)
        model.muted = muted
        model.run_to(here.calendar.weeks)
        return model

    whole = run(frozenset(), scenario)
    base, base_quiet = loss_of(whole), loss_of(run(frozenset(), quiet))
    entries = whole.ledger.frame()
    spent = entries[entries.week >= week].groupby("action").eur.sum()
    for action, euros in spent.items():
        lost = loss_of(run(frozenset({str(action)}), scenario)) - base
        lost_quiet = loss_of(run(frozenset({str(action)}), quiet)) - base_quiet
        yield {
            "action": action,
            "eur": euros,
            "contribution": lost,
            "due_to_shocks": lost - lost_quiet,
        }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--scenario", default="faenza")
    parser.add_argument("--strategy", default="transformative")
    parser.add_argument("--citizens", type=int, default=2000)
    parser.add_argument("--seeds", type=int, default=6)
    args = parser.parse_args()
    scenario = load_scenario(args.scenario).with_citizens(args.citizens)
    found = pd.DataFrame(
        [row for seed in range(1, args.seeds + 1) for row in worths(scenario, args.strategy, seed)]
    )
    mean, error = found.groupby("action").mean(), found.groupby("action").sem()
    table = mean.assign(
        se=error.contribution,
        per_1000_eur=1000.0 * mean.contribution / mean.eur,
        shocks_se=error.due_to_shocks,
    )
    order = ["eur", "contribution", "se", "per_1000_eur", "due_to_shocks", "shocks_se"]
    sys.stdout.write(table[order].astype(np.float64).round(3).to_string() + "\n")


if __name__ == "__main__":
    main()
