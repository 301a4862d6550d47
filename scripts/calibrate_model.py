"""Fits how hard shocks strike to measured figures, and to nothing else.

Free, four: what a week of the pandemic does to a week of flood (`strike`), the blow (`mood.blow`),
the need that a hit opens (`shock.hit_rate`), calls in place of meetings (`meet.remote`). What need
does (`mood.burden`) is not free: suffering follows its product with the need that a hit opens, and
trials hold it. Damage to homes (`shock.home_rate`) is that of `displacement`.

Targets are below, each with its source and its error: the mental health index of 2019, 2020 and
2021, the early rise of symptoms, loneliness, the mental health of the flooded after a year, the
trajectories of those hit. Standardised figures are in standard deviations of a quiet town, among
people of 14 and over; those of the pandemic are the difference between a town and the same town
without shocks. Held back, shown and never fitted: people very satisfied with life, trust in people,
people to rely on, the flooded after two years, the trajectory that the others leave.

The arm is the consolidated allocation throughout: no comparison of strategies enters. Random
numbers are the same in every run (same seeds), so that differences are of the values alone, and a
local linear fit is enough (Gauss-Newton, damped). The singular values of the Jacobian are printed:
targets are in units of their error and values in logits of their bounds, so that a direction below
1 is one that the targets say nothing of.

    python scripts/calibrate_model.py               # what the defaults give
    python scripts/calibrate_model.py --rounds 5    # fit them from there
"""

from __future__ import annotations

import argparse
import sys
from operator import attrgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from resilienza_sim import CommunityModel, load_scenario
from resilienza_sim.experiments.observation import surveys_in
from resilienza_sim.model.state import ADULT, NEEDS
from resilienza_sim.scenario import Scenario

Array = NDArray[np.float64]
INCOME = NEEDS.index("income")


class Target(NamedTuple):
    """What was measured, its standard error, where."""

    want: float
    error: float
    source: str


class Part(NamedTuple):
    """What is fitted together: the shocks kept, how far to run, free values and targets."""

    shocks: tuple[int, ...]
    weeks: int
    free: dict[str, tuple[float, float]]
    targets: dict[str, Target]
    held_back: dict[str, Target]


PARTS = {
    "floods": Part(
        (1, 2, 3, 4, 5),
        261,
        {"mood.blow": (0.0, 0.5)},
        {
            "flooded, after a year": Target(
                0.98,
                0.145,
                "Waite et al. 2017, doi:10.1186/s12889-016-4000-2: depression, odds ratio 5.91 "
                "(3.91 to 10.99), as a standardised difference (Chinn 2000)",
            ),
            "resilient": Target(
                0.62, 0.13, "Galatzer-Levy et al. 2018, pooled; spread between events"
            ),
            "recovering": Target(0.20, 0.10, "the same"),
            "chronic": Target(0.10, 0.08, "the same"),
        },
        {
            "delayed": Target(0.08, 0.08, "the same"),
            "flooded, after two years": Target(
                1.19, 0.43, "Jermacane et al. 2018, doi:10.1186/s12889-018-5236-9: odds ratio 8.7"
            ),
        },
    ),
    "pandemic": Part(
        (0,),
        105,
        {"shocks.0.strike": (0.0, 1.0), "meet.remote": (0.0, 0.95)},
        {
            "symptoms, March-April 2020": Target(
                0.102, 0.042, "Robinson et al. 2022, doi:10.1016/j.jad.2021.09.098, .026 to .192"
            ),
            "symptoms, May-July 2020": Target(0.067, 0.046, "the same, -.022 to .157"),
            "loneliness, 2020-21": Target(
                0.27, 0.066, "Ernst et al. 2022, doi:10.1037/amp0001005, .14 to .40"
            ),
            "need of income, 2020-21": Target(
                0.22, 0.05, "ISTAT BES 04BEC006: people in absolute poverty 7.7 % to 9.4 and 9.4"
            ),
            "suffering, survey of 2020": Target(
                -0.004, 0.01, "ISTAT BES 01SAL003: mental health 68.4 in 2019, 68.8; within a point"
            ),
            "suffering, survey of 2021": Target(0.0, 0.01, "the same: 68.4 again"),
        },
        {
            "very satisfied, 2020": Target(0.011, 0.03, "ISTAT BES 08BSO001: 43.2 in 2019, 44.3"),
            "very satisfied, 2021": Target(0.028, 0.03, "the same: 46.0"),
            "trust in people, 2021": Target(0.016, 0.02, "ISTAT BES 05REL009: 23.9 to 25.5"),
            "people to rely on, 2021": Target(-0.011, 0.01, "ISTAT BES 05REL003: 81.5 to 80.4"),
        },
    ),
}
"""In this order: what a flood does says what a hit is, the pandemic how large its hits are."""
SPRING, SUMMER, YEAR, YEARS = slice(9, 18), slice(18, 31), slice(9, 79), slice(1, 105)
FLOOD, BEFORE, EARLY, LATE = 176, 26, 12, (40, 60)
ONE_YEAR, TWO_YEARS = slice(228, 241), slice(248, 261)
NOTICEABLE = 0.05
"""Excess suffering called a change: about one standard deviation of a quiet half year."""
VERY_SATISFIED = 0.432
"""Share of people of 14 and over, Italy 2019: ISTAT BES 08BSO001."""
ASKED = {
    "very satisfied": "observed_satisfaction",
    "trust in people": "observed_trust",
    "people to rely on": "observed_rely_on",
}


class Run(NamedTuple):
    """What a run leaves, by week: suffering and company of people of 14 and over, income need.

    Company is what is missed: that which people have less that which they hold it against.
    """

    suffering: Array
    company: Array
    income: Array
    asked: dict[str, Array]
    exposure: Array


def run_of(scenario: Scenario, seed: int, weeks: int) -> Run:
    """Run a town under the consolidated allocation."""
    model = CommunityModel(scenario, strategy="consolidated", rng=seed)
    model.run_to(0)
    suffering, company, income = [], [], []
    while model.week < weeks:
        model.step()
        suffering.append(model.state.citizens.suffering.copy())
        usual = model.state.municipality.usual_company
        company.append(model.state.citizens.company - np.float32(usual))
        income.append(model.state.citizens.need[:, INCOME].mean())
    first, who = -model.recorder.first_week, model.community.people.age >= ADULT
    series = {name: model.recorder.series(column)[first:] for name, column in ASKED.items()}
    floods = [each.exposure for each in model.background.shocks if each.water[FLOOD] > 0.0]
    exposure = floods[0] if floods else np.zeros(who.size)
    return Run(
        np.array(suffering, np.float64)[:, who],
        np.array(company, np.float64)[:, who],
        np.array(income),
        series,
        np.asarray(exposure, np.float64)[who],
    )


def place(path: str) -> str:
    """Return where a value is set in a scenario."""
    return path if path.startswith("shocks.") else f"parameters.{path}"


class Towns:
    """Some towns, each beside itself without shocks, which no free value changes."""

    def __init__(self, citizens: int, seeds: int) -> None:
        self.scenario = load_scenario("faenza").with_citizens(citizens)
        self.surveys = surveys_in(self.scenario)
        quiet = self.scenario.without_shocks(range(len(self.scenario.shocks)))
        quiet, weeks = quiet.with_values({"exogenous": {}}), self.scenario.calendar.weeks
        self.quiet = {seed: run_of(quiet, seed, weeks) for seed in range(1, seeds + 1)}

    def shipped(self) -> dict[str, float]:
        """Return the free values as shipped."""
        return {
            path: float(attrgetter(path)(self.scenario.parameters))
            if not path.startswith("shocks.")
            else self.scenario.shocks[0].strike
            for part in PARTS.values()
            for path in part.free
        }

    def below(self) -> float:
        """Return the suffering below which as many are as Italy's very satisfied of 2019."""
        runs = self.quiet.values()
        return float(np.mean([np.quantile(run.suffering[:52], VERY_SATISFIED) for run in runs]))

    def measure(self, part: Part, values: dict[str, float]) -> dict[str, float]:
        """Return what the model gives at some values, mean over towns."""
        changes = {place(path): value for path, value in values.items()}
        scenario = self.scenario.with_values(changes)
        scenario = scenario.without_shocks(set(range(len(scenario.shocks))) - set(part.shocks))
        read = _of_pandemic if 0 in part.shocks else _of_floods
        found = [
            read(run_of(scenario, seed, part.weeks), quiet, self.surveys)
            for seed, quiet in self.quiet.items()
        ]
        return {name: float(np.mean([each[name] for each in found])) for name in found[0]}


def _of_pandemic(run: Run, quiet: Run, surveys: dict[int, slice]) -> dict[str, float]:
    weeks = len(run.suffering)
    excess = run.suffering - quiet.suffering[:weeks]
    spread, width = (each[:52].std(axis=1).mean() for each in (quiet.suffering, quiet.company))
    lonely = (quiet.company[:weeks] - run.company)[YEAR].mean()
    found = {
        "symptoms, March-April 2020": excess[SPRING].mean() / spread,
        "symptoms, May-July 2020": excess[SUMMER].mean() / spread,
        "loneliness, 2020-21": lonely / width,
        "need of income, 2020-21": run.income[YEARS].mean() / quiet.income[YEARS].mean() - 1.0,
    }
    for year in (2020, 2021):
        found[f"suffering, survey of {year}"] = excess[surveys[year]].mean()
        for name, series in run.asked.items():
            usual = quiet.asked[name][surveys[year]].mean()
            found[f"{name}, {year}"] = series[surveys[year]].mean() - usual
    return found


def _of_floods(run: Run, quiet: Run, surveys: dict[int, slice]) -> dict[str, float]:
    del surveys
    excess, spread = run.suffering - quiet.suffering, quiet.suffering[:52].std(axis=1).mean()
    inside, dry, hit = run.exposure > 0.9, run.exposure == 0.0, run.exposure > 0.1
    found = {
        f"flooded, after {name}": (excess[weeks][:, inside].mean() - excess[weeks][:, dry].mean())
        / spread
        for name, weeks in (("a year", ONE_YEAR), ("two years", TWO_YEARS))
    }
    people = excess[:, hit]
    early = people[FLOOD : FLOOD + EARLY].max(axis=0) > NOTICEABLE
    late = people[FLOOD + LATE[0] : FLOOD + LATE[1]].mean(axis=0) > NOTICEABLE
    return found | {
        "resilient": (~early & ~late).mean(),
        "recovering": (early & ~late).mean(),
        "chronic": (early & late).mean(),
        "delayed": (~early & late).mean(),
    }


class Fit(NamedTuple):
    """Values fitted, what the model gives there, and the slopes of misses in their logarithms."""

    values: dict[str, float]
    found: dict[str, float]
    slopes: Array


def misses(part: Part, found: dict[str, float]) -> Array:
    """Return how far from each target, in units of its error."""
    return np.array(
        [(found[name] - want) / error for name, (want, error, _) in part.targets.items()]
    )


def fit(towns: Towns, part: Part, known: dict[str, float], rounds: int) -> Fit:
    """Fit one part: Gauss-Newton in the logarithms, damped where it overshoots.

    `known` are the other values, and where the free ones begin.
    """
    paths, damping = list(part.free), 0.1
    low, high = np.array(list(part.free.values())).T

    def at(logs: Array) -> dict[str, float]:
        return known | dict(zip(paths, np.clip(np.exp(logs), low, high).tolist(), strict=True))

    logs = np.log([known[path] for path in paths])
    found = towns.measure(part, at(logs))
    miss, slopes = misses(part, found), np.zeros((len(part.targets), logs.size))
    for turn in range(rounds + 1):
        for k, axis in enumerate(np.eye(logs.size) * -STEP):
            slopes[:, k] = (miss - misses(part, towns.measure(part, at(logs + axis)))) / STEP
        if turn == rounds:
            break
        while damping < DAMPED_OUT:
            pull = slopes.T @ slopes + damping * np.eye(logs.size)
            there = logs - np.clip(np.linalg.solve(pull, slopes.T @ miss), -1.0, 1.0)
            there = np.minimum(there, np.log(high))
            then = towns.measure(part, at(there))
            new = misses(part, then)
            if new @ new < miss @ miss:
                break
            damping *= 8.0
        else:
            break
        gain = miss @ miss - new @ new
        logs, found, miss, damping = there, then, new, damping / 4.0
        sys.stderr.write(f"  round {turn + 1}: {np.exp(logs)}: loss {miss @ miss:.2f}\n")
        if gain < ENOUGH:
            break
    return Fit(at(logs), found, slopes)


STEP, DAMPED_OUT, ENOUGH = 0.3, 50.0, 0.1
"""Of the logarithms; damping at which a fit is left; gain in loss below which it is."""


def tell(part: Part, done: Fit) -> None:
    """Write what the model gives, how well each direction is identified, and the values."""
    for title, targets in (("fitted to", part.targets), ("held back", part.held_back)):
        for name, (want, error, source) in targets.items():
            found = f"{done.found[name]:7.3f}  measured {want:.3f} ± {error:.3f}"
            sys.stdout.write(f"  {title} {name:28s}{found}  {source}\n")
    miss = misses(part, done.found)
    _, sizes, ways = np.linalg.svd(done.slopes, full_matrices=False)
    told = ", ".join(f"{size:.2f}" for size in sizes)
    sys.stdout.write(f"  loss {miss @ miss:.2f} over {miss.size} targets\n")
    sys.stdout.write(f"  singular values (below 1 the targets say little): {told}\n")
    # what the targets do not agree on is uncertainty as well
    apart = max(1.0, float(np.sqrt(miss @ miss / (miss.size - sizes.size))))
    spread = apart * np.sqrt(((ways.T / np.maximum(sizes, 1e-3)) ** 2).sum(axis=1))
    for path, one in zip(part.free, spread, strict=True):
        value = done.values[path]
        low, high = value * np.exp(-1.96 * one), value * np.exp(1.96 * one)
        sys.stdout.write(f"  {path:18s}{value:9.4g}  95 %: {low:.3g} to {high:.3g}\n")


def main() -> None:
    """Show what the defaults give, or fit them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--citizens", type=int, default=2000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=0, help="rounds of the fit; 0 shows")
    parser.add_argument("--part", choices=tuple(PARTS), action="append", help="all, if not given")
    options = parser.parse_args()
    towns = Towns(options.citizens, options.seeds)
    sys.stdout.write(f"very satisfied in a quiet town below {towns.below():.3f}\n")
    values = towns.shipped()
    for name in options.part or PARTS:
        sys.stdout.write(f"{name}\n")
        done = fit(towns, PARTS[name], values, options.rounds)
        values = done.values
        tell(PARTS[name], done)


if __name__ == "__main__":
    main()
