"""What answers choose among is said and accepted in the reader's words, in both languages."""

from __future__ import annotations

import pytest

from resilienza_sim.drafting import named
from resilienza_sim.drafting.answers import checked
from resilienza_sim.errors import ResilienzaError
from resilienza_sim.messages import languages

KINDS = [
    (named.EVENT, named.FEARS, named.event),
    (named.PACE, named.PACES, named.pace),
    (named.RECIPIENT, named.RECIPIENTS, named.recipient),
    (named.SPENDING, named.spending_names(), named.spending),
    (named.SERVICE, ("social_work", "home_care", "shelter", "family_support"), named.service),
]


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize(("called", "names", "meant"), KINDS)
def test_what_is_shown_is_accepted(called, names, meant, lang) -> None:
    words = [called.word(name, lang) for name in names]
    assert len(set(words)) == len(names)
    assert [meant(word) for word in words] == list(names)
    assert [meant(called.full(name, lang)) for name in names] == list(names)
    assert [meant(name) for name in names] == list(names)
    assert not [word for word in words if "_" in word]


@pytest.mark.parametrize(
    ("meant", "text", "name"),
    [
        (named.event, "Inondazione", "flood"),
        (named.event, "un'epidemia", "pandemic"),
        (named.spending, "Assistenza Domiciliare", "home_care"),
        (named.spending, "SAD", "home_care"),
        (named.spending, "educativa", "street_work"),
        (named.spending, "a", None),
        (named.spending, "razzi", None),
        (named.service, "SAD comunale", "home_care"),
        (named.service, "razzi", None),
        (named.recipient, "caregiver familiari", "caregivers"),
        (named.event, "meteorite", None),
    ],
)
def test_what_is_meant(meant, text, name) -> None:
    assert meant(text) == name


@pytest.mark.parametrize(
    ("given", "lang", "told"),
    [
        (
            {"fears": [{"kind": "meteorite"}]},
            "it",
            'fears.0.kind vale "meteorite", ma deve essere '
            "uno tra alluvione, pandemia, ondata di caldo, terremoto, blackout, crisi economica",
        ),
        ({"fears": [{"kind": "floot"}]}, "en", "Did you mean “flood”?"),
        ({"fears": [{"kind": "aluvvione"}]}, "it", "Forse si intendeva «alluvione»?"),
        ({"pace": "boh"}, "it", "uno tra minuti, notte"),
        ({"recipients": ["marziani"]}, "it", "persone non autosufficienti, caregiver familiari"),
        ({"now": [{"what": "razzi", "eur_per_year": 5}]}, "it", "attività fra gruppi diversi"),
        ({"services": [{"name": "razzi"}]}, "it", "«razzi» non è un servizio; ci sono: servizio"),
        ({"starts": "domani"}, "it", 'starts vale "domani", ma deve essere una data'),
        ({"eur_per_year": "tanti"}, "it", 'eur_per_year vale "tanti", ma deve essere un numero'),
    ],
)
def test_what_is_refused_is_told_in_the_words_of_the_reader(given, lang, told) -> None:
    with pytest.raises(ResilienzaError) as error:
        checked({"municipality": "Faenza", **given}, "answers.toml")
    sentence = error.value.text(lang)
    assert told in sentence
    assert not [
        name for name in ("minutes", "heat_wave", "dependants", "home_care") if name in sentence
    ]


def test_answers_in_a_file_are_written_as_in_the_terminal() -> None:
    found = checked(
        {
            "municipality": "Faenza",
            "eur_per_year": "704 mila",
            "new_money": "sì",
            "starts": "15/10/2027",
            "fears": [{"kind": "Alluvione", "day": "3/4/2028"}],
            "places": [{"name": "Borgo", "residents": "3.000"}],
            "pace": "notte",
            "recipients": ["famiglie"],
            "now": [{"what": "assistenza domiciliare", "eur_per_year": "12.000"}],
        },
        "answers.toml",
    )
    assert (found.eur_per_year, found.new_money, found.pace) == (704_000.0, True, "night")
    assert str(found.starts) == "2027-10-15"
    assert (found.fears[0].kind, str(found.fears[0].day)) == ("flood", "2028-04-03")
    assert found.places[0].residents == 3_000
    assert (found.recipients, found.now[0].what) == (("families",), "home_care")
    assert found.now[0].eur_per_year == 12_000.0
