"""The scenarios that ship: they load, and things happen when and where their sources say."""

from __future__ import annotations

import math
import re
from datetime import date, timedelta

import numpy as np
import pytest

from resilienza_sim.community.build import Community, build_community
from resilienza_sim.community.people import Tag
from resilienza_sim.model.exogenous import Span
from resilienza_sim.scenario import Scenario, load_scenario, shipped_scenarios
from resilienza_sim.shocks.blackout import Blackout
from resilienza_sim.streams import Streams

NAMES = ("faenza", "quartiere", "termini")
ARMS = ("consolidated", "alluvial", "transformative", "hybrid", "none")
MARK = re.compile(r"\[[^]]*(checked|derived|from memory)|assumption")


@pytest.fixture(scope="module")
def faenza() -> Scenario:
    return load_scenario("faenza")


@pytest.fixture(scope="module")
def quartiere() -> Scenario:
    return load_scenario("quartiere")


@pytest.fixture(scope="module")
def termini() -> Scenario:
    return load_scenario("termini")


@pytest.fixture(scope="module")
def faentini(faenza: Scenario) -> Community:
    """A sample of Faenza, small enough to be quick."""
    return build_community(faenza.territory, faenza.quarters, 3_000, 1, faenza.parameters.ties)


def shocks(scenario: Scenario, kind: str) -> list:
    return [shock for shock in scenario.shocks if shock.kind() == kind]


def wet_weeks(scenario: Scenario, shock) -> list[date]:
    return [
        scenario.calendar.date_of(week)
        for week in np.flatnonzero(shock.water(scenario.calendar) > 0)
    ]


def reached(scenario: Scenario, shock) -> float:
    """Return the share of all residents that lives where a shock hits."""
    return sum(q.share * (shock.quarters or {}).get(q.name, 0.0) for q in scenario.quarters)


def left(spans: list[Span] | tuple[Span, ...], until: date, others: float = 0.0) -> float:
    """Return what is left of 1 at a date, after the spans and a weekly hazard of others."""
    days = [span.start + timedelta(weeks=w) for span in spans for w in range(span.weeks)]
    rates = [span.rate for span in spans for _ in range(span.weeks)]
    on = [rate for day, rate in zip(days, rates, strict=True) if day < until]
    return math.prod(1.0 - rate for rate in on) * math.exp(-others * len(on))


# --- all of them ---------------------------------------------------------------------------------


def test_they_are_the_ones_that_ship() -> None:
    assert set(NAMES) <= set(shipped_scenarios())


@pytest.mark.parametrize("name", NAMES)
def test_each_loads_and_compares_the_arms_with_the_real_control(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.study.strategies == ARMS
    assert scenario.study.baseline == "consolidated"
    assert scenario.time.burn_in_weeks == 520  # with drawn values a town takes ten years to settle
    assert scenario.purse.discretionary_share == 0.10
    assert not scenario.small


@pytest.mark.parametrize("name", NAMES)
def test_each_is_told_in_two_languages_in_few_sentences(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.title.it != scenario.title.en
    for text in (scenario.description.it, scenario.description.en):
        assert 2 <= len(re.findall(r"[.?](?= |$)", text)) <= 4


@pytest.mark.parametrize("name", NAMES)
def test_each_source_says_how_far_it_was_checked(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.sources
    assert [source for source in scenario.sources if not MARK.search(source)] == []


@pytest.mark.parametrize("name", NAMES)
def test_each_shock_has_a_name_and_falls_within_the_calendar(name: str) -> None:
    scenario = load_scenario(name)
    for shock in scenario.shocks:
        assert shock.label
        assert 0 <= scenario.calendar.week_of(shock.start) < scenario.time.weeks
        assert wet_weeks(scenario, shock), shock.label


@pytest.mark.parametrize("name", NAMES)
def test_shocks_of_one_hazard_never_overlap(name: str) -> None:
    # Their waters would add up, and each would hit its own people with the sum.
    scenario = load_scenario(name)
    for hazard in {shock.hazard for shock in scenario.shocks}:
        on = [
            shock.water(scenario.calendar) > 0
            for shock in scenario.shocks
            if shock.hazard == hazard
        ]
        assert np.sum(on, axis=0).max() == 1, hazard


@pytest.mark.parametrize("name", NAMES)
def test_one_span_of_each_table_is_on_at_a_time(name: str) -> None:
    scenario = load_scenario(name)
    for table in ("compensation", "allowance", "volunteers"):
        spans = getattr(scenario.exogenous, table)
        for span in spans:
            assert span.start.weekday() == 0
            assert MARK.search(span.source)
        for week in range(scenario.time.weeks):
            assert sum(span.active(scenario.calendar, week) for span in spans) <= 1


# --- Faenza --------------------------------------------------------------------------------------


def test_faenza_goes_from_january_2020_to_december_2024(faenza: Scenario) -> None:
    assert faenza.time.start == date(2019, 12, 30)
    assert faenza.calendar.date_of(faenza.time.weeks) == date(2024, 12, 30)
    assert faenza.decision_weeks == (8, 174)
    assert len(faenza.quarters) == 7
    assert sum(quarter.share for quarter in faenza.quarters) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("monday", "stringency", "health"),
    [
        (date(2020, 1, 6), 0.015, 0.0),
        (date(2020, 3, 9), 0.804, 0.445),
        (date(2020, 4, 6), 0.907, 0.862),
        (date(2020, 11, 9), 0.818, 1.0),
        (date(2020, 3, 30), (2 * 0.804 + 5 * 0.907) / 7, (2 * 0.445 + 5 * 0.862) / 7),
        (date(2021, 8, 9), 0.538, 0.111),
        (date(2022, 12, 12), 0.196, 0.277),
        (date(2023, 1, 9), 0.0, 0.0),
    ],
)
@pytest.mark.parametrize("name", ["faenza", "termini"])
def test_the_pandemic_follows_the_measured_months(
    name: str, monday: date, stringency: float, health: float
) -> None:
    scenario = load_scenario(name)
    (pandemic,) = shocks(scenario, "pandemic")
    week = scenario.calendar.week_of(monday)
    assert pandemic.closure(scenario.calendar)[week] == pytest.approx(pandemic.contact * stringency)
    assert pandemic.water(scenario.calendar)[week] == pytest.approx(pandemic.peak * health)
    assert len(pandemic.monthly.contact) == len(pandemic.monthly.water) == 36


def test_the_floods_come_in_their_weeks_at_their_heights(faenza: Scenario) -> None:
    floods = shocks(faenza, "flood")
    assert [wet_weeks(faenza, flood) for flood in floods] == [
        [date(2023, 5, 1)],
        [date(2023, 5, 15), date(2023, 5, 22)],
        [date(2024, 9, 16)],
    ]
    assert [flood.peak for flood in floods] == [0.75, 1.0, 0.78]


def test_the_flooded_add_up_to_what_was_counted(faenza: Scenario) -> None:
    first, second, third = (reached(faenza, flood) for flood in shocks(faenza, "flood"))
    assert first == pytest.approx(0.037, abs=0.001)
    assert second == pytest.approx(1 / 5, abs=0.005)  # "a fifth of the people of Faenza"
    assert third == pytest.approx(0.019, abs=0.001)
    borgo = next(q for q in faenza.quarters if q.name == "Borgo Durbecco")
    in_may = shocks(faenza, "flood")[0].quarters[borgo.name]
    assert borgo.share * in_may * 58_710 == pytest.approx(550 * 2.3, rel=0.02)  # families


def test_two_evacuations_bring_no_water(faenza: Scenario) -> None:
    evacuations = shocks(faenza, "evacuation")
    assert [wet_weeks(faenza, each) for each in evacuations] == [
        [date(2024, 9, 30)],
        [date(2024, 10, 14)],
    ]
    september = shocks(faenza, "flood")[-1]
    assert all(each.quarters == september.quarters for each in evacuations)


def test_the_water_reaches_low_buildings_of_the_named_quarters(
    faenza: Scenario, faentini: Community
) -> None:
    people, streams = faentini.people, Streams(1)
    first, second, third = (flood.exposure(faentini, streams) for flood in shocks(faenza, "flood"))
    dry = np.array([quarter.name.startswith("Centro") for quarter in faenza.quarters])
    assert not first[dry[people.quarter]].any()
    assert second[dry[people.quarter]].any()
    assert np.mean(second > 0) == pytest.approx(0.20, abs=0.06)  # few buildings in a small sample
    assert set(second[people.ground_floor]) == {0.0, 1.0}
    # upstairs some homes are hit in full, the same whenever the water comes; the others little
    upstairs = second[~people.ground_floor]
    assert set(upstairs) == {0.0, 0.25, 1.0}
    assert np.mean(upstairs[upstairs > 0] == 1.0) == pytest.approx(0.57, abs=0.12)
    assert not ((third == 1.0) & ~people.ground_floor & (second > 0) & (second < 1.0)).any()
    # the water comes back to the same homes
    borgo = people.quarter == [q.name for q in faenza.quarters].index("Borgo Durbecco")
    assert ((third > 0) & borgo).any()
    assert not (borgo & (third > 0) & ~((first > 0) & (second > 0))).any()


def test_river_works_are_not_counted_twice(faenza: Scenario) -> None:
    assert faenza.exogenous.works == ()


@pytest.mark.parametrize(
    ("monday", "first_support", "rebuilding"),
    [
        (date(2023, 6, 12), 0.0, 0.0),
        (date(2023, 7, 3), 0.10, 0.0),
        (date(2023, 8, 14), 0.40, 0.0),
        (date(2023, 11, 13), 0.70, 0.0),
        (date(2024, 4, 15), 0.93, 0.001),
        (date(2024, 8, 26), 0.98, 92 / 3_738),
    ],
)
def test_compensation_reaches_the_shares_paid(
    faenza: Scenario, monday: date, first_support: float, rebuilding: float
) -> None:
    met = first_support * 4_170 / 30_000 + rebuilding * 26_000 / 30_000
    assert 1 - left(faenza.exogenous.compensation, monday) == pytest.approx(met, abs=0.001)


def test_faenza_pays_the_rent_of_those_out_of_home_and_reads_no_curve(faenza: Scenario) -> None:
    (span,) = faenza.exogenous.allowance
    assert span.start == shocks(faenza, "flood")[0].start
    tables = {"compensation", "allowance", "volunteers", "works", "emergencies"}
    assert set(type(faenza.exogenous).model_fields) == tables


def test_volunteers_come_at_once_and_are_gone_by_autumn(faenza: Scenario) -> None:
    of_2023 = [
        s for s in faenza.exogenous.volunteers if date(2023, 5, 15) <= s.start < date(2024, 1, 1)
    ]
    days = sum(span.rate * span.weeks for span in of_2023) * 3_738 * 24
    assert days == pytest.approx(20_500, rel=0.01)
    assert max(of_2023, key=lambda span: span.rate).start == date(2023, 5, 22)
    end = max(span.start + timedelta(weeks=span.weeks) for span in of_2023)
    assert end == date(2023, 8, 14)


def test_faenza_takes_its_purse_from_the_territory(faenza: Scenario) -> None:
    assert faenza.purse.eur_per_head is None
    assert faenza.territory.figures["social_spending_eur"].value == 219.5
    assert faenza.territory.residents == 58_710


# --- the neighbourhood to learn with -------------------------------------------------------------


def test_the_neighbourhood_meets_something_new_then_the_same_flood_twice(
    quartiere: Scenario,
) -> None:
    unknown, first, second = quartiere.shocks
    assert unknown.kind() == "pandemic"
    assert first.model_dump(exclude={"start", "label"}) == second.model_dump(
        exclude={"start", "label"}
    )
    assert second.start - first.start == timedelta(weeks=52)
    assert reached(quartiere, first) == pytest.approx(0.29)
    assert max(wet_weeks(quartiere, unknown)) < first.start
    assert quartiere.time.decisions == (date(2024, 5, 20),)
    assert quartiere.time.decisions[0] < unknown.start


def test_the_neighbourhood_is_quick_to_run(quartiere: Scenario) -> None:
    weeks = quartiere.time.burn_in_weeks + len(ARMS) * quartiere.time.weeks
    assert weeks * quartiere.study.pairs * quartiere.town.citizens < 30_000_000


def test_the_ratios_of_the_neighbourhood_keep_the_means_of_the_town(quartiere: Scenario) -> None:
    for ratio in ("elderly", "low_income"):
        mean = sum(q.share * getattr(q, ratio) for q in quartiere.quarters)
        assert mean == pytest.approx(1.0, abs=0.005)


# --- Termini Imerese -----------------------------------------------------------------------------


def test_termini_goes_from_january_2020_to_december_2024(termini: Scenario) -> None:
    assert termini.time.start == date(2020, 1, 6)
    assert termini.calendar.date_of(termini.time.weeks) == date(2024, 12, 30)
    assert termini.decision_weeks == (7, 184)
    kinds = {shock.kind() for shock in termini.shocks}
    assert kinds == {"factory_closure", "pandemic", "heat_wave", "flood", "blackout"}


def test_the_closure_weighs_on_the_households_counted(termini: Scenario) -> None:
    households = 24_920 / 2.29
    waiting, ending = shocks(termini, "factory_closure")
    for closure, workers in ((waiting, 800), (ending, 183)):
        share = closure.jobs_share * reached(termini, closure)
        assert share == pytest.approx(workers / households, abs=0.0005)
    assert wet_weeks(termini, waiting)[0] == date(2020, 1, 6)
    assert wet_weeks(termini, waiting)[-1] == date(2024, 10, 28)
    assert wet_weeks(termini, ending)[0] == date(2024, 11, 4)


def test_waiting_for_the_factory_is_no_endless_emergency(termini: Scenario) -> None:
    waiting = shocks(termini, "factory_closure")[0]
    depth = waiting.water(termini.calendar).max()
    damage = 1 - math.exp(-depth / termini.parameters.shock.damage_depth)
    assert damage < min(termini.strategy(name).emergency_off for name in ARMS)


def test_the_power_fails_in_the_second_week_of_the_heat(termini: Scenario) -> None:
    (blackout,) = shocks(termini, "blackout")
    assert wet_weeks(termini, blackout) == [date(2023, 7, 24)]
    heat = next(h for h in shocks(termini, "heat_wave") if h.start == date(2023, 7, 17))
    assert wet_weeks(termini, heat) == [date(2023, 7, 17), date(2023, 7, 24)]


def test_the_stream_floods_the_low_town(termini: Scenario) -> None:
    (flood,) = shocks(termini, "flood")
    assert wet_weeks(termini, flood) == [date(2021, 11, 15)]
    assert max(flood.quarters, key=flood.quarters.get) == "Termini Bassa"
    assert reached(termini, flood) == pytest.approx(0.10, abs=0.01)


def test_termini_has_the_purse_of_sicily(termini: Scenario) -> None:
    assert termini.territory.figures["social_spending_eur"].area == "Sicilia"
    assert termini.purse.eur_per_head == 85.0


# --- the blackout --------------------------------------------------------------------------------


def test_a_blackout_hits_the_frail_in_full_and_damages_no_home(faentini: Community) -> None:
    blackout = Blackout(start=date(2023, 7, 24), quarters={"Borgo Durbecco": 1.0})
    people = faentini.people
    hit = blackout.exposure(faentini, Streams(1))
    borgo = people.quarter == 1
    frail = (people.tags & Tag.DEPENDANT) > 0
    assert not hit[~borgo].any()
    assert (hit[borgo & frail] == 1.0).all()
    young = borgo & ~frail & (people.age < 60)
    assert hit[young] == pytest.approx(np.full(young.sum(), blackout.others))
    assert "housing" not in blackout.needs
    assert blackout.profile(np.arange(3.0)).tolist() == [1.0, 0.0, 0.0]
