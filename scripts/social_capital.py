"""Social capital: what one standard deviation of it does, what company does, usual levels.

    python scripts/social_capital.py levels      # what stands behind the `usual_*` parameters
    python scripts/social_capital.py regions     # +1 sd between territories: pandemic, flood, heat
    python scripts/social_capital.py company     # in-silico trials: a befriender, a group

`regions` raises generalised trust, participation, volunteering, non-profits (and people to rely on)
of Faenza by one standard deviation between the 21 territories of ISTAT BES 2019, with the same
seeds, and reads the suffering due to shocks: with the shock minus without. Expected: -6 to -35 % in
a pandemic (Bartscher et al. 2021: `capital.distancing` is fitted to it, so that it counts for
nothing); less than without it in a flood, more where levees do not hold (Aldrich & Sawada 2015);
less in a heat wave (Klinenberg 2002). The last two are read, never fitted.

`company` gives a befriender, or a place in a group, to a random half of those with least company
and compares them with themselves without it, as a standardised difference. Measured: befriending
-.27 (-.48; -.06) within a year (Mead et al. 2010: `capital.easing` is fitted to it).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilienza_sim import CommunityModel, load_scenario
from resilienza_sim.community.ties import Layer
from resilienza_sim.experiments.validation.bench import CAPITAL
from resilienza_sim.experiments.validation.company import GIVEN, Company, given_company
from resilienza_sim.model.capital import NEAR
from resilienza_sim.model.state import ADULT
from resilienza_sim.scenario import Scenario

WEEKS = 156
WALLS = {"flood, wall overtopped": 0.5, "flood, wall holds": 1.6}
"""Height of the river works, against a water of 0.75."""
SHOCKS: dict[str, list[dict[str, Any]]] = {
    "pandemic": [],
    "flood": [{"kind": "flood", "start": "2020-03-02", "peak": 0.75}],
    "flood, wall overtopped": [{"kind": "flood", "start": "2020-03-02", "peak": 0.75}],
    "flood, wall holds": [{"kind": "flood", "start": "2020-03-02", "peak": 0.75}],
    "heat wave": [{"kind": "heat_wave", "start": "2020-07-06", "yearly": True}],
}


def scenario_of(name: str, citizens: int, values: Mapping[str, object]) -> Scenario:
    """Return Faenza with one kind of shock, nothing else from outside."""
    whole = load_scenario("faenza").with_citizens(citizens)
    data = whole.model_dump(mode="json")
    first = [shock for shock in data["shocks"] if shock["kind"] == "pandemic"]
    data |= {"shocks": SHOCKS[name] or first, "history": {}, "exogenous": {}}
    data["time"] |= {"weeks": WEEKS, "decisions": ["2020-02-24"]}
    if name in WALLS:
        wall = {"start": "2020-01-06", "height": WALLS[name], "hazard": "flood"}
        data["exogenous"] = {"works": [{**wall, "source": "what if"}]}
    return Scenario.model_validate(data).with_values(values)


def raised(scenario: Scenario, by: float) -> dict[str, float]:
    """Return the figures of the town raised by so many standard deviations."""
    figures = scenario.territory.figures
    return {name: figures[name].value + by * sd for name, sd in CAPITAL.items()}


def due_to_shocks(scenario: Scenario, seed: int) -> float:
    """Return the suffering of a shock: with it minus without, summed over weeks, times 100."""
    week = scenario.decision_weeks[0]
    past = CommunityModel(scenario, rng=seed, decision=week)
    past.run_to(week)
    old, found = past.background, []
    for here in (scenario, scenario.without_shocks(range(len(scenario.shocks)))):
        made = type(old).of(here, old.community, old.fixed, old.streams)
        model = past.fork("consolidated", background=made)
        model.run_to(here.calendar.weeks)
        first = week - model.recorder.first_week
        found.append(float(model.recorder.series("suffering")[first:].sum()))
    return 100.0 * (found[0] - found[1])


def regions(name: str, citizens: int, seeds: int, values: Mapping[str, object]) -> Any:
    """Return the suffering due to a shock as the town is and one sd higher, by seed."""
    plain = scenario_of(name, citizens, values)
    more = plain.with_values({"town.figures": raised(plain, 1.0)})
    runs = range(1, seeds + 1)
    return np.array([[due_to_shocks(each, seed) for each in (plain, more)] for seed in runs])


def panel(citizens: int, seed: int, values: Mapping[str, object]) -> dict[str, float]:
    """Return how company and suffering follow each other in a year of a town at rest.

    Measured: r = -.25 (-.28; -.21) over time (Zalta et al. 2021), with earlier levels held beta =
    -.10 and -.09 (Wang et al. 2021).
    """
    quiet = load_scenario("faenza").with_citizens(citizens).without_shocks(range(99))
    scenario = quiet.with_values({"exogenous": {}, **values})
    model = CommunityModel(scenario, rng=seed)
    waves = []
    for week in (0, 52):
        model.run_to(week)
        adult, c = model.community.people.age >= 18, model.state.citizens
        waves.append((c.company[adult].copy(), c.suffering[adult].copy()))
    z = [[(x - x.mean()) / x.std() for x in wave] for wave in waves]
    (company, suffering), (company_after, suffering_after) = z
    before = np.column_stack([company, suffering])
    to_suffering = np.linalg.lstsq(before, suffering_after, rcond=None)[0][0]
    to_company = np.linalg.lstsq(before, company_after, rcond=None)[0][1]
    r = float(np.mean(company * suffering_after))
    return {"r": r, "company to suffering": to_suffering, "suffering to company": to_company}


def trial(
    kind: Company, citizens: int, seed: int, values: Mapping[str, object]
) -> dict[str, float]:
    """Return the standardised differences of those given company, 26 to 104 weeks after."""
    quiet = load_scenario("faenza").with_citizens(citizens).without_shocks(range(99))
    scenario = quiet.with_values(
        {"exogenous": {}, "time.decisions": ["2020-02-24"], "time.weeks": 130, **values}
    )
    past = CommunityModel(scenario, rng=seed, decision=8)
    past.run_to(8)
    given, *arms = given_company(past, kind)
    found = {}
    for after in (26, 52, 104):
        for arm in arms:
            arm.run_to(8 + after)
        control, treated = (arm.state.citizens.suffering[given] for arm in arms)
        found[f"d{after}"] = float((treated - control).mean() / control.std())
        if after == 52:
            need = [arm.state.citizens.need[given, 0].mean() for arm in arms]
            found["isolation need"] = float(need[1] / need[0] - 1.0)
            company = [arm.state.citizens.company[given].mean() for arm in arms]
            found["company"] = float(company[1] - company[0])
    return found


def levels(citizens: int, seeds: int, values: Mapping[str, object]) -> None:
    """Print the usual levels of a town at rest."""
    italy = {
        "generalised_trust": 0.239,
        "volunteering": 0.098,
        "social_participation": 0.227,
        "nonprofits_per_10k": 60.7,
        "people_to_rely_on": 0.815,
    }
    for name, figures in (
        ("faenza", italy),
        ("faenza", {}),
        ("quartiere", {}),
        ("termini", {}),
    ):
        scenario = load_scenario(name).with_values({"town.figures": figures})
        scenario = scenario.with_citizens(min(citizens, scenario.territory.residents))
        scenario = scenario.without_shocks(range(99)).with_values(values)
        for seed in range(1, seeds + 1):
            model = CommunityModel(scenario, rng=seed)
            model.run_to(0)
            state = model.state
            c, town = state.citizens, scenario.territory.figures
            owner = np.repeat(np.arange(len(c)), state.degree)
            first = np.repeat(state.start[:-1], state.degree)
            before = np.cumsum(state.degree) - state.degree
            rank = np.arange(owner.size) - np.repeat(before, state.degree)
            at = first + rank
            layer, trust = state.arcs.layer[at], state.arcs.trust[at]
            away = layer & int(Layer.HOUSEHOLD) == 0
            k = model.rates.capital.easing
            local = trust[away & (layer & NEAR > 0)].sum() / len(c)
            area = "Italy" if figures else town["generalised_trust"].area
            volunteers = c.active[model.community.people.age >= ADULT].mean()
            even = (1.0 / np.mean(1.0 / (1.0 + k * c.company)) - 1.0) / k
            r = np.corrcoef(c.company, c.suffering)[0, 1]
            _tell(
                f"{name:10s} {area:16s} trust {c.generalised_trust.mean():.3f} local {local:.3f}"
                f" active {volunteers:.3f} company {c.company.mean():.3f} (even {even:.3f})"
                f" r with suffering {r:.2f} efficacy {np.round(state.quarters.efficacy, 2)}"
            )


def _told(values: NDArray[np.float64]) -> str:
    error = values.std(ddof=1) / np.sqrt(values.size) if values.size > 1 else np.nan
    low, high = values.mean() - 1.96 * error, values.mean() + 1.96 * error
    return f"{values.mean():+.3f} ({low:+.3f}; {high:+.3f})"


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("what", choices=("levels", "regions", "company"))
    parser.add_argument("--citizens", type=int, default=4000)
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--shock", choices=tuple(SHOCKS), action="append")
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE")
    args = parser.parse_args()
    values = {each.split("=", 1)[0]: float(each.split("=", 1)[1]) for each in args.set}
    if args.what == "levels":
        levels(args.citizens, args.seeds, values)
    elif args.what == "regions":
        for name in args.shock or SHOCKS:
            low, high = regions(name, args.citizens, args.seeds, values).T
            _tell(
                f"{name:22s} {low.mean():8.1f} -> {high.mean():8.1f}: {_told(high - low)} points, "
                f"{_told(high / np.maximum(low, 1e-9) - 1.0)}"
            )
    else:
        runs = range(1, args.seeds + 1)
        found = {"over a year": [panel(args.citizens, seed, values) for seed in runs]}
        for kind in GIVEN:
            found[kind] = [trial(kind, args.citizens, seed, values) for seed in runs]
        for what, rows in found.items():
            for name in rows[0]:
                _tell(f"{what:12s} {name:22s} {_told(np.array([row[name] for row in rows]))}")


if __name__ == "__main__":
    main()
