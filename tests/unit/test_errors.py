"""Errors are one sentence in the user's language, and survive the way back from a worker."""

from __future__ import annotations

import pickle

import pytest

from resilienza_sim.errors import ResilienzaError, nearest


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
