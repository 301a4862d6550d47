from datetime import date

import pytest

from resilienza_sim.messages import catalogue, languages
from resilienza_sim.report.words import Words, decimals, plain


@pytest.mark.parametrize(
    ("lang", "value", "digits", "sign", "expected"),
    [
        ("it", 1234567.891, 2, False, "1.234.567,89"),
        ("en", 1234567.891, 2, False, "1,234,567.89"),
        ("it", -0.5, 1, True, "−0,5"),
        ("it", 0.5, 1, True, "+0,5"),
        ("it", -0.001, 1, True, "0,0"),
        ("it", 0, 0, True, "0"),
        ("it", 141.4, None, False, "141"),
        ("it", 1.414, None, False, "1,41"),
        ("it", None, 2, False, "n.d."),
        ("en", float("nan"), 2, False, "n/a"),
        ("it", float("inf"), 2, False, "n.d."),
    ],
)
def test_numbers_are_written_as_the_language_does(lang, value, digits, sign, expected):
    assert Words(lang).number(value, digits, sign=sign) == expected


def test_euros_keep_every_cent():
    assert Words("it").cents(502_267_430) == "5.022.674,30\u00a0€"
    assert Words("en").cents(-5) == "−€0.05"
    assert Words("it").cents(None) == "n.d."
    assert Words("en").euros(1_500.4) == "€1,500"


def test_a_chosen_number_keeps_its_own_decimals():
    assert [Words("it").exact(x) for x in (40.0, 0.02, 2.5)] == ["40", "0,02", "2,5"]


def test_shares_become_percentages():
    assert Words("it").percent(0.246, 1) == "24,6\u202f%"
    assert Words("en").percent(-0.24, sign=True) == "−24%"
    assert Words("en").percent(None) == "n/a"


def test_dates_are_written_in_full():
    assert Words("it").date(date(2023, 5, 1)) == "1º maggio 2023"
    assert Words("it").date(date(2023, 5, 16)) == "16 maggio 2023"
    assert Words("en").date(date(2023, 5, 1)) == "1 May 2023"
    assert Words("it").short_date(date(2024, 9, 18)) == "18 set 2024"


def test_lists_read_as_a_sentence():
    assert Words("it").list(["a", "b", "c"]) == "a, b e c"
    assert Words("en").list(["a"]) == "a"
    assert Words("en").list([]) == ""


def test_a_text_falls_back_to_the_other_language_then_to_the_name():
    words = Words("en")
    assert words.of({"it": "Via", "en": "Way"}) == "Way"
    assert words.of({"it": "Via"}) == "Via"
    assert words.of({}, "raw") == "raw"
    assert words.of("one") == "one"
    assert words.name("indicator", "a_made_up_one") == "a_made_up_one"
    assert words.name("metric", "made_up", {"en": "Made up"}) == "Made up"


def test_texts_lose_what_cannot_be_printed():
    assert plain("a\x00b\u202ec\n\td\ud800") == "a b c d"
    assert len(plain("x" * 10_000)) == 400


def test_decimals_show_three_digits():
    assert [decimals(x) for x in (1234.0, 12.3, 0.123, 0.0)] == [0, 1, 3, 2]
    assert decimals(float("nan"), 12.0) == 1


def test_both_languages_have_the_same_sentences():
    def is_ours(key):
        return key.startswith("report.")

    keys = [set(filter(is_ours, catalogue(lang).keys())) for lang in languages()]
    assert keys[0] == keys[1]
    assert len(keys[0]) > 150
