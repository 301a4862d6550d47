"""``resilienza observe`` and ``resilienza validate``: what they say, and bad input."""

from __future__ import annotations

import json

import pytest

from resilienza_sim.cli import main


def said(capsys, *arguments: str, code: int = 0) -> str:
    assert main([*arguments, "--lang", "en"]) == code
    return capsys.readouterr().out


def refused(capsys, *arguments: str) -> str:
    assert main([*arguments, "--lang", "en"]) == 2
    found = capsys.readouterr()
    assert found.out == ""
    assert found.err.count("\n") == 1
    return found.err


SMALL = ("quartiere", "--citizens", "300", "--set", "time.burn_in_weeks=26", "--pairs", "2")


def test_observe_shows_the_items_year_by_year(capsys) -> None:
    text = said(capsys, "observe", *SMALL)
    assert "as surveyed" in text
    assert "ISTAT BES" in text


def test_observe_writes_json(capsys) -> None:
    rows = json.loads(said(capsys, "observe", *SMALL, "--json"))
    assert {"item", "year", "strategy", "value", "low", "high", "measured"} == set(rows[0])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("observe", "atlantide"), "atlantide"),
        (("observe", "quartiere", "--pairs", "0"), "--pairs"),
        (("observe", "quartiere", "--strategies", "magic"), "magic"),
        (("validate", "nothing"), "No pattern is called"),
        (("validate", "--worlds", "1"), "--worlds"),
        (("validate", "absent.toml"), "absent.toml"),
        (("validate", "--citizens", "nan"), "--citizens"),
    ],
)
def test_bad_input_is_one_sentence(capsys, arguments, says) -> None:
    assert says in refused(capsys, *arguments)


@pytest.fixture
def own_pattern(tmp_path) -> str:
    file = tmp_path / "own.toml"
    file.write_text(
        """
name = "own"
source = "a test"
expected = { low = 0.0, high = 1.0 }
known = "wrong_sign"

[statement]
it = "Prova"
en = "Some volunteers stay"

[unit]
it = "quota"
en = "share"

[reading]
kind = "staying"

[reading.case]
scenario = "quartiere"
shocks = []
set = { "time.burn_in_weeks" = 26 }
""",
        encoding="utf-8",
    )
    return str(file)


def test_validate_judges_a_pattern_of_ones_own(capsys, own_pattern, tmp_path) -> None:
    page = tmp_path / "page.md"
    small = ("--worlds", "2", "--citizens", "400", "--workers", "1")
    text = said(capsys, "validate", own_pattern, *small, "--write", str(page))
    assert "Some volunteers stay" in text
    assert "where wrong sign was written down" in text
    assert "| `own` | Some volunteers stay |" in page.read_text(encoding="utf-8")
    assert said(capsys, "validate", own_pattern, *small, "--check", code=1)


def test_validate_writes_json(capsys, own_pattern) -> None:
    small = ("--worlds", "2", "--citizens", "400", "--workers", "1", "--json")
    found = json.loads(said(capsys, "validate", own_pattern, *small))
    (row,) = found["patterns"]
    assert row["outcome"] in ("reproduced", "undecided")
    assert len(row["values"]) == found["worlds"] == 2
