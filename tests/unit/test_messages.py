"""What users read comes from files, one folder a language."""

from __future__ import annotations

import pytest

from resilienza_sim import messages
from resilienza_sim.messages import Catalogue, catalogue, languages


@pytest.fixture
def written(tmp_path, monkeypatch) -> Catalogue:
    """A catalogue of two files in a made-up package folder."""
    folder = tmp_path / "locale" / "en"
    folder.mkdir(parents=True)
    (folder / "report.toml").write_text(
        'title = "Report on {town}"\nshare = "{value:.1%} of {whole}"\n'
        '[limits]\nshort = "No forecast."\n[limits.long]\nbody = "So: “{{}}”"\n',
        encoding="utf-8",
    )
    (folder / "cli.toml").write_text(
        'done = "Perché no"\nrows = "{n} {n:row is|rows are} read, row {row}"\n'
        'seen = "In {n:none|one|# towns}."\n',
        encoding="utf-8",
    )
    (folder / "words.toml").write_text('[number]\nthousands = ","\n', encoding="utf-8")
    (folder / "notes.txt").write_text("not a catalogue", encoding="utf-8")
    monkeypatch.setattr(messages, "files", lambda package: tmp_path)
    return Catalogue("en")


def test_keys_are_file_and_tables_joined_by_dots(written: Catalogue) -> None:
    assert written.keys() == {
        "report.title",
        "report.share",
        "report.limits.short",
        "report.limits.long.body",
        "cli.done",
        "cli.rows",
        "cli.seen",
        "words.number.thousands",
    }
    assert "report.title" in written
    assert "report.limits" not in written


def test_text_fills_the_placeholders(written: Catalogue) -> None:
    assert written.text("report.title", town="Faenza") == "Report on Faenza"
    assert written.text("report.share", value=0.256, whole="all", spare=1) == "25.6% of all"
    assert written.text("report.limits.long.body") == "So: “{}”"
    assert written.text("cli.done") == "Perché no"


def test_raw_leaves_them_as_written(written: Catalogue) -> None:
    assert written.raw("report.title") == "Report on {town}"


def test_missing_sentence_or_value_is_told_by_name(written: Catalogue) -> None:
    with pytest.raises(KeyError, match=r"report\.nothing"):
        written.text("report.nothing")
    with pytest.raises(KeyError, match="town"):
        written.text("report.title")


def test_italian_comes_first() -> None:
    assert languages()[0] == "it"
    assert set(languages()) == {"it", "en"}


@pytest.mark.parametrize("lang", languages())
def test_every_language_has_a_catalogue_read_once(lang: str) -> None:
    assert catalogue(lang) is catalogue(lang)
    assert catalogue(lang).lang == lang
    assert catalogue(lang).keys()


@pytest.mark.parametrize("lang", ["fr", "", "IT", "../en"])
def test_other_languages_are_refused(lang: str) -> None:
    with pytest.raises(ValueError, match="it, en"):
        catalogue(lang)


@pytest.mark.parametrize(
    ("sentence", "told", "found"),
    [
        ("dal {x}", "8 agosto 2027", "dall’8 agosto 2027"),
        ("dal {x} in poi", "11 maggio", "dall’11 maggio in poi"),
        ("Il {x} %", "8,5", "L’8,5 %"),
        ("nel {x} %", "80", "nell’80 %"),
        ("il {x}", "1 %", "l’1 %"),
        ("dei {x} punti", "11.000", "degli 11.000 punti"),
        ("I {x} anni", "8", "Gli 8 anni"),
        ("dal {x}", "7 agosto", "dal 7 agosto"),
        ("dal {x}", "18 agosto", "dal 18 agosto"),
        ("il {x}", "1º gennaio", "il 1º gennaio"),
        ("il {x}", "1.000", "il 1.000"),
        ("il {x}", "110", "il 110"),
        ("dei {x}", "1", "dei 1"),
        ("del {x}", "2027-08-08", "del 2027-08-08"),
    ],
)
def test_italian_articles_suit_the_numbers_that_follow(sentence, told, found) -> None:
    here = Catalogue("it")
    here._sentences["a.sentence"] = sentence
    assert here.text("a.sentence", x=told) == found
    there = Catalogue("en")
    there._sentences["a.sentence"] = sentence
    assert there.text("a.sentence", x=told) == sentence.format(x=told)


def test_words_suit_the_count_they_go_with(written: Catalogue) -> None:
    assert written.text("cli.rows", n=1, row=1000) == "1 row is read, row 1000"
    assert written.text("cli.rows", n="1", row=2) == "1 row is read, row 2"
    assert written.text("cli.rows", n=0, row=2) == "0 rows are read, row 2"
    assert written.text("cli.rows", n=1234567, row=2) == "1,234,567 rows are read, row 2"
    assert written.text("cli.rows", n=-1000, row=2) == "\N{MINUS SIGN}1,000 rows are read, row 2"
    assert [written.text("cli.seen", n=n) for n in (0, 1, 12)] == [
        "In none.",
        "In one.",
        "In 12 towns.",
    ]
