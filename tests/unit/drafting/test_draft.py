"""From answers to files that load."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from resilienza_sim import load_scenario
from resilienza_sim.drafting import draft, read_answers, write
from resilienza_sim.drafting.answers import checked
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


def test_new_money_is_not_there_now(tmp_path) -> None:
    scenario = written(tmp_path, new_money=True)
    assert scenario.strategy(tmp_path / "oggi.toml").lines(0) == ()


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


def test_a_town_of_thirty_people_is_told_to_be_too_small() -> None:
    with pytest.raises(ResilienzaError) as error:
        made(municipality="Moncenisio")
    assert "50" in error.value.text("en")


@pytest.mark.parametrize(
    ("given", "town"),
    [
        ("Scampia", "Napoli"),
        ("Reggio Emilia", "Reggio nell'Emilia"),
        ("Lampedusa", "Lampedusa e Linosa"),
        ("Bazzano", "Valsamoggia"),
        ("L’Aquila", "L'Aquila"),
    ],
)
def test_hamlets_and_other_names_lead_to_their_town(given, town) -> None:
    assert made(municipality=given).town.name == town
