"""Errors are one sentence in the user's language, and survive the way back from a worker."""

from __future__ import annotations

import errno
import os
import pickle
import socket
from datetime import date

import pytest

from resilienza_sim.errors import (
    Phrase,
    ResilienzaError,
    among,
    nearest,
    repeated,
    system_reason,
    unknown,
)
from resilienza_sim.messages import languages


def test_text_is_one_sentence_in_each_language() -> None:
    error = ResilienzaError("unknown_municipality", found="Fanza")
    assert error.text("en") == "No Italian municipality is called “Fanza”."
    assert error.text("it") == "Nessun comune italiano si chiama «Fanza»."
    assert str(error) == error.text("en")


def test_nearest_name_is_suggested_when_there_is_one() -> None:
    close = ResilienzaError("unknown_municipality", found="Fanza", nearest="Faenza")
    assert close.text("en").endswith("Did you mean “Faenza”?")
    assert close.text("it").endswith("Forse si intendeva «Faenza»?")
    far = ResilienzaError("unknown_municipality", found="Xyz", nearest=None)
    assert far.text() == "No Italian municipality is called “Xyz”."


def test_error_tells_what_it_was_made_of() -> None:
    error = ResilienzaError("unknown_municipality", found="Fanza")
    assert (error.key, error.values, error.exit_code) == (
        "unknown_municipality",
        {"found": "Fanza"},
        2,
    )


class NarrowerError(ResilienzaError):
    exit_code = 3


@pytest.mark.parametrize("cls", [ResilienzaError, NarrowerError])
def test_error_comes_back_whole_from_a_worker(cls: type[ResilienzaError]) -> None:
    error = cls("unknown_municipality", found="Fanza", nearest="Faenza")
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is cls
    assert (back.key, back.values, str(back)) == (error.key, error.values, str(error))
    assert back.exit_code == cls.exit_code


@pytest.mark.parametrize("value", ["{found}", "{", "a } b", "{0}", "100 %"])
def test_braces_in_what_a_user_wrote_are_left_alone(value: str) -> None:
    assert f"“{value}”" in str(ResilienzaError("unknown_municipality", found=value))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("Fanza", "Faenza"),
        ("FAENZA", "Faenza"),
        ("faenza ", "Faenza"),
        ("Forli", "Forlì"),
        ("Reggio", None),
        ("", None),
    ],
)
def test_nearest(found: str, expected: str | None) -> None:
    assert nearest(found, ["Faenza", "Forlì", "Reggio nell'Emilia"]) == expected


def test_nearest_of_nothing() -> None:
    assert nearest("Faenza", []) is None
    assert nearest("peek", iter({"peak": 1, "profile": 2})) == "peak"


@pytest.mark.parametrize(
    ("found", "close"), [("Fanza", "Faenza"), ("Xyz", None), (None, None), (3, None)]
)
def test_a_name_that_is_not_known_is_said_with_all_that_are(found: object, close: object) -> None:
    said = among(found, (name for name in ("Faenza", "Forlì")))
    assert said == {"found": found, "allowed": "Faenza, Forlì", "nearest": close}
    assert unknown("unknown_metric", found, ("Faenza", "Forlì")).values == said
    assert among(found, ())["allowed"] == "–"


def test_what_is_there_more_than_once_is_named_once() -> None:
    assert repeated(["a", "b", "a", "c", "b", "a"]) == ["a", "b"]
    assert repeated(iter("abc")) == []


def test_a_sentence_stays_a_sentence_whatever_it_holds() -> None:
    names = ", ".join(f"name_{k}" for k in range(3_000))
    for lang in ("it", "en"):
        said = ResilienzaError("unknown_metric", found="x" * 5_000, allowed=names).text(lang)
        assert len(said) < 1_200
        assert "name_0" in said
        assert "… (3000)" in said
    path = "/deep" * 1_000 + "/study.toml"
    said = ResilienzaError("study_not_found", path=path).text()
    assert "study.toml" in said
    assert len(said) < 700


@pytest.mark.parametrize(
    ("day", "italian", "english"),
    [
        (date(2027, 1, 1), "il 1º gennaio 2027", "1 January 2027"),
        (date(2027, 8, 8), "l’8 agosto 2027", "8 August 2027"),
        (date(2027, 3, 15), "il 15 marzo 2027", "15 March 2027"),
    ],
)
def test_a_day_is_written_as_the_language_writes_it(day: date, italian: str, english: str) -> None:
    error = ResilienzaError("money_too_short", found=day, allowed=date(2027, 2, 2))
    assert f"finirebbero {italian}" in error.text("it")
    assert f"would end on {english}" in error.text("en")
    phrase = Phrase("refused.not_monday", {"found": day, "allowed": day})
    assert f"è {italian}" in phrase.text("it")


def test_more_mistakes_are_counted_after_the_nearest_name() -> None:
    error = ResilienzaError("unknown_municipality", found="Fanza", nearest="Faenza", more=2)
    assert error.text("en").endswith("Did you mean “Faenza”? (Other mistakes in the file: 2.)")


def test_a_mistake_within_a_mistake_is_written_in_the_same_language() -> None:
    inner = ResilienzaError("unknown_municipality", found="Fanza")
    outer = ResilienzaError("usage", command="new", reason=inner)
    assert all(inner.text(lang) in outer.text(lang) for lang in languages())


@pytest.mark.parametrize(
    "refusal",
    [
        *(OSError(number, os.strerror(number)) for number in (errno.ENOSPC, errno.EADDRINUSE)),
        PermissionError(errno.EACCES, "Permission denied"),
        socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
        TimeoutError(),
    ],
    ids=repr,
)
def test_what_a_system_refuses_is_said_in_the_readers_language(refusal: OSError) -> None:
    error = ResilienzaError("os_refuses_it", reason=system_reason(refusal))
    said = [pickle.loads(pickle.dumps(error)).text(lang) for lang in languages()]
    assert len(set(said)) == len(said)
    assert not any(refusal.strerror and refusal.strerror in sentence for sentence in said)


@pytest.mark.parametrize(
    ("refusal", "reason"), [(OSError(9_999, "odd"), "odd"), (OSError("what?"), "what?")]
)
def test_a_reason_without_words_of_ours_is_told_as_it_is(refusal: OSError, reason: str) -> None:
    assert system_reason(refusal) == reason
