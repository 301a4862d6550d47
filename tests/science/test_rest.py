"""A town without shocks is at rest: for ten years nothing drifts from where it was."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from resilienza_sim import load_scenario
from resilienza_sim.community.structure import Structure, compare, measure
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.network import current_ties
from resilienza_sim.model.tally import Tally

pytestmark = pytest.mark.science

WEEKS = (0, 260, 520)
HALF_YEAR = 26
"""What an indicator is at a date is its mean over the half year that begins there."""
CITIZENS, SEEDS = 4_000, (1, 2, 3, 4, 5, 6)
VILLAGE, VILLAGES = 850, (1, 2, 3, 4)

# Indicator -> share of its start by which it may differ, of the mean over the towns.
AT_REST = {
    "mean_degree": 0.05,
    "clustering": 0.05,
    "giant_component": 0.05,
    "bonding": 0.05,
    "bridging": 0.05,
    "ei_side": 0.05,
    "ei_quarter": 0.05,
    "contacts": 0.06,  # .050 seen, as ties grow by .3 % a year
    "informed_formal": 0.06,
    "informed_informal": 0.05,
    "obstacles": 0.05,
    "distant_share": 0.05,
    "member_share": 0.05,
    "observed_participation": 0.05,
    "trust": 0.05,
    "generalised_trust": 0.05,
    "trust_services": 0.05,
    "suffering": 0.05,
    "unmet_need": 0.05,
    "anger": 0.05,
    "grievance": 0.05,
    "fatigue": 0.05,
    "reserve": 0.05,
    "savings": 0.05,
    "efficacy": 0.05,
    "perceived_support": 0.05,
    "received_support": 0.05,
    "informed_distant": 0.08,  # a third of a third of the town
    # One adult in twelve, another third of them every year: 3 % is one sampling error.
    "active_share": 0.06,
    "observed_volunteering": 0.06,
    "groups": 0.05,
    "quality": 0.005,
    # Twenty people a town, 120 in all: a sampling error of some 6 %.
    "users_social_work": 0.12,
    "users_home_care": 0.08,
    "users_family_support": 0.08,
    "users_shelter": 0.15,  # four in a thousand
    "grant_users": 0.08,
    # Not at rest. Whoever is above the threshold for long recovers slowly, and the town begins with
    # fewer of them than it comes to hold: 3.0 % of all, 3.6 % after ten years.
    "above_share": 0.28,
    "groups_helped": 0.15,  # fewer know of groups, and those who do need them less
}
WAIT = 4.0
"""Weeks: with trust in services, which grows by 5 %, more ask. Queues are short at the start."""
STARTS = {"observed_participation": "social_participation", "observed_volunteering": "volunteering"}

REGIONS = {"Faenza": 0.812, "Salerno": 0.810, "Trento": 0.851}
"""A town of the region, and the share of people with somebody to rely on there (ISTAT BES 2019)."""
POINTS = 0.055
"""Two towns of 2,000 citizens differ by .035 by chance, twice the sampling error; the rest is drift
of two points in ten years, the first ten of which are now run in (Salerno .784, .774, .765)."""


def quiet(citizens: int, **values: object) -> object:
    """Return Faenza without shocks and without what others do, for ten years and a half."""
    scenario = load_scenario("faenza").with_citizens(citizens).without_shocks(range(99))
    weeks = WEEKS[-1] + HALF_YEAR + 1
    return scenario.with_values({"time.weeks": weeks, "exogenous": {}, **values})


@cache
def rest() -> dict[str, list[float]]:
    """Return each indicator at each date, the mean over the towns."""
    towns = []
    for seed in SEEDS:
        model = CommunityModel(quiet(CITIZENS), rng=seed)
        model.run_to(WEEKS[-1] + HALF_YEAR)
        weeks, record = model.recorder.weeks(), model.recorder
        from_each = [(weeks >= week) & (weeks < week + HALF_YEAR) for week in WEEKS]
        towns.append(
            {
                name: [np.nanmean(record.series(name)[of]) for of in from_each]
                for name in (*AT_REST, "service_waiting")
            }
            | {name: [record.series(name)[weeks >= 0].mean()] for name in ("new_ties", "lost_ties")}
        )
    return {name: np.mean([town[name] for town in towns], axis=0).tolist() for name in towns[0]}


@pytest.mark.parametrize("name", AT_REST)
def test_an_indicator_stays_where_it_was(name: str) -> None:
    start, *later = rest()[name]
    assert later == pytest.approx([start] * len(later), rel=AT_REST[name])


def test_waits_stay_short() -> None:
    start, *later = rest()["service_waiting"]
    assert later == pytest.approx([start] * len(later), abs=WAIT)


@pytest.mark.parametrize("name", STARTS)
def test_a_town_starts_where_its_region_is(name: str) -> None:
    figure = load_scenario("faenza").territory.figures[STARTS[name]].value
    assert rest()[name][0] == pytest.approx(figure, rel=0.03)


def test_as_many_ties_are_made_as_are_lost() -> None:
    made, lost = (rest()[name][0] for name in ("new_ties", "lost_ties"))
    # Over two thousand of each; .11 seen in the first window, by which ties grow by .3 % a year.
    assert made == pytest.approx(lost, rel=0.13)


@cache
def villages() -> dict[int, list[Structure]]:
    """Return the shape of each village at each date."""
    found: dict[int, list[Structure]] = {week: [] for week in WEEKS}
    for seed in VILLAGES:
        model = CommunityModel(quiet(VILLAGE), rng=seed)
        for week in WEEKS:
            model.run_to(week)
            found[week].append(measure(current_ties(model.state)))
    return found


@pytest.mark.parametrize("week", WEEKS)
@pytest.mark.parametrize(
    "name", ["mean_degree", "degree_cv", "clustering", "assortativity", "mean_path", "modularity"]
)
def test_a_village_keeps_the_shape_of_the_measured_ones(week: int, name: str) -> None:
    rows = [
        next(row for row in compare(village, VILLAGE) if row.name == name)
        for village in villages()[week]
    ]
    value = np.mean([row.value for row in rows])
    assert 0.8 * rows[0].low <= value <= 1.2 * rows[0].high


@pytest.mark.parametrize("municipality", REGIONS)
def test_as_many_have_somebody_to_rely_on_as_the_region_says(municipality: str) -> None:
    scenario = quiet(CITIZENS, **{"town.municipality": municipality, "town.province": None})
    found = []
    for seed in SEEDS:
        model = CommunityModel(scenario, rng=seed)
        shares = []
        for week in WEEKS:
            model.run_to(week)
            shares.append(Tally(model).relying)
        found.append(shares)
    given = REGIONS[municipality]
    assert np.mean(found, axis=0) == pytest.approx([given] * len(WEEKS), abs=POINTS)
