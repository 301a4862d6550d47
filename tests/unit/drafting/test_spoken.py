"""Euros, days and lists as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilienza_sim.drafting import spoken
from resilienza_sim.errors import ResilienzaError


@pytest.mark.parametrize(
    ("text", "euros"),
    [
        ("704.000", 704_000),
        ("704,000", 704_000),
        ("704 000 €", 704_000),
        ("704mila", 704_000),
        ("1,2 milioni", 1_200_000),
        ("1.2 mln", 1_200_000),
        ("€ 1.234.567,89", 1_234_567.89),
        ("1,234,567.89", 1_234_567.89),
        ("12", 12),
        ("0,5", 0.5),
    ],
)
def test_amounts_are_read_in_both_ways_of_writing(text, euros) -> None:
    assert spoken.euros_of(text) == pytest.approx(euros)


@pytest.mark.parametrize("text", ["", "molto", "-5", "1e9", "NaN", "=1+1", "12 13 banane"])
def test_what_is_no_amount_is_refused_in_a_sentence(text) -> None:
    with pytest.raises(ResilienzaError) as error:
        spoken.euros_of(text)
    assert "704" in error.value.text("it")


@given(st.integers(0, 10**9))
def test_an_amount_written_with_points_is_read_back(euros) -> None:
    assert spoken.euros_of(f"{euros:,}".replace(",", ".")) == euros


def test_days_are_read_in_both_orders() -> None:
    assert spoken.day_of("15/10/2027") == spoken.day_of("2027-10-15") == date(2027, 10, 15)
    for wrong in ("31/2/2027", "10/2027", "domani"):
        with pytest.raises(ResilienzaError):
            spoken.day_of(wrong)


def test_lists_of_lines_places_and_events() -> None:
    assert spoken.lines_of("sad 120.000, Servizio sociale 90 mila;campaign 5,5") == [
        {"what": "home_care", "eur_per_year": 120_000.0},
        {"what": "social_work", "eur_per_year": 90_000.0},
        {"what": "campaign", "eur_per_year": 5.5},
    ]
    assert spoken.places_of("Borgo 3.000, Milano Marittima: 800") == [
        {"name": "Borgo", "residents": 3_000},
        {"name": "Milano Marittima", "residents": 800},
    ]
    assert spoken.fears_of("pandemic, Flood 15/10/2027") == [
        {"kind": "pandemic"},
        {"kind": "flood", "day": date(2027, 10, 15)},
    ]
    with pytest.raises(ResilienzaError):
        spoken.places_of("Borgo")


def test_yes_and_no() -> None:
    assert spoken.yes_of("Sì")
    assert not spoken.yes_of("no")
    with pytest.raises(ResilienzaError):
        spoken.yes_of("forse")


def test_services_are_read_as_an_office_writes_them() -> None:
    told = spoken.services_of(
        "sad: 12,5 operatori, 1.340 seguiti, 25 in attesa; servizio_sociale: 6"
    )
    assert told == [
        {"name": "sad", "operators": 12.5, "followed": 1340, "waiting": 25},
        {"name": "servizio_sociale", "operators": 6.0},
    ]
    with pytest.raises(ResilienzaError):
        spoken.services_of("sad: 3 gatti")


def test_associations_say_where_they_are_and_what_they_do() -> None:
    told = spoken.associations_of("Auser: 1.200 soci, trasporti, borgo, visite; Caritas", ["Borgo"])
    assert told == [
        {"name": "Auser", "members": 1200, "does": "trasporti, visite", "quarter": "Borgo"},
        {"name": "Caritas"},
    ]


def test_recipients_have_names_in_both_languages() -> None:
    assert spoken.recipients_of("famiglie, Caregiver; families") == ["families", "caregivers"]
    with pytest.raises(ResilienzaError):
        spoken.recipients_of("gatti")


def test_events_and_time_have_names_in_both_languages() -> None:
    told = spoken.fears_of("Alluvione 15/10/2027, ondata di calore, economic_crisis 1/2/2028")
    assert [each["kind"] for each in told] == ["flood", "heat_wave", "economic_crisis"]
    assert told[0]["day"] == date(2027, 10, 15)
    assert "day" not in told[1]
    assert [spoken.pace_of(each) for each in ("pochi minuti", "Notte")] == ["minutes", "night"]
    for read, wrong in ((spoken.fears_of, "drago"), (spoken.pace_of, "x")):
        with pytest.raises(ResilienzaError, match=wrong):
            read(wrong)
