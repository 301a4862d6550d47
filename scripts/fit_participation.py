"""Sizes taking part with memory on measured figures, and on nothing else.

Targets:

* a volunteer is one a year later with chance .64 (CNCS 2008);
* the reading of a quiet year, twelve months back, is the region's (ISTAT BES 05REL004, 05REL006);
* Italy 2019 to 2021, ISTAT BES: social participation x 14.6 / 22.7, volunteering x 7.3 / 9.8, read
  from February to June 2021, twelve months back;
* job loss: taking part x .65 years later (Brand & Burgard 2008), in a trial: a random half of the
  volunteers of working age lose income at once;
* new help: over 4,000 groups for 67 million people within weeks of March 2020; about one adult in
  twenty-five helping at once (see `act.rally`).

The arm is the consolidated allocation throughout. The readings of 2021 used here do not count as
validation.

    python scripts/fit_participation.py                       # show what the defaults give
    python scripts/fit_participation.py act.stops_work=.4     # or what other values give
"""

from __future__ import annotations

import argparse
import sys

import numpy as np

from resilienza_sim import CommunityModel, load_scenario
from resilienza_sim.streams import Streams

BEFORE, FIELDWORK = range(-8, 1), range(57, 79)
"""Weeks read: before the pandemic, and those of the survey of 2021."""
WORKING_AGE = (18, 64)
LATER = (104, 156, 208)
ONSET = range(8, 26)


def scenario_of(citizens: int, changes: list[str], *, quiet: bool):
    """Return Faenza, without its shocks if quiet."""
    sets = [f"parameters.{each}" for each in changes]
    scenario = load_scenario("faenza").with_set(f"town.citizens={citizens}", *sets)
    return scenario.without_shocks(range(99)) if quiet else scenario


def readings(model: CommunityModel, weeks: range) -> np.ndarray:
    """Return participation and volunteering as asked, mean over weeks."""
    found = []
    model.run_to(weeks[0])
    for week in weeks:
        model.run_to(week)
        asked = model.tally.surveys
        found.append((asked.took_part, asked.volunteered))
    return np.mean(found, axis=0)


def at_rest(citizens: int, seed: int, changes: list[str]) -> dict[str, float]:
    """Return what a quiet town gives."""
    scenario = scenario_of(citizens, changes, quiet=True)
    model = CommunityModel(scenario, strategy="consolidated", rng=seed)
    asked = readings(model, BEFORE)
    figures = model.community.town.figures
    c = model.state.citizens
    age = model.community.people.age
    adult = age >= 14
    working = (age >= WORKING_AGE[0]) & (age <= WORKING_AGE[1])
    active, members = c.active.copy(), c.group >= 0
    lucky = Streams(seed).uniform("trial", 0, np.arange(citizens)) < 0.5
    trial = model.fork("consolidated")
    struck = np.flatnonzero(lucky)
    income = trial.state.citizens.need[:, 1]
    income[struck] += (1.0 - income[struck]) * scenario.parameters.need.event_size
    usual = model.fixed.usual_part
    found = {
        "stock of volunteers": active[adult].mean(),
        "stock solved": usual.active,
        "stock of members": members[adult].mean(),
        "members solved": usual.members,
        "reading of participation / figure": asked[0] / figures["social_participation"].value,
        "reading of volunteering / figure": asked[1] / figures["volunteering"].value,
    }
    model.run_to(52)
    stays = model.state.citizens.active
    found["volunteers a year later"] = stays[active == 1].mean()
    found["members a year later"] = (model.state.citizens.group >= 0)[members].mean()
    worked = (active == 1) & working & lucky
    belonged = members & working & lucky
    rows = []
    for week in LATER:
        model.run_to(week)
        trial.run_to(week)
        mine, theirs = (each.state.citizens for each in (model, trial))
        rows.append(
            [
                theirs.active[worked].sum(),
                mine.active[worked].sum(),
                (theirs.group[belonged] >= 0).sum(),
                (mine.group[belonged] >= 0).sum(),
            ]
        )
    one, other, inside, outside = np.sum(rows, axis=0)
    found["hit"], found["spared"] = one, other
    found["hit members"], found["spared members"] = inside, outside
    model.run_to(260)
    adults = adult.sum()
    found["volunteers, week 260 / 0"] = (
        model.state.citizens.active[adult].sum() / active[adult].sum()
    )
    found["members, week 260 / 0"] = (model.state.citizens.group >= 0)[adult].sum() / members[
        adult
    ].sum()
    found["helpers at rest"] = model.state.citizens.helping.sum() / adults
    return found


def in_pandemic(citizens: int, seed: int, changes: list[str]) -> dict[str, float]:
    """Return what the pandemic gives."""
    scenario = scenario_of(citizens, changes, quiet=False)
    model = CommunityModel(scenario, strategy="consolidated", rng=seed)
    before = readings(model, BEFORE)
    adults = (model.community.people.age >= 14).sum()
    births, helpers, rate = 0.0, [], model.rates.act.emergent_birth
    for week in ONSET:
        model.run_to(week + 1)
        c, call = model.state.citizens, model.state.calls.call
        able = (c.helping == 1) & (c.group < 0)
        births += rate * float(call[model.community.people.quarter[able]].sum())
        helpers.append(c.helping.sum() / adults)
    after = readings(model, FIELDWORK)
    c, adult = model.state.citizens, model.community.people.age >= 14
    return {
        "volunteers in June 2021": c.active[adult].mean(),
        "members in June 2021": (c.group >= 0)[adult].mean(),
        "suspended in June 2021": c.suspended[adult].mean(),
        "participation 2021 / before": after[0] / before[0],
        "volunteering 2021 / before": after[1] / before[1],
        "emergent groups per million, expected": births / citizens * 1e6,
        "helpers at most": max(helpers),
    }


def main() -> None:
    """Show what the given values give."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("changes", nargs="*", help="parameters, as act.stops_work=.4")
    parser.add_argument("--citizens", type=int, default=3000)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    for part in (at_rest, in_pandemic):
        rows = [
            part(options.citizens, seed, options.changes) for seed in range(1, options.seeds + 1)
        ]
        mean = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
        if "hit" in mean:
            mean["volunteering after a loss of income"] = mean.pop("hit") / mean.pop("spared")
            mean["belonging after it"] = mean.pop("hit members") / mean.pop("spared members")
        for name, value in mean.items():
            sys.stdout.write(f"{name:42s} {value:8.3f}\n")


if __name__ == "__main__":
    main()
