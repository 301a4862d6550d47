"""From answers to files that load."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from resilienza_sim import load_scenario
from resilienza_sim.community.territory import load_town
from resilienza_sim.drafting.answers import checked, read_answers
from resilienza_sim.drafting.draft import draft
from resilienza_sim.drafting.files import write
from resilienza_sim.drafting.spoken import associations_of, services_of
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.unmeasured import ranges_of

TODAY = date(2026, 11, 28)


def made(**answers):
    return draft(checked({"municipality": "Bagnacavallo", **answers}, "test"), TODAY)


def written(folder, lang="it", **answers):
    write(made(**answers), folder, lang)
    return load_scenario(folder / "scenario.toml")


@pytest.mark.parametrize("lang", ["it", "en"])
def test_the_defaults_make_files_that_hold(tmp_path, lang) -> None:
    scenario = written(tmp_path / "town", lang)
    assert scenario.territory.name == "Bagnacavallo"
    assert scenario.time.start.weekday() == 0
    assert scenario.time.decisions == (date(2027, 1, 1),)
    arms, base = scenario.compared()
    assert [arm.name for arm in arms] == ["oggi", "proposta", "none"]
    assert base.name == "oggi"


def test_euros_are_those_of_the_whole_town(tmp_path) -> None:
    scenario = written(
        tmp_path, eur_per_year=250_000.0, proposal=[{"what": "sad", "eur_per_year": 100_000.0}]
    )
    assert scenario.purse_eur == 250_000.0
    (line,) = scenario.strategy(tmp_path / "proposta.toml").lines(0)
    assert line.share == pytest.approx(0.4)
    assert line.action.service == "home_care"


def test_euros_that_are_known_are_not_drawn(tmp_path) -> None:
    drawn = {each.path for each in ranges_of(written(tmp_path)).drawn}
    assert "purse.discretionary_share" not in drawn


def test_new_money_comes_on_top_for_its_time_and_what_is_spent_now_goes_on(tmp_path) -> None:
    scenario = written(
        tmp_path,
        new_money=True,
        eur_per_year=50_000.0,
        now=[{"what": "sad", "eur_per_year": 80_000.0}],
        proposal=[{"what": "training", "eur_per_year": 50_000.0}],
    )
    before, during, after = date(2026, 12, 1), date(2028, 1, 1), date(2030, 1, 8)
    assert [scenario.purse_on(day) for day in (before, during, after)] == [8e4, 1.3e5, 8e4]
    now, proposal = (scenario.strategy(tmp_path / f"{n}.toml") for n in ("oggi", "proposta"))
    for day in (during, after):
        assert [line.action.kind() for line in now.lines(0, day)] == ["service_staff"]
    assert len(proposal.lines(0, during)) == 2
    assert proposal.lines(0, after) == now.lines(0, after)
    assert scenario.calendar.date_of(scenario.time.weeks) > date(2030, 6, 1)


def test_a_union_is_its_municipalities_together(tmp_path) -> None:
    names = ["Brisighella", "Casola Valsenio", "Samone (TN)"]
    scenario = written(tmp_path, municipality="Faenza", union_with=names, called="Insieme")
    alone = [load_town("Faenza"), *map(load_town, names)]
    town = scenario.territory
    assert town.name == "Insieme"
    assert town.residents == sum(each.residents for each in alone)
    assert (town.age_counts == sum(each.age_counts for each in alone)).all()
    trust = [each.figures["generalised_trust"].value for each in alone]
    assert min(trust) < town.figures["generalised_trust"].value < max(trust)
    assert [quarter.name for quarter in scenario.quarters] == [each.name for each in alone]


def test_services_and_associations_are_in_the_scenario_by_name(tmp_path) -> None:
    scenario = written(
        tmp_path,
        places=[{"name": "Borgo", "residents": 3_000}],
        services=services_of("sad: 12,5 operatori, 340 seguiti, 25 in attesa"),
        associations=associations_of(
            "Auser: 120 soci, 40 volontari, borgo, mutuo aiuto; Caritas", ["Borgo"]
        ),
    )
    (sad,) = scenario.services
    assert (sad.name, sad.kind, sad.operators) == ("sad", "home_care", 12.5)
    assert (sad.followed, sad.waiting) == (340, 25)
    auser, caritas = scenario.associations
    assert (auser.quarter, auser.members, auser.volunteers) == ("Borgo", 120, 40)
    assert auser.practises
    assert (caritas.name, caritas.practises) == ("Caritas", ())


def test_the_change_worth_the_money_is_in_people(tmp_path) -> None:
    scenario = written(tmp_path, worth_people=164, recipients=["families"])
    assert scenario.study.people_of_interest == 164
    assert not scenario.study.effects_of_interest
    assert scenario.study.recipients == ("families",)


def test_the_past_is_how_she_spends_now(tmp_path) -> None:
    now = [{"what": "sad", "eur_per_year": 60_000.0}]
    scenario = written(tmp_path, eur_per_year=60_000.0, now=now)
    assert {line.action.kind() for line in scenario.past.lines(0)} == {"service_staff"}
    assert scenario.past.hash == scenario.strategy(tmp_path / "oggi.toml").hash
    with_new = written(tmp_path / "new", eur_per_year=9_000.0, now=now, new_money=True)
    (line,) = with_new.past.lines(0, date(2020, 1, 1))
    assert line.share == pytest.approx(1.0)


def test_a_night_has_more_people_and_pairs_than_some_minutes(tmp_path) -> None:
    minutes, night = made(municipality="Roma"), made(municipality="Roma", pace="night")
    assert minutes.seconds < 300
    assert night.seconds < 28_800
    for key in (("town", "citizens"), ("study", "pairs")):
        few, many = (each.scenario[key[0]][key[1]] for each in (minutes, night))
        assert few < many


def test_places_become_shares_and_the_rest_of_the_town_is_one_more(tmp_path) -> None:
    scenario = written(
        tmp_path,
        places=[{"name": "Traversara", "residents": 818}],
        fears=[{"kind": "flood", "hit": {"Traversara": 0.8}}],
    )
    assert [q.name for q in scenario.quarters] == ["Traversara", "Altre zone"]
    assert sum(q.share for q in scenario.quarters) == pytest.approx(1.0)
    assert scenario.shocks[0].quarters == {"Traversara": 0.8}


def test_an_event_that_may_return_does_so_later(tmp_path) -> None:
    (again,) = written(tmp_path).history.returns
    first = written(tmp_path / "two").shocks[again.shock].start
    assert again.first >= first + timedelta(weeks=26)
    assert again.last > again.first


def test_the_answers_written_make_the_same_files(tmp_path) -> None:
    first = made(
        eur_per_year=90_000.0,
        fears=[{"kind": "flood", "day": "2028-05-01", "again": 0.5}],
        now=[{"what": "accoglienza", "eur_per_year": 1_000.0}],
        nonprofits=120,
    )
    write(first, tmp_path / "one", "it")
    again = read_answers(tmp_path / "one" / "risposte.toml")
    write(draft(again, date(2031, 1, 1)), tmp_path / "two", "it")
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


def test_signs_that_nobody_sees_change_no_answer() -> None:
    plain = {"municipality": "Conselice", "places": [{"name": "Borgo", "residents": 300}]}
    plain |= {"fears": [{"kind": "flood", "hit": {"Borgo": 0.5}}], "called": "Bassa"}
    marked = {
        "municipality": "Con\u200bselice\u200f",
        "places": [{"name": "\u200fBorgo", "residents": 300}],
    }
    marked |= {
        "fears": [{"kind": "flood", "hit": {"Bor\u00adgo": 0.5}}],
        "called": "\u202bBassa\u2069",
    }
    assert checked(marked, "here") == checked(plain, "here")
    with pytest.raises(ResilienzaError):
        checked({"municipality": "\u200f\u200b"}, "here")


def test_nothing_is_overwritten(tmp_path) -> None:
    (tmp_path / "oggi.toml").write_text("mine")
    with pytest.raises(ResilienzaError):
        write(made(), tmp_path, "it")
    assert [file.name for file in tmp_path.iterdir()] == ["oggi.toml"]


@pytest.mark.parametrize(
    "answers",
    [
        {"municipality": "Bagnacavalo"},
        {"municipality": ""},
        {"eur_per_year": -1.0},
        {"eur_per_year": float("nan")},
        {"places": [{"name": "Borgo", "residents": 2_000_000}]},
        {"places": [{"name": "A", "residents": 3}, {"name": "A", "residents": 4}]},
        {"fears": [{"kind": "flood", "hit": {"Nowhere": 0.5}}]},
        {"fears": [{"kind": "dragon"}]},
        {"now": [{"what": "sadd", "eur_per_year": 1.0}]},
        {"eur_per_year": 10.0, "now": [{"what": "sad", "eur_per_year": 11.0}]},
        {"starts": "2027-01-01", "ends": "2027-01-08"},
        {"union_with": ["Bagnacavallo"]},
        {"union_with": ["Nessundove"]},
        {"services": [{"name": "sadd"}]},
        {"services": [{"name": "sad"}, {"name": "sad"}]},
        {"associations": [{"name": "Auser", "quarter": "Nowhere"}]},
        {"associations": [{"name": "Auser", "members": 1, "volunteers": 2}]},
        {"recipients": ["nobody"]},
        {"worth_people": 0},
    ],
)
def test_what_does_not_hold_is_one_sentence(answers) -> None:
    with pytest.raises(ResilienzaError) as error:
        made(**answers)
    for lang in ("it", "en"):
        assert error.value.text(lang)


@pytest.mark.parametrize(
    "town", ["Bolzano", "Aosta", "Lampedusa e Linosa", "Napoli", "Roma", "Cogne"]
)
def test_towns_large_and_small_from_one_end_of_the_country_to_the_other(tmp_path, town) -> None:
    scenario = written(tmp_path, municipality=town)
    assert scenario.town.citizens <= scenario.territory.residents


@pytest.mark.parametrize("town", ["Moncenisio", "Morterone", "Pedesina"])
def test_a_town_of_thirty_people_is_lived_many_times(tmp_path, town) -> None:
    scenario = written(tmp_path, municipality=town)
    assert scenario.town.citizens == scenario.territory.residents < 50
    assert scenario.study.pairs > 2 * made(municipality="Faenza").scenario["study"]["pairs"]


@pytest.mark.parametrize(
    ("given", "town"),
    [
        ("Scampia", "Napoli"),
        ("Reggio Emilia", "Reggio nell'Emilia"),
        ("Lampedusa", "Lampedusa e Linosa"),
        ("Bazzano", "Valsamoggia"),
        ("L’Aquila", "L'Aquila"),
        ("Aquila", "L'Aquila"),
        ("Bozen", "Bolzano/Bozen"),
        ("Comune di Faenza", "Faenza"),
        ("Samone (TN)", "Samone"),
        ("S. Donà di Piave", "San Donà di Piave"),
        ("S.Agata Bolognese", "Sant'Agata Bolognese"),
    ],
)
def test_hamlets_and_other_names_lead_to_their_town(given, town) -> None:
    assert made(municipality=given).town.name == town
